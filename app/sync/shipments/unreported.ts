import type { Tx } from '../../db/scope.ts';

/** What of a part no parcel holds; `but`: leaving out this one. */
export async function unreportedLines(
  tx: Tx,
  shopId: number,
  partId: string,
  but?: string,
): Promise<{ lineId: string; sku: string; quantity: number }[]> {
  const lines = await tx.partLine.findMany({ where: { shopId, partId }, orderBy: { lineId: 'asc' } });
  const reported = await tx.shipmentLine.findMany({ where: { shopId, partId } });
  const taken = (lineId: string) =>
    reported.reduce((sum, one) => sum + (one.lineId === lineId && one.shipmentId !== but ? one.quantity : 0), 0);
  return lines
    .map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity: quantity - taken(lineId) }))
    .filter(({ quantity }) => quantity > 0);
}
