import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import { connectorDefinition } from '../../connections/known-connectors.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { startBulkQuery } from '../../shopify/bulk/start-bulk.ts';
import { takeLines } from '../../shopify/bulk/take-result.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { BulkProductMetafieldsDocument, ProductMetafieldsDocument } from '../../shopify/operations/generated/graphql.ts';
import { waitForBulk } from './wait-for-bulk.ts';

const PURPOSE = 'metafields';
const LINES_A_BATCH = 1_000;

interface Metafield {
  namespace: string;
  key: string;
  value: string;
}
type Line = { id: string; __parentId?: string } & Partial<Metafield>;

/** Metafields that some active connection of the shop sends along, `namespace.key`, in a fixed order. */
export async function wantedMetafields(tx: Tx, shopId: number): Promise<string[]> {
  const connections = await tx.connection.findMany({ where: { shopId, state: 'active' }, select: { id: true, connector: true } });
  const keys = new Set<string>();
  for (const { id, connector } of connections) {
    if (!connectorDefinition(connector).capabilities.productFields?.includes('attributes')) continue;
    const { settings } = await readSync(tx, shopId, id, 'products');
    for (const key of settings.metafields) keys.add(key);
  }
  return [...keys].sort();
}

const named = (owner: 'p' | 'v', list: readonly Metafield[]): Record<string, string> =>
  Object.fromEntries(list.map(({ namespace, key, value }) => [`${owner}:${namespace}.${key}`, value]));

/** Reads the wanted metafields of one product and its variants; what it no longer has goes. */
export async function readMetafields(admin: Pick<ShopifyAdmin, 'run'>, shopId: number, productId: string): Promise<void> {
  const keys = await inShop(shopId, (tx) => wantedMetafields(tx, shopId));
  if (keys.length === 0) return;
  for (let after: string | undefined; ;) {
    const readAt = now();
    const { product } = await admin.run(
      ProductMetafieldsDocument,
      { id: productId, keys, ...(after ? { after } : {}) },
      { priority: 'product' },
    );
    if (!product) return;
    const own = named('p', product.metafields.nodes);
    const rows = product.variants.nodes.map(({ id, metafields }) => ({
      id,
      metafields: { ...own, ...named('v', metafields.nodes) },
    }));
    await inShop(shopId, (tx) => storeMetafields(tx, shopId, rows, readAt));
    if (!product.variants.pageInfo.hasNextPage || !product.variants.pageInfo.endCursor) return;
    after = product.variants.pageInfo.endCursor;
  }
}

async function storeMetafields(
  tx: Tx,
  shopId: number,
  rows: { id: string; metafields: Prisma.InputJsonObject }[],
  readAt: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE variant v SET metafields = r.metafields, metafields_read_at = ${readAt}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id text, metafields jsonb)
    WHERE v.shop_id = ${shopId} AND v.id = r.id AND coalesce(v.metafields_read_at <= ${readAt}, true)`;
}

/** Lines of a bulk result by what they belong to: a metafield names its product or variant. */
function ownersOf(lines: readonly Line[]): { owner: string; metafields: Record<string, string> }[] {
  const owners = new Map<string, Record<string, string>>();
  for (const { __parentId: owner, namespace, key, value } of lines) {
    if (!owner || namespace === undefined || key === undefined || value === undefined) continue;
    const kind = owner.includes('/Product/') ? 'p' : 'v';
    owners.set(owner, { ...owners.get(owner), ...named(kind, [{ namespace, key, value }]) });
  }
  return [...owners].map(([owner, metafields]) => ({ owner, metafields }));
}

/**
 * Reads the wanted metafields of the whole catalogue by a bulk operation, for a shop whose variants are known. Goes on after a kill; values that
 * were removed in Shopify go when their product is read by itself. Products that were read by themselves since it began keep what was read then: the
 * operation may have passed them before they changed.
 */
export async function readAllMetafields(admin: ShopifyAdmin, run: { id: string }, keys: readonly string[]): Promise<void> {
  const { shop } = admin;
  const known = await inShop(shop.id, (tx) =>
    tx.bulkOperation.findFirst({ where: { shopId: shop.id, purpose: PURPOSE, runId: run.id, state: { not: 'failed' } } }),
  );
  const id = known?.id ?? (await startBulkQuery(admin, BulkProductMetafieldsDocument, { purpose: PURPOSE, runId: run.id, keys }));
  const { startedAt } = await inShop(shop.id, (tx) =>
    tx.bulkOperation.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.id, id } }, select: { startedAt: true } }),
  );
  const older = Prisma.sql`coalesce(v.metafields_read_at < ${startedAt}, true)`;
  await waitForBulk(admin, id, run.id);
  await takeLines(shop, id, {
    batchSize: LINES_A_BATCH,
    take: async (tx, lines) => {
      const rows = ownersOf(lines.map((line) => line.value as unknown as Line));
      const given = Prisma.sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (owner text, metafields jsonb)`;
      // two statements: of several rows that meet one variant an UPDATE takes but one
      await tx.$executeRaw`
        UPDATE variant v SET metafields = v.metafields || r.metafields FROM ${given} WHERE v.shop_id = ${shop.id} AND v.product_id = r.owner AND ${older}`;
      await tx.$executeRaw`
        UPDATE variant v SET metafields = v.metafields || r.metafields FROM ${given} WHERE v.shop_id = ${shop.id} AND v.id = r.owner AND ${older}`;
    },
  });
}
