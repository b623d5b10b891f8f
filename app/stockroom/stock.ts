import { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../db/scope.ts';
import { containing, isUuid, type PageRequest, type Room } from './room.ts';
import { othersOnShelf, poolOf } from './shared-shelf.ts';

export interface StockRow {
  facilityId: string;
  facility: string;
  productId: string;
  sku: string;
  title: string;
  onHand: number;
  reserved: number;
  /** On hand − reserved. Below zero: so many are on back-order. */
  available: number;
  /** Whether somebody ever said how many there are. */
  counted: boolean;
  shelf: string;
  changedAt: Date;
}

// On a shared shelf a number is our own rows' and everybody else's together.
const onHand = Prisma.sql`(s.on_hand + coalesce(o.on_hand, 0))`;
const reserved = Prisma.sql`(s.reserved + coalesce(o.reserved, 0))`;
const counted = Prisma.sql`(s.counted OR coalesce(o.counted, false))`;
const changedAt = Prisma.sql`greatest(s.changed_at, o.changed_at)`;
const columns = Prisma.sql`s.facility_id AS "facilityId", f.name AS facility, s.product_id AS "productId", p.sku, p.title, ${onHand} AS "onHand",
  ${reserved} AS reserved, ${onHand} - ${reserved} AS available, ${counted} AS counted, s.shelf, ${changedAt} AS "changedAt"`;

/** The levels `s` of a Stockroom with their products `p`, facilities `f` and what others have on the same shelf, `o`. */
async function levelsOf(tx: Tx, room: Room, skus: string[] | null = null): Promise<Prisma.Sql> {
  return Prisma.sql`stockroom_stock s JOIN stockroom_product p ON p.shop_id = s.shop_id AND p.id = s.product_id
    JOIN stockroom_facility f ON f.shop_id = s.shop_id AND f.id = s.facility_id
    LEFT JOIN ${othersOnShelf(await poolOf(tx, room), room, skus)} o ON o.facility_id = s.facility_id AND o.sku = p.sku`;
}

export type StockFilter = 'all' | 'back-order' | 'out' | 'uncounted';

const filters: Record<StockFilter, Prisma.Sql> = {
  all: Prisma.sql`true`,
  'back-order': Prisma.sql`${onHand} < ${reserved}`,
  out: Prisma.sql`${onHand} <= ${reserved}`,
  uncounted: Prisma.sql`NOT ${counted}`,
};

/** Levels by SKU and facility; `search` looks in SKU, barcode, title and shelf. */
export function listStock(
  input: Room & { facilityId?: string; filter?: StockFilter; search?: string; page: PageRequest },
): Promise<{ levels: StockRow[]; total: number }> {
  const { shopId, connectionId, facilityId, filter = 'all', search, page } = input;
  const like = containing(search ?? '');
  const where = Prisma.sql`s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid AND ${filters[filter]}
    ${facilityId && isUuid(facilityId) ? Prisma.sql`AND s.facility_id = ${facilityId}::uuid` : Prisma.empty}
    ${search?.trim() ? Prisma.sql`AND (p.sku ILIKE ${like} OR p.barcode ILIKE ${like} OR p.title ILIKE ${like} OR s.shelf ILIKE ${like})` : Prisma.empty}`;
  return inShop(shopId, async (tx) => {
    const tables = await levelsOf(tx, { shopId, connectionId });
    const [sum] = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM ${tables} WHERE ${where}`;
    const levels = await tx.$queryRaw<StockRow[]>`
      SELECT ${columns} FROM ${tables} WHERE ${where} ORDER BY p.sku, f.name LIMIT ${page.size} OFFSET ${(page.number - 1) * page.size}`;
    return { levels, total: sum?.total ?? 0 };
  });
}

/** The levels of one product in every facility. */
export function stockOfProduct({ shopId, connectionId, productId }: Room & { productId: string }): Promise<StockRow[]> {
  return inShop(
    shopId,
    async (tx) =>
      tx.$queryRaw<StockRow[]>`SELECT ${columns} FROM ${await levelsOf(tx, { shopId, connectionId })}
      WHERE s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid AND s.product_id = ${productId}::uuid ORDER BY f.name`,
  );
}

export interface StockReading {
  facilityIds?: string[];
  skus?: string[];
  /** Only what changed at or after this moment. */
  changedSince?: Date;
  /** Only what changed after this change number. */
  afterChange?: bigint;
  countedOnly?: boolean;
  /** Levels in one answer. */
  size?: number;
}

/** The level after which a page of readings starts. */
export interface StockPosition {
  facilityId: string;
  productId: string;
}

export type StockReadRow = StockRow & { change: bigint };

/**
 * One page of levels for whoever reads them by machine, in one order, so that a change in between neither doubles nor hides a level. It is true
 * at the moment it is read.
 */
export function stockPage({
  shopId,
  connectionId,
  ...reading
}: Room & StockReading & { after?: StockPosition | undefined }): Promise<StockReadRow[]> {
  const { facilityIds, skus, changedSince, afterChange, countedOnly = false, size = 5000, after } = reading;
  return inShop(
    shopId,
    async (tx) => tx.$queryRaw<StockReadRow[]>`
      SELECT ${columns}, s.change FROM ${await levelsOf(tx, { shopId, connectionId }, skus ?? null)} WHERE s.shop_id = ${shopId} AND s.connection_id = ${connectionId}::uuid
        ${facilityIds ? Prisma.sql`AND s.facility_id = ANY(${facilityIds.filter(isUuid)}::uuid[])` : Prisma.empty}
        ${skus ? Prisma.sql`AND p.sku = ANY(${skus})` : Prisma.empty}
        ${changedSince ? Prisma.sql`AND ${changedAt} >= ${changedSince}` : Prisma.empty}
        ${afterChange === undefined ? Prisma.empty : Prisma.sql`AND s.change > ${afterChange}`}
        ${countedOnly ? Prisma.sql`AND ${counted}` : Prisma.empty}
        ${after ? Prisma.sql`AND (s.facility_id, s.product_id) > (${after.facilityId}::uuid, ${after.productId}::uuid)` : Prisma.empty}
      ORDER BY s.facility_id, s.product_id LIMIT ${size}`,
  );
}

/** All pages of stockPage. */
export async function* readStock(input: Room & StockReading): AsyncGenerator<StockReadRow[]> {
  let after: StockPosition | undefined;
  for (;;) {
    const page = await stockPage({ ...input, after });
    if (page.length > 0) yield page;
    if (page.length < (input.size ?? 5000)) return;
    after = page.at(-1);
  }
}

export interface StockHistoryEntry {
  id: string;
  at: Date;
  kind: string;
  sku: string;
  title: string;
  facility: string;
  before: number;
  after: number;
  reason: string;
  actor: { kind: string; name: string };
  reference: string | null;
  batchId: string;
}

/** What changed on hand, newest first: of one product, one facility, one batch, or everything. */
export function stockHistory(
  input: Room & { productId?: string; facilityId?: string; batchId?: string; page: PageRequest },
): Promise<{ entries: StockHistoryEntry[]; total: number }> {
  const { shopId, connectionId, productId, facilityId, batchId, page } = input;
  const only = (column: string, id: string | undefined) =>
    id && isUuid(id) ? Prisma.sql`AND ${Prisma.raw(column)} = ${id}::uuid` : Prisma.empty;
  const where = Prisma.sql`e.shop_id = ${shopId} AND e.connection_id = ${connectionId}::uuid
    ${only('e.product_id', productId)} ${only('e.facility_id', facilityId)} ${only('e.batch_id', batchId)}`;
  return inShop(shopId, async (tx) => {
    const [sum] = await tx.$queryRaw<
      { total: number }[]
    >`SELECT count(*)::int AS total FROM stockroom_stock_entry e WHERE ${where}`;
    const rows = await tx.$queryRaw<(Omit<StockHistoryEntry, 'actor'> & { actorKind: string; actorName: string })[]>`
      SELECT e.id::text AS id, e.at, e.kind, p.sku, p.title, f.name AS facility, e.before, e.after, e.reason, e.actor_kind AS "actorKind",
        e.actor_name AS "actorName", e.reference, e.batch_id AS "batchId"
      FROM stockroom_stock_entry e JOIN stockroom_product p ON p.shop_id = e.shop_id AND p.id = e.product_id
        JOIN stockroom_facility f ON f.shop_id = e.shop_id AND f.id = e.facility_id
      WHERE ${where} ORDER BY e.id DESC LIMIT ${page.size} OFFSET ${(page.number - 1) * page.size}`;
    const entries = rows.map(({ actorKind, actorName, ...entry }) => ({ ...entry, actor: { kind: actorKind, name: actorName } }));
    return { entries, total: sum?.total ?? 0 };
  });
}

export interface StockCount {
  batchId: string;
  at: Date;
  facility: string;
  actor: string;
  reason: string;
  lines: number;
  /** Lines whose number was wrong. */
  differences: number;
  /** Units found (+) or missing (−) altogether. */
  units: number;
}

/** Past stock-takes, newest first; their lines are `stockHistory({ batchId })`. */
export function listCounts({ shopId, connectionId, page }: Room & { page: PageRequest }): Promise<StockCount[]> {
  return inShop(
    shopId,
    (tx) =>
      tx.$queryRaw<StockCount[]>`
      SELECT e.batch_id AS "batchId", max(e.at) AS at, string_agg(DISTINCT f.name, ', ') AS facility, max(e.actor_name) AS actor, max(e.reason) AS reason,
        count(*)::int AS lines, count(*) FILTER (WHERE e.before <> e.after)::int AS differences, sum(e.after - e.before)::int AS units
      FROM stockroom_stock_entry e JOIN stockroom_facility f ON f.shop_id = e.shop_id AND f.id = e.facility_id
      WHERE e.shop_id = ${shopId} AND e.connection_id = ${connectionId}::uuid AND e.kind = 'counted'
      GROUP BY e.batch_id ORDER BY max(e.at) DESC LIMIT ${page.size} OFFSET ${(page.number - 1) * page.size}`,
  );
}
