import { deliver } from './delivery.ts';
import { loadShipment } from './parcels.ts';
import { pickUpStock } from './stock-levels.ts';
import type { World } from './world.ts';

/**
 * IM's scheduled hops: orders to the WMS, tracking and inventory from it (extensiv.md §1.1). They are caught up with before each call, each
 * with the moment it was due, so that nobody can tell that no timer runs.
 */
export function runHops(world: World): void {
  const now = world.clock.now();
  world.state.transaction(() => {
    for (;;) {
      const due = world.state.get<{ pk: number; deliver_at: number }>(
        `SELECT pk, deliver_at FROM orders WHERE deliver_at <= ? AND status IN ('new', 'error') AND on_hold = 0 AND sending_canceled = 0
         ORDER BY deliver_at, pk LIMIT 1`,
        now,
      );
      if (!due) break;
      deliver(world, due.pk, due.deliver_at);
    }
    for (const { pk, due_at } of world.state.all<{ pk: number; due_at: number }>(
      'SELECT pk, due_at FROM shipments WHERE loaded_at IS NULL AND due_at <= ? ORDER BY due_at, pk',
      now,
    ))
      loadShipment(world, pk, due_at);
    pickUpStock(world, now);
  });
}

/** "Run now": every hop at once, whatever its schedule. */
export function runAllHops(world: World): void {
  const now = world.clock.now();
  world.state.run(`UPDATE orders SET deliver_at = ? WHERE status IN ('new', 'error') AND deliver_at > ?`, now, now);
  world.state.run('UPDATE shipments SET due_at = ? WHERE loaded_at IS NULL AND due_at > ?', now, now);
  runHops(world);
  world.state.run('UPDATE stock SET pickup_at = ? WHERE pickup_at > ?', now, now);
  runHops(world);
}
