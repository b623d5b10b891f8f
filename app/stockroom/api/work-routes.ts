import { createRoute, z } from '@hono/zod-openapi';
import { orderHistory, getOrder } from '../orders.ts';
import { noteOrderStatus } from '../order-status.ts';
import { cancelOrder, holdOrder, releaseOrder, startPicking, stopPicking } from '../order-steps.ts';
import { packOrder } from '../parcels.ts';
import { packingSlip } from '../packing-slip.ts';
import { pickList } from '../pick-list.ts';
import { receiveReturn } from '../returns.ts';
import { shipOrder } from '../shipping.ts';
import { actorOf, body, failures, ok, roomOf, secured, type StockroomApi } from './api-app.ts';
import { AddressJson, OrderJson, orderJson, ShippingJson, TrackingJson } from './order-json.ts';
import { orderParam } from './order-routes.ts';

const LineChoice = z
  .object({
    lineId: z.string().optional().openapi({ description: "Stockroom's id of the line, or the sender's." }),
    sku: z.string().optional().openapi({ description: 'Instead of `lineId`; taken from the first line that has some left.' }),
    quantity: z.int().min(1),
  })
  .refine(({ lineId, sku }) => lineId !== undefined || sku !== undefined, { message: 'Name the line by lineId or sku' });
const tracking = z.array(TrackingJson).max(50).optional();
const reference = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .openapi({ description: 'Your own name for this request: sent again it is answered, not repeated.' });
const StepResult = z
  .object({ done: z.array(z.string()), refused: z.array(z.object({ order: z.string(), code: z.string(), text: z.string() })) })
  .openapi('StepResult');
const Orders = z.object({ orders: z.array(z.string()).min(1).max(250).openapi({ description: 'References or ids.' }) });
const tags = ['Warehouse work'];

