import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import { inShop } from '../../db/scope.ts';
import { readPause } from '../../connections/pause-sync.ts';
import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { openProblem, problemFromError } from '../problems/problems.ts';
import { countInRun, rollingRun } from '../runs/runs.ts';
import { activeConnections, takersOf } from '../shop/shop-context.ts';
import { notingStock } from './note-changed-stock.ts';
import { looseCodes } from './product-code.ts';
import { productRulesOf } from './product-facts.ts';
import { pushProductsToBackOffice } from './push-products-to-back-office.ts';
import { readMetafields } from './read-metafields.ts';
import { readProduct } from './read-products-from-shopify.ts';
import { markProductDeleted, storeProducts } from './store-variants.ts';

export interface ImportTools {
  admin?: Pick<ShopifyAdmin, 'run'>;
  /** Whether the change is handed over to the back offices at once. */
  push?: boolean;
  /** The shop's connections that take products; tests hand in their own. */
  takers?: LiveConnection[];
}

async function pushTo(live: LiveConnection, productId: string, variantIds: string[]): Promise<void> {
  const shopId = live.shop.id;
  // Releasing the sync compares everything.
  if (await inShop(shopId, (tx) => readPause(tx, shopId, live.id, 'products'))) return;
  const { runId, rules, twins } = await inShop(shopId, async (tx) => {
    const { settings } = await readSync(tx, shopId, live.id, 'products');
    const skus = (await tx.variant.findMany({ where: { shopId, productId }, select: { sku: true } })).map((row) => row.sku);
    // a SKU that was given to a second variant, or taken from it, changes the verdict on the first
    const same = await tx.$queryRaw<
      { id: string }[]
    >`SELECT id FROM variant WHERE shop_id = ${shopId} AND sku_key = ANY(${looseCodes(skus)})`;
    return {
      runId: await rollingRun(tx, shopId, live.id, 'products'),
      rules: productRulesOf(live, settings, await readGoodsRules(tx, shopId, live.id)),
      twins: same.map((row) => row.id),
    };
  });
  const ids = [...new Set([...variantIds, ...twins])];
  try {
    await pushProductsToBackOffice(live, { id: runId }, rules, ids);
    await inShop(shopId, (tx) => countInRun(tx, shopId, runId, { seen: variantIds.length }));
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind !== 'needs-merchant') throw thrown;
    const subject = { kind: 'sync' as const, id: `${live.id} products`, label: 'products' };
    await inShop(shopId, (tx) =>
      openProblem(tx, shopId, problemFromError(error, { connectionId: live.id, sync: 'products', subject })),
    );
  }
}

/**
 * Shopify said that a product changed: it is read again whole, written unless we know it newer, and what differs goes to the back offices that take
 * products. A product that is gone has its variants marked as deleted.
 */
export async function importProductFromShopify(
  shopId: number,
  productId: string,
  { admin, push = true, takers }: ImportTools = {},
): Promise<void> {
  const shop = await inShop(shopId, (tx) =>
    tx.shop.findUniqueOrThrow({ where: { id: shopId }, select: { id: true, domain: true, currency: true } }),
  );
  const seenAt = now();
  const read = await readProduct(admin ?? adminFor(shop), productId, shop.currency);
  await inShop(shopId, (tx) =>
    notingStock(tx, shopId, [productId], () =>
      read ? storeProducts(tx, shopId, [read.product], read.variants, seenAt) : markProductDeleted(tx, shopId, productId, seenAt),
    ),
  );
  if (read) await readMetafields(admin ?? adminFor(shop), shopId, productId);
  if (!push) return;
  const after = await inShop(shopId, (tx) => tx.variant.findMany({ where: { shopId, productId }, select: { id: true } }));
  for (const live of takers ?? (await takersOf(shopId, await activeConnections(shopId), 'products')))
    await pushTo(
      live,
      productId,
      after.map((variant) => variant.id),
    );
}
