import type { Tx } from '../../db/scope.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import type { StockRules } from './stock-facts.ts';
import { sourceTables } from './stock-sources.ts';

const cause = 'location-sells-online';

/** Names the locations whose stock waits, because they sell online what another location shows too; closes what is settled. */
export async function restateWaitingLocations(
  tx: Tx,
  { shopId, connectionId }: Pick<StockRules, 'shopId' | 'connectionId'>,
): Promise<void> {
  const waiting = await tx.$queryRaw<{ id: string; name: string }[]>`
    WITH ${sourceTables({ shopId, connectionId })}
    SELECT w.location_id AS id, coalesce(o.name, w.location_id) AS name FROM waiting w LEFT JOIN location o ON o.shop_id = ${shopId} AND o.id = w.location_id`;
  for (const { id, name } of waiting) {
    const subject = { kind: 'location' as const, id, label: name };
    await openProblem(tx, shopId, { connectionId, sync: 'inventory', cause, subject, params: { location: name } });
  }
  const open = await tx.problem.findMany({
    where: { shopId, connectionId, cause, closedAt: null, subjectId: { notIn: waiting.map(({ id }) => id) } },
    select: { subjectId: true },
  });
  for (const { subjectId } of open) {
    await closeProblems(tx, shopId, {
      ...{ subject: { kind: 'location', id: subjectId }, connectionId, causes: [cause] },
      evidence: 'stock-planned-again',
    });
  }
}
