import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { InlineGrid, TextField } from './ui/index.ts';

export interface TrackingValue {
  number: string;
  carrier: string;
  url: string;
}

export const noTracking: TrackingValue = { number: '', carrier: '', url: '' };

/** As actions take it: nothing where no number was entered. */
export const trackingFor = (value: TrackingValue): TrackingValue[] => (value.number.trim() ? [value] : []);

/** Number, carrier and link of one parcel. */
export function TrackingFields({
  value,
  disabled,
  onChange,
}: {
  value: TrackingValue;
  disabled: boolean;
  onChange: (value: TrackingValue) => void;
}): ReactNode {
  const { t } = useTranslation();
  const field = (name: keyof TrackingValue): ReactNode => (
    <TextField
      label={t(`stockroom.trackingFields.${name}`)}
      type={name === 'url' ? 'url' : 'text'}
      autoComplete="off"
      disabled={disabled}
      value={value[name]}
      onChange={(text) => onChange({ ...value, [name]: text })}
    />
  );
  return (
    <InlineGrid columns={{ xs: 1, md: 3 }} gap="300">
      {field('number')}
      {field('carrier')}
      {field('url')}
    </InlineGrid>
  );
}
