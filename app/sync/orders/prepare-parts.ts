import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { isAblated } from '../../env.server.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { PartUnits } from './convert-order.ts';
import type { Decision } from './decide-order.ts';
import { readParts, storeOpenUnits, storePartContent } from './order-store.ts';
import { planParts, type KnownPart, type PartTarget } from './plan-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** A part that lives, with what it should hold now. */
export interface PreparedPart {
  part: KnownPart;
  target: PartTarget;
  units: PartUnits[];
}

/** Units not yet fulfilled in Shopify, by line, in the fulfilment orders given. */
function remainingByLine(fulfilmentOrders: PartTarget['fulfilmentOrders']): Map<string, number> {
  const remaining = new Map<string, number>();
  for (const line of fulfilmentOrders.flatMap((one) => one.lines))
    remaining.set(line.lineId, (remaining.get(line.lineId) ?? 0) + line.remaining);
  return remaining;
}

/** What a part still has open, from the fulfilment orders that are its own; a vanished one keeps what was known. */
function withOpenUnits(part: KnownPart, order: ShopifyOrder): KnownPart {
  const own = order.fulfilmentOrders.filter((one) => part.fulfilmentOrderIds.includes(one.id));
  if (own.length === 0) return part;
  const remaining = remainingByLine(own);
  return { ...part, lines: part.lines.map((line) => ({ ...line, open: Math.min(line.open, remaining.get(line.lineId) ?? 0) })) };
}

function contentOf(order: ShopifyOrder, part: KnownPart, target: PartTarget, live: LiveConnection | undefined) {
  const lines = target.fulfilmentOrders.flatMap((one) =>
    one.lines.map((line) => ({ ...line, locationId: one.locationId ?? target.locationId })),
  );
  const open = remainingByLine(target.fulfilmentOrders);
  const sold = new Map(lines.map((line) => [line.lineId, line.total]));
  const shipped = new Map(part.lines.map((line) => [line.lineId, line.shipped]));
  const skuOf = new Map(order.lines.map((line) => [line.id, line.sku]));
  const ids = [...new Set(lines.map((line) => line.lineId))];
  return ids
    .map((lineId) => {
      const line = lines.find((one) => one.lineId === lineId);
      const stillOpen = open.get(lineId) ?? 0;
      // What left through the back office plus what is still to leave: units fulfilled by hand in Shopify are taken off.
      const quantity = target.handedOver ? (sold.get(lineId) ?? 0) : stillOpen + (shipped.get(lineId) ?? 0);
      return {
        lineId,
        sku: live ? (skuOf.get(lineId) ?? line?.sku ?? '') : '',
        inventoryItemId: line?.inventoryItemId ?? null,
        locationId: line?.locationId ?? target.locationId,
        quantity,
        open: stillOpen,
      };
    })
    .filter((line) => line.quantity > 0);
}

/**
 * Brings our parts in line with the order's fulfilment orders: numbers new ones, ties moved ones, and says which are over.
 * A part exists before it is sent, so that its number and reference survive a crash.
 */
export async function openParts(
  shopId: number,
  order: ShopifyOrder,
  targets: PartTarget[],
  connections: ReadonlyMap<string, { live: LiveConnection; prefix: string }>,
  cancelling: Decision | null = null,
): Promise<{ kept: PreparedPart[]; cancelled: { part: KnownPart; reason: string }[] }> {
  return inShop(shopId, async (tx) => {
    const known = (await readParts(tx, shopId, order.id)).map((part) => withOpenUnits(part, order));
    await storeOpenUnits(
      tx,
      shopId,
      known.flatMap((part) => part.lines.map(({ lineId, open }) => ({ partId: part.id, lineId, open }))),
    );
    const kept: PreparedPart[] = [];
    const cancelled: { part: KnownPart; reason: string }[] = [];
    // A cancelled part keeps its number and answers for nothing: to an app that forgets, every order is new.
    const remembered = isAblated('dedupe') ? known.map((part) => ({ ...part, state: 'cancelled' })) : known;
    for (const plan of planParts(order.name, remembered, targets, cancelling ? [] : order.fulfilmentOrders)) {
      if (plan.action === 'cancel') {
        cancelled.push({
          part: plan.part,
          reason:
            cancelling && 'reason' in cancelling
              ? cancelling.reason.code
              : plan.movedAway
                ? 'moved-elsewhere'
                : 'no-longer-to-ship',
        });
        continue;
      }
      const { target } = plan;
      const place = {
        locationId: target.locationId,
        facilityId: target.facilityId,
        fulfilmentOrderIds: target.fulfilmentOrders.map((one) => one.id),
      };
      let part: KnownPart;
      if (plan.action === 'keep') part = plan.part;
      else {
        const reference = `${connections.get(target.connectionId)?.prefix ?? ''}${plan.reference}`;
        const created = await tx.part.create({
          data: {
            shopId,
            orderId: order.id,
            connectionId: target.connectionId,
            number: plan.number,
            reference,
            createdAt: now(),
            ...place,
          },
        });
        part = {
          id: created.id,
          number: plan.number,
          reference,
          connectionId: target.connectionId,
          remoteId: null,
          sentHash: null,
          state: 'pending',
          lines: [],
          ...place,
        };
      }
      const lines = contentOf(order, part, target, connections.get(target.connectionId)?.live);
      await storePartContent(tx, shopId, part.id, { ...place, lines });
      // Until the back office has accepted the amendment it has not reserved the added units: stock must not be credited with them.
      const had = new Map(part.lines.map((line) => [line.lineId, line.quantity]));
      if (part.remoteId && lines.some((line) => line.quantity > (had.get(line.lineId) ?? 0))) {
        await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { acceptedAt: null } });
      }
      const units = lines.map(({ lineId, quantity }) => ({ lineId, quantity, facilityId: target.facilityId }));
      kept.push({ part: { ...part, ...place }, target, units });
    }
    return { kept, cancelled };
  });
}
