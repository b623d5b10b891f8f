import { now } from '../../core/clock.ts';
import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { Tx } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';

/** Which open problems: those named, or all of a cause. */
export interface ProblemChoice {
  cause: string;
  connectionId?: string;
  /** Only those about this value. */
  detail?: string;
  ids?: string[];
}

const nameOf = (tx: Tx, shopId: number, userId: string) =>
  tx.staff.findUnique({ where: { shopId_id: { shopId, id: userId } }, select: { name: true } });

/** Says who looks after the problems; null: nobody. Answers how many that were. */
export async function assignProblems(
  tx: Tx,
  shopId: number,
  actor: Actor,
  choice: ProblemChoice,
  userId: string | null,
): Promise<number> {
  const { cause, connectionId, detail, ids } = choice;
  const person = userId === null ? null : await nameOf(tx, shopId, userId);
  if (userId !== null && !person)
    throw new RejectedError('staff-unknown', 'Nobody of that id has opened the app', { field: 'userId' });
  const { count } = await tx.problem.updateMany({
    where: {
      shopId,
      cause,
      closedAt: null,
      ...(connectionId ? { connectionId } : {}),
      ...(detail === undefined ? {} : { detail }),
      ...(ids ? { id: { in: ids } } : {}),
    },
    data: { assignedTo: userId, assignedAt: userId === null ? null : now() },
  });
  if (count > 0)
    await audit(tx, shopId, actor, {
      action: 'problems-assigned',
      subject: `problem ${cause}`,
      ...(connectionId ? { connectionId } : {}),
      after: { assigned: person?.name ?? '', count },
    });
  return count;
}

/** Writes a note on an open problem; empty removes it. The audit log says that it was changed, not what it says: it may name a customer. */
export async function noteProblem(tx: Tx, shopId: number, actor: Actor, id: string, note: string): Promise<void> {
  const problem = await tx.problem.findUnique({ where: { shopId_id: { shopId, id } } });
  if (!problem || problem.closedAt) throw new NeedsMerchantError('problem-gone', `Problem ${id} is closed or does not exist`);
  const text = note.trim();
  if (text === problem.note) return;
  await tx.problem.update({ where: { shopId_id: { shopId, id } }, data: { note: text } });
  await audit(tx, shopId, actor, {
    action: 'problem-noted',
    subject: `problem ${problem.subjectLabel}`,
    ...(problem.connectionId ? { connectionId: problem.connectionId } : {}),
  });
}
