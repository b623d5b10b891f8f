import { RejectedError, TransientError } from '../../core/errors.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { restoredAt } from '../../env.server.ts';
import { withLease, type Lease } from '../inbox/lease.ts';
import { openProblem } from '../problems/problems.ts';
import { countInRun, rollingRun, type RunCounts } from '../runs/runs.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { foreignUnits, isFulfilledByOthers, recognisedTooMuch, shipmentsOfOrder } from './foreign-units.ts';
import {
  mirrorUnderLease,
  orderLeaseKey,
  prepare,
  type MirrorOptions,
  type PreparedMirror,
} from './mirror-shipment-to-shopify.ts';
import type { Fulfilment, OrderInShopify } from './order-in-shopify.ts';
import { pullShipmentsOfOrder } from './pull-shipments-from-back-office.ts';
import { settleParts } from './settle-parts.ts';
import { countShipped } from './shipment-progress.ts';
import { shipmentSubject, type ShipmentState, type StoredShipment } from './shipment-rows.ts';
import { tieReopened } from './tie-reopened.ts';

const counted: Partial<Record<ShipmentState, keyof RunCounts>> = {
  mirrored: 'done',
  cancelled: 'done',
  waiting: 'held',
  withheld: 'held',
  problem: 'failed',
  undone: 'held',
};

/** How one shipment's pass counts in a run. */
export function countOf(state: ShipmentState): Partial<RunCounts> {
  const name = counted[state];
  return name ? { [name]: 1 } : {};
}

/** Shipments of an order that aren't where they should be, oldest first. What was undone by hand comes along only when somebody asks. */
async function pendingOf(live: LiveConnection, orderId: string, asked: boolean): Promise<string[]> {
  const states = ['seen', 'waiting', 'withheld', 'problem', ...(asked ? ['undone'] : [])];
  const rows = await inShop(live.shop.id, (tx) =>
    tx.shipment.findMany({
      where: { shopId: live.shop.id, connectionId: live.id, orderId, state: { in: states } },
      orderBy: [{ shippedAt: 'asc' }, { id: 'asc' }],
      select: { id: true },
    }),
  );
  return rows.map(({ id }) => id);
}

/** Asks the back office for the order's shipments and stores what is new. */
async function pullOfOrder(live: LiveConnection, orderId: string): Promise<void> {
  const { id: shopId } = live.shop;
  const parts = await inShop(shopId, (tx) =>
    tx.part.findMany({ where: { shopId, connectionId: live.id, orderId, remoteId: { not: null } }, select: { remoteId: true } }),
  );
  for (const { remoteId } of parts) if (remoteId) await pullShipmentsOfOrder(live, remoteId);
}

/**
 * Asks for the shipments of an order of which some may be forgotten, because the database was put back to an older backup, until the shipments sync has read
 * what left since; and where it read them before the order was taken up again. To be called before the orders sync looks at the order: units that are fulfilled in Shopify by a parcel that nobody here has heard of would
 * count as gone elsewhere, and be taken off what the back office is to ship.
 */
export async function hearForgottenShipments(live: LiveConnection, orderId: string): Promise<void> {
  if (!restoredAt) return;
  const { id: shopId } = live.shop;
  const [unheard] = await inShop(
    shopId,
    (tx) => tx.$queryRaw<unknown[]>`
      SELECT 1 FROM shop_order o JOIN sync s ON s.shop_id = o.shop_id AND s.connection_id = ${live.id}::uuid AND s.kind = 'shipments' AND s.enabled
      WHERE o.shop_id = ${shopId} AND o.id = ${orderId} AND o.placed_at < ${restoredAt} AND (
        NOT EXISTS (
          SELECT 1 FROM run r WHERE r.shop_id = s.shop_id AND r.connection_id = s.connection_id AND r.sync = 'shipments' AND r.slot IS NULL
            AND r.task IN ('scheduled', 'full') AND r.state IN ('finished', 'finished_partially') AND r.created_at > ${restoredAt})
        OR EXISTS (
          SELECT 1 FROM part p JOIN shipment h ON h.shop_id = p.shop_id AND h.connection_id = p.connection_id AND h.reference = p.reference
          WHERE p.shop_id = o.shop_id AND p.order_id = o.id AND p.connection_id = s.connection_id AND h.part_id IS NULL))`,
  );
  if (unheard) await pullOfOrder(live, orderId);
}

