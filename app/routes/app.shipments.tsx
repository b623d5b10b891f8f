import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { CarrierRules } from '../components/carrier-rules.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { ShippedStates } from '../components/shipped-states.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { SyncPage } from '../components/sync-page.tsx';
import { TrackingList } from '../components/tracking-list.tsx';
import { useMay } from '../components/shop-context.tsx';
import { Button, Link, RecordTable, type Column } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { carriersSeen, listCarrierRules, saveCarrierRules } from '../connections/carrier-rules.ts';
import { capabilitiesOf } from '../connections/known-connectors.ts';
import { offeredMappingKinds } from '../connectors/contract/index.ts';
import { legacyIdOf } from '../core/gid.ts';
import { inShop } from '../db/scope.ts';
import { loadRules } from '../mappings/mapping-store.ts';
import { isKnownScac } from '../sync/shipments/dress-tracking.ts';
import { listShipments, parcelStates, type ParcelRow, type ParcelState } from '../sync/shipments/read-shipments.ts';
import { startSync } from '../sync/runs/start-sync.ts';
import { act, oneOf, pageOf } from './_shared/page.server.ts';
import { loadSyncPage } from './_shared/sync-page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return loadSyncPage(request, 'shipments', async ({ shop }, connection, query) => {
    const state = oneOf(query, 'state', parcelStates);
    const page = pageOf(query);
    const parcels = await listShipments(shop.id, {
      connectionId: connection.id,
      ...(state ? { state } : {}),
      text: query.get('q') ?? '',
      page,
    });
    const carriers = await inShop(shop.id, async (tx) => ({
      rules: await listCarrierRules(tx, shop.id, connection.id),
      seen: (await carriersSeen(tx, shop.id, connection.id)).filter((carrier) => !isKnownScac(carrier)),
    }));
    const tellsStates = offeredMappingKinds(capabilitiesOf(connection)).includes('order-status');
    const rules = tellsStates ? await inShop(shop.id, (tx) => loadRules(tx, shop.id, connection.id, 'order-status')) : null;
    const shipped = rules?.filter(({ target }) => target.value === 'fulfilled').map(({ source }) => source) ?? null;
    return { ...parcels, page, carriers, shipped };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('carriers'),
    connectionId: z.uuid(),
    rules: z.array(z.object({ carrier: z.string(), company: z.string(), url: z.string() })).max(200),
  }),
  z.object({ intent: z.literal('again'), connectionId: z.uuid(), shipmentId: z.uuid() }),
]);

/** What carriers are called, and tracking that is sent once more. */
export function action({ request }: ActionFunctionArgs) {
  const roleOf = ({ intent }: z.output<typeof schema>) => (intent === 'carriers' ? 'administrator' : 'operator');
  return act(request, schema, roleOf, async (input, { shop, actor }) => {
    const shopId = shop.id;
    const { connectionId } = input;
    switch (input.intent) {
      case 'carriers':
        await inShop(shopId, (tx) => saveCarrierRules(tx, shopId, actor, connectionId, input.rules));
        return { done: 'done.saved' };
      case 'again': {
        const startedBy = actor.userId ?? actor.userName;
        const task = { task: 'tracking-again', argument: input.shipmentId };
        await startSync({ shopId, connectionId, sync: 'shipments', startedBy, ...task });
        return { done: 'done.trackingAgain' };
      }
    }
  });
}

const states: readonly ParcelState[] = ['problem', 'seen', 'waiting', 'withheld', 'mirrored', 'cancelled', 'undone'];

export default function Shipments(): ReactNode {
  const { page, records, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const may = useMay('operator');
  const again = useAction();
  if (!page || !records) return <NoConnection title={t('sync.shipments.name')} />;
  const columns: Column<ParcelRow>[] = [
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
    { id: 'shipped', title: t('shipments.shipped'), cell: (row) => formats.dateTime(row.shippedAt) },
    { id: 'tracking', title: t('shipments.tracking'), cell: (row) => <TrackingList tracking={row.tracking} /> },
    { id: 'state', title: t('common.state'), cell: (row) => <StateBadge of="parcel" state={row.state} /> },
    {
      id: 'reason',
      title: t('common.details'),
      cell: (row) =>
        row.problem ? (
          <ProblemNote brief cause={row.problem.cause} params={row.problem.params} connector={page.connector} />
        ) : row.reason ? (
          words.reason(row.reason.code, row.reason.params, page.connector)
        ) : row.mirroredAt ? (
          t('shipments.mirrored', { when: formats.relative(row.mirroredAt, now) })
        ) : (
          ''
        ),
    },
    { id: 'units', title: t('orders.units'), numeric: true, cell: (row) => formats.number(row.units) },
    {
      id: 'actions',
      title: t('common.actions'),
      cell: (row) =>
        row.state === 'mirrored' && row.tracking.length > 0 ? (
          <Button
            size="slim"
            disabled={!may || again.busy}
            accessibilityLabel={t('shipments.againOf', { order: row.orderName ?? row.reference })}
            onClick={() => again.run({ intent: 'again', connectionId: page.view.sync.connectionId, shipmentId: row.id })}
          >
            {t('shipments.again')}
          </Button>
        ) : (
          ''
        ),
    },
  ];
  return (
    <SyncPage
      {...page}
      now={now}
      extra={
        <>
          <CarrierRules connectionId={page.view.sync.connectionId} {...records.carriers} />
          <ShippedStates connectionId={page.view.sync.connectionId} mapped={records.shipped} />
        </>
      }
    >
      <FailureBanner failure={again.failure} />
      <FilterBar
        search={t('shipments.search')}
        choices={[
          {
            name: 'state',
            label: t('common.state'),
            options: states.map((value) => ({ value, label: t(`state.parcel.${value}`) })),
          },
        ]}
      />
      <RecordTable
        caption={t('shipments.caption')}
        columns={columns}
        rows={records.rows}
        rowKey={({ id }) => id}
        empty={t('shipments.none')}
      />
      <Pager page={records.page} hasNext={records.hasNext} />
    </SyncPage>
  );
}
