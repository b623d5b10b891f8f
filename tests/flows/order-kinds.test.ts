import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, inject, test } from 'vitest';
import { Lookout, openFlowShop, type FlowShop } from './flow-shop.ts';
import { eastWarehouse, goods, mainWarehouse, scarce, service, type OrderKind, type Stage } from './order-kind.ts';
import { orderKinds } from './order-kinds.ts';

const WITHIN_MS = 300_000;
/** A rush of orders is tried elsewhere; here the web process shall not fall behind Shopify's five seconds. */
const APART_MS = 1000;
let shop: FlowShop;
let look: Lookout;
/** Rows that share nothing but the shop are placed together and wait side by side; each test asks for its own outcome. */
const outcomes = new Map<OrderKind, Promise<void>>();

async function stock({ control, at }: Pick<FlowShop, 'control' | 'at'>): Promise<void> {
  const level = (sku: string, location: string, available: number) =>
    control.post(at('/shopify/levels'), { sku, location, available });
  for (const sku of Object.values(goods)) {
    await level(sku, mainWarehouse, 900);
    await level(sku, eastWarehouse, 5);
  }
  await level(scarce, mainWarehouse, 2);
  await level(scarce, eastWarehouse, 2);
  for (const sku of ['MU06-01', 'CA04-01-BLA', 'FLAG-01', ' SOCK 01 ', 'lamp-01', 'LAMP-01', 'ST10-05'])
    await level(sku, mainWarehouse, 50);
  await control.post(at('/shopify/fulfilment-services'), { name: service });
}

function stageOf(name: string): Stage {
  const { control, at, stockroom } = shop;
  const path = (reference: string) => `/orders/${encodeURIComponent(reference)}`;
  return {
    shop,
    name,
    look,
    until: (holds) => look.until(name, holds, WITHIN_MS),
    inShopify: (action, body = {}) => control.post(at(`/shopify/orders/${name.slice(1)}/${action}`), body).then(() => undefined),
    pick: (reference = name) => stockroom('POST', '/picking/start', { orders: [reference] }),
    ship: ({ lines, tracking } = {}, reference = name) =>
      stockroom('POST', `${path(reference)}/ship`, {
        ...(lines ? { lines } : {}),
        ...(tracking ? { tracking: [{ number: tracking, carrier: 'DHL' }] } : {}),
      }),
  };
}

/** Moments in a row are relative to the sandbox's clock. */
function datedFrom(now: number, order: OrderKind['order']): OrderKind['order'] {
  const hours: Record<string, number> = { 'in an hour': 1 };
  return Object.fromEntries(
    Object.entries(order).map(([name, value]) => {
      const offset = typeof value === 'string' ? hours[value] : undefined;
      return [name, offset === undefined ? value : new Date(now + offset * 3_600_000).toISOString()];
    }),
  );
}

async function play(row: OrderKind): Promise<void> {
  await row.before?.(shop);
  try {
    const order = datedFrom(Date.parse((await shop.control.get<{ now: string }>('/clock')).now), row.order);
    const { orders } = await shop.control.post<{ orders: { name: string }[] }>(shop.at('/shopify/orders'), order);
    const name = orders[0]?.name ?? '';
    await row.play?.(stageOf(name));
    await look.until(
      name,
      (view) => {
        row.app(view);
        row.backOfficeHas(view);
        row.shopifyHas(view);
      },
      WITHIN_MS,
    );
  } finally {
    await row.after?.(shop);
  }
}

beforeAll(async () => {
  shop = await openFlowShop(inject('sandboxPort'), `order-kinds-${Date.now().toString(36)}`, {
    syncs: ['orders', 'shipments'],
    prepare: stock,
  });
  look = new Lookout(shop);
  const settings = {
    intent: 'settings',
    connectionId: shop.connectionId,
    sync: 'orders',
    settings: { excludedTags: ['no-sync'] },
    intervalMinutes: 10,
  };
  await shop.merchant.act('/app/sync-control', 'routes/app.sync-control', settings);
  const begin = (row: OrderKind, after: Promise<unknown>) => {
    const outcome = after.then(() => play(row));
    // Asked for later by its own test; until then a failure isn't unhandled.
    outcome.catch(() => undefined);
    outcomes.set(row, outcome);
    return outcome.catch(() => undefined);
  };
  const together = Promise.all(orderKinds.filter(({ alone }) => !alone).map((row, index) => begin(row, sleep(index * APART_MS))));
  let before: Promise<unknown> = together;
  for (const row of orderKinds.filter(({ alone }) => alone)) before = begin(row, before);
});

describe.each([...Map.groupBy(orderKinds, ({ group }) => group)])('%s', (_group, rows) => {
  test.each(rows)('$kind: $verdict', { timeout: 600_000 }, async (row) => {
    await outcomes.get(row);
  });
});
