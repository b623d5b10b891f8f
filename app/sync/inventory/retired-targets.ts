import type { Tx } from '../../db/scope.ts';
import type { StockRules } from './stock-facts.ts';

/** Forgets the locations whose stock moved elsewhere, once nothing of what was published there is left for sale. */
export async function forgetRetired(
  tx: Tx,
  { shopId, connectionId }: Pick<StockRules, 'shopId' | 'connectionId'>,
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM retired_target z WHERE z.shop_id = ${shopId} AND z.connection_id = ${connectionId}::uuid AND z.zero
      AND NOT EXISTS (
        SELECT 1 FROM stock_level s WHERE s.shop_id = z.shop_id AND s.location_id = z.location_id AND s.active AND s.available > 0 AND s.published_at IS NOT NULL)`;
}
