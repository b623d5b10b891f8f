import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { approve, bestFacility, holdsGoods, moveItems, split, type Portion } from './brokering.ts';
import { controlBody } from './control-body.ts';
import { find as findOrder, facilityByName, take } from './control-lookup.ts';
import { cancelItems } from './order-cancel.ts';
import { groupOf, inShipments, itemsOf, openItems, orderRow, type OrderRow } from './order-record.ts';
import { receiveReturn } from './return-record.ts';
import {
  addLabel,
  byGroup,
  callOff,
  openShipments,
  pack,
  ship,
  shipmentItems,
  shipmentsOf,
  startShipment,
  unassigned,
} from './shipping.ts';
import { QUEUE } from './stock-levels.ts';
import type { World } from './world.ts';

const line = z.strictObject({ sku: z.string(), quantity: z.int().positive() });
const reference = z.string();
const lines = z.array(line).optional();
const facility = z.string().optional();
const labelled = { tracking: z.string().optional(), carrier: z.string().optional() };
const moveBody = z.strictObject({ reference, lines, facility });
const packBody = z.strictObject({ reference, lines, facility, ...labelled });
const shipBody = packBody.extend({ label: z.enum(['printed', 'none']).default('printed') });
const labelBody = z.strictObject({ reference, shipment: z.int().positive().default(1), ...labelled });
const returnBody = z.strictObject({
  reference,
  lines: z.array(line.extend({ reason: z.string().optional() })).min(1),
  facility,
  restock: z.boolean().default(true),
  status: z.string().default('RETURN_COMPLETED'),
});

/** What HotWax's people and its routing do with an order. */
export function orderControl(world: World): Hono {
  const app = new Hono();
  const answer = (order: OrderRow) => orderRow(world, order.orderId);

  app.post('/approve', async (c) => {
    const order = findOrder(world, (await controlBody(c, z.strictObject({ reference }))).reference);
    approve(world, order.orderId);
    return c.json(answer(order));
  });
  // approves first, as routing only takes approved orders
  app.post('/broker', async (c) => {
    const body = await controlBody(c, moveBody);
    const order = unfinished(findOrder(world, body.reference));
    broker(world, order, body.lines, body.facility);
    return c.json(answer(order));
  });
  // a facility can't fulfil it: back to the queue, and on to another facility when one is named
  app.post('/reject', async (c) => {
    const body = await controlBody(c, moveBody);
    const order = unfinished(findOrder(world, body.reference));
    const portions = pickPortions(world, order, body.lines);
    const taken = new Set(portions.map(({ orderItemSeqId }) => orderItemSeqId));
    world.state.transaction(() => {
      callOff(
        world,
        openShipments(world, order.orderId).filter(({ shipmentId }) =>
          shipmentItems(world, shipmentId).some((item) => taken.has(item.orderItemSeqId)),
        ),
      );
      const rejected = moveItems(world, order.orderId, portions, QUEUE, 'REJECTED');
      if (body.facility) moveItems(world, order.orderId, rejected, facilityByName(world, body.facility), 'BROKERED');
    });
    return c.json(answer(order));
  });
  app.post('/pick', async (c) => {
    const body = await controlBody(c, moveBody);
    const order = unfinished(findOrder(world, body.reference));
    const made = start(world, order, body.lines, body.facility);
    return c.json({ shipments: made, order: answer(order) });
  });
  app.post('/pack', async (c) => {
    const body = await controlBody(c, packBody);
    const order = unfinished(findOrder(world, body.reference));
    start(world, order, body.lines, body.facility);
    for (const { shipmentId, statusId } of openShipments(world, order.orderId))
      if (statusId !== 'SHIPMENT_PACKED') pack(world, shipmentId, body);
    return c.json(answer(order));
  });
  app.post('/ship', async (c) => {
    const { label, ...body } = await controlBody(c, shipBody);
    const order = unfinished(findOrder(world, body.reference));
    return c.json(
      world.state.transaction(() => {
        const before = openShipments(world, order.orderId);
        // named lines go by themselves; what was being picked with them begins anew
        if (body.lines) callOff(world, before);
        const shipments = [
          ...(body.lines ? [] : before.map(({ shipmentId }) => shipmentId)),
          ...start(world, order, body.lines, body.facility, body.carrier),
        ];
        if (shipments.length === 0) throw new BadRequest(`Nothing of ${body.reference} is left to ship.`, 409);
        for (const [index, shipmentId] of shipments.entries()) {
          const packed =
            shipmentsOf(world, order.orderId).find((one) => one.shipmentId === shipmentId)?.statusId === 'SHIPMENT_PACKED';
          const tracking =
            label === 'none'
              ? undefined
              : body.tracking
                ? `${body.tracking}${index > 0 ? `-${index + 1}` : ''}`
                : `1Z${shipmentId}`;
          if (!packed) pack(world, shipmentId, { tracking, carrier: body.carrier });
          else if (body.tracking || body.carrier) addLabel(world, shipmentId, { tracking, carrier: body.carrier });
          ship(world, shipmentId);
        }
        return { shipments, order: answer(order) };
      }),
      201,
    );
  });
  // another label for a parcel: the segment before is voided
  app.post('/label', async (c) => {
    const body = await controlBody(c, labelBody);
    const order = findOrder(world, body.reference);
    const shipment = shipmentsOf(world, order.orderId).filter(({ statusId }) => statusId !== 'SHIPMENT_CANCELLED')[
      body.shipment - 1
    ];
    if (!shipment) throw new BadRequest(`${body.reference} has no shipment ${body.shipment}.`, 404);
    addLabel(world, shipment.shipmentId, body);
    return c.json({ shipmentId: shipment.shipmentId });
  });
  app.post('/cancel', async (c) => {
    const body = await controlBody(c, z.strictObject({ reference, lines }));
    const order = unfinished(findOrder(world, body.reference));
    world.state.transaction(() => {
      const items = new Map(openItems(world, order.orderId).map((item) => [item.orderItemSeqId, item]));
      const portions = pickPortions(world, order, body.lines);
      cancelItems(
        world,
        order.orderId,
        portions.flatMap(({ orderItemSeqId, quantity }) => {
          const item = items.get(orderItemSeqId);
          return item ? [{ orderItemSeqId: split(world, item, quantity).orderItemSeqId }] : [];
        }),
      );
    });
    return c.json(answer(order));
  });
  app.post('/return', async (c) => {
    const body = await controlBody(c, returnBody);
    const order = findOrder(world, body.reference);
    const gone = inShipments(world, order.orderId, ['SHIPMENT_SHIPPED']);
    const from = itemsOf(world, order.orderId).map(({ orderItemSeqId }) => ({
      orderItemSeqId,
      quantity: gone.get(orderItemSeqId) ?? 0,
    }));
    const returned = body.lines.flatMap(({ reason, ...wanted }) =>
      take(world, order, from, [wanted]).map((portion) => ({ ...portion, orderId: order.orderId, reason: reason ?? 'UNWANTED' })),
    );
    const origin =
      shipmentsOf(world, order.orderId).find(({ statusId }) => statusId === 'SHIPMENT_SHIPPED')?.originFacilityId ?? QUEUE;
    const returnId = receiveReturn(world, {
      items: returned,
      facilityId: body.facility ? facilityByName(world, body.facility) : origin,
      statusId: body.status,
      restock: body.restock,
    });
    return c.json({ returnId }, 201);
  });
  return app;
}

