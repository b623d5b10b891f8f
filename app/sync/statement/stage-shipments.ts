import type { Shipment } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { shipmentHash } from '../shipments/shipment-rows.ts';
import type { Making } from './making.ts';

/** Keeps what the back office reports of its parcels. A report holds no personal data. */
export async function storeReports({ statement }: Making, reports: readonly Shipment[]): Promise<void> {
  const { shopId, runId, connectionId } = statement;
  // The last word on a parcel counts where a page names it twice.
  const rows = [...new Map(reports.map((report) => [report.remoteId, report])).values()].map((report) => ({
    ...{ id: report.remoteId, label: report.reference, at: report.shippedAt },
    facts: { report, hash: shipmentHash(report) },
  }));
  if (rows.length === 0) return;
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      INSERT INTO statement_line (shop_id, run_id, kind, id, label, order_id, at, facts)
      SELECT ${shopId}, ${runId}::uuid, 'shipment', r.id, r.label, p.order_id, r.at, r.facts
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id text, label text, at timestamptz, facts jsonb)
      LEFT JOIN part p ON p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.reference = r.label
      ON CONFLICT (shop_id, run_id, kind, id) DO UPDATE SET label = excluded.label, order_id = excluded.order_id, at = excluded.at, facts = excluded.facts`,
  );
}

/** Parcels we know of that left in the period. */
async function stageKnown({ statement: { shopId, runId, connectionId, from, to } }: Making): Promise<void> {
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      INSERT INTO statement_line (shop_id, run_id, kind, id, label, order_id, at)
      SELECT shop_id, ${runId}::uuid, 'shipment', remote_id, reference, order_id, shipped_at FROM shipment
      WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND shipped_at >= ${from} AND shipped_at < ${to}
      ON CONFLICT DO NOTHING`,
    { timeoutMs: 60_000 },
  );
}

// Windows overlap, because the back office's clock may differ from ours.
const OVERLAP_MS = 60 * 60_000;

/** Since when the back office is asked: a daily statement goes on where the last one ended, so that no parcel is read every day for a week. */
async function askSince({ statement: { shopId, runId, connectionId, from } }: Making, daily: boolean): Promise<Date> {
  if (!daily) return from;
  const last = await inShop(shopId, (tx) =>
    tx.statement.findFirst({
      where: { shopId, connectionId, finishedAt: { not: null }, runId: { not: runId } },
      orderBy: { periodTo: 'desc' },
      select: { periodTo: true },
    }),
  );
  return last ? new Date(Math.max(from.getTime(), last.periodTo.getTime() - OVERLAP_MS)) : from;
}

/** Reads the back office's own list of what left, beside what we know of. Read again it changes nothing. */
export async function stageShipments(making: Making, { daily }: { daily: boolean }): Promise<void> {
  await stageKnown(making);
  const since = await askSince(making, daily);
  for await (const { shipments } of making.live.connector.shipments?.pull({ since: since.toISOString() }) ?? []) {
    await storeReports(making, shipments);
    await making.beat(shipments.length);
  }
}

/** Notes whose parcels those are of which only that was unknown when they were read. */
export async function tieToOrders({ statement: { shopId, runId, connectionId } }: Making): Promise<void> {
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      UPDATE statement_line l SET order_id = r.order_id FROM shipment r
      WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'shipment' AND l.order_id IS NULL
        AND r.shop_id = l.shop_id AND r.connection_id = ${connectionId}::uuid AND r.remote_id = l.id AND r.order_id IS NOT NULL`,
  );
}
