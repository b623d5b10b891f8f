import { randomUUID } from 'node:crypto';
import { RejectedError, TransientError } from '../../core/errors.ts';
import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { InventorySetDocument } from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors, userErrorsOf } from '../../shopify/user-errors.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { countInRun } from '../runs/runs.ts';
import { performWrite } from '../writes/perform-write.ts';
import { inParallel } from './in-parallel.ts';
import { noteUnfinished } from './noted-levels.ts';
import { ITEMS_A_CALL, locationsOf, readLevelsFromShopify } from './read-levels-from-shopify.ts';
import { readStockFacts, type StockFact, type StockRules } from './stock-facts.ts';
import { explainPlanned, nextPlannedLevels, planKeyOf, type LevelKey } from './store-plan.ts';

/** What publishing needs, whoever asked for it. */
export interface Publishing {
  live: LiveConnection;
  admin: Pick<ShopifyAdmin, 'run'>;
  rules: StockRules;
  runId: string;
}

/** Levels by what became of them. */
export interface Published {
  done: number;
  /** Showed the right number already when their turn came. */
  unchanged: number;
  /** Kept a plan (access level, dry run), not switched on, or changed too often meanwhile: the next run's work. */
  held: number;
  failed: number;
}

interface Change extends LevelKey {
  variantId: string;
  label: string;
  quantity: number;
  changeFromQuantity: number;
}

interface SetAnswer {
  landed: LevelKey[];
}

interface Refusal {
  change: Change;
  code: string;
  text: string;
}

const BATCHES_AT_ONCE = 4;
/** After a stale answer the rest is read and sent again this often; what still moves is left to the next run. */
const ROUNDS = 4;
/** A lost answer is asked for again under the same key, which Shopify answers from memory. */
const REPEATS = 2;

async function factsOf(publishing: Publishing, keys: readonly LevelKey[]): Promise<StockFact[]> {
  const wanted = new Set(keys.map(planKeyOf));
  const items = [...new Set(keys.map((key) => key.inventoryItemId))];
  const facts = await inShop(publishing.rules.shopId, (tx) => readStockFacts(tx, publishing.rules, items));
  return facts.filter((fact) => wanted.has(planKeyOf({ inventoryItemId: fact.inventory_item_id, locationId: fact.location_id })));
}

const changesIn = (facts: StockFact[]): Change[] =>
  facts
    .filter((fact) => fact.action === 'update' || fact.action === 'zero')
    .map((fact) => ({
      inventoryItemId: fact.inventory_item_id,
      locationId: fact.location_id,
      variantId: fact.variant_id,
      label: fact.code || fact.title,
      quantity: fact.target ?? 0,
      changeFromQuantity: fact.available ?? 0,
    }));

async function reread({ admin, rules }: Publishing, keys: readonly LevelKey[]): Promise<void> {
  const items = [...new Set(keys.map((key) => key.inventoryItemId))];
  await readLevelsFromShopify(admin, rules.shopId, items, await locationsOf(rules.shopId, rules.connectionId));
}

/** What was written is known from `sentAt` on; a reading begun later knows better. */
async function markPublished({ rules }: Publishing, changes: Change[], sentAt: Date): Promise<void> {
  const rows = changes.map(({ inventoryItemId, locationId, quantity }) => ({ item: inventoryItemId, location: locationId, quantity }));
  await inShop(
    rules.shopId,
    (tx) => tx.$executeRaw`
      UPDATE stock_level s SET published_at = ${now()},
        available = CASE WHEN s.read_at <= ${sentAt} THEN r.quantity ELSE s.available END, read_at = greatest(s.read_at, ${sentAt})
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (item text, location text, quantity int)
      WHERE s.shop_id = ${rules.shopId} AND s.inventory_item_id = r.item AND s.location_id = r.location`,
  );
}

