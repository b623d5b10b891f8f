import { inShop } from '../../db/scope.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { countInRun } from '../runs/runs.ts';
import { countAnew } from './count-anew.ts';
import { inParallel } from './in-parallel.ts';
import { noteUnfinished } from './noted-levels.ts';
import { ITEMS_A_CALL } from './read-levels-from-shopify.ts';
import { explainPlanned, nextPlannedLevels, planKeyOf, type LevelKey } from './store-plan.ts';
import { changesIn, factsOf, writeBatch, type Change, type Publishing, type Refusal } from './write-stock-batch.ts';

/** Levels by what became of them. */
export interface Published {
  done: number;
  /** Showed the right number already when their turn came. */
  unchanged: number;
  /** Kept a plan (access level, dry run), not switched on, or changed too often meanwhile: the next run's work. */
  held: number;
  failed: number;
}

const BATCHES_AT_ONCE = 4;
/** After a stale answer the rest is read and sent again this often; what still moves is left to the next run. */
const STALE_ROUNDS = 4;
/** Each refused level costs its batch a round; with more of them than this the rest waits for the next run. */
const ROUNDS = 40;
async function nameRefusals({ live, rules, runId }: Publishing, refusals: Refusal[]): Promise<void> {
  await inShop(rules.shopId, async (tx) => {
    for (const { change, code, text } of refusals) {
      const subject = { kind: 'variant' as const, id: change.variantId, label: change.label };
      await openProblem(tx, rules.shopId, {
        connectionId: live.id,
        sync: 'inventory',
        cause: 'stock-refused',
        subject,
        params: { sku: change.label, code, vendorText: text },
        detail: code,
      });
      await explainPlanned(tx, rules.shopId, runId, [change], { code: 'stock-refused', params: { vendorText: text } });
    }
  });
}

async function closeRefusals({ live, rules }: Publishing, landed: Change[]): Promise<void> {
  await inShop(rules.shopId, async (tx) => {
    const ids = [...new Set(landed.map((change) => change.variantId))];
    const open = await tx.problem.findMany({
      where: {
        shopId: rules.shopId,
        connectionId: live.id,
        cause: 'stock-refused',
        subjectKind: 'variant',
        subjectId: { in: ids },
        closedAt: null,
      },
      select: { subjectId: true },
    });
    for (const { subjectId } of open) {
      await closeProblems(tx, rules.shopId, {
        subject: { kind: 'variant', id: subjectId },
        connectionId: live.id,
        causes: ['stock-refused'],
        evidence: 'stock-published',
      });
    }
  });
}

const isZeroing = ({ quantity, changeFromQuantity }: Change) => quantity === 0 && changeFromQuantity > 0;

/** One batch until each of its levels shows its target, was refused, or moved in every round. */
async function publishBatch(publishing: Publishing, keys: LevelKey[]): Promise<Published> {
  const { rules, runId } = publishing;
  const result: Published = { done: 0, unchanged: 0, held: 0, failed: 0 };
  let open: LevelKey[] = keys;
  for (let round = 0, stale = 0; round < ROUNDS && stale < STALE_ROUNDS; round += 1) {
    // Planned anew from our rows as they are at this moment: between plan and turn the back office may have counted again.
    let facts = await factsOf(publishing, open);
    if (round === 0 && (await countAnew(publishing, changesIn(facts)))) facts = await factsOf(publishing, open);
    const planned = changesIn(facts);
    const waiting = publishing.zeroesWait ? planned.filter(isZeroing) : [];
    const changes = planned.filter((change) => !waiting.includes(change));
    const inactive = facts
      .filter((fact) => fact.action === 'create')
      .map((fact) => ({ inventoryItemId: fact.inventory_item_id, locationId: fact.location_id }));
    if (inactive.length > 0) {
      const why = { code: 'level-not-activated', params: { vendorText: '' } };
      await inShop(rules.shopId, (tx) => explainPlanned(tx, rules.shopId, runId, inactive, why, { unlessExplained: true }));
    }
    if (publishing.zeroesWait && waiting.length > 0) {
      const why = publishing.zeroesWait;
      await inShop(rules.shopId, (tx) => explainPlanned(tx, rules.shopId, runId, waiting, why));
    }
    result.held += inactive.length + waiting.length;
    result.unchanged += open.length - planned.length - inactive.length;
    if (changes.length === 0) return result;
    const { landed, refused, withheld } = await writeBatch(publishing, changes);
    if (withheld) {
      publishing.withheld = withheld;
      await inShop(rules.shopId, (tx) => explainPlanned(tx, rules.shopId, runId, changes, withheld));
      result.held += changes.length;
      return result;
    }
    result.done += landed.length;
    await closeRefusals(publishing, landed);
    const done = new Set(landed.map(planKeyOf));
    const named = refused.filter(({ change, code }) => code !== 'CHANGE_FROM_QUANTITY_STALE' && !done.has(planKeyOf(change)));
    if (named.length === 0) stale += 1;
    await nameRefusals(publishing, named);
    result.failed += named.length;
    const settled = new Set([...done, ...named.map(({ change }) => planKeyOf(change))]);
    open = changes.filter((change) => !settled.has(planKeyOf(change)));
    if (open.length === 0) return result;
  }
  const reason = { code: 'changed-meanwhile', params: {} };
  await inShop(rules.shopId, async (tx) => {
    await explainPlanned(tx, rules.shopId, runId, open, reason);
    await noteUnfinished(
      tx,
      rules,
      open.map((key) => key.inventoryItemId),
    );
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
  for (let last = ''; ;) {
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
  for (let start = 0; start < keys.length; start += ITEMS_A_CALL)
    await publishAndCount(publishing, keys.slice(start, start + ITEMS_A_CALL), sum);
  return sum;
}
