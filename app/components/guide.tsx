import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { GuideStep } from '../connectors/contract/index.ts';
import type { Health } from '../connections/connection-health.ts';
import type { Values } from './fields.tsx';
import { Badge, BlockStack, Button, Card, InlineStack, Text, useToast } from './ui/index.ts';

/** A connector's own set-up steps; those that the last test proves are ticked. */
export function Guide({
  connector,
  steps,
  settings,
  health,
}: {
  connector: string;
  steps: GuideStep[];
  /** What stands in the form: some steps belong to one way to connect. */
  settings: Values;
  health: Health | null;
}): ReactNode {
  const { t, i18n } = useTranslation();
  const toast = useToast();
  if (steps.length === 0) return null;
  const shown = steps.filter(({ when }) => when === undefined || settings[when.name] === when.is);
  const copy = (code: string): void => void navigator.clipboard.writeText(code).then(() => toast(t('run.copied')));
  const text = (id: string, part: string): string | null =>
    i18n.exists(`${connector}:guide.${id}.${part}`) ? t(`${connector}:guide.${id}.${part}`) : null;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('connections.guide')}
        </Text>
        {shown.map(({ id, provenBy, code }, index) => {
          const proven = provenBy !== undefined && health?.steps.some(({ step, ok }) => step === provenBy && ok) === true;
          return (
            <BlockStack key={id} gap="050">
              <InlineStack gap="200" blockAlign="center">
                <Text as="h3" variant="headingSm">
                  {`${index + 1}. ${text(id, 'title') ?? id}`}
                </Text>
                {proven ? <Badge tone="success">{t('common.done')}</Badge> : null}
              </InlineStack>
              {text(id, 'body') ? <Text as="p">{text(id, 'body')}</Text> : null}
              {code === undefined ? null : (
                <BlockStack gap="100" inlineAlign="start">
                  <pre className="cd-code cd-code-block">{code}</pre>
                  <Button size="slim" onClick={() => copy(code)}>
                    {t('connections.guideCopy')}
                  </Button>
                </BlockStack>
              )}
              {text(id, 'why') ? (
                <Text as="p" tone="subdued">
                  {text(id, 'why')}
                </Text>
              ) : null}
            </BlockStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}
