import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockStack, Card, Link, List, Text } from './ui/index.ts';

/** What counts as shipped besides a reported parcel, and where that is set: states are mapped, the back office's own parcels stand with its connection. */
export function ShippedStates({
  connectionId,
  mapped,
}: {
  connectionId: string;
  /** Mapped states of an order that mean fulfilled; null where the back office tells no states. */
  mapped: string[] | null;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('shippedStates.title')}
        </Text>
        <Text as="p">{t('shippedStates.parcels')}</Text>
        <List>
          {mapped === null ? null : (
            <List.Item>
              {mapped.length > 0 ? t('shippedStates.mapped', { states: mapped.join(', ') }) : t('shippedStates.none')}{' '}
              <Link url={`/app/mappings?kind=order-status&connection=${connectionId}`}>{t('shippedStates.mapStates')}</Link>
            </List.Item>
          )}
          <List.Item>
            {t('shippedStates.own')} <Link url={`/app/connections/${connectionId}`}>{t('shippedStates.openConnection')}</Link>
          </List.Item>
        </List>
      </BlockStack>
    </Card>
  );
}
