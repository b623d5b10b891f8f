import { beforeCommit, type Tx } from '../db/scope.ts';

/**
 * Takes back what is queued about a shop's orders, where all that waits of an order came by `before` and is somebody else's work from now on. Worker
 * processes would look at each and find nothing to do, and an order that comes in fresh would stand behind all of them.
 */
export function withdrawOrderNudges(tx: Tx, shopId: number, before: Date): void {
  beforeCommit(tx, async (within) => {
    await within.$executeRaw`
      DELETE FROM pgboss.job j
      WHERE j.name = 'drain' AND j.state IN ('created', 'retry') AND j.group_id = ${String(shopId)} AND j.data->>'kind' = 'order'
        AND NOT EXISTS (
          SELECT 1 FROM inbox_item i WHERE i.shop_id = ${shopId} AND i.subject_kind = 'order' AND i.subject_id = j.data->>'id'
            AND i.handled_at IS NULL AND i.received_at > ${before})`;
  });
}
