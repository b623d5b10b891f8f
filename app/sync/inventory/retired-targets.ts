import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import { expectManyRows, stockFacts, type StockRules } from './stock-facts.ts';

/**
 * Forgets the locations whose stock moved elsewhere, once nothing of what was published there is left for sale. Of one that shows other stock of this
 * connection by now only a comparison of everything (`full`) can tell: a number that was right already has been left as it was.
 */
export async function forgetRetired(tx: Tx, rules: StockRules, full: boolean): Promise<void> {
  const { shopId, connectionId } = rules;
  const carrying = (own: boolean) => Prisma.sql`EXISTS (
    SELECT 1 FROM location_link k
    WHERE k.shop_id = z.shop_id AND k.location_id = z.location_id AND k.carries_stock AND (k.connection_id = z.connection_id) = ${own})`;
  await tx.$executeRaw`
    DELETE FROM retired_target z
    WHERE z.shop_id = ${shopId} AND z.connection_id = ${connectionId}::uuid AND z.zero AND NOT ${carrying(true)}
      AND NOT EXISTS (
        SELECT 1 FROM stock_level s
        WHERE s.shop_id = z.shop_id AND s.location_id = z.location_id AND s.active AND s.available > 0
          AND CASE WHEN ${carrying(false)} THEN s.published_at <= z.since ELSE s.published_at IS NOT NULL END)`;
  if (!full || (await tx.retiredTarget.count({ where: { shopId, connectionId, zero: true } })) === 0) return;
  await expectManyRows(tx);
  await tx.$executeRaw`
    ${stockFacts(rules, null)}
    DELETE FROM retired_target z
    WHERE z.shop_id = ${shopId} AND z.connection_id = ${connectionId}::uuid AND z.zero AND ${carrying(true)}
      AND z.location_id NOT IN (
        SELECT y.location_id FROM fact JOIN retired_target y ON y.shop_id = ${shopId} AND y.location_id = fact.location_id
        WHERE fact.active AND fact.available > 0 AND fact.published_at <= y.since AND fact.action = 'zero')`;
}
