import type { CrossdockError } from '../../core/errors.ts';
import { legacyIdOf } from '../../core/gid.ts';
import type { Tx } from '../../db/scope.ts';
import { markHandled } from '../inbox/inbox.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';

const STUCK = 'order-stuck';

/** An order that no part of which could even be looked at: it goes on being tried, but nobody may take it for done. */
export async function nameStuckOrder(tx: Tx, shopId: number, id: string, error: CrossdockError): Promise<void> {
  const named = await tx.problem.findFirst({
    where: { shopId, subjectKind: 'order', subjectId: id, closedAt: null, cause: { not: STUCK } },
  });
  if (named) return;
  const known = await tx.order.findUnique({ where: { shopId_id: { shopId, id } }, select: { name: true } });
  const subject = { kind: 'order', id, label: known?.name ?? legacyIdOf(id) } as const;
  await openProblem(tx, shopId, { connectionId: null, sync: 'orders', cause: STUCK, subject, params: { code: error.code } });
}

/** News of an order up to `upTo` is answered: whatever it was stuck on is over. */
export async function orderHandled(tx: Tx, shopId: number, id: string, upTo: bigint): Promise<void> {
  await markHandled(tx, shopId, 'order', id, upTo);
  await closeProblems(tx, shopId, { subject: { kind: 'order', id }, causes: [STUCK], evidence: 'order-handled' });
}
