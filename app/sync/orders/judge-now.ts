import { inShop } from '../../db/scope.ts';
import { listLocationLinks } from '../../connections/locations.ts';
import { readSync } from '../../connections/syncs.ts';
import { loadMappings } from '../../mappings/mapping-store.ts';
import { judgeOrder, type Taker, type Verdicts } from './judge-order.ts';
import type { readParts } from './order-store.ts';
import type { OrderPass } from './push-parts.ts';
import { readOrder } from './read-order.ts';
import { readChoice } from './order-choice.ts';
import { readEdit } from './edit-order.ts';
import { withEdit } from './order-edit.ts';
import { mapOrder } from './resolve-mappings.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** An order as Shopify has it now, and what the rules and mappings in force make of it. */
export interface Judged {
  order: ShopifyOrder;
  takers: Taker[];
  verdicts: Verdicts;
}

/** Reads the order again and judges it; writes nothing. Null when Shopify has it no more. */
export async function judgeNow(
  { shopId, admin, orderId, connections }: Pick<OrderPass, 'shopId' | 'admin' | 'orderId' | 'connections'>,
  known: Awaited<ReturnType<typeof readParts>>,
): Promise<Judged | null> {
  const read = await readOrder(admin, orderId);
  if (!read) return null;
  const { order, takers, places, choice } = await inShop(shopId, async (tx) => {
    const order = withEdit(read, await readEdit(tx, shopId, orderId));
    const all: Taker[] = [];
    for (const live of connections) {
      const sync = await readSync(tx, shopId, live.id, 'orders');
      const there = known.filter((part) => part.connectionId === live.id && part.remoteId && part.state !== 'cancelled');
      const handedOver = new Set(there.flatMap(({ lines }) => lines.map(({ lineId }) => lineId)));
      const mapped = mapOrder(order, await loadMappings(tx, shopId, live.id), sync.settings, handedOver);
      all.push({ live, settings: sync.settings, enabledAt: sync.enabledAt, mapped });
    }
    const services = await tx.location.findMany({ where: { shopId, serviceName: { not: null } }, select: { id: true } });
    return {
      order,
      takers: all,
      choice: await readChoice(tx, shopId, orderId),
      places: { links: await listLocationLinks(tx, shopId), services: new Set(services.map(({ id }) => id)) },
    };
  });
  const sentTo = new Set(known.filter((part) => part.remoteId && part.state !== 'cancelled').map((part) => part.connectionId));
  return { order, takers, verdicts: judgeOrder(order, takers, places, sentTo, choice) };
}
