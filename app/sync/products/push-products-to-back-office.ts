import { now, nowMs } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { BugError, TransientError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Product, ProductResult, ProductsPort } from '../../connectors/contract/index.ts';
import { inParallel, inPieces } from '../inventory/in-parallel.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { countInRun } from '../runs/runs.ts';
import { performWrite } from '../writes/perform-write.ts';
import { fieldChanges } from './field-changes.ts';
import { productFacts, variantsToPush, type ProductRules, type PushRow } from './product-facts.ts';
import { linksOnly, linkToStore } from './link-to-store.ts';
import { settleLeftOut } from './settle-left-out.ts';

export interface PushOptions {
  /** Sends again what was refused, at once. */
  resend?: boolean;
  /** Sends what didn't change, too. */
  unchanged?: boolean;
}

const BATCHES_AT_ONCE = 3;
/** A record that was refused and didn't change is tried again after this: somebody may have mended it over there. */
const REFUSED_AGAIN_MS = 86_400_000;
const REPEATS = 2;
/** Problems that are over once the back office took the product. */
const settledByPush = ['product-refused', 'product-missing-there', 'product-not-in-store'] as const;

function productOf(row: PushRow, live: LiveConnection): Product {
  const { currency } = live.shop;
  return {
    variantId: row.id,
    productId: row.product_id,
    sku: row.code,
    barcode: row.barcode,
    title: row.product_title,
    variantTitle: ['', 'Default Title'].includes(row.title) ? null : row.title,
    productType: row.asked_type,
    vendor: row.vendor,
    tags: row.asked_tags,
    price: { amount: Number(row.asked_price), currency },
    cost: row.cost === null ? null : { amount: Number(row.cost), currency },
    weight: row.weight_grams,
    countryOfOrigin: row.country_of_origin,
    hsCode: row.hs_code,
    imageUrl: row.asked_image,
    options: row.options,
    attributes: row.attributes,
    inventoryItemId: row.inventory_item_id,
    active: row.active,
    storeId: live.storeId,
    remoteId: row.remote_id,
  };
}

/** The same records on the way from the same state to the same state are the same write; a change there and back is two. */
const keyOf = (live: LiveConnection, rows: PushRow[]): string =>
  `products-upsert ${live.id} ${sha256(JSON.stringify(rows.map((row) => [row.id, row.link_hash, row.pushed_at, row.wanted_hash]))).slice(0, 40)}`;

async function send(live: LiveConnection, port: ProductsPort, runId: string, rows: PushRow[]): Promise<ProductResult[] | null> {
  const upsert = async () => ({ results: await port.upsert(rows.map((row) => productOf(row, live))) });
  for (let repeat = 0; ; repeat += 1) {
    try {
      const outcome = await performWrite(
        live,
        {
          runId,
          target: 'back-office',
          kind: 'products-upsert',
          subject: { kind: 'sync', id: `products ${live.id}` },
          key: keyOf(live, rows),
          class: 'compensable',
          after: rows.map((row) => ({ variantId: row.id, sku: row.code })),
        },
        // creating or updating to the same content twice is the same as once
        { send: upsert, ask: upsert },
      );
      return outcome.outcome === 'landed' ? outcome.answer.results : null;
    } catch (thrown) {
      if (!(thrown instanceof TransientError && thrown.mayHaveLanded) || repeat >= REPEATS) throw thrown;
    }
  }
}

/** What a refusal is called: a store that another shop fills has refused nothing, it hasn't got the product. */
const refusedAs = (live: LiveConnection) => (linksOnly(live) ? 'product-not-in-store' : 'product-refused');