function unfinished(order: OrderRow): OrderRow {
  if (['ORDER_CANCELLED', 'ORDER_COMPLETED', 'ORDER_REJECTED'].includes(order.statusId))
    throw new BadRequest(`${order.orderName} is ${order.statusId}; nothing can be done with it.`, 409);
  return order;
}

/** The wanted SKUs among what has not left, or all of that. */
function pickPortions(
  world: World,
  order: OrderRow,
  wanted: readonly { sku: string; quantity: number }[] | undefined,
): Portion[] {
  const gone = inShipments(world, order.orderId, ['SHIPMENT_SHIPPED']);
  const open = openItems(world, order.orderId).map(({ orderItemSeqId, quantity }) => ({
    orderItemSeqId,
    quantity: quantity - (gone.get(orderItemSeqId) ?? 0),
  }));
  return wanted ? take(world, order, open, wanted) : open.filter(({ quantity }) => quantity > 0);
}

function broker(
  world: World,
  order: OrderRow,
  wanted: readonly { sku: string; quantity: number }[] | undefined,
  to: string | undefined,
): void {
  world.state.transaction(() => {
    approve(world, order.orderId);
    const portions = pickPortions(world, order, wanted);
    const items = openItems(world, order.orderId).filter((item) =>
      portions.some(({ orderItemSeqId }) => orderItemSeqId === item.orderItemSeqId),
    );
    moveItems(
      world,
      order.orderId,
      portions,
      to ? facilityByName(world, to) : bestFacility(world, order.productStoreId, items),
      'BROKERED',
    );
  });
}

/** Begins shipments for what is in none yet, after routing what still waits in a queue. */
function start(
  world: World,
  order: OrderRow,
  wanted: readonly { sku: string; quantity: number }[] | undefined,
  to: string | undefined,
  carrier?: string,
): string[] {
  return world.state.transaction(() => {
    approve(world, order.orderId);
    const free = unassigned(world, order.orderId);
    const portions = wanted ? take(world, order, free, wanted) : free;
    const sent = to ? moveItems(world, order.orderId, portions, facilityByName(world, to), 'BROKERED') : portions;
    if (!to) routeWaiting(world, order, portions);
    return byGroup(world, order.orderId, sent).map(({ group, portions: own }) => startShipment(world, group, own, carrier));
  });
}

/** Sends the ship groups that wait in a queue to a facility, each as a whole: one facility ships an item in as many parcels as it likes. */
function routeWaiting(world: World, order: OrderRow, portions: readonly Portion[]): void {
  const open = openItems(world, order.orderId);
  const wanted = new Set(
    open
      .filter((item) => portions.some(({ orderItemSeqId }) => orderItemSeqId === item.orderItemSeqId))
      .filter((item) => !holdsGoods(world, groupOf(world, item)?.facilityId ?? null))
      .map(({ shipGroupSeqId }) => shipGroupSeqId),
  );
  const waiting = open.filter(({ shipGroupSeqId }) => wanted.has(shipGroupSeqId));
  if (waiting.length > 0)
    moveItems(world, order.orderId, waiting, bestFacility(world, order.productStoreId, waiting), 'BROKERED');
}
