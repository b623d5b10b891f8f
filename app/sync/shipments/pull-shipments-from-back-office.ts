import type { Prisma } from '@prisma/client';
import { nowMs } from '../../core/clock.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync, saveCursor } from '../../connections/syncs.ts';
import type { Shipment } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { countInRun } from '../runs/runs.ts';
import { recordShipment } from './record-shipment.ts';
import { trackingOf } from './shipment-rows.ts';
import { takeReport, UNREADABLE } from './take-report.ts';

/**
 * Reads what shipped (or changed) in the back office since last time and stores it. The cursor moves when every page was taken, so a run that dies on the way reads
 * again, which changes nothing. A report that can't be kept is named and keeps nothing back. `full` reads from the beginning; `keepCursor` leaves it where it was.
 */
export async function pullShipmentsFromBackOffice(
  live: LiveConnection,
  run: { id: string },
  { full = false, keepCursor = false }: { full?: boolean; keepCursor?: boolean } = {},
): Promise<void> {
  const port = live.connector.shipments;
  if (!port) return;
  const { id: shopId } = live.shop;
  const { cursor } = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'shipments'));
  let next: string | null = null;
  for await (const page of port.pull({ since: full ? null : sinceOf(cursor) })) {
    let [unchanged, failed] = [0, 0];
    for (const report of page.shipments) {
      const recorded = await takeReport(live, report);
      if (recorded === null) failed += 1;
      else if (recorded.outcome === 'unchanged' || recorded.outcome === 'unknown-order') unchanged += 1;
    }
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { seen: page.shipments.length, skipped: unchanged, failed }));
    next = page.cursor;
  }
  const taken = next;
  if (taken !== null && !keepCursor) await inShop(shopId, (tx) => saveCursor(tx, shopId, live.id, 'shipments', { since: taken }));
}

/** Asks the back office for the shipments of one order of its own (or one of them) and stores what is new; tells whether anything was. */
export async function pullShipmentsOfOrder(
  live: LiveConnection,
  remoteId: string,
  only: (report: Shipment) => boolean = () => true,
): Promise<boolean> {
  let news = false;
  for (const report of ((await live.connector.shipments?.ofOrder(remoteId)) ?? []).filter(only)) {
    const recorded = await takeReport(live, report);
    news ||= recorded?.outcome === 'new' || recorded?.outcome === 'changed';
  }
  return news;
}

/** Reports that couldn't be kept are asked for by their order once an hour: corrected there, they need not come by themselves. */
const ASK_AGAIN_MS = 60 * 60_000;
const MOST = 50;

/** Asks again for what couldn't be kept, by the orders it belongs to. `all`: also what was asked for a moment ago. */
export async function askForUnreadable(live: LiveConnection, { all }: { all: boolean }): Promise<void> {
  const { id: shopId } = live.shop;
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ id: string; orderId: string }[]>`
      SELECT b.subject_id AS id, p.remote_id AS "orderId"
      FROM problem b JOIN part p ON p.shop_id = b.shop_id AND p.connection_id = b.connection_id AND p.reference = b.subject_label AND p.remote_id IS NOT NULL
      WHERE b.shop_id = ${shopId} AND b.connection_id = ${live.id}::uuid AND b.cause = ${UNREADABLE} AND b.closed_at IS NULL
        AND (${all} OR b.last_seen_at < ${new Date(nowMs() - ASK_AGAIN_MS)})
      ORDER BY b.last_seen_at LIMIT ${MOST}`,
  );
  for (const { id, orderId } of rows) await pullShipmentsOfOrder(live, orderId, ({ remoteId }) => remoteId === id);
}

/**
 * The back office says that a shipment changed: where we know it, it is asked for again by its order, as a run need not meet it (a new label changes no packing order);
 * what else the order has comes in its own time. Answers the order in Shopify; null where we don't know it.
 */
export async function pullChangedShipment(live: LiveConnection, remoteId: string): Promise<string | null> {
  const { id: shopId } = live.shop;
  const part = await inShop(shopId, async (tx) => {
    const known = await tx.shipment.findUnique({
      where: { shopId_connectionId_remoteId: { shopId, connectionId: live.id, remoteId } },
      select: { partId: true },
    });
    return known?.partId ? tx.part.findUnique({ where: { shopId_id: { shopId, id: known.partId } } }) : null;
  });
  if (!part?.remoteId) return null;
  await pullShipmentsOfOrder(live, part.remoteId, (report) => report.remoteId === remoteId);
  return part.orderId;
}

export function sinceOf(cursor: unknown): string | null {
  const since = (cursor as { since?: unknown } | null)?.since;
  return typeof since === 'string' ? since : null;
}

const PAGE = 200;

/** Shipments whose order wasn't known when they were reported and is now (its answer came later): linked, as they were seen, or a kit's first box would count for nothing. */
export async function linkWaitingShipments(live: LiveConnection): Promise<number> {
  const { id: shopId } = live.shop;
  let linked = 0;
  for (;;) {
    const rows = await inShop(
      shopId,
      (tx) => tx.$queryRaw<{ id: string }[]>`
        SELECT s.id FROM shipment s JOIN part p ON p.shop_id = s.shop_id AND p.connection_id = s.connection_id AND p.reference = s.reference
        WHERE s.shop_id = ${shopId} AND s.connection_id = ${live.id}::uuid AND s.part_id IS NULL
        ORDER BY s.seen_at, s.id LIMIT ${PAGE}`,
    );
    for (const { id } of rows) {
      await inShop(shopId, async (tx) => {
        const row = await tx.shipment.findUnique({ where: { shopId_id: { shopId, id } } });
        if (row) await recordShipment(tx, live, reportOf(row));
      });
    }
    linked += rows.length;
    if (rows.length < PAGE) return linked;
  }
}

/** The report as it was stored. */
function reportOf(row: Prisma.ShipmentGetPayload<object>): Shipment {
  return {
    remoteId: row.remoteId,
    reference: row.reference,
    facilityId: row.facilityId,
    lines: row.lines as unknown as Shipment['lines'],
    tracking: trackingOf(row),
    shippedAt: row.shippedAt.toISOString(),
    note: row.note,
    cancelled: row.cancelled,
  };
}
