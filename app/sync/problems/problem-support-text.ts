import { maskText, maskValue } from '../../core/mask.ts';
import { inShop } from '../../db/scope.ts';
import { supportLinesOf } from '../runs/support-text.ts';

const MANY = 5;

/**
 * What support asks for about a problem: its cause and blanks, the run in which it was last met, and the writes for its record that were not taken, each
 * with the other side's own request id, what was sent and what came back. Nothing of it names a buyer. Null where there is no such problem.
 */
export async function problemSupportText(shopId: number, problemId: string): Promise<string | null> {
  return inShop(shopId, async (tx) => {
    const problem = await tx.problem.findUnique({ where: { shopId_id: { shopId, id: problemId } } });
    if (!problem) return null;
    const { id, cause, sync, connectionId, subjectKind, subjectId, subjectLabel, params, occurrences } = problem;
    const parts =
      subjectKind === 'order' ? await tx.part.findMany({ where: { shopId, orderId: subjectId }, select: { id: true } }) : [];
    const writes = await tx.write.findMany({
      where: {
        shopId,
        subjectId: { in: [subjectId, ...parts.map((part) => part.id)] },
        state: { in: ['refused', 'unknown', 'sent'] },
      },
      orderBy: { createdAt: 'desc' },
      take: MANY,
    });
    return [
      `problem ${id} ${cause}`,
      `${sync} connection ${connectionId ?? '-'} record ${maskText(subjectLabel)} ${subjectKind} ${subjectId}`,
      `opened ${problem.openedAt.toISOString()} last seen ${problem.lastSeenAt.toISOString()} times ${occurrences}`,
      `params ${JSON.stringify(maskValue(params))}`,
      ...supportLinesOf(writes),
    ].join('\n');
  });
}