/** Gives optional values on only where they are there. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function addWorkRoutes(api: StockroomApi): void {
  for (const [path, summary, step] of [
    ['/picking/start', 'Take orders into work', startPicking],
    ['/picking/stop', 'Put orders back', stopPicking],
  ] as const) {
    api.openapi(
      createRoute({
        ...secured,
        method: 'post',
        path,
        tags,
        summary,
        request: { body: body(Orders) },
        responses: { 200: ok(StepResult), ...failures },
      }),
      async (context) =>
        context.json(await step({ ...roomOf(context), orders: context.req.valid('json').orders, actor: actorOf(context) }), 200),
    );
  }
  const PickLine = z.object({
    facility: z.string(),
    shelf: z.string(),
    productId: z.uuid(),
    sku: z.string(),
    barcode: z.string().nullable(),
    title: z.string(),
    quantity: z.int(),
    onHand: z.int(),
    short: z.int(),
    orders: z.array(z.object({ orderId: z.uuid(), reference: z.string(), quantity: z.int() })),
  });
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/picking/list',
      tags,
      summary: 'What to fetch, by facility and shelf',
      request: {
        query: z.object({
          order: z
            .union([z.string(), z.array(z.string())])
            .optional()
            .openapi({ description: 'May stand several times; absent = every order being picked.' }),
        }),
      },
      responses: { 200: ok(z.object({ lines: z.array(PickLine.openapi('PickLine')) })), ...failures },
    }),
    async (context) => {
      const { order } = context.req.valid('query');
      return context.json(
        { lines: await pickList({ ...roomOf(context), ...(order === undefined ? {} : { orders: [order].flat() }) }) },
        200,
      );
    },
  );

  const Hold = z.object({ reason: z.string().min(1).max(500) });
  const Cancel = z.object({
    reason: z.string().max(500).optional(),
    remaining: z.boolean().optional().openapi({ description: 'True: cancel only what has not left, and close the order short.' }),
  });
  const Pack = z.object({
    lines: z.array(LineChoice).min(1).optional(),
    tracking,
    note: z.string().max(1000).optional(),
    reference,
  });
  const Ship = Pack.extend({ shippedAt: z.iso.datetime().optional() });
  const ReceiveReturn = z.object({
    facility: z.string().optional().openapi({ description: "Where it was received; absent = the order's facility." }),
    lines: z.array(LineChoice.and(z.object({ restocked: z.boolean().default(true) }))).default([]),
    amount: z
      .int()
      .min(1)
      .optional()
      .openapi({ description: "Money given back without goods, in minor units of the order's currency; then without lines." }),
    note: z.string().max(1000).optional(),
    receivedAt: z.iso.datetime().optional(),
    reference,
  });
  const onOrder = <B extends z.ZodType>(path: string, summary: string, schema: B, description?: string) =>
    createRoute({
      ...secured,
      method: 'post',
      path: `/orders/{reference}/${path}`,
      tags,
      summary,
      ...(description ? { description } : {}),
      request: { params: orderParam, body: body(schema) },
      responses: { 200: ok(OrderJson, 'The order as it is now.'), ...failures },
    });

  api.openapi(onOrder('hold', 'Keep an order back', Hold), async (context) => {
    const order = context.req.valid('param').reference;
    await holdOrder({ ...roomOf(context), order, reason: context.req.valid('json').reason, actor: actorOf(context) });
    return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
  });
  api.openapi(onOrder('release', 'Release an order', z.object({})), async (context) => {
    const order = context.req.valid('param').reference;
    await releaseOrder({ ...roomOf(context), order, actor: actorOf(context) });
    return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
  });
  api.openapi(
    onOrder('cancel', 'Cancel an order', Cancel, 'Refused when something has left, unless `remaining`.'),
    async (context) => {
      const order = context.req.valid('param').reference;
      await cancelOrder({ ...roomOf(context), order, ...given(context.req.valid('json')), actor: actorOf(context) });
      return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
    },
  );
  api.openapi(onOrder('pack', 'Pack a parcel', Pack, 'Without `lines` everything that is not packed yet.'), async (context) => {
    const order = context.req.valid('param').reference;
    await packOrder({ ...roomOf(context), order, ...given(context.req.valid('json')), actor: actorOf(context) });
    return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
  });
  api.openapi(
    onOrder(
      'ship',
      'Ship, wholly or in part',
      Ship,
      'Without `lines` each packed parcel leaves as it is, and the rest in one more.',
    ),
    async (context) => {
      const order = context.req.valid('param').reference;
      const { shippedAt, ...ship } = context.req.valid('json');
      await shipOrder({
        ...roomOf(context),
        order,
        ...given(ship),
        ...(shippedAt ? { shippedAt: new Date(shippedAt) } : {}),
        actor: actorOf(context),
      });
      return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
    },
  );
  api.openapi(
    onOrder('returns', 'Receive a return', ReceiveReturn, 'At most what was shipped and has not come back.'),
    async (context) => {
      const order = context.req.valid('param').reference;
      const { receivedAt, lines, ...received } = context.req.valid('json');
      const when = receivedAt ? { receivedAt: new Date(receivedAt) } : {};
      await receiveReturn({ ...roomOf(context), order, lines, ...given(received), ...when, actor: actorOf(context) });
      return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
    },
  );

  const NoteStatus = z.object({ status: z.string().max(120).openapi({ example: 'Awaiting despatch' }) }).openapi('NoteStatus');
  api.openapi(
    onOrder(
      'status',
      'Say what you call its state',
      NoteStatus,
      'The merchant says what it means for the shop. Empty takes it back.',
    ),
    async (context) => {
      const order = context.req.valid('param').reference;
      await noteOrderStatus({ ...roomOf(context), order, status: context.req.valid('json').status, actor: actorOf(context) });
      return context.json(orderJson(await getOrder({ ...roomOf(context), reference: order })), 200);
    },
  );

  const Slip = z.object({
    heading: z.string().nullable(),
    footer: z.string(),
    reference: z.string(),
    orderName: z.string().nullable(),
    placedAt: z.iso.datetime(),
    parcel: z.string().nullable(),
    facility: z.string(),
    shipTo: AddressJson.nullable(),
    shipping: ShippingJson.nullable(),
    tracking: z.array(TrackingJson),
    note: z.string().nullable(),
    lines: z.array(
      z.object({
        sku: z.string(),
        title: z.string(),
        quantity: z.int(),
        ordered: z.int(),
        toFollow: z.int(),
        attributes: z.array(z.object({ key: z.string(), value: z.string() })),
      }),
    ),
  });
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/orders/{reference}/packing-slip',
      tags,
      summary: 'What to print and lay into a parcel',
      request: { params: orderParam, query: z.object({ shipment: z.uuid().optional() }) },
      responses: { 200: ok(Slip.openapi('PackingSlip')), ...failures },
    }),
    async (context) => {
      const { shipment } = context.req.valid('query');
      const slip = await packingSlip({
        ...roomOf(context),
        reference: context.req.valid('param').reference,
        ...(shipment ? { shipment } : {}),
      });
      return context.json({ ...slip, placedAt: slip.placedAt.toISOString() }, 200);
    },
  );
  const Event = z.object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    actor: z.object({ kind: z.string(), name: z.string() }),
  });
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/orders/{reference}/history',
      tags,
      summary: 'What happened to an order',
      request: { params: orderParam },
      responses: { 200: ok(z.object({ events: z.array(Event.openapi('OrderEvent')) })), ...failures },
    }),
    async (context) => {
      const { id } = await getOrder({ ...roomOf(context), reference: context.req.valid('param').reference });
      const events = await orderHistory({ ...roomOf(context), orderId: id });
      return context.json({ events: events.map((event) => ({ ...event, at: event.at.toISOString() })) }, 200);
    },
  );
}
