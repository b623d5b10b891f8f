import type { StockroomOrder as OrderRow, StockroomOrderLine as LineRow } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { nextChange } from './changes.ts';
import { once, type OnceKey } from './once.ts';
import { refusal } from './refusals.ts';
import { asJson, isUuid, type Actor, type Room } from './room.ts';
import { stateOf } from './order-state.ts';

/** An order under its lock. Lines and the fields of `set` may be changed; they are written when the work is done. */
export interface OrderWork {
  tx: Tx;
  room: Room;
  actor: Actor;
  at: Date;
  order: OrderRow;
  lines: LineRow[];
  /** Fields of the order to write. */
  set: Partial<Pick<OrderRow, 'heldAt' | 'heldReason' | 'pickingAt' | 'cancelledAt' | 'cancelReason'>>;
  /** The change number of this work, taken when first asked for. Ask late: it is a lock (see changes.ts). */
  change(): Promise<bigint>;
  /** Enters something in the order's history. */
  tell(kind: string, params?: Record<string, string | number>): void;
}

/** Locks the order with this reference (or id) until the transaction ends. */
export async function lockOrder(tx: Tx, { shopId, connectionId }: Room, key: string): Promise<OrderRow> {
  const id = isUuid(key) ? key : null;
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM stockroom_order WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND (reference = ${key} OR id = ${id}::uuid)
    ORDER BY reference = ${key} DESC LIMIT 1 FOR UPDATE`;
  const row = found[0] && (await tx.stockroomOrder.findUnique({ where: { shopId_id: { shopId, id: found[0].id } } }));
  if (!row)
    throw refusal('stockroom-order-unknown', `Stockroom has no order "${key}".`, {
      field: 'reference',
      params: { reference: key },
    });
  return row;
}

export interface OrderEvent {
  kind: string;
  params: Record<string, string | number>;
}

export async function writeEvents(
  tx: Tx,
  shopId: number,
  orderId: string,
  at: Date,
  actor: Actor,
  events: OrderEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ kind, params }) => ({
    shopId,
    orderId,
    at,
    kind,
    params: asJson(params),
    actorKind: actor.kind,
    actorName: actor.name,
  }));
  await tx.stockroomOrderEvent.createMany({ data: rows });
}

async function writeLines(tx: Tx, shopId: number, before: Map<string, LineRow>, lines: LineRow[]): Promise<void> {
  for (const { id, packed, shipped, cancelled, returned } of lines) {
    const old = before.get(id);
    if (!old) continue;
    if (old.packed === packed && old.shipped === shipped && old.cancelled === cancelled && old.returned === returned) continue;
    await tx.stockroomOrderLine.update({ where: { shopId_id: { shopId, id } }, data: { packed, shipped, cancelled, returned } });
  }
}

/**
 * The one way to change an order: locks it, lets `work` decide and change, then writes its lines, its state (which follows from them),
 * its history and its change number, all in one transaction. Refusals undo everything.
 */
export function changeOrder<T>(
  input: Room & { order: string; actor: Actor; once?: OnceKey | undefined },
  work: (order: OrderWork) => Promise<T>,
): Promise<T> {
  const room = { shopId: input.shopId, connectionId: input.connectionId };
  return inShop(room.shopId, (tx) =>
    once(tx, room, input.once, async () => {
      const row = await lockOrder(tx, room, input.order);
      const lines = await tx.stockroomOrderLine.findMany({
        where: { shopId: room.shopId, orderId: row.id },
        orderBy: { position: 'asc' },
      });
      const before = new Map(lines.map((line) => [line.id, { ...line }]));
      const events: OrderEvent[] = [];
      let change: Promise<bigint> | undefined;
      const order: OrderWork = {
        tx,
        room,
        actor: input.actor,
        at: now(),
        order: row,
        lines,
        set: {},
        change: () => (change ??= nextChange(tx, room)),
        tell: (kind, params = {}) => events.push({ kind, params }),
      };
      const result = await work(order);
      await writeLines(tx, room.shopId, before, lines);
      const after = { ...row, ...order.set };
      const state = stateOf(after, lines);
      const closedAt = state === 'shipped' || state === 'cancelled' ? (row.closedAt ?? order.at) : null;
      await writeEvents(tx, room.shopId, row.id, order.at, input.actor, events);
      await tx.stockroomOrder.update({
        where: { shopId_id: { shopId: room.shopId, id: row.id } },
        data: { ...order.set, state, closedAt, change: await order.change(), changedAt: order.at },
      });
      return result;
    }),
  );
}
