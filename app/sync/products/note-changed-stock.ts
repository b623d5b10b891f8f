import type { Tx } from '../../db/scope.ts';
import { noteCodes } from '../inventory/noted-levels.ts';

interface Identity {
  id: string;
  inventoryItemId: string;
  sku: string;
  barcode: string | null;
  /** All that decides whose stock it shows, and whether it is published at all. */
  all: string;
}

async function identitiesOf(tx: Tx, shopId: number, productIds: string[]): Promise<Identity[]> {
  const rows = await tx.variant.findMany({
    where: { shopId, productId: { in: productIds } },
    select: {
      ...{ id: true, inventoryItemId: true, sku: true, barcode: true, tracked: true, deletedAt: true, status: true },
      ...{ whenOutOfStock: true, requiresShipping: true, productType: true, hasComponents: true, isGiftCard: true },
    },
  });
  return rows.map(({ deletedAt, ...row }) => ({ ...row, all: JSON.stringify({ ...row, deleted: deletedAt !== null }) }));
}

/**
 * Stores some products by `store` and notes what of their stock the next stock run must look at: variants whose stock is another's than before or whose
 * publishing changed, and whoever has a code that one of them got or lost, since a code that two have is published to neither.
 */
export async function notingStock(tx: Tx, shopId: number, productIds: string[], store: () => Promise<void>): Promise<void> {
  const before = new Map((await identitiesOf(tx, shopId, productIds)).map((one) => [one.id, one]));
  await store();
  const changed = (await identitiesOf(tx, shopId, productIds)).filter(({ id, all }) => before.get(id)?.all !== all);
  if (changed.length === 0) return;
  const touched = changed.flatMap((one) => [one, before.get(one.id) ?? one]);
  await noteCodes(
    tx,
    shopId,
    changed.map(({ inventoryItemId }) => inventoryItemId),
    touched.flatMap(({ sku, barcode }) => [sku, barcode ?? '']),
  );
}
