import type { Tx } from '../../db/scope.ts';
import { isAblated } from '../../env.server.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { PartUnits } from './convert-order.ts';
import { createPart, readParts, storeOpenUnits, storePartContent, storeWhatLeft, unitsTold } from './order-store.ts';
import { planParts, type KnownPart, type PartPlan, type PartTarget } from './plan-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';
import { findTakenReference, type TakenReference } from './taken-reference.ts';
import { publishTillSale } from './till-sales.ts';

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

/** Handed over as a whole, whatever of it is still to be fulfilled in Shopify. */
const isWhole = ({ handedOver, parked }: PartTarget) => handedOver === true || parked === true;

/** Where the open units of a line are that is handed over in one with what other places ship. */
function heldAt(lines: readonly { locationId: string; facilityId: string; remaining: number }[]) {
  return [...Map.groupBy(lines, ({ locationId, facilityId }) => `${locationId} ${facilityId}`).values()].flatMap((held) => {
    const units = held.reduce((sum, { remaining }) => sum + remaining, 0);
    return held[0] && units > 0 ? [{ location_id: held[0].locationId, facility_id: held[0].facilityId, units }] : [];
  });
}

function contentOf(order: ShopifyOrder, part: KnownPart, target: PartTarget, live: LiveConnection | undefined) {
  const lines = target.fulfilmentOrders.flatMap((one) =>
    one.lines.map((line) => ({
      ...line,
      locationId: one.locationId ?? target.locationId,
      facilityId: target.places?.get(one.id) ?? target.facilityId,
    })),
  );
  const open = remainingByLine(target.fulfilmentOrders);
  const sold = new Map<string, number>();
  for (const { lineId, total } of lines) sold.set(lineId, (sold.get(lineId) ?? 0) + total);
  const shipped = new Map(part.lines.map((line) => [line.lineId, line.shipped]));
  const skuOf = new Map(order.lines.map((line) => [line.id, line.sku]));
  const ids = [...new Set(lines.map((line) => line.lineId))];
  return ids
    .map((lineId) => {
      const mine = lines.filter((one) => one.lineId === lineId);
      const [line] = mine;
      const place = line?.locationId ?? target.locationId;
      const away = mine.filter(({ locationId }) => locationId !== place);
      const stillOpen = target.parked ? 0 : (open.get(lineId) ?? 0);
      // What left through the back office plus what is still to leave: units fulfilled by hand in Shopify are taken off.
      const quantity = isWhole(target) ? (sold.get(lineId) ?? 0) : stillOpen + (shipped.get(lineId) ?? 0);
      return {
        lineId,
        sku: live ? (skuOf.get(lineId) ?? line?.sku ?? '') : '',
        inventoryItemId: line?.inventoryItemId ?? null,
        locationId: place,
        quantity,
        open: stillOpen,
        elsewhere: target.parked ? 0 : away.reduce((sum, { remaining }) => sum + remaining, 0),
        places: mine.every(({ locationId }) => locationId === target.locationId) ? null : heldAt(mine),
      };
    })
    .filter((line) => line.quantity > 0);
}

/** Units of a line by facility, of the fulfilment orders given. */
function countByPlace(
  lineId: string,
  placed: readonly { facilityId: string; lines: PartTarget['fulfilmentOrders'][number]['lines'] }[],
  unitsOf: (line: PartTarget['fulfilmentOrders'][number]['lines'][number]) => number,
): [facilityId: string, units: number][] {
  const at = new Map<string, number>();
  for (const { facilityId, lines } of placed)
    for (const line of lines)
      if (line.lineId === lineId && unitsOf(line) > 0) at.set(facilityId, (at.get(facilityId) ?? 0) + unitsOf(line));
  return [...at];
}

/** How many units of each line go to which facility: one entry for each place that a line needs. */
export function unitsByPlace(
  order: Pick<ShopifyOrder, 'fulfilmentOrders'>,
  { facilityId: first, places, fulfilmentOrders }: Pick<PartTarget, 'facilityId' | 'places' | 'fulfilmentOrders'>,
  lines: readonly { lineId: string; quantity: number }[],
): PartUnits[] {
  if (new Set(places?.values()).size < 2) return lines.map(({ lineId, quantity }) => ({ lineId, quantity, facilityId: first }));
  const placed = (list: readonly PartTarget['fulfilmentOrders'][number][]) =>
    list.flatMap((one) => ({ facilityId: places?.get(one.id) ?? first, lines: one.lines }));
  const all = placed(order.fulfilmentOrders.filter(({ id, status }) => status !== 'CANCELLED' && places?.has(id)));
  return lines.flatMap(({ lineId, quantity }) => {
    // What has left counts where it left from; what was taken off the order isn't in the quantity, and then only what is open can be placed.
    const whole = countByPlace(lineId, all, ({ total }) => total);
    if (whole.reduce((sum, [, units]) => sum + units, 0) === quantity)
      return whole.map(([facilityId, units]) => ({ lineId, quantity: units, facilityId }));
    const open = countByPlace(lineId, placed(fulfilmentOrders), ({ remaining }) => remaining);
    const rest = quantity - open.reduce((sum, [, units]) => sum + units, 0);
    const atFirst = open.find(([facilityId]) => facilityId === first)?.[1] ?? 0;
    const others = open.filter(([facilityId]) => facilityId !== first);
    return [...(atFirst + rest > 0 ? [[first, atFirst + rest] as const] : []), ...others].map(([facilityId, units]) => ({
      ...{ lineId, quantity: units, facilityId },
    }));
  });
}

