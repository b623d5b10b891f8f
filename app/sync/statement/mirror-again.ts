import { Prisma } from '@prisma/client';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Shipment } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { withLease } from '../inbox/lease.ts';
import { orderLeaseKey } from '../shipments/mirror-shipment-to-shopify.ts';
import { countShipped } from '../shipments/shipment-progress.ts';
import { takeReport } from '../shipments/take-report.ts';

/** Takes in a parcel that the back office reports and we had not recorded, or not as it is now. Returns the order it belongs to. */
export async function takeInReport(live: LiveConnection, report: Shipment): Promise<string | null> {
  return (await takeReport(live, report))?.orderId ?? null;
}

/**
 * Forgets fulfilments that Shopify does not have, so that the parcel is mirrored anew. Made again is only what Shopify still has open: the pass
 * reads the remaining quantities first. Nothing changes when the parcel has other fulfilments by now.
 */
export async function forgetFulfilments(
  live: LiveConnection,
  remoteId: string,
  orderId: string,
  shown: readonly string[],
): Promise<void> {
  const shopId = live.shop.id;
  await withLease(shopId, orderLeaseKey(orderId), () =>
    inShop(shopId, async (tx) => {
      const where = { shopId_connectionId_remoteId: { shopId, connectionId: live.id, remoteId } };
      const row = await tx.shipment.findUnique({ where });
      if (!row || row.fulfilmentIds.length === 0 || row.fulfilmentIds.every((id) => shown.includes(id))) return;
      // Those that are there stay; their units are counted as somebody else's when the rest is planned.
      await tx.shipmentLine.updateMany({ where: { shopId, shipmentId: row.id }, data: { mirrored: 0 } });
      await countShipped(tx, shopId, row.partId);
      await tx.shipment.update({
        where,
        data: { state: 'seen', fulfilmentIds: [], round: { increment: 1 }, mirroredHash: null, mirroredTracking: Prisma.DbNull },
      });
    }),
  );
}

/**
 * Forgets which tracking its fulfilments carry, so that the pass writes what the back office reports. A correction that is taken as landed may have been
 * overwritten by somebody: before it is sent again Shopify is asked what it shows.
 */
export async function forgetTracking(live: LiveConnection, remoteId: string, orderId: string): Promise<void> {
  const shopId = live.shop.id;
  await withLease(shopId, orderLeaseKey(orderId), () =>
    inShop(shopId, async (tx) => {
      const where = { shopId_connectionId_remoteId: { shopId, connectionId: live.id, remoteId } };
      const row = await tx.shipment.findUnique({ where });
      if (row?.state !== 'mirrored') return;
      await tx.write.updateMany({
        where: { shopId, kind: 'fulfilment-tracking', subjectKind: 'shipment', subjectId: row.id, state: 'landed' },
        data: { state: 'unknown', settledAt: null },
      });
      await tx.shipment.update({ where, data: { state: 'seen', mirroredTracking: Prisma.DbNull } });
    }),
  );
}
