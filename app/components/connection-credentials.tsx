import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import type { StoredSecret } from '../connections/rotate-credentials.ts';
import { FailureBanner } from './failure-banner.tsx';
import { Fields, type Values } from './fields.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Facts, InlineStack, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useFormats } from './use-formats.ts';

/** The secrets of a connection: that they are stored, and since when; replaced once the back office has accepted new ones. */
export function ConnectionCredentials({
  connector,
  secrets,
  fields,
}: {
  connector: string;
  secrets: StoredSecret[];
  fields: FieldView[];
}): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const [typed, setTyped] = useState<Values | null>(null);
  const replace = useAction({ onDone: () => setTyped(null) });
  const again = useAction();
  const errors = useFieldErrors(replace.failure);
  const told = ({ stored, replacedAt, replacedBy }: StoredSecret): string => {
    if (!stored) return t('connections.secretNone');
    return replacedAt
      ? t('connections.secretReplaced', { when: formats.dateTime(replacedAt), name: replacedBy ?? '' })
      : t('connections.secretStored');
  };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('connections.credentials')}
        </Text>
        <Text as="p" tone="subdued">
          {t('connections.credentialsHelp')}
        </Text>
        {secrets.length > 0 ? (
          <Facts items={secrets.map((one) => ({ name: t(`${connector}:settings.${one.name}.label`), value: told(one) }))} />
        ) : null}
        <FailureBanner failure={replace.failure ?? again.failure} />
        {typed ? (
          <Fields
            fields={fields.filter(({ kind }) => kind === 'secret')}
            values={typed}
            stored={secrets.filter(({ stored }) => stored).map(({ name }) => name)}
            onChange={(name, value) => setTyped({ ...typed, [name]: value })}
            texts={`${connector}:settings`}
            disabled={!may}
            errors={errors}
          />
        ) : null}
        <InlineStack gap="200">
          {typed ? (
            <>
              <Button
                variant="primary"
                loading={replace.busy}
                onClick={() => replace.run({ intent: 'credentials', secrets: typed })}
              >
                {t('connections.credentialsReplace')}
              </Button>
              <Button disabled={replace.busy} onClick={() => setTyped(null)}>
                {t('common.cancel')}
              </Button>
            </>
          ) : (
            <>
              {secrets.length > 0 ? (
                <Button disabled={!may} onClick={() => setTyped({})}>
                  {t('connections.credentialsNew')}
                </Button>
              ) : null}
              <Button disabled={!may} loading={again.busy} onClick={() => again.run({ intent: 'reconnect' })}>
                {t('connections.reconnect')}
              </Button>
            </>
          )}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
