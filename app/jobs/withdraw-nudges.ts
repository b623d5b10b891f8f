import { beforeCommit, type Tx } from '../db/scope.ts';

/**
 * Takes back what is queued about a shop's orders, but for those named in `keep`: what waits of them is somebody else's work from now on. Worker
 * processes would look at each and find nothing to do, and an order that comes in fresh would stand behind all of them.
 */
export function withdrawOrderNudges(tx: Tx, shopId: number, keep: readonly string[]): void {
  beforeCommit(tx, async (within) => {
    await within.$executeRaw`
      DELETE FROM pgboss.job
      WHERE name = 'drain' AND state IN ('created', 'retry') AND group_id = ${String(shopId)} AND data->>'kind' = 'order'
        AND NOT (data->>'id' = ANY(${[...keep]}))`;
  });
}
