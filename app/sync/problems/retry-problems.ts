import { randomUUID } from 'node:crypto';
import { inShop } from '../../db/scope.ts';
import type { RunKind } from '../runs/runs.ts';
import { isKept, tryImportsAgain } from '../runs/keep-import.ts';
import { startSync } from '../runs/start-sync.ts';
import { takeIn } from '../inbox/inbox.ts';
import { OUTCOME_UNKNOWN, settleUnknown } from './settle-unknown.ts';

/**
 * Tries again what one problem, or all of a cause, is about: orders go through the corridor, everything else by a run of
 * its sync. The problems close by themselves when the cause is gone. Returns how many records are being tried.
 */
export async function retryProblems(which: {
  shopId: number;
  connectionId?: string;
  cause: string;
  /** Only these problems; without it all that are open. */
  ids?: string[];
  /** Only those about this value (the shipping method just mapped). */
  detail?: string;
  by: string;
  /** For hand-overs whose outcome is unknown: whether somebody found them there. */
  there?: boolean;
}): Promise<number> {
  const { shopId, connectionId, cause, ids, detail } = which;
  const problems = await inShop(shopId, (tx) =>
    tx.problem.findMany({
      where: {
        shopId,
        cause,
        closedAt: null,
        ...(connectionId ? { connectionId } : {}),
        ...(ids ? { id: { in: ids } } : {}),
        ...(detail === undefined ? {} : { detail }),
      },
      select: { connectionId: true, sync: true, subjectKind: true, subjectId: true },
    }),
  );
  const orders = problems.filter((problem) => problem.subjectKind === 'order');
  if (cause === OUTCOME_UNKNOWN && which.there !== undefined)
    await settleUnknown(
      shopId,
      orders.map(({ subjectId }) => subjectId),
      which.there,
    );
  for (let start = 0; start < orders.length; start += 500) {
    await inShop(shopId, async (tx) => {
      for (const { subjectId } of orders.slice(start, start + 500)) {
        await takeIn(tx, shopId, {
          key: `retry ${randomUUID()}`,
          door: 'retry',
          topic: cause,
          subjectKind: 'order',
          subjectId,
          triggeredAt: null,
        });
      }
    });
  }
  const ofImport = ({ subjectKind, subjectId }: (typeof problems)[number]) =>
    subjectKind === 'sync' && isKept(subjectId.split(' ').at(-1) ?? '');
  for (const id of new Set(problems.filter(ofImport).map((problem) => problem.connectionId ?? '')))
    await inShop(shopId, (tx) => tryImportsAgain(tx, shopId, id));
  const others = new Set(
    problems
      .filter((problem) => problem.subjectKind !== 'order' && problem.connectionId && !ofImport(problem))
      .map((problem) => `${problem.connectionId} ${problem.sync}`),
  );
  for (const one of others) {
    const [id = '', sync] = one.split(' ');
    await startSync({ shopId, connectionId: id, sync: sync as RunKind, task: 'retry', door: 'retry', startedBy: which.by });
  }
  return problems.length;
}
