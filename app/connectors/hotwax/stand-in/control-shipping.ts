import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { approve, bestFacility, holdsGoods, moveItems, type Portion } from './brokering.ts';
import { controlBody } from './control-body.ts';
import { find as findOrder, facilityByName, take } from './control-lookup.ts';
import { unfinished } from './control-portions.ts';
import { groupOf, openItems, orderRow, type OrderRow } from './order-record.ts';
import { addLabel, byGroup, callOff, openShipments, pack, ship, shipmentsOf, startShipment, unassigned } from './shipping.ts';
import type { World } from './world.ts';

const reference = z.string();
const lines = z.array(z.strictObject({ sku: z.string(), quantity: z.int().positive() })).optional();
const labelled = { tracking: z.string().optional(), carrier: z.string().optional() };
const pickBody = z.strictObject({ reference, lines, facility: z.string().optional() });
const packBody = pickBody.extend(labelled);
const shipBody = packBody.extend({ label: z.enum(['printed', 'none']).default('printed') });
const labelBody = z.strictObject({ reference, shipment: z.int().positive().default(1), ...labelled });

/** What the people in a facility do with an order; what still waits is approved and sent to a facility first. */
export function shippingControl(world: World): Hono {
  const app = new Hono();
  const answer = (order: OrderRow) => orderRow(world, order.orderId);

  app.post('/pick', async (c) => {
    const body = await controlBody(c, pickBody);
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
  return app;
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