/**
 * What is handed over: what is still to leave, and what has left. A place that has sent all of its units is no longer in the target, and what it sent
 * stays in the order all the same.
 */
function unitsOf(
  order: ShopifyOrder,
  part: KnownPart,
  target: PartTarget,
  lines: readonly { lineId: string; quantity: number }[],
): PartUnits[] {
  const named = new Set(lines.map(({ lineId }) => lineId));
  const gone = part.lines.filter(({ lineId, shipped }) => shipped > 0 && !named.has(lineId));
  return unitsByPlace(order, target, [...lines, ...gone.map(({ lineId, shipped }) => ({ lineId, quantity: shipped }))]);
}

/** What a part would hold, for a look at it before it exists. */
export function contentPreview(order: ShopifyOrder, part: KnownPart, target: PartTarget, live: LiveConnection): PartUnits[] {
  return unitsOf(order, part, target, contentOf(order, part, target, live));
}

/** A part with its units, as the order's amounts are laid out over all of them. */
export type LaidOut = Pick<PreparedPart, 'units'> & { number: number };

/** Living parts besides those `touched` (by id): they left, wait, or nothing is said to them. What they were told of the order isn't told to others too. */
export function standBeside(known: readonly KnownPart[], touched: ReadonlySet<string>): LaidOut[] {
  return known
    .filter(({ id, state }) => state !== 'cancelled' && !touched.has(id))
    .map(({ number, facilityId, lines }) => ({
      number,
      units: lines.map(({ lineId, shipped, open }) => ({ lineId, quantity: shipped + open, facilityId })),
    }));
}

const hasKits = ({ kits }: KnownPart): boolean => Object.keys(kits ?? {}).length > 0;

/** A part that is to hold what has left of it, and nothing more. */
function withWhatLeft(order: ShopifyOrder, part: KnownPart): PreparedPart {
  const { connectionId, facilityId, locationId } = part;
  const target: PartTarget = { connectionId, facilityId, locationId, fulfilmentOrders: [] };
  return { part, target, units: unitsOf(order, part, target, []) };
}

/**
 * Parts of which all has left that is left in Shopify, and of which the back office still holds more: units were taken off while a parcel was on its way to
 * Shopify, when the two sides couldn't be compared, and nothing is open any more that would bring it up again. Kits are told as other goods: not compared.
 */
async function heldTooLong(tx: Tx, shopId: number, order: ShopifyOrder, parts: readonly KnownPart[]): Promise<PreparedPart[]> {
  const found: PreparedPart[] = [];
  for (const part of parts) {
    const shipped = part.lines.reduce((sum, line) => sum + line.shipped, 0);
    if (shipped === 0 || hasKits(part) || part.lines.some((line) => line.shipped < line.quantity)) continue;
    const told = await unitsTold(tx, shopId, part.id);
    if (told === null || told <= shipped) continue;
    found.push(withWhatLeft(order, part));
  }
  return found;
}

/**
 * Brings our parts in line with the order's fulfilment orders: numbers new ones, ties moved ones, and says which are over. `gone`: what left of them is what was wanted; `unanswered`: parcels of them were told of, and whether they were handed over wasn't; `beside`: what lives and is neither kept nor to be cancelled. `coded`: the order under
 * the codes that the connection's back office knows. `mirroring`: parts (by id) whose parcels are being told to Shopify: they stay as they are. `cancellations`: connection → why it cancels the order. A part exists before it is sent, so that its number and reference survive a crash.
 * `taken`: a number of theirs is another order's; then none of the new ones is made, or the others would move up into its place.
 */
