import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import type { Room } from './room.ts';

/** What the warehouse keeps of a product, by the names it gives its details. */
export type Details = Record<string, string>;

/** Keeps details where they are given, with the moment they changed; answers the SKUs of which they did. */
export async function keepDetails(
  tx: Tx,
  { shopId, connectionId }: Room,
  products: readonly { sku: string; details?: Details }[],
): Promise<Set<string>> {
  const rows = products.flatMap(({ sku, details }) => (details ? [{ sku, details }] : []));
  if (rows.length === 0) return new Set();
  const changed = await tx.$queryRaw<{ sku: string }[]>`
    UPDATE stockroom_product p SET details = r.details, details_at = ${now()}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (sku text, details jsonb)
    WHERE p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.sku = r.sku AND p.details <> r.details
    RETURNING p.sku`;
  return new Set(changed.map(({ sku }) => sku));
}

/** Sets the details of products and nothing else of them; answers which SKUs nobody knows. */
export function setDetails({
  products,
  ...room
}: Room & { products: readonly { sku: string; details: Details }[] }): Promise<{ unknown: string[] }> {
  return inShop(room.shopId, async (tx) => {
    const { shopId, connectionId } = room;
    const skus = products.map(({ sku }) => sku);
    const known = await tx.stockroomProduct.findMany({
      where: { shopId, connectionId, sku: { in: skus } },
      select: { sku: true },
    });
    await keepDetails(tx, room, products);
    const there = new Set(known.map(({ sku }) => sku));
    return { unknown: skus.filter((sku) => !there.has(sku)) };
  });
}

/** The details of one product by its SKU. */
export async function detailsOf({ shopId, connectionId, sku }: Room & { sku: string }): Promise<Details> {
  const row = await inShop(shopId, (tx) =>
    tx.stockroomProduct.findFirst({ where: { shopId, connectionId, sku }, select: { details: true } }),
  );
  return (row?.details ?? {}) as Details;
}

/** Products whose details somebody changed since a moment (null: all that ever had any), by SKU. */
export function detailedProducts(
  { shopId, connectionId }: Room,
  since: Date | null,
  page: { after: string; size: number },
): Promise<{ sku: string; title: string; details: Details }[]> {
  return inShop(shopId, async (tx) => {
    const rows = await tx.stockroomProduct.findMany({
      where: {
        ...{ shopId, connectionId, sku: { gt: page.after } },
        detailsAt: since ? { gte: since } : { not: null },
      },
      orderBy: { sku: 'asc' },
      take: page.size,
      select: { sku: true, title: true, details: true },
    });
    return rows.map(({ sku, title, details }) => ({ sku, title, details: details as Details }));
  });
}
