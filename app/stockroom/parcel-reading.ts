import { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../db/scope.ts';
import type { ShipmentLine, StockroomReturn, StockroomShipment } from './order-types.ts';
import { refusal } from './refusals.ts';
import { isUuid, type PageRequest, type Room } from './room.ts';

type Bare<T> = Omit<T, 'lines' | 'label'>;

const label = (reference: string, mark: string, number: number) => `${reference}${mark}${number}`;

async function withLines<T extends { id: string }, L>(
  heads: T[],
  read: (ids: string[]) => Promise<(L & { headId: string })[]>,
): Promise<(T & { lines: L[] })[]> {
  if (heads.length === 0) return [];
  const grouped = Map.groupBy(await read(heads.map(({ id }) => id)), ({ headId }) => headId);
  return heads.map((head) => ({
    ...head,
    lines: (grouped.get(head.id) ?? []).map(({ headId: _head, ...line }) => line as unknown as L),
  }));
}

/** Shipments that meet `where` (columns of `h`, the shipment, and `o`, its order), with their lines. */
export async function readShipments(tx: Tx, shopId: number, where: Prisma.Sql, tail: Prisma.Sql): Promise<StockroomShipment[]> {
  const heads = await tx.$queryRaw<Bare<StockroomShipment>[]>`
    SELECT h.id, h.order_id AS "orderId", o.reference, h.number, h.state, h.facility_id AS "facilityId", h.tracking, h.note, h.packed_at AS "packedAt",
      h.shipped_at AS "shippedAt", h.cancelled_at AS "cancelledAt", h.changed_at AS "changedAt", h.change
    FROM stockroom_shipment h JOIN stockroom_order o ON o.shop_id = h.shop_id AND o.id = h.order_id
    WHERE h.shop_id = ${shopId} AND ${where} ${tail}`;
  const full = await withLines<Bare<StockroomShipment>, ShipmentLine>(
    heads,
    (ids) => tx.$queryRaw`
      SELECT x.shipment_id AS "headId", l.id AS "lineId", l.external_id AS "externalId", l.sku, l.title, x.quantity
      FROM stockroom_shipment_line x JOIN stockroom_order_line l ON l.shop_id = x.shop_id AND l.id = x.line_id
      WHERE x.shop_id = ${shopId} AND x.shipment_id = ANY(${ids}::uuid[]) ORDER BY l.position`,
  );
  return full.map((one) => ({ ...one, label: label(one.reference, '-', one.number) }));
}

export async function readReturns(tx: Tx, shopId: number, where: Prisma.Sql, tail: Prisma.Sql): Promise<StockroomReturn[]> {
  const heads = await tx.$queryRaw<Bare<StockroomReturn>[]>`
    SELECT h.id, h.order_id AS "orderId", o.reference, h.number, h.facility_id AS "facilityId", h.received_at AS "receivedAt", h.note, h.amount::float8 AS amount,
      h.changed_at AS "changedAt", h.change
    FROM stockroom_return h JOIN stockroom_order o ON o.shop_id = h.shop_id AND o.id = h.order_id
    WHERE h.shop_id = ${shopId} AND ${where} ${tail}`;
  const full = await withLines<Bare<StockroomReturn>, StockroomReturn['lines'][number]>(
    heads,
    (ids) => tx.$queryRaw`
      SELECT x.return_id AS "headId", l.id AS "lineId", l.external_id AS "externalId", l.sku, l.title, x.quantity, x.restocked
      FROM stockroom_return_line x JOIN stockroom_order_line l ON l.shop_id = x.shop_id AND l.id = x.line_id
      WHERE x.shop_id = ${shopId} AND x.return_id = ANY(${ids}::uuid[]) ORDER BY l.position`,
  );
  return full.map((one) => ({ ...one, label: label(one.reference, '-R', one.number) }));
}

const inRoom = ({ shopId, connectionId }: Room) => Prisma.sql`h.connection_id = ${connectionId}::uuid AND o.shop_id = ${shopId}`;
const ofOne = (order: string | undefined) =>
  order === undefined ? Prisma.sql`true` : Prisma.sql`(o.reference = ${order} OR o.id = ${isUuid(order) ? order : null}::uuid)`;

/**
 * What changed after a change number (see changes.ts) or, for a first look, at or after a moment. With `id` the rows of that same number that
 * come after this id are meant too: one number may be shared by the parcels of one order, and a page may end between them.
 */
export interface ChangedAfter {
  change: bigint;
  id?: string;
  /** Overlaps by design: a moment can't tell what was under way. */
  since?: Date;
}

async function* byChange<T extends { change: bigint; id: string }>(
  read: (where: Prisma.Sql, tail: Prisma.Sql) => Promise<T[]>,
  room: Room,
  { change, id, since }: ChangedAfter,
  size: number,
): AsyncGenerator<T[]> {
  let after = { change, id: id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
  for (;;) {
    const moment = since ? Prisma.sql`AND h.changed_at >= ${since}` : Prisma.empty;
    const where = Prisma.sql`${inRoom(room)} AND (h.change, h.id) > (${after.change}, ${after.id}::uuid) ${moment}`;
    const page = await read(where, Prisma.sql`ORDER BY h.change, h.id LIMIT ${size}`);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < size) return;
    after = last;
  }
}

/** Streams shipments that left (also those cancelled afterwards), oldest change first. Nothing that committed earlier appears later. */
export function changedShipments(input: Room & ChangedAfter & { size?: number }): AsyncGenerator<StockroomShipment[]> {
  const left = Prisma.sql`AND h.shipped_at IS NOT NULL`;
  return byChange(
    (where, tail) => inShop(input.shopId, (tx) => readShipments(tx, input.shopId, Prisma.sql`${where} ${left}`, tail)),
    input,
    input,
    input.size ?? 250,
  );
}

/** As changedShipments, for returns received. */
export function changedReturns(input: Room & ChangedAfter & { size?: number }): AsyncGenerator<StockroomReturn[]> {
  return byChange(
    (where, tail) => inShop(input.shopId, (tx) => readReturns(tx, input.shopId, where, tail)),
    input,
    input,
    input.size ?? 250,
  );
}

/** Parcels, newest first: of one order (reference or id), in one state, or all. */
export function listShipments(
  input: Room & { order?: string; state?: StockroomShipment['state']; page: PageRequest },
): Promise<StockroomShipment[]> {
  const { shopId, order, state, page } = input;
  const where = Prisma.sql`${inRoom(input)} AND ${ofOne(order)} AND ${state ? Prisma.sql`h.state = ${state}` : Prisma.sql`true`}`;
  const tail = Prisma.sql`ORDER BY h.packed_at DESC, h.number DESC, h.id LIMIT ${page.size} OFFSET ${(page.number - 1) * page.size}`;
  return inShop(shopId, (tx) => readShipments(tx, shopId, where, tail));
}

/** Returns received, newest first: of one order (reference or id), or all. */
export function listReturns(input: Room & { order?: string; page: PageRequest }): Promise<StockroomReturn[]> {
  const { shopId, order, page } = input;
  const tail = Prisma.sql`ORDER BY h.received_at DESC, h.id LIMIT ${page.size} OFFSET ${(page.number - 1) * page.size}`;
  return inShop(shopId, (tx) => readReturns(tx, shopId, Prisma.sql`${inRoom(input)} AND ${ofOne(order)}`, tail));
}

/** One parcel by its id. */
export async function shipmentById({ id, ...room }: Room & { id: string }): Promise<StockroomShipment> {
  const found = isUuid(id)
    ? await inShop(room.shopId, (tx) =>
        readShipments(tx, room.shopId, Prisma.sql`${inRoom(room)} AND h.id = ${id}::uuid`, Prisma.empty),
      )
    : [];
  if (!found[0])
    throw refusal('stockroom-shipment-unknown', `Stockroom has no shipment "${id}".`, {
      field: 'shipment',
      params: { shipment: id },
    });
  return found[0];
}
