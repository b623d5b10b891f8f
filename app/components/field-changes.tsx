import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldChange } from '../sync/products/field-changes.ts';
import { BlockStack, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

const amounts = ['price', 'cost'];

/** What a hand-over changed of a product, field by field. */
export function FieldChanges({ changes }: { changes: readonly FieldChange[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const nameOf = (field: string): string =>
    i18n.exists(`products.fields.${field}`) ? t(`products.fields.${field}`) : field.slice(field.indexOf('.') + 1);
  const said = (field: string, value: unknown): string => {
    if (value === null || value === '') return t('sync.nothing');
    if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(', ') : t('sync.nothing');
    if (typeof value === 'boolean') return value ? t('sync.on') : t('sync.offValue');
    if (typeof value === 'number') return amounts.includes(field) ? formats.money(value) : formats.number(value);
    return String(value);
  };
  return (
    <BlockStack>
      {changes.map(({ field, before, after }) => (
        <Text as="span" tone="subdued" key={field}>
          {t('products.change', { field: nameOf(field), before: said(field, before), after: said(field, after) })}
        </Text>
      ))}
    </BlockStack>
  );
}
