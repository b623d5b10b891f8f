import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MappingKind, ReferenceValue } from '../connectors/contract/index.ts';
import { BlockStack, InlineGrid, Select, TextField } from './ui/index.ts';

/** A mapping's answer as the form holds it, by the name of its fields. */
export type Target = Record<string, string>;

const fields: Record<MappingKind, readonly string[]> = {
  shipping: ['carrier', 'method'],
  payment: ['method'],
  channel: ['value'],
  'product-type': ['value', 'class', 'lines'],
  'order-status': ['value'],
  'customer-class': ['value'],
  'product-tag': ['value'],
  'sku-alias': ['value'],
  kit: ['value'],
};

export const noTarget: Target = {};

/** A stored answer as the form holds it. */
export function targetOf(kind: MappingKind, stored: object | null | undefined): Target {
  const held = (stored ?? {}) as Record<string, string | null>;
  return Object.fromEntries(fields[kind].flatMap((name) => (held[name] ? [[name, held[name]]] : [])));
}

/** As the server keeps it. */
export const targetFor = (kind: MappingKind, target: Target): Record<string, string | null> =>
  Object.fromEntries(fields[kind].flatMap((name) => (target[name]?.trim() ? [[name, target[name].trim()]] : [])));

/** Whether enough is said to be saved. */
export const isAnswered = (kind: MappingKind, target: Target): boolean => Object.keys(targetFor(kind, target)).length > 0;

interface MappingTargetProps {
  kind: MappingKind;
  /** What the answer is for; read out. */
  of: string;
  value: Target;
  /** What the back office offers; null to type. */
  offered: ReferenceValue[] | null;
  disabled: boolean;
  onChange: (target: Target) => void;
}

const shown = (...words: (string | undefined)[]): string => words.filter(Boolean).join(' · ');

/** Chooses from the back office's list. */
function OfferedTarget({
  kind,
  of,
  value,
  offered,
  disabled,
  onChange,
}: MappingTargetProps & { offered: ReferenceValue[] }): ReactNode {
  const { t } = useTranslation();
  const name = kind === 'payment' || kind === 'shipping' ? 'method' : 'value';
  const keyOf = (target: Target) => JSON.stringify([target['carrier'] ?? '', target[name] ?? '']);
  const options = offered.map(({ id, label, group }) => ({
    value: keyOf({ ...(kind === 'shipping' && group ? { carrier: group } : {}), [name]: id }),
    label: kind === 'shipping' && group ? shown(group, label) : label,
  }));
  const current = value['carrier'] || value[name] ? keyOf(value) : '';
  const known = current === '' || options.some((option) => option.value === current);
  return (
    <Select
      label={t('mappings.answerFor', { value: of })}
      labelHidden
      disabled={disabled}
      value={current}
      options={[
        { value: '', label: t(kind === 'product-type' ? 'mappings.asInShopify' : 'common.choose') },
        ...(known ? [] : [{ value: current, label: shown(value['carrier'], value[name]) }]),
        ...options,
      ]}
      onChange={(chosen) => {
        const [carrier = '', id = ''] = chosen ? (JSON.parse(chosen) as string[]) : [];
        onChange({ ...value, ...(kind === 'shipping' ? { carrier } : {}), [name]: id });
      }}
    />
  );
}

/** What becomes of a product type's goods. */
function GoodsTarget(props: MappingTargetProps): ReactNode {
  const { t } = useTranslation();
  const { of, value, disabled, onChange } = props;
  const goods = value['class'] ?? '';
  const choices = (name: 'classes' | 'lineRules', values: readonly string[]) =>
    values.map((id) => ({ value: id, label: t(`mappings.${name}.${id}`) }));
  return (
    <BlockStack gap="200">
      <InlineGrid columns={2} gap="200">
        <Select
          label={t('mappings.classFor', { value: of })}
          labelHidden
          disabled={disabled}
          value={goods}
          options={[
            { value: '', label: t('common.choose') },
            ...choices('classes', ['physical', 'digital', 'service', 'gift-card', 'donation']),
          ]}
          onChange={(chosen) => onChange({ ...value, class: chosen })}
        />
        <PlainTarget {...props} />
      </InlineGrid>
      {goods !== '' && goods !== 'physical' ? (
        <Select
          label={t('mappings.linesFor', { value: of })}
          labelHidden
          disabled={disabled}
          value={value['lines'] ?? 'skip'}
          options={choices('lineRules', ['skip', 'complete'])}
          onChange={(lines) => onChange({ ...value, lines })}
        />
      ) : null}
    </BlockStack>
  );
}

/** Chooses where the back office has a list, else lets people type. */
function PlainTarget(props: MappingTargetProps): ReactNode {
  const { t } = useTranslation();
  const { kind, of, value, offered, disabled, onChange } = props;
  if (offered) return <OfferedTarget {...props} offered={offered} />;
  const field = (name: 'carrier' | 'method' | 'value'): ReactNode => (
    <TextField
      label={t(`mappings.${name}For`, { value: of })}
      labelHidden
      placeholder={t(kind === 'product-type' ? 'mappings.asInShopify' : `mappings.${name}`)}
      autoComplete="off"
      maxLength={200}
      disabled={disabled}
      value={value[name] ?? ''}
      onChange={(text) => onChange({ ...value, [name]: text })}
    />
  );
  if (kind === 'shipping')
    return (
      <InlineGrid columns={2} gap="200">
        {field('carrier')}
        {field('method')}
      </InlineGrid>
    );
  return field(kind === 'payment' ? 'method' : 'value');
}

/** Where the answer for a value is given. */
export function MappingTarget(props: MappingTargetProps): ReactNode {
  const { t } = useTranslation();
  const { kind, of, value, disabled, onChange } = props;
  if (kind === 'product-type') return <GoodsTarget {...props} />;
  if (kind !== 'order-status') return <PlainTarget {...props} />;
  return (
    <Select
      label={t('mappings.answerFor', { value: of })}
      labelHidden
      disabled={disabled}
      value={value['value'] ?? ''}
      options={[
        { value: '', label: t('common.choose') },
        ...(['fulfilled', 'cancelled', 'refunded'] as const).map((id) => ({ value: id, label: t(`mappings.meanings.${id}`) })),
      ]}
      onChange={(chosen) => onChange({ value: chosen })}
    />
  );
}
