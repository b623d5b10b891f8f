import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { NoConnection } from '../components/no-connection.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { FirstStock } from '../components/first-stock.tsx';
import { Pager } from '../components/pager.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { NoStartingStock, StartingStock } from '../components/starting-stock.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { StockPlaces } from '../components/stock-places.tsx';
import { SyncPage } from '../components/sync-page.tsx';
import { BlockStack, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { capabilitiesOf } from '../connections/known-connectors.ts';
import { openConnection } from '../connections/open-connection.ts';
import { excludeFacilities, setStockPlace, stockSources } from '../connections/stock-places.ts';
import { missingForSync, readSync, switchSync } from '../connections/syncs.ts';
import { hasScope } from '../core/access-scopes.ts';
import { RejectedError } from '../core/errors.ts';
import { inShop } from '../db/scope.ts';
import { levelStates, listLevels, type LevelRow, type LevelState } from '../sync/inventory/read-inventory.ts';
import { readStockPlaces } from '../sync/inventory/read-stock-places.ts';
import { sellElsewhere } from '../sync/inventory/sell-elsewhere.ts';
import { isFirstRunOpen } from '../sync/products/first-run-open.ts';
import { startSync, startSyncIn } from '../sync/runs/start-sync.ts';
import { refreshScopes } from '../sync/shop/refresh-scopes.ts';
import { Refused } from './_shared/failure.server.ts';
import { act, oneOf, pageOf } from './_shared/page.server.ts';
import { loadSyncPage } from './_shared/sync-page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return loadSyncPage(request, 'inventory', async ({ shop }, connection, query) => {
    const places = await readStockPlaces(shop.id, connection.id);
    const locations = places.places.map(({ locationId: id, locationName: name }) => ({ id, name }));
    const locationId = oneOf(
      query,
      'location',
      locations.map(({ id }) => id),
    );
    const state = oneOf(query, 'state', levelStates);
    const page = pageOf(query);
    const levels = await listLevels(shop.id, {
      connectionId: connection.id,
      ...(state ? { state } : {}),
      ...(locationId ? { locationId } : {}),
      text: query.get('q') ?? '',
      page,
    });
    // a connection whose settings are incomplete says so elsewhere
    const live = await openConnection(shop.id, connection.id).catch(() => null);
    const takesStart = live?.connector.stock?.setOnHand !== undefined;
    const shipments = await inShop(shop.id, (tx) => readSync(tx, shop.id, connection.id, 'shipments'));
    const first = {
      suggested: takesStart ? (capabilitiesOf(connection).remote ? ('own' as const) : ('shopify' as const)) : null,
      withShipments: shipments.enabledAt === null,
      // whose stock it is must be known there before it is handed over
      waits: await inShop(shop.id, (tx) => isFirstRunOpen(tx, shop.id, connection.id)),
    };
    return { ...levels, page, locations, places, takesStart, first, backOffice: connection.name };
  });
}

const pieces = z.number().nullable();
const of = { connectionId: z.uuid(), locationId: z.string().startsWith('gid://shopify/Location/') };
const schema = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('places'),
    connectionId: z.uuid(),
    excluded: z.array(z.string()).max(1000),
    places: z
      .array(
        z.object({
          locationId: of.locationId,
          source: z.enum(stockSources),
          facilities: z.array(z.string()).max(1000),
          safetyStock: pieces,
          threshold: pieces,
          publishAnyway: z.boolean(),
        }),
      )
      .max(1000),
  }),
  z.object({ intent: z.literal('offline'), ...of }),
  z.object({ intent: z.literal('anyway'), ...of }),
  z.object({ intent: z.literal('starting-stock'), connectionId: z.uuid(), again: z.boolean() }),
  z.object({ intent: z.literal('first-on'), connectionId: z.uuid(), from: z.enum(['shopify', 'own']), shipments: z.boolean() }),
]);

/** What its own fields say is said at them. */
function atField(thrown: unknown): never {
  if (!(thrown instanceof RejectedError) || !thrown.field) throw thrown;
  throw Refused.fields({ [thrown.field]: { code: thrown.code, params: thrown.params } });
}