/** Sends one batch. Resolves with what landed and what was refused; throws when nothing can be said, or nothing landed. */
async function sendQuantities(publishing: Publishing, changes: Change[], key: string, refused: Refusal[]): Promise<SetAnswer> {
  const { admin, runId } = publishing;
  refused.length = 0;
  const sentAt = now();
  const quantities = changes.map(({ inventoryItemId, locationId, quantity, changeFromQuantity }) => ({ inventoryItemId, locationId, quantity, changeFromQuantity }));
  const input = { name: 'available', reason: 'correction', referenceDocumentUri: `gid://crossdock/Run/${runId}`, quantities };
  const { inventorySetQuantities: payload } = await admin.run(InventorySetDocument, { input, key }, { priority: 'inventory' });
  const errors = userErrorsOf(payload);
  const first = errors[0];
  if (!first) {
    await markPublished(publishing, changes, sentAt);
    return { landed: changes.map(({ inventoryItemId, locationId }) => ({ inventoryItemId, locationId })) };
  }
  if (first.code?.startsWith('IDEMPOTENCY_')) refuseUserErrors(payload);
  const byLevel = new Map<string, Refusal>();
  for (const error of errors) {
    const named = changes[Number(error.field?.find((step) => /^\d+$/.test(step)) ?? NaN)];
    for (const change of named ? [named] : changes) byLevel.set(planKeyOf(change), { change, code: error.code ?? '', text: error.message });
  }
  refused.push(...byLevel.values());
  // Shopify may have taken the rest of the batch or none of it: only the levels themselves tell.
  await reread(publishing, changes);
  const facts = await factsOf(publishing, changes);
  const shown = new Map(facts.map((fact) => [planKeyOf({ inventoryItemId: fact.inventory_item_id, locationId: fact.location_id }), fact.available]));
  const landed = changes.filter((change) => shown.get(planKeyOf(change)) === change.quantity && (byLevel.size === changes.length || !byLevel.has(planKeyOf(change))));
  if (landed.length === 0) throw new RejectedError(first.code === 'CHANGE_FROM_QUANTITY_STALE' ? 'shopify-quantity-stale' : 'stock-refused', first.message);
  await markPublished(publishing, landed, sentAt);
  return { landed: landed.map(({ inventoryItemId, locationId }) => ({ inventoryItemId, locationId })) };
}

async function writeBatch(publishing: Publishing, changes: Change[]): Promise<{ landed: Change[]; refused: Refusal[]; withheld: Reason | null }> {
  const { live, runId } = publishing;
  const key = randomUUID();
  const refused: Refusal[] = [];
  const send = () => sendQuantities(publishing, changes, key, refused);
  const rows = (quantity: 'quantity' | 'changeFromQuantity') =>
    changes.map((change) => ({ inventoryItemId: change.inventoryItemId, locationId: change.locationId, available: change[quantity] }));
  for (let repeat = 0; ; repeat += 1) {
    try {
      const outcome = await performWrite<SetAnswer>(
        live,
        {
          runId,
          target: 'shopify',
          kind: 'stock-set',
          subject: { kind: 'sync', id: `inventory ${live.id}` },
          key: `stock-set ${key}`,
          class: 'reversible',
          before: rows('changeFromQuantity'),
          after: rows('quantity'),
        },
        // the same key and content again: Shopify answers what it answered, or does it now
        { send, ask: send },
      );
      if (outcome.outcome === 'withheld') return { landed: [], refused: [], withheld: outcome.reason };
      const landed = new Set(outcome.answer.landed.map(planKeyOf));
      return { landed: changes.filter((change) => landed.has(planKeyOf(change))), refused, withheld: null };
    } catch (thrown) {
      if (thrown instanceof RejectedError && refused.length > 0) return { landed: [], refused, withheld: null };
      if (!(thrown instanceof TransientError && thrown.mayHaveLanded) || repeat >= REPEATS) throw thrown;
    }
  }
}

async function nameRefusals({ live, rules, runId }: Publishing, refusals: Refusal[]): Promise<void> {
  await inShop(rules.shopId, async (tx) => {
    for (const { change, code, text } of refusals) {
      const subject = { kind: 'variant' as const, id: change.variantId, label: change.label };
      await openProblem(tx, rules.shopId, { connectionId: live.id, sync: 'inventory', cause: 'stock-refused', subject, params: { sku: change.label, code, vendorText: text }, detail: code });
      await explainPlanned(tx, rules.shopId, runId, [change], { code: 'stock-refused', params: { vendorText: text } });
    }
  });
}

async function closeRefusals({ live, rules }: Publishing, landed: Change[]): Promise<void> {
  await inShop(rules.shopId, async (tx) => {
    const ids = [...new Set(landed.map((change) => change.variantId))];
    const open = await tx.problem.findMany({
      where: { shopId: rules.shopId, connectionId: live.id, cause: 'stock-refused', subjectKind: 'variant', subjectId: { in: ids }, closedAt: null },
      select: { subjectId: true },
    });
    for (const { subjectId } of open) {
      await closeProblems(tx, rules.shopId, { subject: { kind: 'variant', id: subjectId }, connectionId: live.id, causes: ['stock-refused'], evidence: 'stock-published' });
    }
  });
}

