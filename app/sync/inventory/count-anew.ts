import { inShop } from '../../db/scope.ts';
import { shippedSinceCounted } from './noted-levels.ts';
import { pullStockFromBackOffice } from './pull-stock-from-back-office.ts';
import { reread, type Change, type Publishing } from './write-stock-batch.ts';

/**
 * Before levels are raised: what of them left or was sold at a till since the back office counted is counted there again, and their levels are read
 * after that. A long run would otherwise offer units again that its early count still holds and Shopify no longer has committed. True where it was.
 */
export async function countAnew(publishing: Publishing, changes: Change[]): Promise<boolean> {
  const { live, rules, runId } = publishing;
  const raised = changes.filter(({ quantity, changeFromQuantity }) => quantity > changeFromQuantity);
  if (raised.length === 0) return false;
  const items = [...new Set(raised.map(({ inventoryItemId }) => inventoryItemId))];
  const skus = await inShop(rules.shopId, (tx) => shippedSinceCounted(tx, rules, items));
  if (skus.length === 0) return false;
  await pullStockFromBackOffice(live, { id: runId }, { since: null, skus });
  await reread(publishing, raised);
  return true;
}