/**
 * Mirrors what waits of one order's shipments: called on news about the order (a hold released, units moved back) and by "Sync again", which also asks the back
 * office for shipments we haven't heard of. One shipment that fails for the moment doesn't keep the others back. Throws TransientError when it should be tried again.
 */
export async function mirrorShipmentsOfOrder(live: LiveConnection, orderId: string, options: MirrorOptions = {}): Promise<void> {
  const { asked = false } = options;
  if (asked) await pullOfOrder(live, orderId);
  if ((await pendingOf(live, orderId, asked)).length === 0) return;
  const ready = await prepare(live, options);
  await withLease(live.shop.id, orderLeaseKey(orderId), (lease) => mirrorAll(live, orderId, lease, ready));
}

async function mirrorAll(live: LiveConnection, orderId: string, lease: Lease, ready: PreparedMirror): Promise<void> {
  const shopId = live.shop.id;
  let failed: TransientError | undefined;
  for (const id of await pendingOf(live, orderId, ready.asked ?? false)) {
    const runId = ready.runId ?? (await inShop(shopId, (tx) => rollingRun(tx, shopId, live.id, 'shipments')));
    try {
      const state = await mirrorUnderLease(live, id, lease, { ...ready, runId });
      await inShop(shopId, (tx) => countInRun(tx, shopId, runId, { seen: 1, ...countOf(state) }));
    } catch (thrown) {
      if (!(thrown instanceof TransientError)) throw thrown;
      failed = thrown;
    }
  }
  if (failed) throw failed;
}

function noneIfGone(thrown: unknown): null {
  if (thrown instanceof RejectedError && thrown.code === 'order-gone') return null;
  throw thrown;
}

/**
 * Looks whether fulfilments that we made, or that shipments of ours were recognised in, were cancelled in Shopify by hand. Such a shipment counts as not mirrored any
 * more and is a named problem: it is never made again by itself, but recognised where somebody fulfils it anew by hand. To be called before the orders sync looks at
 * the order, which would else take the units that are open again for new ones.
 */
export async function noteFulfilmentsOfOrder(live: LiveConnection, orderId: string, options: MirrorOptions = {}): Promise<void> {
  const shopId = live.shop.id;
  // Of most orders nothing is in Shopify yet, and this is asked each time one is looked at.
  const [any] = await inShop(
    shopId,
    (tx) => tx.$queryRaw<unknown[]>`
      SELECT 1 FROM shipment s
      WHERE s.shop_id = ${shopId} AND s.connection_id = ${live.id}::uuid AND s.order_id = ${orderId} AND (s.fulfilment_ids <> '{}' OR s.state = 'undone'
        OR EXISTS (SELECT 1 FROM shipment_line u WHERE u.shop_id = s.shop_id AND u.shipment_id = s.id AND u.elsewhere > 0)) LIMIT 1`,
  );
  if (!any) return;
  const { shopify } = await prepare(live, options);
  await withLease(shopId, orderLeaseKey(orderId), async () => {
    const order = await shopify.read(orderId).catch(noneIfGone);
    // Whether it was deleted or is only too old to be shown, the orders sync finds out.
    if (!order) return;
    const cancelled = new Map(order.fulfilments.filter((one) => one.cancelled).map((one) => [one.id, one]));
    const { known, tooMuch } = await inShop(shopId, async (tx) => {
      const known = await shipmentsOfOrder(tx, shopId, orderId);
      return { known, tooMuch: recognisedTooMuch(known, await foreignUnits(tx, order, shopId, known)) };
    });
    for (const shipment of known) {
      const gone = shipment.fulfilmentIds.flatMap((id) => cancelled.get(id) ?? []);
      const lost = tooMuch.get(shipment.id) ?? [];
      // A shipment that is being worked on cancels its own.
      if (shipment.connectionId !== live.id || shipment.state === 'seen' || (gone.length === 0 && lost.length === 0)) continue;
      if (shipment.cancelled) await inShop(shopId, (tx) => letGo(tx, shopId, shipment, lost));
      else
        await inShop(shopId, async (tx) => {
          await nameUndone(tx, live, shipment, gone, lost);
          const lines = [...gone.flatMap((one) => one.lines), ...lost];
          await tieReopened(
            tx,
            shopId,
            order,
            shipment.partId,
            lines.map(({ lineId }) => lineId),
          );
        });
    }
    await inShop(shopId, async (tx) => {
      await recogniseAgain(tx, live, order);
      await settleParts(tx, shopId, live.id, order);
    });
  });
}

