import { nowMs } from '../../core/clock.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { ShipmentState } from './shipment-rows.ts';

export const parcelStates = [
  'seen',
  'waiting',
  'withheld',
  'mirrored',
  'problem',
  'cancelled',
  'undone',
] as const satisfies readonly ShipmentState[];
export type ParcelState = ShipmentState;

export interface ParcelRow {
  id: string;
  remoteId: string;
  reference: string;
  orderId: string | null;
  orderName: string | null;
  state: ParcelState;
  tracking: { number: string; carrier: string | null; url: string | null }[];
  units: number;
  shippedAt: string;
  mirroredAt: string | null;
  /** Why it waits or is held. */
  reason: Reason | null;
  problem: { cause: string; params: Record<string, string | number> } | null;
}

export interface ParcelFilter {
  connectionId: string;
  state?: ParcelState;
  /** Part of the reference. */
  text?: string;
  page?: number;
}

/** Parcels that left the back office, the newest first, 50 to a page. */
export function listShipments(shopId: number, filter: ParcelFilter): Promise<{ rows: ParcelRow[]; hasNext: boolean }> {
  const pageSize = 50;
  return inShop(shopId, async (tx) => {
    const found = await tx.shipment.findMany({
      where: {
        shopId,
        connectionId: filter.connectionId,
        ...(filter.state ? { state: filter.state } : {}),
        ...(filter.text?.trim() ? { reference: { contains: filter.text.trim(), mode: 'insensitive' } } : {}),
      },
      orderBy: [{ shippedAt: 'desc' }, { id: 'desc' }],
      skip: ((filter.page ?? 1) - 1) * pageSize,
      take: pageSize + 1,
    });
    const parcels = found.slice(0, pageSize);
    const orders = await tx.order.findMany({
      where: { shopId, id: { in: parcels.flatMap((parcel) => parcel.orderId ?? []) } },
      select: { id: true, name: true },
    });
    const problems = await tx.problem.findMany({
      where: {
        shopId,
        sync: 'shipments',
        closedAt: null,
        subjectKind: 'shipment',
        subjectId: { in: parcels.flatMap((parcel) => [parcel.id, parcel.remoteId]) },
      },
    });
    const rows = parcels.map((parcel) => {
      const problem = problems.find(({ subjectId }) => subjectId === parcel.id || subjectId === parcel.remoteId);
      return {
        id: parcel.id,
        remoteId: parcel.remoteId,
        reference: parcel.reference,
        orderId: parcel.orderId,
        orderName: orders.find(({ id }) => id === parcel.orderId)?.name ?? null,
        state: parcel.state as ParcelState,
        tracking: parcel.tracking as unknown as ParcelRow['tracking'],
        units: (parcel.lines as { quantity: number }[]).reduce((sum, line) => sum + line.quantity, 0),
        shippedAt: parcel.shippedAt.toISOString(),
        mirroredAt: parcel.mirroredAt?.toISOString() ?? null,
        reason: parcel.reason as unknown as Reason | null,
        problem: problem ? { cause: problem.cause, params: problem.params as Record<string, string | number> } : null,
      };
    });
    return { rows, hasNext: found.length > pageSize };
  });
}

export interface ShipmentCounts {
  total: number;
  /** Reported in the last 24 hours. */
  lastDay: number;
  /** In Shopify, of all. */
  mirrored: number;
  /** On their way, waiting for their part, or withheld. */
  waiting: number;
  /** Kept back by access level or dry run; what lifting it would write. */
  withheld: number;
  problems: number;
  lastMirroredAt: Date | null;
}

/** How the shipments of a connection stand, for cards and for the count before a gate is lifted. */
export async function shipmentCounts(tx: Tx, shopId: number, connectionId: string): Promise<ShipmentCounts> {
  const rows = await tx.$queryRaw<ShipmentCounts[]>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE seen_at >= ${new Date(nowMs() - 24 * 60 * 60_000)})::int AS "lastDay",
      count(*) FILTER (WHERE state = 'mirrored')::int AS mirrored, count(*) FILTER (WHERE state IN ('seen', 'waiting', 'withheld'))::int AS waiting,
      count(*) FILTER (WHERE state = 'withheld')::int AS withheld, count(*) FILTER (WHERE state IN ('problem', 'undone'))::int AS problems,
      max(mirrored_at) AS "lastMirroredAt"
    FROM shipment WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid`;
  return rows[0] ?? { total: 0, lastDay: 0, mirrored: 0, waiting: 0, withheld: 0, problems: 0, lastMirroredAt: null };
}
