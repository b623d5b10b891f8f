import type { StockLevel, StockPage, StockPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { facilitiesInACall, overlapMs, productsInACall } from './assumptions.ts';
import { inPieces } from './at-once.ts';
import { itemsOf } from './order-state.ts';
import { everyRow } from './every-row.ts';
import { assertGroup, facilitiesOfStore, findFacilities, isOpen, type Places } from './facilities.ts';
import { ordersWhere } from './order-read.ts';
import { productsBySku, skusOf } from './product-lookup.ts';
import { levelAt, onlineTotal } from './stock-levels.ts';
import { setOnHand } from './stock-write.ts';
import { waitingUnits, type WaitingUnits } from './waiting-units.ts';
import * as wire from './wire.ts';

interface Known {
  productId: string;
  sku: string;
}

/** What is needed of one pull. */
interface Reading {
  places: Places;
  /** Facilities whose own levels are wanted. */
  own: string[];
  /** The queue's id where its total is wanted. */
  queueId: string | null;
  brokering: ReadonlySet<string>;
  thresholds: ReadonlySet<string>;
  waiting: WaitingUnits;
}

/** What can be sold: each facility's own, and the online total in the queue's name. `pageSize` is smaller in tests. */
export function stockPort(account: Account, pageSize = productsInACall): StockPort {
  const { client, context, settings } = account;
  const path = '/oms/productFacilities';
  const keyOf = ({ productId, facilityId }: wire.ProductFacility) => `${productId} ${facilityId}`;

  async function plan(facilityIds: string[]): Promise<Omit<Reading, 'waiting'> | null> {
    const places = await findFacilities(account);
    const queue = places.queue?.facilityId ?? '';
    const own = settings.stockMode === 'queue-only' ? [] : facilityIds.filter((id) => id !== queue);
    const queueId = settings.stockMode !== 'facilities-only' && facilityIds.includes(queue) ? queue : null;
    if (own.length === 0 && queueId === null) return null;
    if (queueId !== null && settings.onlineTotal === 'hotwax') await assertGroup(account);
    const ofStore = queueId === null ? null : await facilitiesOfStore(account);
    const brokering = places.real.filter(
      (one) => (ofStore === null || ofStore.has(one.facilityId)) && isOpen(one, context.nowMs()) && one.maximumOrderLimit !== 0,
    );
    return {
      places,
      own,
      queueId,
      brokering: new Set(brokering.map(({ facilityId }) => facilityId)),
      thresholds: new Set(places.thresholds.map(({ facilityId }) => facilityId)),
    };
  }

  async function rowsOf(products: readonly Known[], { own, queueId, brokering, thresholds }: Reading) {
    const facilities = [...new Set([...own, ...(queueId === null ? [] : [...brokering, ...thresholds])])];
    const query = {
      ...{
        productId: products.map(({ productId }) => productId).join(','),
        productId_op: 'in',
        orderByField: 'productId,facilityId',
      },
      ...(facilities.length <= facilitiesInACall ? { facilityId: facilities.join(','), facilityId_op: 'in' } : {}),
    };
    const rows = new Map<string, wire.ProductFacility>();
    for await (const page of everyRow(client, { path, row: wire.productFacility, query, idOf: keyOf }))
      for (const row of page) rows.set(keyOf(row), row);
    return Map.groupBy(rows.values(), ({ productId }) => productId);
  }

  /** HotWax's own figure for the online total. */
  async function totalsOf(products: readonly Known[]): Promise<Map<string, number | null>> {
    const { productStoreId, facilityGroupId } = settings;
    const query = { productStoreId, facilityGroupId, sku: products.map(({ sku }) => sku) };
    const found = await client.rows('/oms/getProductOnlineAtp', wire.onlineAtp, query);
    return new Map(found.map(({ productId, atp }) => [productId, atp]));
  }

  async function levelsOf(products: readonly Known[], reading: Reading): Promise<StockLevel[]> {
    const { own, queueId } = reading;
    const asked = queueId !== null && settings.onlineTotal === 'hotwax' ? await totalsOf(products) : null;
    const rows = await rowsOf(products, reading);
    return products.flatMap(({ productId, sku }) => {
      const stock = { rows: rows.get(productId) ?? [], waiting: reading.waiting.get(productId) ?? new Map<string, number>() };
      const levels = own.map((id) => [id, levelAt(id, stock, settings.facilitySafety)] as const);
      const sum = queueId === null ? null : onlineTotal(stock, { ...reading, queueId });
      // HotWax answers zero for what no facility knows, so its figure counts only where there is a row.
      const total = sum !== null && asked ? (asked.get(productId) ?? null) : sum;
      return [...levels, [queueId ?? '', total] as const].flatMap(([facilityId, available]) =>
        available === null || Number.isNaN(available) ? [] : [{ facilityId, sku, remoteProductId: productId, available }],
      );
    });
  }

  async function* everyProduct(): AsyncGenerator<Known[]> {
    const list = { path: '/oms/products', row: wire.product, query: { orderByField: 'productId' }, pageSize };
    for await (const rows of everyRow(client, { ...list, idOf: ({ productId }) => productId }))
      yield rows.flatMap(({ productId, internalName }) => (internalName ? [{ productId, sku: internalName }] : []));
  }

  /** Products whose stock changed, or that an order which changed takes or gives back. */
  async function changedProducts(since: number): Promise<Known[]> {
    const from = Math.max(0, since - overlapMs);
    const ids = new Set<string>();
    const query = { lastUpdatedStamp_from: from, orderByField: 'lastUpdatedStamp' };
    for await (const rows of everyRow(client, { path, row: wire.productFacility, query, idOf: keyOf }))
      for (const { productId } of rows) ids.add(productId);
    const orders = await ordersWhere(account, { lastUpdatedStamp_from: from, productStoreId: settings.productStoreId });
    for (const item of orders.flatMap(itemsOf)) if (item.productId) ids.add(item.productId);
    const skus = await skusOf(account, [...ids]);
    return [...ids].flatMap((productId) => {
      const sku = skus.get(productId);
      return sku === undefined ? [] : [{ productId, sku }];
    });
  }

  async function* chosen(since: number | null, skus: string[] | undefined): AsyncGenerator<Known[]> {
    if (!skus && since === null) return yield* everyProduct();
    const products = skus
      ? [...(await productsBySku(account, skus))].map(([sku, { productId }]) => ({ productId, sku }))
      : await changedProducts(since ?? 0);
    yield* inPieces(products, pageSize);
  }

  return {
    async *pull({ facilityIds, since, skus }): AsyncGenerator<StockPage> {
      const planned = await plan(facilityIds);
      if (!planned) return;
      // Waiting orders are read before any level: one that is brokered meanwhile is taken off twice, never not at all.
      let asOf = context.nowMs();
      let reading: Reading | null = null;
      for await (const products of chosen(since, skus)) {
        if (products.length === 0) continue;
        if (!reading) {
          asOf = context.nowMs();
          reading = { ...planned, waiting: await waitingUnits(account, planned.places) };
        }
        yield { levels: await levelsOf(products, reading), asOf };
      }
    },

    setOnHand: (levels) => setOnHand(account, levels),
  };
}