async function nameUndone(
  tx: Tx,
  live: LiveConnection,
  shipment: StoredShipment,
  gone: Fulfilment[],
  lost: Units,
): Promise<void> {
  const shopId = live.shop.id;
  await undo(tx, shopId, shipment, gone, lost);
  await openProblem(tx, shopId, {
    connectionId: live.id,
    sync: 'shipments',
    cause: 'fulfilment-cancelled-in-shopify',
    subject: shipmentSubject(shipment),
    params: { shipment: shipment.remoteId, fulfilments: Math.max(1, gone.length) },
  });
  await noteEvent(
    tx,
    shopId,
    { kind: 'order', id: shipment.orderId ?? '' },
    'fulfilment-cancelled-in-shopify',
    { shipment: shipment.remoteId },
    shipment.partId ?? undefined,
  );
}

/** Taken back in the back office, and now in Shopify too: its next pass finds nothing in the way. */
async function letGo(tx: Tx, shopId: number, shipment: StoredShipment, lost: Units): Promise<void> {
  if (lost.length === 0) return;
  await takeOff(tx, shopId, shipment.id, lost);
  await countShipped(tx, shopId, shipment.partId);
  await tx.shipment.update({ where: { shopId_id: { shopId, id: shipment.id } }, data: { state: 'seen' } });
}

/** What was undone and is all fulfilled once more, by hand (mostly with another number): its next pass recognises it, and nothing of it is open. */
async function recogniseAgain(tx: Tx, live: LiveConnection, order: OrderInShopify): Promise<void> {
  const shopId = live.shop.id;
  const shipments = await shipmentsOfOrder(tx, shopId, order.id);
  const undone = shipments.filter(({ connectionId, state }) => connectionId === live.id && state === 'undone');
  const units = undone.length > 0 ? await foreignUnits(tx, order, shopId, shipments) : null;
  for (const shipment of undone) {
    if (!units || !isFulfilledByOthers(order, shipment, units)) continue;
    for (const { lineId, quantity, mirrored, elsewhere } of shipment.units)
      units.claimed.set(lineId, (units.claimed.get(lineId) ?? 0) + quantity - mirrored - elsewhere);
    await tx.shipment.update({ where: { shopId_id: { shopId, id: shipment.id } }, data: { state: 'seen' } });
  }
}

type Units = { lineId: string; quantity: number }[];

async function takeOff(tx: Tx, shopId: number, shipmentId: string, lost: Units): Promise<void> {
  for (const { lineId, quantity } of lost)
    await tx.$executeRaw`
      UPDATE shipment_line SET elsewhere = greatest(0, elsewhere - ${quantity}::int)
      WHERE shop_id = ${shopId} AND shipment_id = ${shipmentId}::uuid AND line_id = ${lineId}`;
}

async function undo(tx: Tx, shopId: number, shipment: StoredShipment, gone: Fulfilment[], lost: Units): Promise<void> {
  for (const { lineId, quantity } of gone.flatMap(({ lines }) => lines)) {
    await tx.$executeRaw`
      UPDATE shipment_line SET mirrored = greatest(0, mirrored - ${quantity}::int)
      WHERE shop_id = ${shopId} AND shipment_id = ${shipment.id}::uuid AND line_id = ${lineId}`;
  }
  await takeOff(tx, shopId, shipment.id, lost);
  await countShipped(tx, shopId, shipment.partId);
  const left = shipment.fulfilmentIds.filter((id) => !gone.some((one) => one.id === id));
  await tx.shipment.update({
    where: { shopId_id: { shopId, id: shipment.id } },
    data: {
      state: 'undone',
      fulfilmentIds: left,
      ...(gone.length > 0 ? { round: { increment: 1 } } : {}),
      mirroredHash: null,
      reason: { code: 'fulfilment-cancelled-in-shopify', params: {} },
    },
  });
}
