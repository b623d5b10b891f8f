import { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { nextChange } from './changes.ts';
import type { Room } from './room.ts';

/*
 * Stockrooms of several shops that share a store keep one shelf: each writes what it moved and reserved itself, and what lies there is the sum. So
 * no shop ever writes a row of another, and of the others' rows it reads sums by facility and SKU (docs/decisions/010-shared-store.md).
 */

/** The pool in which a Stockroom shares its shelf, or null. */
export async function poolOf(tx: Tx, { shopId, connectionId }: Room): Promise<string | null> {
  const where = { shopId_connectionId: { shopId, connectionId } };
  return (await tx.stockPoolMember.findUnique({ where, select: { poolId: true } }))?.poolId ?? null;
}

/** One mover at a time on a shared shelf, until the transaction ends. To be taken after the room's own change number. */
export async function lockShelf(tx: Tx, pool: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`stock-pool-${pool}`}, 0))`;
}

/** The relation of what everybody else has on the shelf: facility_id, sku, on_hand, reserved, counted, changed_at. Empty for whoever is alone. */
export function othersOnShelf(pool: string | null, { connectionId }: Room, skus: string[] | null): Prisma.Sql {
  if (pool !== null) return Prisma.sql`stock_pool_shelf(${connectionId}::uuid, ${skus}::text[])`;
  return Prisma.sql`(SELECT NULL::uuid AS facility_id, NULL::text AS sku, 0 AS on_hand, 0 AS reserved, false AS counted, NULL::timestamptz AS changed_at WHERE false)`;
}

/** A name that no facility here has: two shops may both have called theirs "Main". */
function freeName(wanted: string, store: string, taken: (name: string) => boolean): string {
  const names = [wanted, `${wanted} (${store})`];
  for (let next = 2; next < 100; next++) names.push(`${wanted} (${store} ${next})`);
  return names.find((name) => !taken(name)) ?? wanted;
}

async function adoptFacilities(tx: Tx, { shopId, connectionId }: Room, store: { id: string; name: string }): Promise<void> {
  const shared = await tx.$queryRaw<
    { id: string; code: string; name: string; active: boolean }[]
  >`SELECT id, code, name, active FROM stock_pool_facilities(${connectionId}::uuid)`;
  const own = await tx.stockroomFacility.findMany({
    where: { shopId, connectionId },
    select: { id: true, name: true, code: true },
  });
  const at = now();
  for (const facility of shared) {
    const others = own.filter(({ id }) => id !== facility.id);
    const known = own.find(({ id }) => id === facility.id);
    const name = freeName(facility.name, store.name, (one) => others.some((other) => other.name === one));
    const code = known?.code ?? freeName(facility.code, 'shared', (one) => others.some((other) => other.code === one));
    // The connection, too: a shop that left with one connection may come back with another.
    const data = { connectionId, name, active: facility.active, storeId: store.id, updatedAt: at };
    await tx.stockroomFacility.upsert({
      where: { shopId_id: { shopId, id: facility.id } },
      create: { shopId, id: facility.id, code, createdAt: at, ...data },
      update: data,
    });
    if (!known) own.push({ id: facility.id, name, code });
  }
}

/** Products and levels of the shelf that this Stockroom has no rows for: without a title of its own a product is called by its SKU. */
async function adoptGoods(tx: Tx, room: Room, storeId: string | null): Promise<void> {
  const { shopId, connectionId } = room;
  const at = now();
  await tx.$executeRaw`
    INSERT INTO stockroom_product (shop_id, connection_id, sku, title, store_id, created_at, updated_at)
    SELECT ${shopId}, ${connectionId}::uuid, sku, sku, ${storeId}::uuid, ${at}, ${at} FROM stock_pool_products(${connectionId}::uuid, NULL)
    ON CONFLICT (shop_id, connection_id, sku) DO NOTHING`;
  const missing = Prisma.sql`
    FROM stock_pool_shelf(${connectionId}::uuid, NULL) o
    JOIN stockroom_product p ON p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.sku = o.sku
    JOIN stockroom_facility f ON f.shop_id = ${shopId} AND f.connection_id = ${connectionId}::uuid AND f.id = o.facility_id
    WHERE NOT EXISTS (
      SELECT 1 FROM stockroom_stock s
      WHERE s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid AND s.facility_id = f.id AND s.product_id = p.id)`;
  const found = await tx.$queryRaw<{ any: boolean }[]>`SELECT EXISTS (SELECT 1 ${missing}) AS any`;
  if (!found[0]?.any) return;
  const change = await nextChange(tx, room);
  await tx.$executeRaw`
    INSERT INTO stockroom_stock (shop_id, connection_id, facility_id, product_id, change, changed_at)
    SELECT ${shopId}, ${connectionId}::uuid, f.id, p.id, ${change}, ${at} ${missing} ON CONFLICT DO NOTHING`;
}

/** Makes rows of its own for what lies on the shared shelf, as far as there are none yet. Nothing for a Stockroom that is alone. */
export async function adoptShelf(tx: Tx, room: Room): Promise<void> {
  const pool = await poolOf(tx, room);
  if (pool === null) return;
  const { storeId } = await tx.stockPool.findUniqueOrThrow({ where: { id: pool }, select: { storeId: true } });
  await adoptGoods(tx, room, storeId);
}

/** As adoptShelf, in a transaction of its own. */
export function catchUpShelf(room: Room): Promise<void> {
  return inShop(room.shopId, (tx) => adoptShelf(tx, room), { timeoutMs: 60_000 });
}

/** This Stockroom has joined another one's store: the store and its facilities are known here under the same ids. Again, it catches up. */
export function joinShelf({ store, ...room }: Room & { store: { id: string; name: string } }): Promise<void> {
  const { shopId, connectionId } = room;
  return inShop(
    shopId,
    async (tx) => {
      const member = await tx.stockPoolMember.findUnique({ where: { shopId_connectionId: { shopId, connectionId } } });
      // Whoever imports has it all.
      if (!member || member.imports) return;
      const called = await tx.stockroomStore.findMany({ where: { shopId, connectionId }, select: { id: true, name: true } });
      const name = freeName(store.name, 'shared', (one) => called.some((other) => other.id !== store.id && other.name === one));
      await tx.stockroomStore.upsert({
        where: { shopId_id: { shopId, id: store.id } },
        create: { shopId, connectionId, id: store.id, name, createdAt: now() },
        update: { name },
      });
      await adoptFacilities(tx, room, { id: store.id, name });
      await adoptGoods(tx, room, store.id);
    },
    { timeoutMs: 60_000 },
  );
}

/**
 * Before this Stockroom leaves: what it moved stays with the store, and here nothing of the shared facilities counts as known any more, because
 * whoever leaves doesn't know what lies there from now on. Units that its own open orders reserved stay reserved here and nowhere else.
 */
export function leaveShelf(room: Room): Promise<void> {
  const { shopId, connectionId } = room;
  return inShop(
    shopId,
    async (tx) => {
      const member = await tx.stockPoolMember.findUnique({ where: { shopId_connectionId: { shopId, connectionId } } });
      if (!member) return;
      const change = await nextChange(tx, room);
      await lockShelf(tx, member.poolId);
      const shared = member.imports
        ? Prisma.sql`SELECT f.id FROM stockroom_facility f JOIN stock_pool q ON q.id = ${member.poolId}::uuid
            WHERE f.shop_id = ${shopId} AND f.connection_id = ${connectionId}::uuid AND (f.store_id IS NULL OR f.store_id::text = q.store_id)`
        : Prisma.sql`SELECT id FROM stock_pool_facilities(${connectionId}::uuid)`;
      await tx.$executeRaw`
        INSERT INTO stock_pool_left (pool_id, facility_id, sku, on_hand)
        SELECT ${member.poolId}::uuid, s.facility_id::text, p.sku, s.on_hand
        FROM stockroom_stock s JOIN stockroom_product p ON p.shop_id = s.shop_id AND p.id = s.product_id
        WHERE s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid AND s.on_hand <> 0 AND s.facility_id IN (${shared})
        ON CONFLICT (pool_id, facility_id, sku) DO UPDATE SET on_hand = stock_pool_left.on_hand + excluded.on_hand`;
      await tx.$executeRaw`
        UPDATE stockroom_stock SET on_hand = 0, counted = false, change = ${change}, changed_at = ${now()}
        WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND facility_id IN (${shared})`;
      if (member.imports) return;
      await tx.$executeRaw`
        UPDATE stockroom_facility SET active = false, updated_at = ${now()}
        WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND id IN (${shared})`;
    },
    { timeoutMs: 60_000 },
  );
}

/** This Stockroom is the last on its shelf: what the others had moved becomes its own, so that the numbers stay what they were. */
export function settleShelf(room: Room): Promise<void> {
  const { shopId, connectionId } = room;
  return inShop(
    shopId,
    async (tx) => {
      const pool = await poolOf(tx, room);
      if (pool === null) return;
      const change = await nextChange(tx, room);
      await lockShelf(tx, pool);
      const at = now();
      await tx.$executeRaw`
        INSERT INTO stockroom_product (shop_id, connection_id, sku, title, created_at, updated_at)
        SELECT DISTINCT ${shopId}::int, ${connectionId}::uuid, sku, sku, ${at}::timestamptz, ${at}::timestamptz
        FROM stock_pool_left WHERE pool_id = ${pool}::uuid
        ON CONFLICT (shop_id, connection_id, sku) DO NOTHING`;
      await tx.$executeRaw`
        INSERT INTO stockroom_stock (shop_id, connection_id, facility_id, product_id, on_hand, counted, change, changed_at)
        SELECT ${shopId}, ${connectionId}::uuid, f.id, p.id, l.on_hand, true, ${change}, ${at}
        FROM stock_pool_left l
        JOIN stockroom_product p ON p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.sku = l.sku
        JOIN stockroom_facility f ON f.shop_id = ${shopId} AND f.connection_id = ${connectionId}::uuid AND f.id::text = l.facility_id
        WHERE l.pool_id = ${pool}::uuid
        ON CONFLICT (shop_id, connection_id, facility_id, product_id) DO UPDATE
          SET on_hand = stockroom_stock.on_hand + excluded.on_hand, counted = true, change = excluded.change, changed_at = excluded.changed_at`;
      await tx.stockPoolLeft.deleteMany({ where: { poolId: pool } });
    },
    { timeoutMs: 60_000 },
  );
}
