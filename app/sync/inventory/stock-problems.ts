import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import { restateVariantProblems } from '../products/restate-problems.ts';
import { expectManyRows, stockFacts, type StockRules } from './stock-facts.ts';

/** What keeps a variant's stock from being published, as this sync names it. */
export const stockCauses = [
  'unknown-in-back-office',
  'sku-missing',
  'barcode-missing',
  'alias-missing',
  'sku-duplicate',
  'sku-ambiguous',
  'level-inactive',
] as const;

/**
 * Names every variant whose stock can't be published, and closes what is gone. A variant that isn't stocked at any of the connection's
 * locations isn't missed: another connection may serve it. `items` null: the whole catalogue.
 */
export async function restateStockProblems(tx: Tx, rules: StockRules, backOffice: string, items: string[] | null): Promise<void> {
  if (!items) await expectManyRows(tx);
  const scope = items
    ? Prisma.sql`q.subject_id IN (SELECT v.id FROM variant v WHERE v.shop_id = ${rules.shopId} AND v.inventory_item_id = ANY(${items}))`
    : null;
  await restateVariantProblems(tx, rules.shopId, {
    connectionId: rules.connectionId,
    sync: 'inventory',
    causes: stockCauses,
    evidence: 'stock-planned-again',
    withTables: stockFacts(rules, items),
    scope,
    found: Prisma.sql`
      SELECT cause, variant_id, min(CASE WHEN code = '' THEN title ELSE code END) AS label, '' AS detail,
        jsonb_build_object('sku', min(code), 'title', min(title), 'backOffice', ${backOffice}::text, 'location', coalesce(min(l.name), '')) AS params
      FROM (
        SELECT fact.*, CASE
          WHEN verdict IN ('sku-duplicate', 'sku-ambiguous') THEN verdict
          WHEN verdict IN ('sku-missing', 'barcode-missing', 'alias-missing') AND active THEN verdict
          WHEN verdict = 'unknown' AND active THEN 'unknown-in-back-office'
          -- stocked and for sale at a place the back office says nothing about
          WHEN verdict = 'unknown-here' AND active AND available > 0 THEN 'unknown-in-back-office'
          WHEN action = 'skip' THEN 'level-inactive' END AS cause
        FROM fact
      ) named
      LEFT JOIN location l ON l.shop_id = ${rules.shopId} AND l.id = named.location_id
      WHERE cause IS NOT NULL GROUP BY cause, variant_id`,
  });
}
