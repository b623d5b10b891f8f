import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StockroomTabs } from '../components/stockroom-tabs.tsx';
import {
  Badge,
  BlockStack,
  Button,
  Card,
  EmptyState,
  InlineStack,
  Link,
  Page,
  RecordTable,
  Text,
  type Column,
} from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { pickList } from '../stockroom/pick-list.ts';
import { readRoomPage } from './_shared/stockroom.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room) => ({ lines: await pickList(room) }));
}

type Line = ReturnType<typeof useLoaderData<typeof loader>>['lines'][number];

export default function PickList(): ReactNode {
  const { lines, now, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const columns: Column<Line>[] = [
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
          {line.barcode ? (
            <Text as="span" tone="subdued">
              {line.barcode}
            </Text>
          ) : null}
        </BlockStack>
      ),
    },
    { id: 'facility', title: t('locations.facility'), cell: (line) => line.facility },
    { id: 'shelf', title: t('stockroom.shelf'), cell: (line) => line.shelf || '–' },
    { id: 'quantity', title: t('stockroom.toFetch'), numeric: true, cell: (line) => formats.number(line.quantity) },
    {
      id: 'onHand',
      title: t('stockroom.onHand'),
      numeric: true,
      cell: (line) => (
        <InlineStack gap="200" align="end">
          {formats.number(line.onHand)}
          {line.short > 0 ? <Badge tone="warning">{t('stockroom.short', { count: line.short })}</Badge> : null}
        </InlineStack>
      ),
    },
    {
      id: 'orders',
      title: t('stockroom.forOrders'),
      cell: (line) => (
        <InlineStack gap="200">
          {line.orders.map(({ orderId, reference, quantity }) => (
            <span key={orderId}>
              <Link url={`/app/stockroom/orders/${orderId}?connection=${connectionId}`}>{reference}</Link> × {quantity}
            </span>
          ))}
        </InlineStack>
      ),
    },
  ];
  return (
    <Page title={t('stockroom.pickList')} subtitle={formats.dateTime(now)}>
      <BlockStack gap="400">
        <div className="cd-no-print">
          <StockroomTabs current="pick-list" connectionId={connectionId} />
        </div>
        {lines.length > 0 ? (
          <div className="cd-no-print">
            <Button onClick={() => window.print()}>{t('common.print')}</Button>
          </div>
        ) : null}
        <Card padding="0">
          <RecordTable
            caption={t('stockroom.pickList')}
            columns={columns}
            rows={lines}
            rowKey={(line) => `${line.facility} ${line.productId}`}
            empty={
              <EmptyState
                heading={t('stockroom.nothingToPick')}
                action={{ content: t('stockroom.orders'), url: `/app/stockroom/orders?connection=${connectionId}` }}
                image=""
              >
                <Text as="p">{t('stockroom.nothingToPickBody')}</Text>
              </EmptyState>
            }
          />
        </Card>
      </BlockStack>
    </Page>
  );
}
