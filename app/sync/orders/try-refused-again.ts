import { nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { takeIn } from '../inbox/inbox.ts';
import { OUTCOME_UNKNOWN } from '../problems/settle-unknown.ts';
import { settledElsewhere } from './close-settled.ts';
import { holdsThatNeedSomebody } from './decide-order.ts';

const MOST = 200;

/**
 * Orders that the back office refused are tried again by themselves: after an hour, two, four and so on up to a day. What they were refused for may be mended
 * there, and nobody tells us. Orders that wait for an answer of the merchant's, or that somebody has to look at there, are left to them.
 */
export function tryRefusedAgain(live: LiveConnection): Promise<number> {
  const shopId = live.shop.id;
  const at = new Date(nowMs());
  const leave = [...holdsThatNeedSomebody, ...settledElsewhere, OUTCOME_UNKNOWN];
  return inShop(shopId, async (tx) => {
    const rows = await tx.$queryRaw<{ id: string; occurrences: number }[]>`
      SELECT subject_id AS id, max(occurrences) AS occurrences FROM problem
      WHERE shop_id = ${shopId} AND connection_id = ${live.id}::uuid AND sync = 'orders' AND subject_kind = 'order' AND closed_at IS NULL
        AND NOT (cause = ANY(${leave}))
        AND last_seen_at < ${at}::timestamptz - least(interval '1 hour' * power(2, least(occurrences, 6) - 1), interval '1 day')
      GROUP BY 1 ORDER BY min(last_seen_at) LIMIT ${MOST}`;
    for (const { id, occurrences } of rows)
      await takeIn(tx, shopId, {
        key: `refused ${live.id} ${id} ${occurrences} ${at.toISOString()}`,
        door: 'retry',
        topic: 'refused',
        subjectKind: 'order',
        subjectId: id,
        triggeredAt: null,
      });
    return rows.length;
  });
}
