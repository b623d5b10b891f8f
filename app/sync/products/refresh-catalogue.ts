import { z } from 'zod';
import { now, nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { readSync, saveCursor } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { countInRun } from '../runs/runs.ts';
import { importCatalogueFromShopify, lastCatalogueImport } from './import-catalogue-from-shopify.ts';
import { readChangedProducts } from './read-products-from-shopify.ts';
import { storeProducts } from './store-variants.ts';

/** How far this connection's products sync has come. */
const cursorSchema = z.object({
  /** Products changed up to here were read. */
  sweptTo: z.number().nullable().default(null),
  /** Variants read up to here were looked at for the back office. */
  pushedTo: z.number().nullable().default(null),
  /** When all of them were last looked at, and under which settings. */
  comparedAt: z.number().default(0),
  rules: z.string().default(''),
});
export type ProductsCursor = z.infer<typeof cursorSchema>;

/** Windows overlap: a product changed while a page was read, or whose index entry came late, is seen by the next sweep. */
const OVERLAP_MS = 5 * 60_000;
/** With so many changes the whole catalogue is cheaper by a bulk operation. */
const SWEEP_AT_MOST = 5_000;

export async function readCursor(live: Pick<LiveConnection, 'id' | 'shop'>): Promise<ProductsCursor> {
  const sync = await inShop(live.shop.id, (tx) => readSync(tx, live.shop.id, live.id, 'products'));
  const parsed = cursorSchema.safeParse(sync.cursor ?? {});
  return parsed.success ? parsed.data : cursorSchema.parse({});
}

/** Moves part of the cursor on; the rest stays. */
export async function moveCursor(live: Pick<LiveConnection, 'id' | 'shop'>, to: Partial<ProductsCursor>): Promise<void> {
  const cursor = { ...(await readCursor(live)), ...to };
  await inShop(live.shop.id, (tx) => saveCursor(tx, live.shop.id, live.id, 'products', cursor));
}

/** Reads every product changed since the last sweep. False when there were too many, so that all must be imported. */
async function sweepProducts(live: LiveConnection, run: { id: string }, admin: ShopifyAdmin, since: Date): Promise<boolean> {
  const shopId = live.shop.id;
  let read = 0;
  let seenAt = now();
  for await (const page of readChangedProducts(admin, since, live.shop.currency)) {
    const products = page.map((one) => one.product);
    const variants = page.flatMap((one) => one.variants);
    await inShop(shopId, async (tx) => {
      if (products.length > 0) await storeProducts(tx, shopId, products, variants, seenAt);
      await countInRun(tx, shopId, run.id, {});
    });
    read += products.length;
    if (read > SWEEP_AT_MOST) return false;
    seenAt = now();
  }
  return true;
}

/**
 * Brings our copy of the catalogue up to date: the whole of it the first time (or when `whole`), afterwards what changed. Webhooks usually were
 * faster; this is what makes a lost one harmless. Stock needs it too, whether products are handed over or not.
 */
export async function refreshCatalogue(
  live: LiveConnection,
  run: { id: string },
  admin: ShopifyAdmin,
  { whole = false } = {},
): Promise<void> {
  const startedAt = nowMs();
  const { sweptTo } = await readCursor(live);
  const imported = await lastCatalogueImport(live.shop.id);
  const since = sweptTo ?? imported?.getTime() ?? null;
  const swept = !whole && imported && since !== null && (await sweepProducts(live, run, admin, new Date(since - OVERLAP_MS)));
  if (!swept) await importCatalogueFromShopify(admin, live.shop.currency, run);
  await moveCursor(live, { sweptTo: startedAt });
}
