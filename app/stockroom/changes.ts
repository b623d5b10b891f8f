import type { Tx } from '../db/scope.ts';
import type { Room } from './room.ts';

/**
 * Takes the next change number of a Stockroom. Its row stays locked until the transaction ends, so numbers become visible in
 * their order and all stock changes of one Stockroom follow one another: take it late, after the slow steps, and before stock rows.
 */
export async function nextChange(tx: Tx, room: Room): Promise<bigint> {
  const rows = await tx.$queryRaw<{ change: bigint }[]>`
    INSERT INTO stockroom_counter (shop_id, connection_id, change) VALUES (${room.shopId}, ${room.connectionId}::uuid, 1)
    ON CONFLICT (shop_id, connection_id) DO UPDATE SET change = stockroom_counter.change + 1
    RETURNING change`;
  return rows[0]?.change ?? 0n;
}

/** As nextChange, and stamps an order with it in the same breath. */
export async function nextChangeOf(tx: Tx, room: Room, orderId: string): Promise<bigint> {
  const rows = await tx.$queryRaw<{ change: bigint }[]>`
    WITH next AS (
      INSERT INTO stockroom_counter (shop_id, connection_id, change) VALUES (${room.shopId}, ${room.connectionId}::uuid, 1)
      ON CONFLICT (shop_id, connection_id) DO UPDATE SET change = stockroom_counter.change + 1
      RETURNING change
    )
    UPDATE stockroom_order o SET change = next.change FROM next WHERE o.shop_id = ${room.shopId} AND o.id = ${orderId}::uuid
    RETURNING next.change`;
  return rows[0]?.change ?? 0n;
}
