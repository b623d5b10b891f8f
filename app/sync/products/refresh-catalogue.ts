import { z } from 'zod';
import { now, nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { forgetCursors, readSync, saveCursor } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { showLife } from '../runs/runs.ts';
import { importCatalogueFromShopify, lastCatalogueImport } from './import-catalogue-from-shopify.ts';
import { notingStock } from './note-changed-stock.ts';
import { readAllMetafields, readMetafields, wantedMetafields } from './read-metafields.ts';
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
  /** Which metafields were read of all products. */
  metafields: z.string().default(''),
  /** When both sides were last compared record by record, and up to when deletions in Shopify were looked up. */
  reconciledAt: z.number().default(0),
  /** Products that people changed in the back office were told up to here. */
  updatesTo: z.number().nullable().default(null),
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
    const ids = products.map((product) => product.product_id);
    await inShop(shopId, async (tx) => {
      if (ids.length > 0) await notingStock(tx, shopId, ids, () => storeProducts(tx, shopId, products, variants, seenAt));
      await showLife(tx, shopId, run.id);
    });
    for (const id of ids) await readMetafields(admin, shopId, id);
    read += products.length;
    if (read > SWEEP_AT_MOST) return false;
    seenAt = now();
  }
  return true;
}

/**
 * Brings our copy of the catalogue up to date: the whole of it the first time (or when `whole`), afterwards what changed. Webhooks usually were
 * faster; this is what makes a lost one harmless. Stock needs it too, whether products are handed over or not. `from`: at least what changed since then is read.
 */
export async function refreshCatalogue(
  live: LiveConnection,
  run: { id: string },
  admin: ShopifyAdmin,
  { whole = false, from = null }: { whole?: boolean; from?: Date | null } = {},
): Promise<void> {
  const startedAt = nowMs();
  const { sweptTo, metafields } = await readCursor(live);
  const imported = await lastCatalogueImport(live.shop.id);
  const last = sweptTo ?? imported?.getTime() ?? null;
  const since = last !== null && from ? Math.min(last, from.getTime()) : last;
  const swept = !whole && imported && since !== null && (await sweepProducts(live, run, admin, new Date(since - OVERLAP_MS)));
  if (!swept) {
    await importCatalogueFromShopify(admin, live.shop.currency, run);
    // what changed of all the variants isn't counted one by one: stock is compared as a whole
    await inShop(live.shop.id, (tx) => forgetCursors(tx, live.shop.id, 'inventory'));
  }
  const keys = await inShop(live.shop.id, (tx) => wantedMetafields(tx, live.shop.id));
  const wanted = keys.join(' ');
  if (keys.length > 0 && (!swept || wanted !== metafields)) await readAllMetafields(admin, run, keys);
  await moveCursor(live, { sweptTo: startedAt, metafields: wanted });
}
