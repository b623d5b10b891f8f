import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from './answer.ts';
import { useShop } from './shop-context.tsx';
import { Box, Card, Checkbox, ChoiceList, FormLayout, Select, Text, TextField } from './ui/index.ts';
import { useFieldErrors } from './use-field-errors.ts';
import type { FormState } from './use-form.ts';

/** What stands in the form of a recipient. */
export type RecipientValues = {
  channel: string;
  name: string;
  address: string;
  language: string;
  topics: string[];
  severity: string;
  connectionId: string;
  delivery: string;
  dailyAt: string;
  tellClosed: boolean;
  active: boolean;
};

interface RecipientFormProps {
  form: FormState<RecipientValues>;
  failure: Failure | null;
  topics: string[];
  isNew: boolean;
  /** Of a webhook that is stored: its host, which is all that is shown of its address. */
  host?: string;
  disabled: boolean;
}

/** Who is told of what, when and how. */
export function RecipientForm({ form, failure, topics, isNew, host, disabled }: RecipientFormProps): ReactNode {
  const { t } = useTranslation();
  const { connections } = useShop();
  const errors = useFieldErrors(failure);
  const { values, set } = form;
  const errorOf = (name: keyof RecipientValues) => (errors[name] ? { error: errors[name] } : {});
  const options = (name: string, words: readonly string[], inner = '') =>
    words.map((value) => ({ value, label: t(`recipients.${name}.${value}${inner}`) }));
  const webhook = values.channel === 'webhook';
  return (
    <Card>
      <FormLayout>
        {isNew ? (
          <Select
            label={t('recipients.channelLabel')}
            helpText={t(`recipients.channelHelp.${values.channel}`)}
            disabled={disabled}
            options={options('channel', ['email', 'webhook'])}
            value={values.channel}
            onChange={(value) => set('channel', value)}
          />
        ) : null}
        <TextField
          label={t('recipients.name')}
          helpText={t('recipients.nameHelp')}
          autoComplete="off"
          requiredIndicator
          disabled={disabled}
          value={values.name}
          onChange={(value) => set('name', value)}
          {...errorOf('name')}
        />
        <TextField
          label={t(`recipients.address.${webhook ? 'webhook' : 'email'}`)}
          helpText={webhook ? t(isNew ? 'recipients.urlHelp' : 'recipients.urlKept', { host: host ?? '' }) : undefined}
          type={webhook ? 'url' : 'email'}
          autoComplete="off"
          requiredIndicator={isNew || !webhook}
          disabled={disabled}
          value={values.address}
          onChange={(value) => set('address', value)}
          {...errorOf('address')}
        />
        <ChoiceList
          title={t('recipients.topics')}
          allowMultiple
          disabled={disabled}
          choices={topics.map((value) => ({
            value,
            label: t(`alerts.topic.${value}`),
            helpText: t(`alerts.topicHelp.${value}`),
          }))}
          selected={values.topics}
          onChange={(value) => set('topics', value)}
          {...errorOf('topics')}
        />
        <Select
          label={t('recipients.severityLabel')}
          helpText={t('recipients.severityHelp')}
          disabled={disabled}
          options={options('severity', ['warning', 'critical'])}
          value={values.severity}
          onChange={(value) => set('severity', value)}
        />
        {connections.length > 1 ? (
          <Select
            label={t('common.connection')}
            helpText={t('recipients.connectionHelp')}
            disabled={disabled}
            options={[{ value: '', label: t('common.all') }, ...connections.map(({ id, name }) => ({ value: id, label: name }))]}
            value={values.connectionId}
            onChange={(value) => set('connectionId', value)}
            {...errorOf('connectionId')}
          />
        ) : null}
        <Select
          label={t('recipients.when')}
          helpText={t(`recipients.delivery.${values.delivery}.help`)}
          disabled={disabled}
          options={options('delivery', ['now', 'hourly', 'daily'], '.name')}
          value={values.delivery}
          onChange={(value) => set('delivery', value)}
        />
        {values.delivery === 'daily' ? (
          <TextField
            label={t('recipients.dailyAt')}
            helpText={t('recipients.dailyAtHelp')}
            type="time"
            autoComplete="off"
            disabled={disabled}
            value={values.dailyAt}
            onChange={(value) => set('dailyAt', value)}
            {...errorOf('dailyAt')}
          />
        ) : null}
        <Select
          label={t('recipients.languageLabel')}
          disabled={disabled}
          options={options('language', ['en', 'de'])}
          value={values.language}
          onChange={(value) => set('language', value)}
        />
        <Checkbox
          label={t('recipients.tellClosed')}
          helpText={t('recipients.tellClosedHelp')}
          disabled={disabled}
          checked={values.tellClosed}
          onChange={(value) => set('tellClosed', value)}
        />
        {isNew ? null : (
          <Checkbox
            label={t('recipients.active')}
            helpText={t('recipients.activeHelp')}
            disabled={disabled}
            checked={values.active}
            onChange={(value) => set('active', value)}
          />
        )}
        <Box>
          <Text as="p" tone="subdued">
            {t('recipients.privacy')}
          </Text>
        </Box>
      </FormLayout>
    </Card>
  );
}
