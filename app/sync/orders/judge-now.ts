import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { listLocationLinks } from '../../connections/locations.ts';
import { readSync } from '../../connections/syncs.ts';
import { kitsAt } from '../../mappings/kits.ts';
import { loadMappings } from '../../mappings/mapping-store.ts';
import { readCustomerId } from './customer-of-order.ts';
import { kitsAmong } from './expand-kits.ts';
import { judgeOrder, type Past, type Taker, type Verdicts } from './judge-order.ts';
import { readStanding, type readParts } from './order-store.ts';
import type { OrderPass } from './push-parts.ts';
import { readGoodsFacts } from './read-goods-facts.ts';
import { readOrder } from './read-order.ts';
import { readEdit } from './edit-order.ts';
import { withEdit } from './order-edit.ts';
import { mapOrder } from './resolve-mappings.ts';
import type { ShopifyOrder } from './shopify-order.ts';
import { shortAtTill } from './till-sales.ts';
import { promisedDays, waitsOf } from './wait-for-goods.ts';

/** An order as Shopify has it now, and what the rules and mappings in force make of it. */
export interface Judged {
  order: ShopifyOrder;
  takers: Taker[];
  verdicts: Verdicts;
}

type KnownParts = Awaited<ReturnType<typeof readParts>>;

/** What earlier passes did with an order, from its parts. Pure. */
export function pastOf(known: KnownParts, late: readonly string[]): Past {
  const living = known.filter(({ state }) => state !== 'cancelled');
  const lateLines = new Set(late);
  const lateParts = living.filter(({ lines }) => lines.length > 0 && lines.every(({ lineId }) => lateLines.has(lineId)));
  const linesOf = (parts: KnownParts) => parts.flatMap(({ lines }) => lines.map(({ lineId }) => lineId));
  return {
    lateLines,
    latePartOf: new Map(lateParts.flatMap(({ id, lines }) => lines.map(({ lineId }) => [lineId, id] as const))),
    handedOver: new Set(linesOf(living.filter(({ remoteId }) => remoteId))),
    // Cancelled ones, too: between the cancellation at one connection and the hand-over to the next we may be stopped.
    taken: new Set(linesOf(known.filter(({ remoteId, state }) => remoteId && state !== 'parked'))),
    parkedAt: new Set(living.filter(({ state }) => state === 'parked').map(({ connectionId }) => connectionId)),
  };
}

/** What one connection wants of the order, with what must be asked of Shopify to know it. */
async function takerOf(
  order: ShopifyOrder,
  { live, settings, enabledAt, mapped, shortAtTill: short }: Taker,
  admin: OrderPass['admin'],
  past: Past,
): Promise<Taker> {
  const facts = await readGoodsFacts(admin, order, settings, past.handedOver);
  const { remoteId, missing } = await readCustomerId(admin, order, settings);
  return {
    ...{ live, settings, enabledAt, customerId: remoteId, ...(short ? { shortAtTill: short } : {}) },
    mapped: { ...mapped, missing: mapped.missing ?? missing },
    kits: kitsAmong(
      order.lines.map(({ sku }) => sku),
      (await kitsAt(live.shop.id, live.id, live.mappingVersion)).kits,
    ),
    promised: promisedDays(order, settings, facts),
    waits: waitsOf(order, settings, facts, { now: now(), zone: live.shop.timeZone }),
  };
}

/** Reads the order again and judges it; writes nothing. Null when Shopify has it no more. `asIfItWent`: as if nothing held it. */
export async function judgeNow(
  {
    shopId,
    admin,
    orderId,
    connections,
    given,
  }: Pick<OrderPass, 'shopId' | 'admin' | 'orderId' | 'connections'> & { given?: ShopifyOrder },
  known: KnownParts,
  { asIfItWent = false }: { asIfItWent?: boolean } = {},
): Promise<Judged | null> {
  const read = given ?? (await readOrder(admin, orderId));
  if (!read) return null;
  const { order, takers, places, choice, late } = await inShop(shopId, async (tx) => {
    const order = withEdit(read, await readEdit(tx, shopId, orderId));
    const all: Taker[] = [];
    for (const live of connections) {
      const sync = await readSync(tx, shopId, live.id, 'orders');
      const there = known.filter((part) => part.connectionId === live.id && part.remoteId && part.state !== 'cancelled');
      const handedOver = new Set(there.flatMap(({ lines }) => lines.map(({ lineId }) => lineId)));
      const mapped = mapOrder(order, await loadMappings(tx, shopId, live.id), sync.settings, handedOver);
      const short = await shortAtTill(tx, shopId, live.id, order, sync.settings);
      all.push({ live, settings: sync.settings, enabledAt: sync.enabledAt, mapped, shortAtTill: short });
    }
    const services = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM location WHERE shop_id = ${shopId} AND service_name IS NOT NULL`;
    return {
      order,
      takers: all,
      ...(await readStanding(tx, shopId, orderId)),
      places: { links: await listLocationLinks(tx, shopId), services: new Set(services.map(({ id }) => id)) },
    };
  });
  const past = pastOf(known, late);
  const ready: Taker[] = [];
  // Outside the transaction: these may ask Shopify.
  for (const taker of takers) ready.push(await takerOf(order, taker, admin, past));
  const sentTo = new Set(known.filter((part) => part.remoteId && part.state !== 'cancelled').map((part) => part.connectionId));
  return { order, takers: ready, verdicts: judgeOrder(order, ready, places, sentTo, choice, { ...past, asIfItWent }) };
}
