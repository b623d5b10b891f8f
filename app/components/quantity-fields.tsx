import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockStack, InlineStack, Text, TextField } from './ui/index.ts';

export interface Countable {
  id: string;
  sku: string;
  title: string;
  /** At most so many. */
  most: number;
}

interface QuantityFieldsProps {
  lines: Countable[];
  values: Record<string, number>;
  disabled: boolean;
  onChange: (lineId: string, quantity: number) => void;
}

/** How many units of each line; never more than there are. */
export function QuantityFields({ lines, values, disabled, onChange }: QuantityFieldsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <BlockStack gap="200">
      {lines.map(({ id, sku, title, most }) => (
        <InlineStack key={id} gap="300" blockAlign="center" wrap={false} align="space-between">
          <Text as="span" breakWord>
            {sku} · {title}
          </Text>
          <div className="cd-quantity">
            <TextField
              label={t('stockroom.quantityOf', { sku })}
              labelHidden
              type="number"
              min={0}
              max={most}
              suffix={t('stockroom.of', { most })}
              autoComplete="off"
              disabled={disabled}
              value={String(values[id] ?? 0)}
              onChange={(typed) => onChange(id, Math.min(most, Math.max(0, Math.trunc(Number(typed) || 0))))}
            />
          </div>
        </InlineStack>
      ))}
    </BlockStack>
  );
}
