import { nowMs } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { NeedsMerchantError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { discoverProductTypes } from '../shop/discover-values.ts';
import { endAsPlan } from '../runs/plan-states.ts';
import { countInRun, type RunOrder } from '../runs/runs.ts';
import { allVariants, changedVariants } from './choose-variants.ts';
import { importProductFromShopify } from './import-product-from-shopify.ts';
import { planProducts } from './plan-products.ts';
import { productRulesOf, type ProductRules } from './product-facts.ts';
import { pushProductsToBackOffice } from './push-products-to-back-office.ts';
import { moveCursor, readCursor, refreshCatalogue } from './refresh-catalogue.ts';

const DAY_MS = 86_400_000;

async function chosenVariants(shopId: number, argument: string): Promise<string[]> {
  const ids = argument.split(',').map((id) => id.trim());
  const rows = await inShop(shopId, (tx) =>
    tx.variant.findMany({ where: { shopId, OR: [{ id: { in: ids } }, { productId: { in: ids } }] }, select: { id: true } }),
  );
  return rows.map((row) => row.id);
}

async function* pieces(list: string[]): AsyncGenerator<string[]> {
  yield* inPieces(list, 1_000);
}

/** The variants a run looks at, and where the cursor stands when it has. */
async function chooseVariants(
  live: LiveConnection,
  run: RunOrder,
  rules: ProductRules,
): Promise<{ variants: AsyncIterable<string[]>; done: () => Promise<void> }> {
  if (run.task === 'chosen' && run.argument) {
    const chosen = await chosenVariants(rules.shopId, run.argument);
    return { variants: pieces(chosen), done: () => Promise.resolve() };
  }
  const startedAt = nowMs();
  const cursor = await readCursor(live);
  // a gate that opens makes everything that was held back due
  const hash = sha256(JSON.stringify([rules, live.dryRun, live.connector.products !== undefined]));
  const all =
    ['full', 'retry', 'preview'].includes(run.task) ||
    cursor.pushedTo === null ||
    cursor.rules !== hash ||
    startedAt - cursor.comparedAt > DAY_MS;
  const variants = all ? allVariants(rules.shopId) : changedVariants(rules, new Date(cursor.pushedTo ?? 0));
  const comparedAt = all ? startedAt : cursor.comparedAt;
  return { variants, done: () => moveCursor(live, { pushedTo: startedAt, comparedAt, rules: hash }) };
}

/**
 * Brings the back office's products in line with the catalogue: reads what changed in Shopify (all of it the first time), then hands over what
 * differs. Tasks: `scheduled`, `full` (imports and compares everything, sends refused ones again), `retry` (sends refused ones again), `preview` (only
 * says what would be sent), `chosen` (product or variant ids in `argument`, comma separated). May be killed and run again at any moment.
 */
export async function runProductsSync(
  live: LiveConnection,
  run: RunOrder,
  admin: ShopifyAdmin = adminFor(live.shop),
): Promise<void> {
  const shopId = live.shop.id;
  const { enabled, settings, goods } = await inShop(shopId, async (tx) => ({
    ...(await readSync(tx, shopId, live.id, 'products')),
    goods: await readGoodsRules(tx, shopId, live.id),
  }));
  if (!enabled && run.task !== 'preview')
    throw new NeedsMerchantError('sync-off', 'The products sync is switched off', { params: { sync: 'products' } });
  const rules = productRulesOf(live, settings, goods);
  if (run.task === 'chosen' && run.argument) {
    const products = run.argument.split(',').filter((id) => id.includes('/Product/'));
    for (const id of products) await importProductFromShopify(shopId, id.trim(), { admin, push: false });
  } else if (run.task !== 'retry') {
    await refreshCatalogue(live, run, admin, { whole: run.task === 'full' });
  }
  await inShop(shopId, (tx) => discoverProductTypes(tx, shopId));
  const { variants, done } = await chooseVariants(live, run, rules);
  const resend = ['full', 'retry', 'chosen'].includes(run.task);
  for await (const ids of variants) {
    if (run.task === 'preview') await planProducts(rules, run.id, ids);
    else await pushProductsToBackOffice(live, run, rules, ids, { resend });
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { seen: ids.length }));
  }
  if (run.task === 'preview') await inShop(shopId, (tx) => endAsPlan(tx, shopId, run.id, null));
  else await done();
}
