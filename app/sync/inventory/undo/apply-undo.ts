import { z } from 'zod';
import { now, nowMs } from '../../../core/clock.ts';
import { RejectedError } from '../../../core/errors.ts';
import type { Reason } from '../../../connectors/contract/index.ts';
import { inShop } from '../../../db/scope.ts';
import { countInRun } from '../../runs/runs.ts';
import { inParallel } from '../in-parallel.ts';
import { planKeyOf } from '../store-plan.ts';
import { writeBatch, type Change } from '../write-stock-batch.ts';
import { pagesOfUndo, readAnew, type Undoing } from './plan-undo.ts';
import { judgeUndoLine, keepVerdicts, settleUndoLines, sumUndoLines, type UndoLine, type UndoVerdict } from './undo-lines.ts';

const BATCHES_AT_ONCE = 4;
/** After a stale answer the rest is read and sent again this often: a shop that sells moves a level or two of every batch. */
const STALE_ROUNDS = 12;
/** Each refused level costs its batch a round. */
const ROUNDS = 60;
/** Shopify answers a repeated key from memory for a day; long before that is over nobody relies on it any more. */
const KEY_REMEMBERED_MS = 12 * 3_600_000;
const STATEMENT_MS = 120_000;

const quantities = z.array(z.object({ inventoryItemId: z.string(), locationId: z.string(), available: z.number() }));

/**
 * Finds out what became of batches whose worker died or whose answer never came, before anything else is written: each is sent once more
 * under its own key with its own content. Shopify answers what it answered, or does now what it never got; either way it happens once.
 * What is too old to be asked about is left as it is and named.
 */
async function settleOpenBatches(undoing: Undoing): Promise<void> {
  const { rules, runId } = undoing;
  const { shopId } = rules;
  const open = await inShop(shopId, (tx) =>
    tx.write.findMany({
      where: { shopId, runId, kind: 'stock-undo', state: { in: ['sent', 'unknown'] } },
      orderBy: { createdAt: 'asc' },
    }),
  );
  for (const write of open) {
    const before = new Map(quantities.parse(write.before).map((level) => [planKeyOf(level), level.available]));
    const changes = quantities.parse(write.after).map(({ available, ...level }): Change => ({
      ...level,
      variantId: '',
      label: '',
      quantity: available,
      changeFromQuantity: before.get(planKeyOf(level)) ?? 0,
    }));
    if (nowMs() - write.createdAt.getTime() < KEY_REMEMBERED_MS) {
      const { withheld } = await writeBatch(undoing, changes, write.key.slice('stock-undo '.length));
      if (!withheld) continue;
      throw new RejectedError('undo-refused', `A batch can't be asked about: ${withheld.code}`, {
        params: { reason: withheld.code },
      });
    }
    await inShop(shopId, async (tx) => {
      const reason = { code: 'undo-unsure', params: {} };
      await tx.planItem.updateMany({
        where: { shopId, runId, itemKey: { in: changes.map(planKeyOf) }, outcome: null },
        data: { outcome: 'failed', doneAt: now(), reason },
      });
      await tx.write.update({
        where: { shopId_id: { shopId, id: write.id } },
        data: { state: 'dropped', settledAt: now(), answer: { code: 'undo-unsure' } },
      });
    });
  }
}

async function keep({ rules, runId }: Undoing, verdicts: UndoVerdict[]): Promise<void> {
  const count = (outcome: UndoVerdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length;
  await inShop(rules.shopId, async (tx) => {
    await keepVerdicts(tx, rules.shopId, runId, verdicts);
    await countInRun(tx, rules.shopId, runId, {
      done: count('done'),
      skipped: count('skipped'),
      held: count('held'),
      failed: count('failed'),
    });
  });
}

const changeOf = (line: UndoLine, { before, after }: UndoVerdict): Change => ({
  inventoryItemId: line.inventoryItemId,
  locationId: line.locationId,
  variantId: line.variantId,
  label: line.label,
  quantity: after ?? 0,
  changeFromQuantity: before ?? 0,
});

/** A page of lines until each was written once, can't be, or moved in every round. */
async function undoPage(undoing: Undoing, page: UndoLine[]): Promise<void> {
  let open = page;
  for (let round = 0, stale = 0; open.length > 0 && round < ROUNDS && stale < STALE_ROUNDS; round += 1) {
    // read at every turn: the plan is minutes or days old, and what was sold since stays sold
    const lines = await readAnew(undoing, open);
    const judged = lines.map((line) => ({ line, verdict: judgeUndoLine(line) }));
    const moot = judged.filter(({ verdict }) => verdict.outcome !== null);
    const todo = judged.filter(({ verdict }) => verdict.outcome === null);
    if (moot.length > 0)
      await keep(
        undoing,
        moot.map(({ verdict }) => verdict),
      );
    if (todo.length === 0) return;
    const { landed, refused, withheld } = await writeBatch(
      undoing,
      todo.map(({ line, verdict }) => changeOf(line, verdict)),
    );
    const done = new Set(landed.map(planKeyOf));
    const named = new Map(
      refused
        .filter(({ change, code }) => code !== 'CHANGE_FROM_QUANTITY_STALE' && !done.has(planKeyOf(change)))
        .map(({ change, text }) => [planKeyOf(change), text]),
    );
    const ended = todo.flatMap(({ verdict }): UndoVerdict[] => {
      const text = named.get(verdict.key);
      if (withheld) return [{ ...verdict, reason: withheld, outcome: 'held' }];
      if (done.has(verdict.key)) return [{ ...verdict, outcome: 'done' }];
      if (text === undefined) return [];
      const reason: Reason = { code: 'stock-refused', params: { vendorText: text } };
      return [{ ...verdict, after: verdict.before, reason, outcome: 'failed' }];
    });
    await keep(undoing, ended);
    if (named.size === 0) stale += 1;
    const settled = new Set(ended.map(({ key }) => key));
    open = todo.filter(({ verdict }) => !settled.has(verdict.key)).map(({ line }) => line);
  }
  if (open.length === 0) return;
  const reason: Reason = { code: 'undo-moving', params: {} };
  await keep(
    undoing,
    open.map((line) => ({ ...judgeUndoLine(line), reason, outcome: 'failed' })),
  );
}

/**
 * Takes back what the plan says, level by level exactly once: whatever was written is known by the recorded writes, which are settled first and
 * compared with the plan; each further write carries the number just read, so that a sale in between makes Shopify refuse it instead of being
 * overwritten. Killed and started again it goes on.
 */
export async function applyUndo(undoing: Undoing): Promise<void> {
  const { rules, runId, undoneId } = undoing;
  const { shopId } = rules;
  await settleOpenBatches(undoing);
  await inShop(
    shopId,
    async (tx) => {
      await settleUndoLines(tx, shopId, runId, undoneId);
      const { levels, left, done, failed } = await sumUndoLines(tx, shopId, runId);
      const counts = { seen: levels + left, done, skipped: left, held: 0, failed, total: levels };
      await tx.run.update({ where: { shopId_id: { shopId, id: runId } }, data: { counts, heartbeatAt: now() } });
    },
    { timeoutMs: STATEMENT_MS },
  );
  await inParallel(pagesOfUndo(undoing), BATCHES_AT_ONCE, (page) => undoPage(undoing, page));
}
