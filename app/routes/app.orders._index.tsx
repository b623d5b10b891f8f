import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NoConnection } from '../components/no-connection.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { ImportOrders } from '../components/import-orders.tsx';
import { Pager } from '../components/pager.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { SyncPage } from '../components/sync-page.tsx';
import { Link, RecordTable, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { legacyIdOf } from '../core/gid.ts';
import { listOrders, orderStates, type OrderRow, type OrderState } from '../sync/orders/read-orders.ts';
import { oneOf, pageOf } from './_shared/page.server.ts';
import { loadSyncPage } from './_shared/sync-page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return loadSyncPage(request, 'orders', async ({ shop }, _connection, query) => {
    const state = oneOf(query, 'state', orderStates);
    const page = pageOf(query);
    const orders = await listOrders(shop.id, {
      ...(state ? { state } : {}),
      attention: query.get('state') === 'problem',
      text: query.get('q') ?? '',
      page,
    });
    return { ...orders, page };
  });
}

const states: readonly (OrderState | 'problem')[] = [
  'problem',
  'waiting',
  'held',
  'sent',
  'partly-shipped',
  'shipped',
  'parked',
  'skipped',
  'cancelled',
];

export default function Orders(): ReactNode {
  const { page, records, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  if (!page || !records) return <NoConnection title={t('sync.orders.name')} />;
  const { connectionId } = page.view.sync;
  const columns: Column<OrderRow>[] = [
    {
      id: 'name',
      title: t('orders.order'),
      lead: true,
      cell: (order) => (
        <span className="cd-nowrap">
          <Link url={`/app/orders/${legacyIdOf(order.id)}`}>{order.name}</Link>
        </span>
      ),
    },
    {
      id: 'placed',
      title: t('orders.placed'),
      cell: (order) => <span className="cd-nowrap">{formats.dateTime(order.placedAt)}</span>,
    },
    { id: 'state', title: t('common.state'), cell: (order) => <StateBadge of="order" state={order.state} /> },
    {
      id: 'reason',
      title: t('common.details'),
      cell: (order) =>
        order.problem ? (
          <ProblemNote brief cause={order.problem} params={order.problemParams} connector={page.connector} />
        ) : order.reason && order.state !== 'shipped' ? (
          words.reason(order.reason.code, order.reason.params, page.connector)
        ) : (
          order.references.join(', ')
        ),
    },
    { id: 'payment', title: t('orders.payment'), cell: (order) => words.word('status', order.financialStatus) },
    { id: 'units', title: t('orders.units'), numeric: true, cell: (order) => formats.number(order.units) },
    { id: 'total', title: t('orders.total'), numeric: true, cell: (order) => formats.money(order.total, order.currency) },
  ];
  return (
    <SyncPage {...page} now={now} extra={<ImportOrders connectionId={connectionId} enabled={page.view.sync.enabled} />}>
      <FilterBar
        search={t('orders.search')}
        choices={[
          {
            name: 'state',
            label: t('common.state'),
            options: states.map((value) => ({ value, label: t(`state.order.${value}`) })),
          },
        ]}
      />
      <RecordTable
        caption={t('orders.caption')}
        columns={columns}
        rows={records.rows}
        rowKey={({ id }) => id}
        empty={t('orders.none')}
      />
      <Pager page={records.page} hasNext={records.hasNext} />
    </SyncPage>
  );
}
