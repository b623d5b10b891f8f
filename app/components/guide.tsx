import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from '../connections/connection-health.ts';
import { Badge, BlockStack, Card, InlineStack, Text } from './ui/index.ts';

/** A connector's own set-up steps; those that the last test proves are ticked. */
export function Guide({
  connector,
  steps,
  health,
}: {
  connector: string;
  steps: { id: string; provenBy?: string | undefined }[];
  health: Health | null;
}): ReactNode {
  const { t, i18n } = useTranslation();
  if (steps.length === 0) return null;
  const text = (id: string, part: string): string | null =>
    i18n.exists(`${connector}:guide.${id}.${part}`) ? t(`${connector}:guide.${id}.${part}`) : null;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('connections.guide')}
        </Text>
        {steps.map(({ id, provenBy }, index) => {
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
