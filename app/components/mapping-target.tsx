import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReferenceValue } from '../connectors/contract/index.ts';
import { InlineGrid, Select, TextField } from './ui/index.ts';

/** A mapping's answer: shipping has carrier and method, payment a method. */
export interface Target {
  carrier: string;
  method: string;
}

export const noTarget: Target = { carrier: '', method: '' };

/** As the server keeps it. */
export function targetFor(kind: 'shipping' | 'payment', { carrier, method }: Target): Record<string, string | null> {
  return kind === 'shipping' ? { carrier: carrier.trim() || null, method: method.trim() || null } : { method: method.trim() };
}

interface MappingTargetProps {
  kind: 'shipping' | 'payment';
  /** What the answer is for; read out. */
  of: string;
  value: Target;
  /** What the back office offers; null to type. */
  offered: ReferenceValue[] | null;
  disabled: boolean;
  onChange: (target: Target) => void;
}

const keyOf = ({ carrier, method }: Target): string => JSON.stringify([carrier, method]);

/** Chooses from the back office's list where it has one, else lets people type. */
export function MappingTarget({ kind, of, value, offered, disabled, onChange }: MappingTargetProps): ReactNode {
  const { t } = useTranslation();
  if (offered) {
    const options = offered.map(({ id, label, group }) => ({
      value: keyOf({ carrier: kind === 'shipping' ? (group ?? '') : '', method: id }),
      label: group && kind === 'shipping' ? `${group} · ${label}` : label,
    }));
    const current = value.method || value.carrier ? keyOf(value) : '';
    const known = current === '' || options.some((option) => option.value === current);
    const kept = known ? [] : [{ value: current, label: [value.carrier, value.method].filter(Boolean).join(' · ') }];
    return (
      <Select
        label={t('mappings.answerFor', { value: of })}
        labelHidden
        disabled={disabled}
        value={current}
        options={[{ value: '', label: t('common.choose') }, ...kept, ...options]}
        onChange={(chosen) => {
          const [carrier = '', method = ''] = chosen ? (JSON.parse(chosen) as string[]) : [];
          onChange({ carrier, method });
        }}
      />
    );
  }
  const method = (
    <TextField
      label={t('mappings.methodFor', { value: of })}
      labelHidden
      placeholder={t('mappings.method')}
      autoComplete="off"
      disabled={disabled}
      value={value.method}
      onChange={(text) => onChange({ ...value, method: text })}
    />
  );
  if (kind === 'payment') return method;
  return (
    <InlineGrid columns={2} gap="200">
      <TextField
        label={t('mappings.carrierFor', { value: of })}
        labelHidden
        placeholder={t('mappings.carrier')}
        autoComplete="off"
        disabled={disabled}
        value={value.carrier}
        onChange={(text) => onChange({ ...value, carrier: text })}
      />
      {method}
    </InlineGrid>
  );
}
