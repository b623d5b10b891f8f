import { Hono } from 'hono';
import { z } from 'zod';
import { approve, bestFacility, moveItems, split } from './brokering.ts';
import { controlBody } from './control-body.ts';
import { find as findOrder, facilityByName, take } from './control-lookup.ts';
import { pickPortions, unfinished } from './control-portions.ts';
import { cancelItems } from './order-cancel.ts';
import { inShipments, itemsOf, openItems, orderRow, type OrderRow } from './order-record.ts';
import { receiveReturn } from './return-record.ts';
import { callOff, openShipments, shipmentItems, shipmentsOf } from './shipping.ts';
import { QUEUE } from './stock-levels.ts';
import { approveAndComplete } from './till.ts';
import type { World } from './world.ts';

const line = z.strictObject({ sku: z.string(), quantity: z.int().positive() });
const reference = z.string();
const lines = z.array(line).optional();
const facility = z.string().optional();
const moveBody = z.strictObject({ reference, lines, facility });
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
    approveAndComplete(world, order.orderId);
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
