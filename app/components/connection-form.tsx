import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from '../connections/connection-health.ts';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import { FailureBanner } from './failure-banner.tsx';
import { Fields, type Values } from './fields.tsx';
import { SettingsGroup } from './settings-group.tsx';
import { useMay } from './shop-context.tsx';
import { TestResult } from './test-result.tsx';
import { BlockStack, Button, Card, Checkbox, FormLayout, FormSaveBar, InlineStack, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useForm } from './use-form.ts';

interface ConnectionFormProps {
  connector: string;
  fields: FieldView[];
  name: string;
  values: Values;
  secretsSet: string[];
  /** A new connection is made on save; its form counts as changed from the start only once somebody typed. */
  isNew: boolean;
  /** Whom customers' data will go to: the merchant has to agree. */
  sharesWith?: string;
  /** Told of each change, for what beside the form depends on it. */
  onEntered?: (settings: Values) => void;
}

/**
 * What somebody has to enter comes first: everything up to the last field that is required or secret. The rest has defaults that work, and is folded.
 */
function parted(fields: FieldView[]): { access: FieldView[]; more: FieldView[] } {
  const last = fields.findLastIndex(({ required, kind }) => required || kind === 'secret');
  return { access: fields.slice(0, last + 1), more: fields.slice(last + 1) };
}

/** The form of a connection, drawn from its connector's settings schema, with a test of what stands in it. */
export function ConnectionForm({
  connector,
  fields,
  name,
  values,
  secretsSet,
  isNew,
  sharesWith,
  onEntered,
}: ConnectionFormProps): ReactNode {
  const { t, i18n } = useTranslation();
  const may = useMay('administrator');
  const form = useForm<{ name: string; settings: Values }>({ name, settings: values });
  const [agreed, setAgreed] = useState(false);
  const save = useAction();
  const test = useAction<Health>();
  const [asked, setAsked] = useState<'save' | 'test'>('save');
  // Of what was asked last: a field that was empty at the try before may be right by now.
  const { failure } = asked === 'save' ? save : test;
  const errors = useFieldErrors(failure);
  const body = { name: form.values.name, settings: form.values.settings, ...(isNew ? { agreed } : {}) };
  const health = asked === 'test' && !test.busy && test.answer?.ok ? test.answer.result : undefined;
  const ask = (intent: 'save' | 'test'): void => {
    setAsked(intent);
    (intent === 'save' ? save : test).run({ intent, ...body });
  };
  const enter = (field: string, value: unknown): void => {
    const settings = { ...form.values.settings, [field]: value };
    form.set('settings', settings);
    onEntered?.(settings);
  };
  const { access, more } = parted(fields);
  const drawn = {
    values: form.values.settings,
    stored: secretsSet,
    onChange: enter,
    texts: `${connector}:settings`,
    disabled: !may,
    errors,
  };
  const help = i18n.exists(`${connector}:about`) ? t(`${connector}:about`) : null;
  return (
    <BlockStack gap="400">
      <Card>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            {t('connections.settings')}
          </Text>
          {help ? <Text as="p">{help}</Text> : null}
          <FormLayout>
            <TextField
              label={t('connections.name')}
              helpText={t('connections.nameHelp')}
              autoComplete="off"
              requiredIndicator
              disabled={!may}
              value={form.values.name}
              onChange={(text) => form.set('name', text)}
              {...(errors['name'] ? { error: errors['name'] } : {})}
            />
          </FormLayout>
          {access.length > 0 ? <Fields fields={access} {...drawn} /> : null}
          {more.length > 0 ? (
            <SettingsGroup
              id="connection-more"
              title={t('connections.more')}
              help={t('connections.moreHelp')}
              fields={more}
              values={form.values.settings}
              errors={errors}
            >
              <Fields fields={more} {...drawn} />
            </SettingsGroup>
          ) : null}
          {sharesWith === undefined ? null : (
            <Checkbox
              label={t('connections.consent', { backOffice: sharesWith })}
              helpText={t('connections.consentHelp')}
              checked={agreed}
              disabled={!may}
              onChange={setAgreed}
              {...(errors['agreed'] ? { error: errors['agreed'] } : {})}
            />
          )}
          <FailureBanner failure={failure} />
          {health ? <TestResult health={health} connector={connector} asked /> : null}
          <InlineStack gap="200">
            <Button loading={test.busy} disabled={!may} onClick={() => ask('test')}>
              {t('connections.test')}
            </Button>
            {isNew ? (
              <Button variant="primary" loading={save.busy} disabled={!may} onClick={() => ask('save')}>
                {t('connections.connect')}
              </Button>
            ) : null}
          </InlineStack>
        </BlockStack>
      </Card>
      <FormSaveBar
        id="connection-form"
        open={form.dirty}
        saving={save.busy}
        onSave={() => ask('save')}
        onDiscard={form.discard}
      />
    </BlockStack>
  );
}
