import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NoConnection } from '../components/no-connection.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { SyncPage } from '../components/sync-page.tsx';
import { BlockStack, Card, Link, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { legacyIdOf } from '../core/gid.ts';
import { inShop } from '../db/scope.ts';
import {
  listAnnounced,
  listReturnRecords,
  returnStates,
  type ReturnRow,
  type ReturnState,
} from '../sync/returns/read-returns.ts';
import { oneOf, pageOf } from './_shared/page.server.ts';
import { loadSyncPage } from './_shared/sync-page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return loadSyncPage(request, 'returns', async ({ shop }, connection, query) => {
    const state = oneOf(query, 'state', returnStates);
    const page = pageOf(query);
    const returns = await listReturnRecords(shop.id, {
      connectionId: connection.id,
      ...(state ? { state } : {}),
      text: query.get('q') ?? '',
      page,
    });
    return { ...returns, page, announced: await inShop(shop.id, (tx) => listAnnounced(tx, shop.id, connection.id)) };
  });
}

const states: readonly ReturnState[] = ['problem', 'seen', 'withheld', 'recorded', 'refunded'];

export default function Returns(): ReactNode {
  const { page, records, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  if (!page || !records) return <NoConnection title={t('sync.returns.name')} />;
  const columns: Column<ReturnRow>[] = [
    {
      id: 'order',
      title: t('orders.order'),
      lead: true,
      cell: (row) =>
        row.orderId ? (
          <Link url={`/app/orders/${legacyIdOf(row.orderId)}`}>{row.orderName ?? row.reference}</Link>
        ) : (
          row.reference
        ),
    },
    { id: 'received', title: t('returns.received'), cell: (row) => formats.dateTime(row.receivedAt) },
    {
      id: 'lines',
      title: t('returns.lines'),
      cell: (row) =>
        row.lines
          .map((line) => t(line.restocked ? 'returns.lineRestocked' : 'returns.line', { count: line.quantity, sku: line.sku }))
          .join(', '),
    },
    { id: 'state', title: t('common.state'), cell: (row) => <StateBadge of="return" state={row.state} /> },
    {
      id: 'reason',
      title: t('common.details'),
      cell: (row) =>
        row.problem ? (
          <ProblemNote brief cause={row.problem.cause} params={row.problem.params} connector={page.connector} />
        ) : row.reason ? (
          words.reason(row.reason.code, row.reason.params, page.connector)
        ) : row.refunded === null ? (
          ''
        ) : (
          t('returns.refunded', { amount: formats.money(row.refunded) })
        ),
    },
  ];
  return (
    <SyncPage
      {...page}
      now={now}
      extra={
        records.announced.length > 0 ? (
          <Card>
            <BlockStack gap="200">
              <Text as="h2" variant="headingMd">
                {t('returns.opened')}
              </Text>
              {records.announced.map((one) => (
                <Text key={one.reference} as="p">
                  <Link url={`/app/orders/${legacyIdOf(one.orderId)}`}>{one.reference}</Link>
                  {' · '}
                  {t(`returns.${one.state}`, { count: one.units, when: formats.relative(one.at, now) })}
                </Text>
              ))}
            </BlockStack>
          </Card>
        ) : null
      }
    >
      <FilterBar
        search={t('shipments.search')}
        choices={[
          {
            name: 'state',
            label: t('common.state'),
            options: states.map((value) => ({ value, label: t(`state.return.${value}`) })),
          },
        ]}
      />
      <RecordTable
        caption={t('returns.caption')}
        columns={columns}
        rows={records.rows}
        rowKey={({ id }) => id}
        empty={t('returns.none')}
      />
      <Pager page={records.page} hasNext={records.hasNext} />
    </SyncPage>
  );
}
