import { inShop } from '../../db/scope.ts';

export const parcelStates = ['seen', 'mirrored', 'problem'] as const;
export type ParcelState = (typeof parcelStates)[number];

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
        problem: problem ? { cause: problem.cause, params: problem.params as Record<string, string | number> } : null,
      };
    });
    return { rows, hasNext: found.length > pageSize };
  });
}
