import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import { settingState } from '../core/setting-state.ts';
import { ScopeNeeded } from './scope-needed.tsx';
import { useScope } from './use-scope.ts';
import {
  BlockStack,
  Button,
  Checkbox,
  ChoiceList,
  FormLayout,
  InlineStack,
  Select,
  TagsField,
  Text,
  TextField,
} from './ui/index.ts';

export type Values = Record<string, unknown>;

interface FieldsProps {
  fields: FieldView[];
  values: Values;
  onChange: (name: string, value: unknown) => void;
  /** Where the texts stand: `settings.orders` or `<connector>:settings`. */
  texts: string;
  disabled?: boolean;
  /** Field name → what is wrong with it. */
  errors?: Record<string, string>;
  /** Names of secrets that are stored: they are kept when left empty. */
  stored?: readonly string[];
  /** Whether a value that was changed shows the default beside it, and a way back. */
  withDefaults?: boolean;
}

const asText = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const asWords = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** A form drawn from a settings schema. */
export function Fields(props: FieldsProps): ReactNode {
  const { fields, values } = props;
  const shown = fields.filter(({ when }) => !when || settingState(values[when.name]) === when.is);
  return (
    <FormLayout>
      {shown.map((field) => (
        <BlockStack key={field.name} gap="100">
          {field.scope ? <ScopedField field={field} {...props} scope={field.scope} /> : <Field field={field} {...props} />}
          {props.withDefaults ? <Default field={field} {...props} /> : null}
        </BlockStack>
      ))}
    </FormLayout>
  );
}

/** A setting that needs an optional scope: Shopify asks for it when it is turned on, and without it it stays as it is. */
function ScopedField({ scope, ...props }: FieldsProps & { field: FieldView; scope: NonNullable<FieldView['scope']> }): ReactNode {
  const { field, values, onChange } = props;
  const access = useScope(scope.name);
  const isOn = (value: unknown): boolean => settingState(value ?? field.initial) !== scope.unless;
  const change = (name: string, value: unknown): void =>
    isOn(value) && !isOn(values[name]) ? access.ask(() => onChange(name, value)) : onChange(name, value);
  return (
    <BlockStack gap="200">
      <Field {...props} disabled={(props.disabled ?? false) || access.busy} onChange={change} />
      {isOn(values[field.name]) || access.declined ? <ScopeNeeded scope={scope.name} access={access} /> : null}
    </BlockStack>
  );
}

const normal = (value: unknown): string =>
  JSON.stringify(Array.isArray(value) ? [...(value as unknown[])].sort() : (value ?? null));

/** Whether a setting holds something else than its default. */
export const isChanged = (field: FieldView, values: Values): boolean =>
  normal(values[field.name] ?? field.initial) !== normal(field.initial);

/** What applies unless somebody chose otherwise; only where somebody did. */
function Default({ field, values, onChange, texts, disabled = false }: FieldsProps & { field: FieldView }): ReactNode {
  const { t, i18n } = useTranslation();
  const { name, initial } = field;
  if (!isChanged(field, values)) return null;
  const word = (value: unknown): string =>
    i18n.exists(`${texts}.${name}.options.${String(value)}`) ? t(`${texts}.${name}.options.${String(value)}`) : String(value);
  const said = (): string => {
    if (typeof initial === 'boolean') return initial ? t('sync.on') : t('sync.offValue');
    if (Array.isArray(initial)) return initial.map(word).join(', ') || t('sync.nothing');
    return initial === null || initial === '' ? t('sync.nothing') : word(initial);
  };
  return (
    <InlineStack gap="200">
      <Text as="span" tone="subdued">
        {t('sync.default', { value: said() })}
      </Text>
      <Button
        variant="plain"
        disabled={disabled}
        accessibilityLabel={t('sync.resetSettingOf', { name: t(`${texts}.${name}.label`) })}
        onClick={() => onChange(name, initial)}
      >
        {t('sync.resetSetting')}
      </Button>
    </InlineStack>
  );
}

function Field({
  field,
  values,
  onChange,
  texts,
  disabled = false,
  errors = {},
  stored = [],
}: FieldsProps & { field: FieldView }): ReactNode {
  const { t, i18n } = useTranslation();
  const { name, kind, options = [] } = field;
  const text = (key: string): string | undefined =>
    i18n.exists(`${texts}.${name}.${key}`) ? t(`${texts}.${name}.${key}`) : undefined;
  const label = text('label') ?? name;
  const help = text('help');
  const error = errors[name];
  const value = values[name] ?? field.initial;
  const common = { label, disabled, ...(help ? { helpText: help } : {}), ...(error ? { error } : {}) };
  const choices = options.map((option) => ({ label: text(`options.${option}`) ?? option, value: option }));
  const set = (next: unknown): void => onChange(name, next);
  switch (kind) {
    case 'toggle':
      return <Checkbox {...common} checked={value === true} onChange={set} />;
    case 'choice':
      return (
        <Select
          {...common}
          options={field.required || value ? choices : [{ label: t('common.choose'), value: '' }, ...choices]}
          value={asText(value)}
          onChange={set}
        />
      );
    case 'choices':
      return (
        <BlockStack gap="100">
          <ChoiceList
            title={label}
            allowMultiple
            disabled={disabled}
            choices={choices}
            selected={asWords(value)}
            onChange={set}
            {...(error ? { error } : {})}
          />
          {help ? (
            <Text as="p" tone="subdued">
              {help}
            </Text>
          ) : null}
        </BlockStack>
      );
    case 'words':
      return (
        <TagsField
          label={label}
          values={asWords(value)}
          disabled={disabled}
          onChange={set}
          {...(help ? { help } : {})}
          {...(error ? { error } : {})}
        />
      );
    case 'number':
      return (
        <TextField
          {...common}
          type="number"
          autoComplete="off"
          value={asText(value)}
          onChange={(typed) => set(typed === '' ? null : Number(typed))}
          requiredIndicator={field.required}
          {...(field.minimum === undefined ? {} : { min: field.minimum })}
          {...(field.maximum === undefined ? {} : { max: field.maximum })}
        />
      );
    case 'date':
      return (
        <TextField
          {...common}
          type="date"
          autoComplete="off"
          value={asText(value).slice(0, 10)}
          onChange={(typed) => set(typed === '' ? null : typed)}
        />
      );
    case 'secret': {
      const kept = stored.includes(name);
      return (
        <TextField
          {...common}
          type="password"
          autoComplete="new-password"
          value={asText(value)}
          onChange={set}
          requiredIndicator={field.required && !kept}
          {...(kept && !error ? { placeholder: t('connections.secretKept') } : {})}
        />
      );
    }
    default:
      return (
        <TextField
          {...common}
          type={kind === 'url' ? 'url' : 'text'}
          autoComplete="off"
          value={asText(value)}
          onChange={set}
          requiredIndicator={field.required}
          {...(field.placeholder ? { placeholder: field.placeholder } : {})}
        />
      );
  }
}
