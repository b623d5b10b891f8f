import { Prisma } from '@prisma/client';
import type { Tx } from '../../db/scope.ts';
import { excludedVerdicts, problemVerdicts, productFacts, type ProductRules } from './product-facts.ts';
import { restateVariantProblems } from './restate-problems.ts';

/** Notes at each variant's link why it isn't handed over, and names what somebody must mend. Returns how many are left out. */
export async function settleLeftOut(tx: Tx, rules: ProductRules, variantIds: readonly string[]): Promise<number> {
  const { shopId, connectionId } = rules;
  const facts = productFacts(rules, variantIds);
  const problems = [...problemVerdicts];
  const leftOut = [...excludedVerdicts, ...problems];
  await tx.$executeRaw`
    ${facts}
    INSERT INTO product_link (shop_id, connection_id, variant_id, state, reason)
    SELECT ${shopId}::int, ${connectionId}::uuid, id, CASE WHEN verdict = ANY(${problems}) THEN 'problem' ELSE 'excluded' END,
      jsonb_build_object('code', verdict, 'params', jsonb_build_object('sku', code))
    FROM fact WHERE verdict = ANY(${leftOut})
    ON CONFLICT (shop_id, connection_id, variant_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, hash = NULL
    WHERE product_link.state <> excluded.state OR product_link.reason IS DISTINCT FROM excluded.reason`;
  await restateVariantProblems(tx, shopId, {
    connectionId,
    sync: 'products',
    causes: problemVerdicts,
    evidence: 'product-read-again',
    withTables: facts,
    scope: Prisma.sql`q.subject_id = ANY(${[...variantIds]})`,
    found: Prisma.sql`
      SELECT verdict AS cause, id AS variant_id, CASE WHEN code = '' THEN product_title ELSE code END AS label, '' AS detail,
        jsonb_build_object('sku', code, 'title', product_title || CASE WHEN title IN ('', 'Default Title') THEN '' ELSE ' – ' || title END) AS params
      FROM fact WHERE verdict = ANY(${problems})`,
  });
  const [row] = await tx.$queryRaw<{ n: number }[]>`${facts} SELECT count(*)::int AS n FROM fact WHERE verdict = ANY(${leftOut})`;
  return row?.n ?? 0;
}
