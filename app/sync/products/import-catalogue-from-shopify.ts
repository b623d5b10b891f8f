import { now, nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { BulkLine } from '../../shopify/bulk/read-lines.ts';
import { startBulkQuery } from '../../shopify/bulk/start-bulk.ts';
import { takeLines } from '../../shopify/bulk/take-result.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { BulkProductsDocument, type VariantFieldsFragment } from '../../shopify/operations/generated/graphql.ts';
import { showLife } from '../runs/runs.ts';
import { finishImport, storeImportedBatch } from './store-variants.ts';
import { waitForBulk } from './wait-for-bulk.ts';
import { productRow, variantRow, type ShopifyProduct } from './variant-rows.ts';

/** What a bulk operation of ours is for. */
export const catalogueImport = 'catalogue';

const LINES_A_BATCH = 1_000;
/** An operation that another run left behind is taken over while its result is this fresh. */
const ADOPT_MS = 3_600_000;

interface Operation {
  id: string;
  startedAt: Date;
}

type Line = ({ __parentId?: undefined } & ShopifyProduct) | ({ __parentId: string } & VariantFieldsFragment);

const statement = { timeoutMs: 120_000 };

/** The operation to go on with: this run's own, whatever its state, or a fresh one whose run is over without having taken it. */
async function findOperation(shopId: number, runId: string): Promise<Operation | null> {
  const since = new Date(nowMs() - ADOPT_MS);
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<Operation[]>`
      SELECT o.id, o.started_at AS "startedAt" FROM bulk_operation o LEFT JOIN run r ON r.shop_id = o.shop_id AND r.id = o.run_id
      WHERE o.shop_id = ${shopId} AND o.purpose = ${catalogueImport} AND o.state <> 'failed'
        AND (o.run_id = ${runId}::uuid OR (o.state <> 'taken' AND o.started_at >= ${since} AND r.finished_at IS NOT NULL))
      ORDER BY o.run_id = ${runId}::uuid DESC, o.started_at DESC LIMIT 1`,
  );
  return rows[0] ?? null;
}

async function start(admin: ShopifyAdmin, runId: string): Promise<Operation> {
  const before = now();
  const id = await startBulkQuery(admin, BulkProductsDocument, { purpose: catalogueImport, runId });
  // what changes from the moment before we asked is newer than the result
  await inShop(admin.shop.id, (tx) =>
    tx.bulkOperation.update({ where: { shopId_id: { shopId: admin.shop.id, id } }, data: { startedAt: before } }),
  );
  return { id, startedAt: before };
}

/**
 * Imports the whole catalogue by a bulk operation: streamed, written set-based in batches of 1,000 lines, memory flat whatever its size. Killed and
 * called again for the same run it goes on after the last batch. Variants that Shopify no longer lists are marked as deleted at the end. Returns
 * how many variants the shop has then. Throws TransientError when Shopify isn't ready or gave up.
 */
export async function importCatalogueFromShopify(admin: ShopifyAdmin, currency: string, run: { id: string }): Promise<number> {
  const shopId = admin.shop.id;
  const operation = (await findOperation(shopId, run.id)) ?? (await start(admin, run.id));
  await waitForBulk(admin, operation.id, run.id);
  await takeLines(admin.shop, operation.id, {
    batchSize: LINES_A_BATCH,
    take: async (tx, lines: BulkLine[]) => {
      const records = lines.map((line) => line.value as unknown as Line);
      const products = records.flatMap((record) => (record.__parentId === undefined ? [productRow(record)] : []));
      const variants = records.flatMap((record) =>
        record.__parentId === undefined ? [] : [variantRow(record, record.__parentId, currency)],
      );
      await storeImportedBatch(tx, shopId, operation, products, variants);
      await showLife(tx, shopId, run.id);
    },
  });
  return inShop(
    shopId,
    async (tx) => {
      await finishImport(tx, shopId, operation);
      return tx.variant.count({ where: { shopId, deletedAt: null } });
    },
    statement,
  );
}

/** When the catalogue was last taken whole, or null where it never was. */
export async function lastCatalogueImport(shopId: number): Promise<Date | null> {
  const last = await inShop(shopId, (tx) =>
    tx.bulkOperation.findFirst({ where: { shopId, purpose: catalogueImport, state: 'taken' }, orderBy: { startedAt: 'desc' } }),
  );
  return last?.startedAt ?? null;
}
