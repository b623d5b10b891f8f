import { Prisma } from '@prisma/client';
import { now, nowMs } from '../../core/clock.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { ProductDeletionsDocument, ProductsCountDocument } from '../../shopify/operations/generated/graphql.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { countInRun, type RunOrder } from '../runs/runs.ts';
import { allVariants } from './choose-variants.ts';
import { productFacts, type ProductRules } from './product-facts.ts';
import { pushProductsToBackOffice } from './push-products-to-back-office.ts';
import { moveCursor, readCursor, refreshCatalogue } from './refresh-catalogue.ts';
import { restateVariantProblems } from './restate-problems.ts';
import { markProductDeleted } from './store-variants.ts';

const ASKED_AT_ONCE = 200;
/** Events of deletions may show late in Shopify. */
const OVERLAP_MS = 3_600_000;
const FIRST_LOOK_MS = 7 * 86_400_000;

/** One thing that differs between the sides, with its reason as `reasons.<code>`. */
interface Difference {
  key: string;
  label: string;
  action: 'create' | 'update' | 'skip';
  code: 'missing-there' | 'other-record' | 'deleted-unheard' | 'catalogue-differs';
  params: Record<string, string | number>;
}

/** Writes the differences into the run, where its page and its log show them. */
async function noteDifferences(
  tx: Tx,
  shopId: number,
  runId: string,
  found: readonly Difference[],
  outcome: string,
): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map(({ key, label, action, code, params }) => ({ key, label, action, reason: { code, params } }));
  await tx.$executeRaw`
    INSERT INTO plan_item (shop_id, run_id, item_key, action, label, reason, outcome, done_at)
    SELECT ${shopId}::int, ${runId}::uuid, key, action, label, reason, ${outcome}, ${now()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (key text, label text, action text, reason jsonb)
    ON CONFLICT (shop_id, run_id, item_key) DO UPDATE SET action = excluded.action, reason = excluded.reason, outcome = excluded.outcome`;
}

/** Products that were deleted in Shopify, and whose webhook never came. */
async function takeDeletions(admin: ShopifyAdmin, runId: string, since: number): Promise<void> {
  const shopId = admin.shop.id;
  const query = `subject_type:PRODUCT AND action:destroy AND created_at:>='${new Date(since - OVERLAP_MS).toISOString()}'`;
  for (let after: string | undefined; ;) {
    const seenAt = now();
    const { events } = await admin.run(ProductDeletionsDocument, { query, ...(after ? { after } : {}) }, { priority: 'product' });
    if (!events) return;
    for (const event of events.nodes) {
      const productId = 'subjectId' in event ? event.subjectId : null;
      if (!productId) continue;
      await inShop(shopId, async (tx) => {
        const known = await tx.variant.findMany({
          where: { shopId, productId, deletedAt: null },
          select: { productTitle: true },
          take: 1,
        });
        const [one] = known;
        if (!one) return;
        await markProductDeleted(tx, shopId, productId, seenAt);
        const difference = {
          key: productId,
          label: one.productTitle,
          action: 'skip',
          code: 'deleted-unheard',
          params: {},
        } as const;
        await noteDifferences(tx, shopId, runId, [difference], 'done');
      });
    }
    if (!events.pageInfo.hasNextPage || !events.pageInfo.endCursor) return;
    after = events.pageInfo.endCursor;
  }
}

/** Where Shopify has another number of products than we know, the whole catalogue is read again. */
async function compareCounts(live: LiveConnection, run: RunOrder, admin: ShopifyAdmin): Promise<void> {
  const shopId = live.shop.id;
  const { productsCount } = await admin.run(ProductsCountDocument, {}, { priority: 'product' });
  const [ours] = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ n: number }[]>`
      SELECT count(DISTINCT product_id)::int AS n FROM variant WHERE shop_id = ${shopId} AND deleted_at IS NULL`,
  );
  if (!productsCount || productsCount.count === ours?.n) return;
  const params = { shopify: productsCount.count, ours: ours?.n ?? 0 };
  const difference = { key: 'catalogue', label: live.shop.name, action: 'update', code: 'catalogue-differs', params } as const;
  await inShop(shopId, (tx) => noteDifferences(tx, shopId, run.id, [difference], 'done'));
  await refreshCatalogue(live, run, admin, { whole: true });
}

interface Linked {
  id: string;
  code: string;
  title: string;
  remote_id: string | null;
}

/** Of the variants those that were handed over, with their code now. */
function linkedOf(tx: Tx, rules: ProductRules, ids: readonly string[]): Promise<Linked[]> {
  return tx.$queryRaw`
    ${productFacts(rules, ids)} SELECT id, code, product_title AS title, remote_id FROM fact WHERE verdict = 'push' AND link_state = 'linked' ORDER BY id`;
}

