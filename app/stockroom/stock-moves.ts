import { randomUUID } from 'node:crypto';
import type { Tx } from '../db/scope.ts';
import { announce } from './announce.ts';
import { nextChange } from './changes.ts';
import type { Actor, Room } from './room.ts';
import { lockShelf, othersOnShelf, poolOf } from './shared-shelf.ts';

/** Why what is on hand changed. `found`: more left than was counted, so it must have been there. */
export type StockEntryKind = 'set' | 'adjusted' | 'counted' | 'shipped' | 'found' | 'shipment-cancelled' | 'returned';

/** One level to change. `add` moves on hand by `value`, `on-hand` and `available` set it. `reserved` moves what orders hold. */
export interface StockMove {
  facilityId: string;
  productId: string;
  mode: 'add' | 'on-hand' | 'available';
  value: number;
  reserved: number;
  reason?: string;
  shelf?: string | null;
}

export interface StockMoveBatch {
  kind: StockEntryKind;
  reason?: string;
  reference?: string | null;
  actor: Actor;
  at: Date;
  batchId?: string;
  /** Whether from now on the level counts as known (see StockroomStock.counted). */
  known: boolean;
}

export interface MovedLevel {
  facilityId: string;
  productId: string;
  before: number;
  /** What was asked for; below zero when there was less. On hand then is zero and the difference is entered as found. */
  wanted: number;
  onHand: number;
  reserved: number;
}

const MANY = 500;

function perLevel(moves: StockMove[]): StockMove[] {
  const merged = new Map<string, StockMove>();
  for (const move of moves) {
    const key = `${move.facilityId} ${move.productId}`;
    const known = merged.get(key);
    const value = known && move.mode === 'add' ? known.value + move.value : move.value;
    merged.set(key, { ...move, value, reserved: move.reserved + (known?.reserved ?? 0) });
  }
  return [...merged.values()];
}

async function skusOf(tx: Tx, { shopId }: Room, moves: StockMove[]): Promise<string[]> {
  const ids = [...new Set(moves.map(({ productId }) => productId))];
  const rows = await tx.$queryRaw<
    { sku: string }[]
  >`SELECT sku FROM stockroom_product WHERE shop_id = ${shopId} AND id = ANY(${ids}::uuid[])`;
  return rows.map(({ sku }) => sku);
}

/**
 * Changes levels and writes their history in two statements, however many there are. Answers the levels that changed.
 * The change number taken here is the lock under which one Stockroom's stock moves. Where it shares its shelf, numbers asked for, answered and entered
 * are the shelf's; what is written is this Stockroom's own share of them.
 */
export async function moveStock(
  tx: Tx,
  room: Room,
  moves: StockMove[],
  batch: StockMoveBatch,
  change?: bigint,
): Promise<MovedLevel[]> {
  if (moves.length === 0) return [];
  const number = change ?? (await nextChange(tx, room));
  const items = JSON.stringify(
    perLevel(moves).map(({ facilityId, productId, mode, value, reserved, reason, shelf }) => ({
      facility_id: facilityId,
      product_id: productId,
      mode,
      value,
      reserved,
      reason: reason ?? batch.reason ?? '',
      shelf: shelf ?? null,
    })),
  );
  const { shopId, connectionId } = room;
  const pool = await poolOf(tx, room);
  if (pool !== null) await lockShelf(tx, pool);
  const skus = pool === null ? [] : await skusOf(tx, room, moves);
  // A table that has just been filled has no statistics: the planner then loops 10,000 × 10,000 rows (75 s instead of 0.3 s measured).
  if (moves.length > MANY) await tx.$executeRaw`SELECT set_config('enable_nestloop', 'off', true)`;
  await tx.$executeRaw`
    INSERT INTO stockroom_stock (shop_id, connection_id, facility_id, product_id, change, changed_at)
    SELECT ${shopId}, ${connectionId}::uuid, facility_id, product_id, ${number}, ${batch.at}
    FROM jsonb_to_recordset(${items}::jsonb) AS d(facility_id uuid, product_id uuid)
    ON CONFLICT DO NOTHING`;
  const moved = await tx.$queryRaw<(MovedLevel & { availableBefore: number })[]>`
    WITH d AS (
      SELECT * FROM jsonb_to_recordset(${items}::jsonb)
        AS d(facility_id uuid, product_id uuid, mode text, value int, reserved int, reason text, shelf text)
    ), calc AS (
      SELECT s.facility_id, s.product_id, s.on_hand + coalesce(o.on_hand, 0) AS before, coalesce(o.on_hand, 0) AS others, coalesce(o.reserved, 0) AS others_reserved,
        d.reserved, d.shelf, d.reason,
        CASE d.mode WHEN 'add' THEN s.on_hand + coalesce(o.on_hand, 0) + d.value WHEN 'on-hand' THEN d.value
          ELSE d.value + s.reserved + coalesce(o.reserved, 0) END AS wanted
      FROM stockroom_stock s JOIN d USING (facility_id, product_id)
      JOIN stockroom_product p ON p.shop_id = s.shop_id AND p.id = s.product_id
      LEFT JOIN ${othersOnShelf(pool, room, skus)} o ON o.facility_id = s.facility_id AND o.sku = p.sku
      WHERE s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid
    ), entered AS (
      INSERT INTO stockroom_stock_entry (shop_id, connection_id, facility_id, product_id, at, kind, before, after, reason, actor_kind, actor_name, reference, batch_id)
      SELECT ${shopId}, ${connectionId}::uuid, facility_id, product_id, ${batch.at}, kind, from_count, to_count, reason,
        ${batch.actor.kind}, ${batch.actor.name}, ${batch.reference ?? null}, ${batch.batchId ?? randomUUID()}::uuid
      FROM (
        SELECT 1 AS step, facility_id, product_id, 'found' AS kind, before AS from_count, before - wanted AS to_count, reason FROM calc WHERE wanted < 0
        UNION ALL
        SELECT 2, facility_id, product_id, ${batch.kind}, CASE WHEN wanted < 0 THEN before - wanted ELSE before END, greatest(wanted, 0), reason
        FROM calc WHERE wanted <> before OR ${batch.kind} = 'counted'
      ) e ORDER BY product_id, facility_id, step
    )
    UPDATE stockroom_stock s SET on_hand = greatest(c.wanted, 0) - c.others, reserved = s.reserved + c.reserved, counted = s.counted OR ${batch.known},
      shelf = coalesce(c.shelf, s.shelf), change = ${number}, changed_at = ${batch.at}
    FROM calc c
    WHERE s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid AND s.facility_id = c.facility_id AND s.product_id = c.product_id
      AND (c.wanted <> c.before OR c.reserved <> 0 OR (${batch.known} AND NOT s.counted) OR c.shelf <> s.shelf)
    RETURNING s.facility_id AS "facilityId", s.product_id AS "productId", c.before, c.wanted, s.on_hand + c.others AS "onHand",
      s.reserved + c.others_reserved AS reserved, c.before - (s.reserved - c.reserved) - c.others_reserved AS "availableBefore"`;
  // A level that somebody stated is news even where the number stayed: it may have been unknown before.
  const news = batch.known
    ? moved.length > 0
    : moved.some(({ onHand, reserved, availableBefore }) => onHand - reserved !== availableBefore);
  if (news && batch.actor.kind !== 'sync') await announce(tx, room, { about: 'stock' });
  // Our own syncs know what they did; whoever shares the shelf doesn't.
  if (news && pool !== null) await announce(tx, room, { about: 'shelf', skus });
  return moved;
}
