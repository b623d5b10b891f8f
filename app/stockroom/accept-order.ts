import { randomUUID } from 'node:crypto';
import { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { inShop, type Tx } from '../db/scope.ts';
import { nextChangeOf } from './changes.ts';
import { findFacility } from './facilities.ts';
import { checkOrder, insertLines, personalOf, type UnknownSku } from './order-lines.ts';
import { requireState } from './order-state.ts';
import type { OrderInput } from './order-types.ts';
import { changeOrder, lockOrder, writeEvents } from './order-work.ts';
import { customerHash, sealPersonal } from './personal-data.ts';
import { refusal } from './refusals.ts';
import { asJson, isUuid, type Actor, type Room } from './room.ts';
import { moveStock, type StockMove } from './stock-moves.ts';

/** How a Stockroom takes orders. */
export interface AcceptRules {
  unknownSku: UnknownSku;
  /** Whether an order beyond stock is taken (and shown as back-order) or refused. */
  beyondStock: 'accept' | 'refuse';
  /** Whether a new order waits until somebody releases it. */
  holdNew: boolean;
}

export const defaultAcceptRules: AcceptRules = { unknownSku: 'refuse', beyondStock: 'accept', holdNew: false };

const jsonOrNull = (value: unknown) => (value === null ? Prisma.DbNull : asJson(value));

/** The columns that come from the order as it was sent; the same for a new and for an amended one. */
function columnsOf(shopId: number, id: string, facilityId: string, input: OrderInput) {
  return {
    externalId: input.externalId,
    externalName: input.externalName,
    customerHash: input.customer?.id ? customerHash(shopId, input.customer.id) : null,
    storeId: input.storeId && isUuid(input.storeId) ? input.storeId : null,
    facilityId,
    placedAt: input.placedAt,
    currency: input.currency,
    taxesIncluded: input.taxesIncluded,
    total: BigInt(input.total),
    units: input.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    channel: input.channel,
    deliveryMethod: input.deliveryMethod,
    shipping: jsonOrNull(input.shipping),
    payments: asJson(input.payments),
    charges: asJson(input.charges),
    tags: input.tags,
    personal: sealPersonal(shopId, id, personalOf(input)),
  };
}

async function outOfStock(tx: Tx, room: Room, input: OrderInput, productId: string): Promise<Error> {
  const product = await tx.stockroomProduct.findUnique({ where: { shopId_id: { shopId: room.shopId, id: productId } } });
  return refusal(
    'stockroom-out-of-stock',
    `Order ${input.reference} needs more of "${product?.sku}" than can be sold. Add stock, or let Stockroom take orders beyond stock.`,
    {
      field: 'lines',
      params: { reference: input.reference, sku: product?.sku ?? '' },
    },
  );
}

async function reserve(
  tx: Tx,
  room: Room,
  moves: StockMove[],
  input: OrderInput,
  rules: AcceptRules,
  actor: Actor,
  at: Date,
  change: bigint,
): Promise<void> {
  const moved = await moveStock(tx, room, moves, { kind: 'adjusted', actor, at, known: false }, change);
  const growing = new Set(moves.filter(({ reserved }) => reserved > 0).map(({ productId }) => productId));
  const short = moved.find(({ productId, onHand, reserved }) => growing.has(productId) && onHand < reserved);
  if (!short || rules.beyondStock === 'accept') return;
  throw await outOfStock(tx, room, input, short.productId);
}

/** Nothing of the order is left to pick or to ship. */
const markShipped = (tx: Tx, { shopId }: Room, orderId: string) =>
  tx.$executeRaw`UPDATE stockroom_order_line SET shipped = quantity WHERE shop_id = ${shopId} AND order_id = ${orderId}::uuid`;

/** A sale that is over: its units leave the stock without having been reserved, and nothing is left to pick or to ship. */
async function sellAtOnce(
  tx: Tx,
  room: Room,
  moves: StockMove[],
  sale: { orderId: string; input: OrderInput; rules: AcceptRules; actor: Actor; at: Date; change: bigint },
): Promise<void> {
  const { orderId, input, rules, actor, at, change } = sale;
  await markShipped(tx, room, orderId);
  const gone = moves.map((move): StockMove => ({ ...move, mode: 'add', value: -move.reserved, reserved: 0 }));
  const batch = { kind: 'shipped', reference: input.reference, actor, at, known: false } as const;
  const moved = await moveStock(tx, room, gone, batch, change);
  const short = moved.find(({ wanted }) => wanted < 0);
  if (short && rules.beyondStock === 'refuse') throw await outOfStock(tx, room, input, short.productId);
}

/**
 * Takes an order and reserves its stock. An order whose reference is known already is answered as `existing`, whatever it holds:
 * nothing is taken twice, also when two calls arrive at once.
 */
export async function acceptOrder(
  input: Room & { order: OrderInput; rules?: Partial<AcceptRules>; actor: Actor },
): Promise<{ id: string; outcome: 'created' | 'existing' }> {
  const { order, actor } = input;
  const room = { shopId: input.shopId, connectionId: input.connectionId };
  const rules = { ...defaultAcceptRules, ...input.rules };
  return inShop(room.shopId, async (tx) => {
    const known = await tx.stockroomOrder.findFirst({ where: { ...room, reference: order.reference }, select: { id: true } });
    if (known) return { id: known.id, outcome: 'existing' };
    checkOrder(order);
    const facility = await findFacility(tx, room, order.facility);
    const id = randomUUID();
    const at = now();
    const done = order.handedOver === true || order.parked === true;
    const holdNew = rules.holdNew && !done;
    const held = holdNew ? { heldAt: at, heldReason: 'new orders wait for release' } : {};
    const columns = columnsOf(room.shopId, id, facility.id, order);
    const state = done ? 'shipped' : holdNew ? 'held' : 'open';
    // Of two calls at once the second waits here for the first, and then finds its order.
    const rows = [
      { ...room, id, reference: order.reference, state, acceptedAt: at, changedAt: at, change: 0n, ...held, ...columns },
    ];
    const made = await tx.stockroomOrder.createMany({ data: rows, skipDuplicates: true });
    if (made.count === 0) return { id: (await lockOrder(tx, room, order.reference)).id, outcome: 'existing' };
    const moves = await insertLines(tx, room, { id, facilityId: facility.id }, order, rules.unknownSku, at);
    const kind = order.parked ? 'kept-as-history' : 'accepted';
    await writeEvents(tx, room.shopId, id, at, actor, [{ kind, params: { units: columns.units } }]);
    if (order.parked) {
      await markShipped(tx, room, id);
      await nextChangeOf(tx, room, id);
      return { id, outcome: 'created' };
    }
    const change = await nextChangeOf(tx, room, id);
    if (order.handedOver) await sellAtOnce(tx, room, moves, { orderId: id, input: order, rules, actor, at, change });
    else await reserve(tx, room, moves, order, rules, actor, at, change);
    return { id, outcome: 'created' };
  });
}

/**
 * Replaces lines, address, facility and charges of an order that nobody has begun to pick. Refuses with `stockroom-order-state` when it is
 * too late. Its reference stays.
 */
export async function amendOrder(
  input: Room & { order: string; to: OrderInput; rules?: Partial<AcceptRules>; actor: Actor },
): Promise<void> {
  const { to } = input;
  const rules = { ...defaultAcceptRules, ...input.rules };
  checkOrder(to);
  await changeOrder(input, async ({ tx, room, order, lines, actor, at, change, tell }) => {
    const parcels = await tx.stockroomShipment.count({ where: { shopId: room.shopId, orderId: order.id } });
    const begun = (order.pickingAt !== null || parcels > 0) && (order.state === 'open' || order.state === 'held');
    requireState(begun ? { ...order, state: 'picking' } : order, ['open', 'held'], 'changed any more');
    const facility = await findFacility(tx, room, to.facility);
    const released = lines.map(({ productId, quantity }): StockMove => ({
      facilityId: order.facilityId,
      productId,
      mode: 'add',
      value: 0,
      reserved: -quantity,
    }));
    await tx.stockroomOrderLine.deleteMany({ where: { shopId: room.shopId, orderId: order.id } });
    const reserved = await insertLines(tx, room, { id: order.id, facilityId: facility.id }, to, rules.unknownSku, at);
    const columns = columnsOf(room.shopId, order.id, facility.id, to);
    await tx.stockroomOrder.update({ where: { shopId_id: { shopId: room.shopId, id: order.id } }, data: columns });
    lines.splice(
      0,
      lines.length,
      ...(await tx.stockroomOrderLine.findMany({
        where: { shopId: room.shopId, orderId: order.id },
        orderBy: { position: 'asc' },
      })),
    );
    tell('amended', { units: columns.units });
    await reserve(tx, room, [...released, ...reserved], to, rules, actor, at, await change());
  });
}