export async function openParts(
  tx: Tx,
  shopId: number,
  order: ShopifyOrder,
  { targets, mirroring }: { targets: PartTarget[]; mirroring: ReadonlyMap<string, boolean> },
  connections: ReadonlyMap<string, { live: LiveConnection; prefix: string; coded: ShopifyOrder }>,
  cancellations: ReadonlyMap<string, Reason> = new Map(),
): Promise<{
  kept: PreparedPart[];
  cancelled: { part: KnownPart; reason: string }[];
  gone: KnownPart[];
  unanswered: KnownPart[];
  beside: LaidOut[];
  taken: TakenReference | null;
}> {
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
  const isCancelled = ({ connectionId }: KnownPart) => order.cancelledAt !== null || cancellations.has(connectionId);
  // What waits in Shopify keeps its part, but not at a connection that cancels the order.
  const ending = remembered.filter((part) => part.state !== 'cancelled' && isCancelled(part));
  const given = new Set(ending.flatMap(({ fulfilmentOrderIds }) => fulfilmentOrderIds));
  const plans = planParts(
    order.name,
    remembered,
    targets,
    order.fulfilmentOrders.filter(({ id }) => !given.has(id)),
  );
  const planned = new Set(plans.flatMap((plan) => (plan.action === 'new' ? [] : [plan.part.id])));
  const over = remembered.filter(
    ({ id, state, remoteId }) => !planned.has(id) && remoteId && !['cancelled', 'parked'].includes(state),
  );
  const going = over.filter((part) => !isCancelled(part));
  const held = await heldTooLong(tx, shopId, order, going);
  kept.push(...held);
  const unanswered = remembered.filter(
    ({ id, state, remoteId }) => !planned.has(id) && !remoteId && ['partly-shipped', 'shipped'].includes(state),
  );
  // One that is on hold after a parcel has left still has more to ship there.
  const gone = going.filter(
    ({ id, lines }) =>
      !held.some(({ part }) => part.id === id) &&
      lines.some(({ shipped }) => shipped > 0) &&
      lines.every(({ shipped, quantity }) => shipped >= quantity),
  );
  // A part of which a parcel has left isn't cancelled any more: it is shortened to what left, where the back office can do that.
  const isShortened = (part: KnownPart): boolean =>
    !isCancelled(part) &&
    !hasKits(part) &&
    part.lines.some(({ shipped }) => shipped > 0) &&
    connections.get(part.connectionId)?.live.definition.capabilities.amend === true;
  const prefixed = ({ target, reference }: PartPlan & { action: 'new' }) =>
    `${connections.get(target.connectionId)?.prefix ?? ''}${reference}`;
  const fresh = plans.flatMap((plan) =>
    plan.action === 'new' ? [{ connectionId: plan.target.connectionId, reference: prefixed(plan) }] : [],
  );
  const taken = await findTakenReference(tx, shopId, order.id, fresh);
  for (const plan of plans) {
    if (plan.action === 'new' && taken) continue;
    if (plan.action === 'cancel' && isShortened(plan.part)) {
      if (!mirroring.has(plan.part.id)) await storeWhatLeft(tx, shopId, plan.part.id);
      kept.push(withWhatLeft(order, plan.part));
      continue;
    }
    if (plan.action === 'cancel') {
      cancelled.push({
        part: plan.part,
        reason: cancellations.get(plan.part.connectionId)?.code ?? (plan.movedAway ? 'moved-elsewhere' : 'no-longer-to-ship'),
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
      const reference = prefixed(plan);
      part = {
        id: await createPart(tx, shopId, order.id, {
          ...place,
          connectionId: target.connectionId,
          number: plan.number,
          reference,
          tillSale: target.handedOver === true,
        }),
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
    // What is open in Shopify and what was recorded as shipped don't fit together yet: it would lose what has left from what it was handed over with.
    if (mirroring.has(part.id)) {
      kept.push({ part, target, units: unitsOf(order, part, target, part.lines) });
      continue;
    }
    const taker = connections.get(target.connectionId);
    const lines = contentOf(taker?.coded ?? order, part, target, taker?.live);
    await storePartContent(tx, shopId, part.id, { ...place, lines });
    if (plan.action === 'new' && target.handedOver) await publishTillSale(tx, shopId, part.id, 'sold');
    // Until the back office has accepted the amendment it has not reserved the added units: stock must not be credited with them.
    const had = new Map(part.lines.map((line) => [line.lineId, line.quantity]));
    if (part.remoteId && lines.some((line) => line.quantity > (had.get(line.lineId) ?? 0))) {
      await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { acceptedAt: null } });
    }
    kept.push({ part: { ...part, ...place }, target, units: unitsOf(order, part, target, lines) });
  }
  const touched = new Set([...kept, ...cancelled].map(({ part }) => part.id));
  return { kept, cancelled, gone, unanswered, beside: standBeside(remembered, touched), taken };
}
