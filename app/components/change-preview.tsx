import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangePreview, Concerned } from '../mappings/preview-change.ts';
import { BlockStack, List, Text } from './ui/index.ts';

/** Whether a change is worth a question before it is made. */
export const concernsSomething = ({ openOrders, products }: ChangePreview): boolean => openOrders.count > 0 || products.count > 0;

function Names({ what, more }: { what: Concerned; more: string }): ReactNode {
  return (
    <List>
      {what.first.map((name) => (
        <List.Item key={name}>{name}</List.Item>
      ))}
      {what.count > what.first.length ? <List.Item>{more}</List.Item> : null}
    </List>
  );
}

/** What a change of mappings would change: open orders and products, by name. */
export function ChangePreviewText({ preview }: { preview: ChangePreview }): ReactNode {
  const { t } = useTranslation();
  const { openOrders, products } = preview;
  const rest = (what: Concerned) => t('mappings.andMore', { count: what.count - what.first.length });
  return (
    <BlockStack gap="300">
      {openOrders.count > 0 ? (
        <BlockStack gap="100">
          <Text as="p">{t('mappings.openOrders', { count: openOrders.count })}</Text>
          <Names what={openOrders} more={rest(openOrders)} />
          {openOrders.unmapped > 0 ? (
            <Text as="p">{t('mappings.openOrdersUnmapped', { count: openOrders.unmapped })}</Text>
          ) : null}
        </BlockStack>
      ) : null}
      {products.count > 0 ? (
        <BlockStack gap="100">
          <Text as="p">{t('mappings.products', { count: products.count })}</Text>
          <Names what={products} more={rest(products)} />
        </BlockStack>
      ) : null}
      {openOrders.count + products.count === 0 ? <Text as="p">{t('mappings.concernsNothing')}</Text> : null}
      <Text as="p" tone="subdued">
        {t('mappings.sentStays')}
      </Text>
    </BlockStack>
  );
}