async function storeResults(live: LiveConnection, runId: string, rows: PushRow[], results: ProductResult[]): Promise<void> {
  const shopId = live.shop.id;
  const byId = new Map(results.map((result) => [result.variantId, result]));
  const unanswered = rows.find((row) => !byId.has(row.id));
  if (unanswered)
    throw new BugError('product-unanswered', `The connector said nothing about ${unanswered.id}`, {
      params: { sku: unanswered.code },
    });
  const links = rows.map((row) => {
    const result = byId.get(row.id);
    const refused = result?.outcome === 'refused' ? result : null;
    const params = { sku: row.code, field: refused?.field ?? '', vendorText: refused?.vendorText ?? '', backOffice: live.name };
    return {
      variant_id: row.id,
      state: refused ? 'problem' : 'linked',
      remote_id: result && result.outcome !== 'refused' ? result.remoteId : row.remote_id,
      hash: row.wanted_hash,
      // what was refused isn't there
      sent: refused ? row.link_sent : row.wanted,
      changes: refused || !row.link_sent || row.link_hash === row.wanted_hash ? null : fieldChanges(row.link_sent, row.wanted),
      reason: refused ? { code: refusedAs(live), params } : null,
    };
  });
  await inShop(shopId, async (tx) => {
    await tx.$executeRaw`
      INSERT INTO product_link (shop_id, connection_id, variant_id, state, remote_id, hash, reason, sent, changes, pushed_at)
      SELECT ${shopId}::int, ${live.id}::uuid, variant_id, state, remote_id, hash, reason, sent, changes, ${now()}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(links)}::jsonb)
        AS r (variant_id text, state text, remote_id text, hash text, reason jsonb, sent jsonb, changes jsonb)
      ON CONFLICT (shop_id, connection_id, variant_id) DO UPDATE
        SET state = excluded.state, remote_id = excluded.remote_id, hash = excluded.hash, reason = excluded.reason, pushed_at = excluded.pushed_at,
          sent = excluded.sent, changes = coalesce(excluded.changes, product_link.changes)`;
    const refused = links.filter((link) => link.state === 'problem');
    for (const link of refused) {
      const label = rows.find((row) => row.id === link.variant_id)?.code ?? '';
      const params = link.reason?.params ?? {};
      const subject = { kind: 'variant' as const, id: link.variant_id, label };
      await openProblem(tx, shopId, {
        connectionId: live.id,
        sync: 'products',
        cause: refusedAs(live),
        subject,
        params,
        detail: String(link.reason?.params.field ?? ''),
      });
    }
    const fine = links.filter((link) => link.state === 'linked').map((link) => link.variant_id);
    const open = await tx.problem.findMany({
      where: {
        shopId,
        connectionId: live.id,
        cause: { in: [...settledByPush] },
        subjectKind: 'variant',
        subjectId: { in: fine },
        closedAt: null,
      },
      select: { subjectId: true },
    });
    for (const { subjectId } of open) {
      await closeProblems(tx, shopId, {
        subject: { kind: 'variant', id: subjectId },
        connectionId: live.id,
        causes: [...settledByPush],
        evidence: 'product-accepted',
      });
    }
    await countInRun(tx, shopId, runId, { done: fine.length, failed: refused.length });
  });
}

/** Where the back office takes no products, a variant counts as linked by its SKU alone. */
async function linkBySku(rules: ProductRules, runId: string, variantIds: readonly string[]): Promise<void> {
  await inShop(rules.shopId, async (tx) => {
    const linked = await tx.$executeRaw`
      ${productFacts(rules, variantIds)}
      INSERT INTO product_link (shop_id, connection_id, variant_id, state, hash, pushed_at)
      SELECT ${rules.shopId}::int, ${rules.connectionId}::uuid, id, 'linked', wanted_hash, ${now()}::timestamptz FROM fact WHERE verdict = 'push'
      ON CONFLICT (shop_id, connection_id, variant_id) DO UPDATE SET state = 'linked', reason = NULL, hash = excluded.hash, pushed_at = excluded.pushed_at
      WHERE product_link.state <> 'linked'`;
    await countInRun(tx, rules.shopId, runId, { done: linked });
  });
}

/**
 * Hands over those of the variants whose content differs from what was last handed over, in the connector's batches. One bad record never stops
 * the rest: it becomes a problem with the back office's own words. What is left out is noted at its link with the reason. Counts into the run.
 */
export async function pushProductsToBackOffice(
  live: LiveConnection,
  run: { id: string },
  rules: ProductRules,
  variantIds: readonly string[],
  { resend = false, unchanged = false }: PushOptions = {},
): Promise<void> {
  const { shopId } = rules;
  const port = live.connector.products;
  const refusedBefore = resend ? null : new Date(nowMs() - REFUSED_AGAIN_MS);
  const rows = await inShop(
    shopId,
    async (tx) => {
      const skipped = await settleLeftOut(tx, rules, variantIds);
      await countInRun(tx, shopId, run.id, { skipped });
      return port ? variantsToPush(tx, rules, variantIds, { refusedBefore, unchanged }) : [];
    },
    { timeoutMs: 60_000 },
  );
  if (!port) return linkBySku(rules, run.id, variantIds);
  await inParallel(inPieces(rows, port.batchSize), BATCHES_AT_ONCE, async (batch) => {
    const results = linksOnly(live)
      ? await linkToStore(
          port,
          batch.map((row) => productOf(row, live)),
          live.name,
        )
      : await send(live, port, run.id, batch);
    if (results) await storeResults(live, run.id, batch, results);
    else await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { held: batch.length }));
  });
}
