import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../sandbox/control-client.ts';
import { places, type ChaosShop } from './chaos-shop.ts';
import { orderNameOf, type OrderInShopify } from './ledgers.ts';

/** Orders in one call of the sandbox. */
const AT_ONCE = 400;
const LOOK_EVERY_MS = 1_000;

interface BacklogPage {
  backlog: { waiting: number; perMinute: number | null; leftMs: number | null };
}

/** What became of a burst. */
export interface BurstResult {
  orders: number;
  /** Until all were placed, and until the app had answered every webhook about them; none of them may have failed. */
  placedMs: number;
  absorbedMs: number;
  failedWebhooks: number;
  /** Until the back office had all of them; none may be there twice. */
  drainedMs: number;
  twice: number;
  /** A parcel that left in the midst of it: until Shopify showed it, and how many orders still waited then. */
  parcelMs: number;
  waitedBehindParcel: number;
  /** What a merchant read on Home while they waited, and how long it really took from then on. */
  told: { waiting: number; leftMs: number; reallyMs: number }[];
}

const inShopify = (shop: ChaosShop, name: string) => shop.get<OrderInShopify>(`/shopify/orders/${name.slice(1)}`);

async function place(shop: ChaosShop, count: number): Promise<string[]> {
  const lines = [{ sku: shop.skus[0] ?? '', quantity: 1, location: places[0] }];
  const { orders } = await shop.post<{ orders: { name: string }[] }>('/shopify/orders', { count, lines });
  return orders.map(({ name }) => name);
}

/** Deliveries of Shopify to this shop since a moment, by whether the app took them. */
async function deliveries(shop: ChaosShop, since: string): Promise<{ taken: number; failed: number }> {
  const calls = await shop.control.get<{ status: number; shop?: string }[]>(`/calls?target=webhooks&since=${since}&limit=200000`);
  const own = calls.filter((call) => call.shop === shop.domain);
  const taken = own.filter(({ status }) => status >= 200 && status < 300).length;
  return { taken, failed: own.length - taken };
}

/**
 * Many orders at once. In the midst of them a parcel of an earlier order leaves: it must not wait for them. Nothing goes wrong on purpose; what is measured is
 * whether everything is absorbed, what goes first, and whether the time that a merchant is told is near the truth.
 */
export async function burst(
  shop: ChaosShop,
  { orders, withinMs, onNote = () => undefined }: { orders: number; withinMs: number; onNote?: (note: string) => void },
): Promise<BurstResult> {
  const [early = ''] = await place(shop, 1);
  const there = async (name: string) => (await shop.readBackOffice()).orders.some(({ reference }) => reference === name);
  await eventually(`${early} in the back office`, () => there(early), { withinMs: 60_000, everyMs: 500 });

  const { now: since } = await shop.control.get<{ now: string }>('/clock');
  const started = Date.now();
  const after = () => Date.now() - started;
  const names: string[] = [];
  while (names.length < orders) names.push(...(await place(shop, Math.min(AT_ONCE, orders - names.length))));
  const result: BurstResult = {
    ...{
      orders,
      placedMs: after(),
      absorbedMs: 0,
      failedWebhooks: 0,
      drainedMs: 0,
      twice: 0,
      parcelMs: 0,
      waitedBehindParcel: 0,
      told: [],
    },
  };
  onNote(`${orders} orders placed in ${(result.placedMs / 1000).toFixed(1)} s`);
  const wanted = new Set(names);
  const parcel = { reference: early, tracking: 'BURST-1', carrier: 'DHL' };
  const shipped = shop.post(`/${shop.connector}/ship`, parcel).then(() => Date.now());
  const told: { waiting: number; leftMs: number; at: number }[] = [];
  for (let inBackOffice = 0; inBackOffice < orders;) {
    if (after() > withinMs)
      throw new Error(`Only ${inBackOffice} of ${orders} orders were in the back office after ${withinMs / 1000} s`);
    await sleep(LOOK_EVERY_MS);
    const { backlog } = await shop.merchant.read<BacklogPage>('/app/backlog', 'routes/app.backlog');
    if (backlog.leftMs !== null) told.push({ waiting: backlog.waiting, leftMs: backlog.leftMs, at: after() });
    if (result.parcelMs === 0 && (await inShopify(shop, early)).fulfilments.length > 0) {
      result.parcelMs = Date.now() - (await shipped);
      result.waitedBehindParcel = backlog.waiting;
    }
    if (result.absorbedMs === 0) {
      const { dueWebhooks } = await shop.get<{ dueWebhooks: number }>('/shopify/pending');
      if (dueWebhooks === 0) result.absorbedMs = after();
    }
    const there = (await shop.readBackOffice()).orders.filter(({ reference }) => wanted.has(orderNameOf(reference)));
    inBackOffice = new Set(there.map(({ reference }) => orderNameOf(reference))).size;
    result.twice = there.length - inBackOffice;
    onNote(
      `${(after() / 1000).toFixed(0)} s: ${inBackOffice} in the back office, ${backlog.waiting} waiting, ${backlog.leftMs === null ? 'no time told' : `${(backlog.leftMs / 1000).toFixed(0)} s left`}`,
    );
  }
  result.drainedMs = after();
  result.failedWebhooks = (await deliveries(shop, since)).failed;
  result.told = told.map(({ waiting, leftMs, at }) => ({ waiting, leftMs, reallyMs: result.drainedMs - at }));
  return result;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Everything was taken in, each order went over once, and the parcel did not wait for the last of them. */
export const isAbsorbed = ({ failedWebhooks, twice, parcelMs, drainedMs }: BurstResult): boolean =>
  failedWebhooks === 0 && twice === 0 && parcelMs > 0 && parcelMs < drainedMs;

/** A burst in a few lines. */
export function burstText({
  orders,
  placedMs,
  absorbedMs,
  failedWebhooks,
  drainedMs,
  twice,
  parcelMs,
  waitedBehindParcel,
  told,
}: BurstResult): string {
  const halfway = told[Math.floor(told.length / 2)];
  return [
    `${orders} orders placed in ${seconds(placedMs)}, every webhook answered after ${seconds(absorbedMs)} (${failedWebhooks} failed), all in the back office after ${seconds(drainedMs)} (${twice} twice)`,
    `  a parcel that left meanwhile was in Shopify after ${seconds(parcelMs)}, while ${waitedBehindParcel} orders waited`,
    ...(halfway
      ? [
          `  halfway the merchant read ${seconds(halfway.leftMs)} left for ${halfway.waiting} orders; it took ${seconds(halfway.reallyMs)}`,
        ]
      : []),
  ].join('\n');
}
