import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParcelView, PartView } from '../sync/orders/read-order-page.ts';
import { StateBadge } from './state-badge.tsx';
import { TrackingList } from './tracking-list.tsx';
import { BlockStack, Box, Card, Facts, InlineStack, Link, RecordTable, Text, type Column } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

type Line = PartView['lines'][number];

/** One part of an order: where it went, as what, with which mapped values, and what has left. */
export function OrderPart({ part, parcels, currency }: { part: PartView; parcels: ParcelView[]; currency: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const columns: Column<Line>[] = [
    { id: 'sku', title: t('products.sku'), lead: true, cell: (line) => line.sku || t('products.noSku') },
    { id: 'quantity', title: t('order.quantity'), numeric: true, cell: (line) => formats.number(line.quantity) },
    { id: 'shipped', title: t('order.shippedUnits'), numeric: true, cell: (line) => formats.number(line.shipped) },
    { id: 'open', title: t('order.openUnits'), numeric: true, cell: (line) => formats.number(line.open) },
  ];
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="300">
          <InlineStack gap="200" blockAlign="center">
            <Text as="h2" variant="headingMd">
              {t('order.part', { reference: part.reference })}
            </Text>
            <StateBadge of="part" state={part.state} />
          </InlineStack>
          <Facts
            items={[
              { name: t('order.backOffice'), value: part.connectionName },
              {
                name: t('order.remoteNumber'),
                value: part.remoteUrl ? (
                  <Link url={part.remoteUrl}>{part.remoteNumber ?? t('order.openThere')}</Link>
                ) : (
                  part.remoteNumber
                ),
              },
              { name: t('order.location'), value: part.locationName },
              { name: t('order.facility'), value: part.facilityName },
              { name: t('order.accepted'), value: part.acceptedAt ? formats.dateTime(part.acceptedAt) : null },
              { name: t('orders.total'), value: part.acceptedAt ? formats.money(part.total, currency) : null },
              ...part.mapped.map(({ from, to }) => ({ name: t('order.mapped', { value: from }), value: to })),
            ]}
          />
        </BlockStack>
      </Box>
      <RecordTable
        caption={t('order.linesOf', { reference: part.reference })}
        columns={columns}
        rows={part.lines}
        rowKey={({ lineId }) => lineId}
      />
      {parcels.length > 0 ? (
        <Box padding="400">
          <BlockStack gap="200">
            <Text as="h3" variant="headingSm">
              {t('order.parcels')}
            </Text>
            {parcels.map((parcel) => (
              <BlockStack key={parcel.id} gap="050">
                <InlineStack gap="200">
                  <Text as="span">{formats.dateTime(parcel.shippedAt)}</Text>
                  <StateBadge of="parcel" state={parcel.state} />
                </InlineStack>
                <TrackingList tracking={parcel.tracking} />
                <Text as="span" tone="subdued">
                  {parcel.lines.map(({ sku, quantity }) => t('returns.line', { sku, count: quantity })).join(', ')}
                </Text>
              </BlockStack>
            ))}
          </BlockStack>
        </Box>
      ) : null}
    </Card>
  );
}
