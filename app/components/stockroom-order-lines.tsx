import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderLine } from '../stockroom/order-types.ts';
import { BlockStack, Box, Card, RecordTable, Text, type Column } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

/** What an order asks for, and how far each line is. */
export function OrderLines({ lines, currency }: { lines: OrderLine[]; currency: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const columns: Column<OrderLine>[] = [
    {
      id: 'sku',
      title: t('products.sku'),
      lead: true,
      cell: (line) => (
        <BlockStack>
          <Text as="span" fontWeight="semibold">
            {line.sku}
          </Text>
          <Text as="span">{line.title}</Text>
        </BlockStack>
      ),
    },
    { id: 'quantity', title: t('order.quantity'), numeric: true, cell: (line) => formats.number(line.quantity) },
    { id: 'packed', title: t('stockroom.packedUnits'), numeric: true, cell: (line) => formats.number(line.packed) },
    { id: 'shipped', title: t('order.shippedUnits'), numeric: true, cell: (line) => formats.number(line.shipped) },
    ...(lines.some(({ cancelled }) => cancelled > 0)
      ? [
          {
            id: 'cancelled',
            title: t('stockroom.cancelledUnits'),
            numeric: true,
            cell: (line: OrderLine) => formats.number(line.cancelled),
          },
        ]
      : []),
    ...(lines.some(({ returned }) => returned > 0)
      ? [
          {
            id: 'returned',
            title: t('stockroom.returnedUnits'),
            numeric: true,
            cell: (line: OrderLine) => formats.number(line.returned),
          },
        ]
      : []),
    { id: 'total', title: t('orders.total'), numeric: true, cell: (line) => formats.money(line.total, currency) },
  ];
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <Text as="h2" variant="headingMd">
          {t('stockroom.lines')}
        </Text>
      </Box>
      <RecordTable caption={t('stockroom.lines')} columns={columns} rows={lines} rowKey={({ id }) => id} />
    </Card>
  );
}
