import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { deliveriesOf, despatch, type DeliveryPlan, type Portion } from './despatch.ts';
import { linesOf, orderById, orderByWebNumber, STATUS, type OrderRow } from './order-record.ts';
import { cancel, mustBe, setStatus } from './order-states.ts';
import { receiveReturn } from './returns.ts';
import type { World } from './world.ts';

const line = z.strictObject({ sku: z.string(), quantity: z.int().positive() });
const reference = z.string();
const named = z.strictObject({ reference });
const delivery = {
  lines: z.array(line).optional(),
  tracking: z.string().optional(),
  /** Several consignments of one delivery, instead of `tracking`. */
  consignments: z.array(z.string()).optional(),
  carrier: z.string().optional(),
};
const shipBody = z.strictObject({
  reference,
  ...delivery,
  /** Several deliveries at once. */
  boxes: z.array(z.strictObject(delivery)).min(1).optional(),
  /** What the status says when nothing is left; `Completed` unless given. */
  completed: z.string().min(1).optional(),
});
const statusBody = z.strictObject({ reference, status: z.string().min(1), sub: z.string().nullable().default(null) });
const returnBody = z.strictObject({
  reference,
  lines: z.array(line.extend({ restock: z.boolean().default(true) })).min(1),
  notes: z.string().optional(),
  /** A status text that the order gets with it, e.g. one that the merchant maps to refunded. */
  status: z.string().min(1).optional(),
});

/** What the people in the warehouse do with an order. */
export function orderControl(world: World): Hono {
  const app = new Hono();
  const find = (given: string): OrderRow => {
    const byReference = world.state.get<{ id: number }>('SELECT id FROM orders WHERE customer_ref = ? ORDER BY id DESC', given);
    const row =
      orderByWebNumber(world, given) ??
      orderByWebNumber(world, `#${given}`) ??
      (byReference ? orderById(world, byReference.id) : undefined);
    if (!row) throw new BadRequest(`OrderWise has no sales order ${given}.`, 404);
    return row;
  };
  const shown = (order: OrderRow) => ({
    orderId: order.id,
    orderNumber: order.number,
    orderStatus: order.status,
    subStatus: order.sub_status,
    deliveries: deliveriesOf(world, [order.id]).get(order.id) ?? [],
  });

  app.post('/pick', async (c) => {
    const order = mustBe(find((await controlBody(c, named)).reference), STATUS.open);
    return c.json(shown(setStatus(world, order, order.status, 'Picking')));
  });
  app.post('/pack', async (c) => {
    const order = mustBe(find((await controlBody(c, named)).reference), STATUS.open);
    return c.json(shown(setStatus(world, order, order.status, 'Packed')));
  });
  app.post('/hold', async (c) => {
    const order = mustBe(find((await controlBody(c, named)).reference), STATUS.open);
    return c.json(shown(setStatus(world, order, STATUS.held)));
  });
  app.post('/release', async (c) => {
    const order = mustBe(find((await controlBody(c, named)).reference), STATUS.held);
    return c.json(shown(setStatus(world, order, STATUS.open)));
  });
  app.post('/status', async (c) => {
    const { reference: number, status, sub } = await controlBody(c, statusBody);
    return c.json(shown(setStatus(world, find(number), status, sub)));
  });
  app.post('/ship', async (c) => {
    const { reference: number, boxes, completed, ...one } = await controlBody(c, shipBody);
    const order = find(number);
    if (order.status === STATUS.held || order.status === STATUS.cancelled || order.type === 4)
      throw new BadRequest(`${number} is ${order.status}: it can't be despatched.`, 409);
    const open = portions(world, order, (row) => row.quantity - row.despatched);
    const plans = (boxes ?? [one]).map(({ lines, tracking, consignments, carrier }): DeliveryPlan => ({
      courier: carrier ?? null,
      consignments: consignments ?? (tracking === undefined ? [] : [tracking]),
      lines: lines ? take(world, order, open, lines) : open.splice(0).filter(({ quantity }) => quantity > 0),
    }));
    if (plans.some((plan) => plan.lines.length === 0)) throw new BadRequest(`Nothing of ${number} is left to despatch.`, 409);
    return c.json(shown(despatch(world, order, plans, completed)), 201);
  });
  app.post('/cancel', async (c) => c.json(shown(cancel(world, find((await controlBody(c, named)).reference)))));
  app.post('/return', async (c) => {
    const body = await controlBody(c, returnBody);
    const order = find(body.reference);
    const gone = portions(world, order, (row) => row.despatched - row.returned);
    const lines = body.lines.flatMap(({ restock, ...wanted }) =>
      take(world, order, gone, [wanted]).map((portion) => ({ ...portion, restock })),
    );
    return c.json(receiveReturn(world, order, lines, body), 201);
  });
  return app;
}

const portions = (
  world: World,
  order: OrderRow,
  left: (row: { quantity: number; despatched: number; returned: number }) => number,
): Portion[] => linesOf(world, order.id).map((row) => ({ lineId: row.id, quantity: left(row) }));

/** Finds the wanted SKUs among an order's lines, first line first, and takes them off `from`. */
function take(world: World, order: OrderRow, from: Portion[], wanted: readonly z.infer<typeof line>[]): Portion[] {
  const codes = new Map(linesOf(world, order.id).map((row) => [row.id, row.code]));
  const taken = new Map<number, Portion>();
  for (const { sku, quantity } of wanted) {
    let left = quantity;
    for (const one of from) {
      if (codes.get(one.lineId) !== sku || left === 0) continue;
      const part = Math.min(left, one.quantity);
      if (part > 0) taken.set(one.lineId, { lineId: one.lineId, quantity: part + (taken.get(one.lineId)?.quantity ?? 0) });
      one.quantity -= part;
      left -= part;
    }
    if (left > 0)
      throw new BadRequest(
        `${order.ecommerce_number ?? order.number} has ${quantity - left} of ${sku} for this, not ${quantity}.`,
        409,
      );
  }
  return [...taken.values()];
}
