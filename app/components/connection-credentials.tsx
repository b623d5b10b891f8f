import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import { settingState } from '../core/setting-state.ts';
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
  secrets: all,
  fields,
  settings,
}: {
  connector: string;
  /** What else stands in the form: some secrets belong to one way to connect. */
  settings: Values;
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
  const asked = fields.filter(({ kind, when }) => kind === 'secret' && (!when || settingState(settings[when.name]) === when.is));
  const secrets = all.filter(({ name }) => asked.some((field) => field.name === name));
  if (secrets.length === 0) return null;
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
        <Facts items={secrets.map((one) => ({ name: t(`${connector}:settings.${one.name}.label`), value: told(one) }))} />
        <FailureBanner failure={replace.failure ?? again.failure} />
        {typed ? (
          <Fields
            fields={asked}
            values={{ ...settings, ...typed }}
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
              <Button disabled={!may} onClick={() => setTyped({})}>
                {t('connections.credentialsNew')}
              </Button>
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
