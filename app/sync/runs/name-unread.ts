import type { LiveConnection } from '../../connections/open-connection.ts';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import { openProblem } from '../problems/problems.ts';
import type { RunKind } from './runs.ts';

const CAUSE = 'record-unreadable';

/**
 * Names the records that a run's back office told and that nobody could read; the others were taken. The next run may not be told of them again, so only one that
 * read everything (`whole`) shows that they can be read by now.
 */
export async function nameUnread(tx: Tx, live: LiveConnection, sync: RunKind, whole: boolean): Promise<void> {
  const shopId = live.shop.id;
  const records = new Map(live.unread.map(({ record, at }) => [record, at.join(', ')]));
  const prefix = `${live.id} ${sync} unread `;
  for (const [record, fields] of records)
    await openProblem(tx, shopId, {
      ...{ connectionId: live.id, sync, cause: CAUSE, detail: record },
      subject: { kind: 'sync', id: `${prefix}${record}`, label: record },
      params: { record, fields, backOffice: live.definition.label },
    });
  if (whole)
    await tx.problem.updateMany({
      where: {
        ...{ shopId, connectionId: live.id, sync, cause: CAUSE, closedAt: null },
        subjectId: { notIn: [...records.keys()].map((record) => `${prefix}${record}`) },
      },
      data: { closedAt: now(), evidence: 'read-since' },
    });
}
