import { RejectedError } from '../../../core/errors.ts';
import { now } from '../../../core/clock.ts';
import { inShop } from '../../../db/scope.ts';
import { awaitApproval, restateCounts } from '../../runs/plan-states.ts';
import { showLife } from '../../runs/runs.ts';
import { ITEMS_A_CALL, readLevelsFromShopify } from '../read-levels-from-shopify.ts';
import type { TakingBack } from '../write-stock-batch.ts';
import {
  judgeUndoLine,
  keepVerdicts,
  nextUndoLines,
  openUndoLines,
  sameUndoLines,
  sumUndoLines,
  type UndoLine,
} from './undo-lines.ts';

const STATEMENT_MS = 120_000;

/** An undo at work. */
export interface Undoing extends TakingBack {
  /** The run that is undone. */
  undoneId: string;
}

/** The same lines with Shopify's numbers of this moment. */
export async function readAnew({ admin, rules }: Undoing, lines: readonly UndoLine[]): Promise<UndoLine[]> {
  const items = [...new Set(lines.map((line) => line.inventoryItemId))];
  const locations = [...new Set(lines.map((line) => line.locationId))];
  await readLevelsFromShopify(admin, rules.shopId, items, locations);
  return inShop(rules.shopId, (tx) => sameUndoLines(tx, rules.shopId, lines));
}

/** All lines of the plan that are still to be done, a call's worth at a time. */
export async function* pagesOfUndo({ rules, runId }: Undoing): AsyncGenerator<UndoLine[]> {
  for (let after = ''; ;) {
    const lines = await inShop(rules.shopId, (tx) => nextUndoLines(tx, rules.shopId, runId, after, ITEMS_A_CALL));
    const last = lines.at(-1);
    if (!last) return;
    after = last.key;
    yield lines;
  }
}

/**
 * Plans an undo from what Shopify shows now, and stops for a yes: how many levels, units up and down, and what is left out with its reason.
 * Nothing is written. Killed and started again it plans anew.
 */
export async function planUndo(undoing: Undoing): Promise<void> {
  const { rules, runId, undoneId } = undoing;
  const { shopId, connectionId } = rules;
  await inShop(shopId, (tx) => openUndoLines(tx, shopId, connectionId, runId, undoneId), { timeoutMs: STATEMENT_MS });
  for await (const lines of pagesOfUndo(undoing)) {
    const verdicts = (await readAnew(undoing, lines)).map(judgeUndoLine);
    await inShop(shopId, async (tx) => {
      await keepVerdicts(tx, shopId, runId, verdicts);
      await showLife(tx, shopId, runId);
    });
  }
  await inShop(
    shopId,
    async (tx) => {
      const { levels, up, down, floored, left } = await sumUndoLines(tx, shopId, runId);
      await restateCounts(tx, shopId, runId, { seen: levels + left, skipped: left, total: levels });
      const params = { levels, up, down, floored, left };
      if (levels > 0) return awaitApproval(tx, shopId, runId, { code: 'undo-planned', params });
      const reason = { code: 'undo-nothing-to-do', params };
      await tx.run.updateMany({ where: { shopId, id: runId }, data: { state: 'cancelled', finishedAt: now(), reason } });
    },
    { timeoutMs: STATEMENT_MS },
  );
}

/** The run that an undo is of. */
export function undoneOf(argument: string | undefined): string {
  if (argument) return argument;
  throw new RejectedError('run-gone', 'The undo doesn’t say of which run');
}