/** Which stock each location shows, and the one-time start from Shopify's numbers. */
export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'administrator', async (input, { shop, actor, admin }) => {
    const shopId = shop.id;
    const { connectionId } = input;
    switch (input.intent) {
      case 'places':
        await inShop(shopId, async (tx) => {
          for (const { safetyStock, threshold, ...place } of input.places)
            await setStockPlace(tx, shopId, actor, connectionId, {
              ...place,
              safetyStock: safetyStock ?? -1,
              threshold: threshold ?? -1,
            });
          await excludeFacilities(tx, shopId, actor, connectionId, input.excluded);
        }).catch(atField);
        return { done: 'done.saved' };
      case 'offline': {
        // granted in the admin a moment ago: Shopify knows it before our own record does
        const granted = hasScope(shop.scopes, 'write_locations') ? shop.scopes : await refreshScopes(admin, actor);
        const live = await openConnection(shopId, connectionId);
        const withheld = await sellElsewhere(live, admin, actor, input.locationId, granted);
        if (withheld) throw new Refused(withheld);
        return { done: 'done.offline' };
      }
      case 'anyway':
        await inShop(shopId, async (tx) => {
          const where = { shopId_locationId: { shopId, locationId: input.locationId } };
          const link = await tx.locationLink.findUnique({ where });
          await setStockPlace(tx, shopId, actor, connectionId, {
            locationId: input.locationId,
            source: stockSources.find((one) => one === link?.stockSource) ?? 'own',
            facilities: link?.stockFacilities ?? [],
            safetyStock: link?.safetyStock ?? 0,
            threshold: link?.threshold ?? 0,
            publishAnyway: true,
          });
        });
        return { done: 'done.saved' };
      case 'starting-stock': {
        const again = input.again ? { argument: 'again' } : {};
        const startedBy = actor.userId ?? actor.userName;
        const runId = await startSync({ shopId, connectionId, sync: 'inventory', task: 'starting-stock', startedBy, ...again });
        return { done: 'done.started', result: { runId } };
      }
      case 'first-on': {
        const startedBy = actor.userId ?? actor.userName;
        const missing = await inShop(shopId, async (tx) => {
          const lacks = await missingForSync(tx, shopId, connectionId, 'inventory');
          if (input.from === 'shopify' && (await isFirstRunOpen(tx, shopId, connectionId)))
            lacks.push({ code: 'products-going', params: {} });
          if (lacks.length > 0) return lacks;
          if (input.shipments) {
            const shipments = await switchSync(tx, shopId, actor, connectionId, 'shipments', true);
            if (!shipments.ok) return shipments.missing;
          }
          if (input.from === 'shopify') {
            // The run switches the sync on once the numbers are there: what it published before would be an echo of nothing.
            const task = { task: 'starting-stock', argument: 'then-on' };
            await startSyncIn(tx, { shopId, connectionId, sync: 'inventory', ...task, startedBy });
          } else await switchSync(tx, shopId, actor, connectionId, 'inventory', true);
          return [];
        });
        if (missing.length > 0) throw Refused.missing(missing);
        return { done: input.from === 'shopify' ? 'done.startingStock' : 'done.switchedOn' };
      }
    }
  });
}

const states: readonly LevelState[] = ['published', 'inactive', 'unknown', 'problem'];

export default function Inventory(): ReactNode {
  const { page, records, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  if (!page || !records) return <NoConnection title={t('sync.inventory.name')} />;
  const columns: Column<LevelRow>[] = [
    {
      id: 'sku',
      title: t('products.sku'),
      lead: true,
      cell: (row) => (
        <BlockStack>
          <Text as="span" fontWeight="semibold">
            {row.sku || t('products.noSku')}
          </Text>
          <Text as="span" tone="subdued">
            {row.title}
          </Text>
        </BlockStack>
      ),
    },
    {
      id: 'location',
      title: t('inventory.location'),
      cell: (row) =>
        row.facilityName && row.facilityName !== row.locationName
          ? `${row.locationName} · ${row.facilityName}`
          : row.locationName,
    },
    {
      id: 'state',
      title: t('common.state'),
      cell: (row) => (
        <BlockStack gap="050">
          <span>
            <StateBadge of="level" state={row.state} />
          </span>
          {row.problem ? (
            <ProblemNote brief cause={row.problem.cause} params={row.problem.params} connector={page.connector} />
          ) : null}
        </BlockStack>
      ),
    },
    {
      id: 'remote',
      title: t('inventory.remote'),
      numeric: true,
      cell: (row) => (row.remoteAvailable === null ? '–' : formats.number(row.remoteAvailable)),
    },
    { id: 'committed', title: t('inventory.committed'), numeric: true, cell: (row) => formats.number(row.committed) },
    { id: 'available', title: t('inventory.available'), numeric: true, cell: (row) => formats.number(row.available) },
    {
      id: 'published',
      title: t('inventory.published'),
      cell: (row) => (row.publishedAt ? formats.relative(row.publishedAt, now) : '–'),
    },
  ];
  return (
    <SyncPage
      {...page}
      now={now}
      first={
        <FirstStock
          connectionId={page.view.sync.connectionId}
          backOffice={records.backOffice}
          suggested={records.places.startingStockAt === null ? records.first.suggested : null}
          withShipments={records.first.withShipments}
          waits={records.first.waits}
        />
      }
      extra={
        <>
          <StockPlaces connectionId={page.view.sync.connectionId} places={records.places} now={now} />
          {records.takesStart ? (
            <StartingStock
              connectionId={page.view.sync.connectionId}
              backOffice={records.backOffice}
              syncOn={page.view.sync.enabled}
              takenAt={records.places.startingStockAt}
            />
          ) : page.view.sync.enabled ? null : (
            <NoStartingStock backOffice={records.backOffice} />
          )}
        </>
      }
    >
      <FilterBar
        search={t('inventory.search')}
        choices={[
          {
            name: 'state',
            label: t('common.state'),
            options: states.map((value) => ({ value, label: t(`state.level.${value}`) })),
          },
          {
            name: 'location',
            label: t('inventory.location'),
            options: records.locations.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
      />
      <RecordTable
        caption={t('inventory.caption')}
        columns={columns}
        rows={records.rows}
        rowKey={(row) => `${row.inventoryItemId} ${row.locationId}`}
        empty={t('inventory.none')}
      />
      <Pager page={records.page} hasNext={records.hasNext} />
    </SyncPage>
  );
}
