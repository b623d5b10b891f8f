import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Pager } from '../components/pager.tsx';
import { StockroomTabs } from '../components/stockroom-tabs.tsx';
import { BlockStack, Card, EmptyState, Link, Page, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { listReturns } from '../stockroom/parcel-reading.ts';
import { pageOf } from './_shared/page.server.ts';
import { readRoomPage } from './_shared/stockroom.server.ts';

const pageSize = 50;

export function loader({ request }: LoaderFunctionArgs) {
  return readRoomPage(request, async (room, query) => {
    const number = pageOf(query);
    const found = await listReturns({ ...room, page: { number, size: pageSize } });
    return { returns: found.map(({ change: _change, ...one }) => one), page: number };
  });
}

type Return = ReturnType<typeof useLoaderData<typeof loader>>['returns'][number];

export default function StockroomReturns(): ReactNode {
  const { returns, page, connectionId } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const columns: Column<Return>[] = [
    {
      id: 'label',
      title: t('stockroom.return'),
      lead: true,
      cell: (one) => <Link url={`/app/stockroom/orders/${one.orderId}?connection=${connectionId}`}>{one.label}</Link>,
    },
    { id: 'received', title: t('returns.received'), cell: (one) => formats.dateTime(one.receivedAt) },
    {
      id: 'lines',
      title: t('returns.lines'),
      cell: (one) =>
        one.amount === null
          ? one.lines
              .map((line) =>
                t(line.restocked ? 'returns.lineRestocked' : 'returns.line', { sku: line.sku, count: line.quantity }),
              )
              .join(', ')
          : t('stockroom.goodwillGiven'),
    },
    { id: 'note', title: t('stockroom.note'), cell: (one) => one.note || '–' },
  ];
  return (
    <Page title={t('stockroom.returns')} subtitle={t('stockroom.returnsWhat')}>
      <BlockStack gap="400">
        <StockroomTabs current="returns" connectionId={connectionId} />
        <Card padding="0">
          <RecordTable
            caption={t('stockroom.returns')}
            columns={columns}
            rows={returns}
            rowKey={({ id }) => id}
            empty={
              <EmptyState heading={t('stockroom.noReturns')} image="">
                <Text as="p">{t('stockroom.noReturnsBody')}</Text>
              </EmptyState>
            }
          />
          <Pager page={page} hasNext={returns.length === pageSize} />
        </Card>
      </BlockStack>
    </Page>
  );
}
