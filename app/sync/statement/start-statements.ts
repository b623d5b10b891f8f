import { nowMs } from '../../core/clock.ts';
import { inSystem, inShop } from '../../db/scope.ts';
import { startSyncIn } from '../runs/start-sync.ts';
import { GAP, LOOK_AGAIN } from './statement.ts';

/** Starts the daily statement of every connection at work that has a sync to account for. */
export async function startDailyStatements(): Promise<void> {
  const rows = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ shop_id: number; id: string }[]>`
      SELECT c.shop_id, c.id FROM connection c JOIN shop s ON s.id = c.shop_id AND s.uninstalled_at IS NULL
      WHERE c.state = 'active' AND c.access <> 'none' AND EXISTS (
        SELECT 1 FROM sync y WHERE y.shop_id = c.shop_id AND y.connection_id = c.id AND y.enabled AND y.kind IN ('orders', 'shipments', 'inventory'))`,
  );
  for (const { shop_id: shopId, id } of rows)
    await inShop(shopId, (tx) =>
      startSyncIn(tx, { shopId, connectionId: id, sync: 'statement', task: 'scheduled', door: 'schedule' }),
    );
}

/**
 * Starts another look at what a statement found to differ: ten minutes after it was made, then after twenty, forty and so on. A statement made in the midst of
 * much work may see a difference that is gone a moment later, and must not name it for the rest of the day.
 */
export async function startLooksAgain(): Promise<void> {
  const at = new Date(nowMs());
  const rows = await inSystem(
    'due-schedules',
    (tx) => tx.$queryRaw<{ shop_id: number; connection_id: string; run_id: string }[]>`
      SELECT s.shop_id, s.connection_id, s.run_id FROM problem p
      JOIN shop ON shop.id = p.shop_id AND shop.uninstalled_at IS NULL
      JOIN connection c ON c.shop_id = p.shop_id AND c.id = p.connection_id AND c.state = 'active' AND c.access <> 'none'
      JOIN LATERAL (
        SELECT * FROM statement n WHERE n.shop_id = p.shop_id AND n.connection_id = p.connection_id AND n.finished_at IS NOT NULL
        ORDER BY n.finished_at DESC LIMIT 1) s ON true
      LEFT JOIN LATERAL (
        SELECT max(r.finished_at) AS looked_at, bool_or(r.finished_at IS NULL) AS looking FROM run r
        WHERE r.shop_id = s.shop_id AND r.argument = s.run_id::text AND r.task = ${LOOK_AGAIN}) l ON true
      WHERE p.cause = ${GAP} AND p.closed_at IS NULL AND l.looking IS NOT TRUE
        AND ${at} - s.finished_at >= greatest(interval '10 minutes', 2 * (l.looked_at - s.finished_at))`,
  );
  for (const { shop_id: shopId, connection_id: connectionId, run_id: argument } of rows)
    await inShop(shopId, (tx) =>
      startSyncIn(tx, { shopId, connectionId, sync: 'statement', task: LOOK_AGAIN, argument, door: 'schedule' }),
    );
}
