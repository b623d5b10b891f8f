import { randomUUID } from 'node:crypto';
import type { World } from './world.ts';

/** Everything a webhook may be allowed to hear. Source: pulpo.md §2.9 [SPEC; the last one DOC, CODE]. */
export const EVENT_TYPES = [
  'sales_order_created',
  'sales_order_cancelled',
  'sales_order_updated',
  'sales_order_finished',
  'picking_order_created',
  'picking_order_finished',
  'picking_order_cancelled',
  'picking_order_deleted',
  'packing_order_created',
  'packing_order_finished',
  'packing_order_cancelled',
  'turbo_label_packing_created',
  'turbo_label_draft_packing_created',
  'packing_box_closed',
  'incoming_good_created',
  'purchase_order_created',
  'purchase_order_updated',
  'purchase_order_deleted',
  'purchase_order_finished',
  'purchase_order_finished_early',
  'replenishment_order_created',
  'replenishment_order_cancelled',
  'replenishment_order_finished',
  'shipment_tracking_updated',
  'counting_task_created',
  'counting_task_finished',
  'counting_task_cancelled',
  'counting_task_closed',
  'stock_correction_finished',
] as const;
type EventType = (typeof EVENT_TYPES)[number];

/** How late a delivery may be, ms. */
const LATE = { min: 40, max: 700 };
/** Every so many-th delivery comes twice, because "at least once" is all that can be counted on. */
const TWICE_EVERY = 20;
const DEFAULT_DELAY_MS = 30_000;
const REORDER_MS = 4_000;

/**
 * Something happened in a warehouse: kept, and queued for every enabled webhook of that warehouse that allows the type.
 * Only to be called inside a transaction, so that what didn't happen isn't told. Source: pulpo.md §2.9.
 */
export function emit(world: World, type: EventType, warehouseId: number, data: Record<string, unknown>): void {
  const now = world.now();
  const merchantId = typeof data['merchant_id'] === 'number' ? data['merchant_id'] : null;
  const hooks = world.state.all<{ id: string; url: string }>(
    `SELECT id, url FROM webhooks WHERE enabled = 1 AND warehouse_id = ? AND (merchant_id IS NULL OR merchant_id IS ?)
     AND ? IN (SELECT value FROM json_each(allowed_types))`,
    warehouseId,
    merchantId,
    type,
  );
  if (hooks.length === 0) return;
  const id = randomUUID();
  world.state.run(
    'INSERT INTO events (id, type, status, warehouse_id, merchant_id, data, inserted_at, updated_at) VALUES (?,?,?,?,?,?,?,?)',
    id,
    type,
    'triggered',
    warehouseId,
    merchantId,
    JSON.stringify(data),
    now,
    now,
  );
  for (const hook of hooks) {
    const fault = world.faults.take(
      'webhooks',
      [type, `pulpo:${type}`, new URL(hook.url).pathname],
      ['drop', 'duplicate', 'reorder', 'delay'],
    );
    if (fault?.kind === 'drop') continue;
    let late = world.random.between(LATE.min, LATE.max);
    if (fault?.kind === 'delay') late += fault.ms ?? DEFAULT_DELAY_MS;
    if (fault?.kind === 'reorder') late += REORDER_MS;
    const { lastId } = queue(world, id, hook.id, late);
    if (fault?.kind === 'duplicate' || lastId % TWICE_EVERY === 0) queue(world, id, hook.id, late + LATE.max);
  }
  world.wake();
}

const queue = (world: World, eventId: string, webhookId: string, lateMs: number) =>
  world.state.run(
    'INSERT INTO deliveries (event_id, webhook_id, due_at) VALUES (?,?,?)',
    eventId,
    webhookId,
    world.clock.now() + lateMs,
  );