/** One batch until each of its levels shows its target, was refused, or moved in every round. */
async function publishBatch(publishing: Publishing, keys: LevelKey[]): Promise<Published> {
  const { rules, runId } = publishing;
  const result: Published = { done: 0, unchanged: 0, held: 0, failed: 0 };
  let open: LevelKey[] = keys;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Planned anew from our rows as they are at this moment: between plan and turn the back office may have counted again.
    const facts = await factsOf(publishing, open);
    const changes = changesIn(facts);
    const inactive = facts.filter((fact) => fact.action === 'create').length;
    result.held += inactive;
    result.unchanged += open.length - changes.length - inactive;
    if (changes.length === 0) return result;
    const { landed, refused, withheld } = await writeBatch(publishing, changes);
    if (withheld) {
      await inShop(rules.shopId, (tx) => explainPlanned(tx, rules.shopId, runId, changes, withheld));
      result.held += changes.length;
      return result;
    }
    result.done += landed.length;
    await closeRefusals(publishing, landed);
    const done = new Set(landed.map(planKeyOf));
    const named = refused.filter(({ change, code }) => code !== 'CHANGE_FROM_QUANTITY_STALE' && !done.has(planKeyOf(change)));
    await nameRefusals(publishing, named);
    result.failed += named.length;
    const settled = new Set([...done, ...named.map(({ change }) => planKeyOf(change))]);
    open = changes.filter((change) => !settled.has(planKeyOf(change)));
    if (open.length === 0) return result;
  }
  const reason = { code: 'changed-meanwhile', params: {} };
  await inShop(rules.shopId, async (tx) => {
    await explainPlanned(tx, rules.shopId, runId, open, reason);
    await noteUnfinished(tx, rules, open.map((key) => key.inventoryItemId));
  });
  result.held += open.length;
  return result;
}

const asCounts = ({ done, unchanged, held, failed }: Published) => ({ done, skipped: unchanged, held, failed });

async function publishAndCount(publishing: Publishing, keys: LevelKey[], sum: Published): Promise<void> {
  const { rules, runId } = publishing;
  const result = await publishBatch(publishing, keys);
  for (const outcome of Object.keys(sum) as (keyof Published)[]) sum[outcome] += result[outcome];
  await inShop(rules.shopId, (tx) => countInRun(tx, rules.shopId, runId, asCounts(result)));
}

async function* pagesOfPlan({ rules, runId }: Publishing): AsyncGenerator<LevelKey[]> {
  for (let last = ''; ; ) {
    const keys = await inShop(rules.shopId, (tx) => nextPlannedLevels(tx, rules.shopId, runId, last, ITEMS_A_CALL));
    const end = keys.at(-1);
    if (!end) return;
    last = planKeyOf(end);
    yield keys;
  }
}

/**
 * Publishes a run's plan: 250 levels a call, each compared with the `available` just read, so that a sale in between makes Shopify refuse
 * instead of being overwritten. What was refused as stale is read again and sent under a new key, a bounded number of times. Counts into the
 * run as it goes; a killed run plans and publishes again, and finds what landed by reading it.
 */
export async function publishStockToShopify(publishing: Publishing): Promise<Published> {
  const sum: Published = { done: 0, unchanged: 0, held: 0, failed: 0 };
  await inParallel(pagesOfPlan(publishing), BATCHES_AT_ONCE, (keys) => publishAndCount(publishing, keys, sum));
  return sum;
}

/** Publishes these levels only. */
export async function publishLevels(publishing: Publishing, keys: LevelKey[]): Promise<Published> {
  const sum: Published = { done: 0, unchanged: 0, held: 0, failed: 0 };
  for (let start = 0; start < keys.length; start += ITEMS_A_CALL) await publishAndCount(publishing, keys.slice(start, start + ITEMS_A_CALL), sum);
  return sum;
}

/** Settles stock writes whose worker died: the levels are read anew, so what became of them no longer matters. */
export async function dropOrphanedWrites(shopId: number, connectionId: string): Promise<void> {
  const longAgo = new Date(now().getTime() - 5 * 60_000);
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      UPDATE "write" SET state = 'dropped', settled_at = ${now()}, answer = '{"code":"levels-read-again"}'::jsonb
      WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND kind IN ('stock-set', 'level-activate')
        AND state IN ('sent', 'unknown') AND created_at < ${longAgo}`,
  );
}
