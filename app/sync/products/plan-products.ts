import { inShop } from '../../db/scope.ts';
import { excludedVerdicts, goneButThere, problemVerdicts, productFacts, type ProductRules } from './product-facts.ts';

/** Writes down what handing these variants over would do, as the run's plan; nothing is sent. */
export async function planProducts(rules: ProductRules, runId: string, variantIds: readonly string[]): Promise<void> {
  const leftOut: string[] = [...excludedVerdicts, ...problemVerdicts];
  await inShop(
    rules.shopId,
    async (tx) => {
      await tx.$executeRaw`
        ${productFacts(rules, variantIds)}
        INSERT INTO plan_item (shop_id, run_id, item_key, action, label, reason)
        SELECT ${rules.shopId}::int, ${runId}::uuid, id,
          CASE WHEN verdict = ANY(${leftOut}) THEN 'skip' WHEN remote_id IS NULL THEN 'create' ELSE 'update' END,
          CASE WHEN code = '' THEN product_title ELSE code END,
          CASE WHEN verdict = ANY(${leftOut}) THEN jsonb_build_object('code', verdict, 'params', jsonb_build_object('sku', code)) END
        FROM fact
        WHERE verdict = ANY(${leftOut}) OR (verdict = 'push' AND link_hash IS DISTINCT FROM wanted_hash)
          OR ${goneButThere(rules)}
        ON CONFLICT (shop_id, run_id, item_key) DO UPDATE SET action = excluded.action, reason = excluded.reason`;
    },
    { timeoutMs: 60_000 },
  );
}