/** What the back office has under the codes of variants that were handed over, against what we remember of it. */
async function compareRecords(
  live: LiveConnection,
  linked: readonly Linked[],
): Promise<(Difference & { remoteId: string | null })[]> {
  const port = live.connector.products;
  if (!port) return [];
  const found: (Difference & { remoteId: string | null })[] = [];
  for (const piece of inPieces(linked, ASKED_AT_ONCE)) {
    const there = new Map((await port.findBySku(piece.map(({ code }) => code))).map((one) => [one.sku, one.remoteId]));
    for (const { id, code, remote_id: known } of piece) {
      const remoteId = there.get(code) ?? null;
      const params = { sku: code, backOffice: live.name };
      if (remoteId === null) found.push({ key: id, label: code, action: 'create', code: 'missing-there', params, remoteId });
      else if (known !== null && known !== remoteId)
        found.push({ key: id, label: code, action: 'update', code: 'other-record', params, remoteId });
    }
  }
  return found;
}

/** Forgets what was handed over of them, so that they go again; another record takes the place of the old one. */
async function unlink(
  tx: Tx,
  shopId: number,
  connectionId: string,
  found: readonly { key: string; remoteId: string | null }[],
): Promise<void> {
  const rows = found.map(({ key, remoteId }) => ({ key, remote: remoteId }));
  await tx.$executeRaw`
    UPDATE product_link l SET hash = NULL, remote_id = r.remote
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (key text, remote text)
    WHERE l.shop_id = ${shopId} AND l.connection_id = ${connectionId}::uuid AND l.variant_id = r.key`;
}

/** Names what is missing there and isn't put right; what is there again is closed. */
async function restateMissing(
  tx: Tx,
  rules: ProductRules,
  ids: readonly string[],
  missing: readonly Difference[],
): Promise<void> {
  const rows = missing.map(({ key, label, params }) => ({ key, label, params }));
  await restateVariantProblems(tx, rules.shopId, {
    connectionId: rules.connectionId,
    sync: 'products',
    causes: ['product-missing-there'],
    evidence: 'product-found-there',
    withTables: Prisma.sql`WITH gone AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (key text, label text, params jsonb))`,
    found: Prisma.sql`SELECT 'product-missing-there' AS cause, key AS variant_id, label, params, '' AS detail FROM gone`,
    scope: Prisma.sql`q.subject_id = ANY(${[...ids]})`,
  });
}

/**
 * Asks the back office for these variants' records, whatever we remember of them: what is missing there, or is another record by now, is named in
 * the run, and where `repair` says so forgotten here, so that the next hand-over makes it good. Returns how many differ.
 */
export async function compareWithBackOffice(
  live: LiveConnection,
  run: { id: string },
  rules: ProductRules,
  ids: readonly string[],
  repair: boolean,
): Promise<number> {
  const { shopId } = rules;
  const linked = await inShop(shopId, (tx) => linkedOf(tx, rules, ids), { timeoutMs: 60_000 });
  const found = await compareRecords(live, linked);
  await inShop(shopId, async (tx) => {
    await noteDifferences(tx, shopId, run.id, found, repair ? 'done' : 'waiting');
    if (repair) await unlink(tx, shopId, rules.connectionId, found);
    await restateMissing(
      tx,
      rules,
      linked.map(({ id }) => id),
      repair ? [] : found.filter(({ code }) => code === 'missing-there'),
    );
  });
  return found.length;
}

/**
 * Compares both sides product by product, as is done once a day: deletions that nobody told us of, the number of products, and for every variant that
 * was handed over whether the back office still has it. Every difference is named in the run; with `repair` each is put right at once.
 */
export async function reconcileProducts(
  live: LiveConnection,
  run: RunOrder,
  rules: ProductRules,
  admin: ShopifyAdmin,
  repair: boolean,
): Promise<void> {
  const { shopId } = rules;
  const startedAt = nowMs();
  const { reconciledAt } = await readCursor(live);
  await refreshCatalogue(live, run, admin);
  await takeDeletions(admin, run.id, reconciledAt || startedAt - FIRST_LOOK_MS);
  await compareCounts(live, run, admin);
  for await (const ids of allVariants(shopId)) {
    const differing = await compareWithBackOffice(live, run, rules, ids, repair);
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { seen: ids.length, ...(repair ? {} : { failed: differing }) }));
    if (repair) await pushProductsToBackOffice(live, run, rules, ids);
  }
  await moveCursor(live, { reconciledAt: startedAt });
}
