import { createRoute, z } from '@hono/zod-openapi';
import { inShop } from '../../db/scope.ts';
import { now } from '../../core/clock.ts';
import { acceptOrder, amendOrder } from '../accept-order.ts';
import { findFacility } from '../facilities.ts';
import { pageOfOrders } from '../order-list.ts';
import { getOrder } from '../orders.ts';
import type { OrderInput } from '../order-types.ts';
import { actorOf, body, cursorQuery, failures, next, ok, roomOf, secured, type StockroomApi } from './api-app.ts';
import { AddressJson, ChargeJson, OrderJson, orderJson, ShippingJson, stateJson } from './order-json.ts';

export const orderParam = z.object({
  reference: z.string().openapi({
    param: { name: 'reference', in: 'path' },
    description: "The order's reference or id; `#` is written `%23`.",
    example: '%231001',
  }),
});

const OrderBody = z
  .object({
    facility: z.string().openapi({ description: 'Id, code or name.' }),
    currency: z.string().length(3),
    lines: z
      .array(
        z.object({
          sku: z.string().min(1),
          quantity: z.int().min(1).max(1_000_000),
          unitPrice: z.int().default(0),
          discount: z.int().default(0),
          title: z.string().optional(),
          externalId: z.string().nullable().default(null),
        }),
      )
      .min(1)
      .max(1000),
    charges: z.array(ChargeJson).default([]),
    total: z.int().optional().openapi({ description: 'Absent = lines and charges added up.' }),
    taxesIncluded: z.boolean().default(true),
    placedAt: z.iso.datetime().optional(),
    externalName: z.string().nullable().default(null),
    storeId: z.uuid().nullable().default(null),
    channel: z.string().nullable().default(null),
    deliveryMethod: z.enum(['shipping', 'local', 'pickup-point']).default('shipping'),
    shipping: ShippingJson.nullable().default(null),
    shipTo: AddressJson.nullable().default(null),
    email: z.string().nullable().default(null),
    note: z.string().max(5000).nullable().default(null),
    tags: z.array(z.string()).default([]),
  })
  .openapi('OrderInput');
const NewOrder = OrderBody.extend({
  reference: z.string().min(1).max(200).openapi({ description: 'Your name for the order: sent again it is the same order.' }),
}).openapi('NewOrder');

function inputOf(reference: string, order: z.infer<typeof OrderBody>): OrderInput {
  const {
    facility,
    currency,
    charges,
    taxesIncluded,
    externalName,
    storeId,
    channel,
    deliveryMethod,
    shipping,
    shipTo,
    note,
    tags,
  } = order;
  const lines = order.lines.map((line) => ({
    ...line,
    title: line.title ?? line.sku,
    total: line.unitPrice * line.quantity - line.discount,
    taxes: [],
  }));
  const sum =
    lines.reduce((total, line) => total + line.total, 0) +
    charges.reduce((total, { amount, discount }) => total + amount - discount, 0);
  const same = {
    facility,
    currency,
    charges,
    taxesIncluded,
    externalName,
    storeId,
    channel,
    deliveryMethod,
    shipping,
    shipTo,
    note,
    tags,
  };
  const customer =
    shipTo || order.email ? { id: null, name: shipTo?.name ?? '', email: order.email, phone: shipTo?.phone ?? null } : null;
  const placedAt = order.placedAt ? new Date(order.placedAt) : now();
  return {
    ...same,
    reference,
    lines,
    placedAt,
    customer,
    externalId: null,
    total: order.total ?? sum,
    payments: [],
    billing: null,
    attributes: [],
  };
}

const tags = ['Orders'];

export function addOrderRoutes(api: StockroomApi): void {
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/orders',
      tags,
      summary: 'List orders, oldest first, with lines, shipments and returns',
      request: {
        query: z.object({
          ...cursorQuery,
          state: z
            .union([stateJson, z.array(stateJson)])
            .optional()
            .openapi({ description: 'May stand several times.' }),
          facility: z.string().optional(),
          changedSince: z.iso.datetime().optional(),
        }),
      },
      responses: { 200: ok(z.object({ orders: z.array(OrderJson), next })), ...failures },
    }),
    async (context) => {
      const room = roomOf(context);
      const { after, limit, state, facility, changedSince } = context.req.valid('query');
      const filter = {
        ...(state ? { states: [state].flat() } : {}),
        ...(facility
          ? { facilityId: (await inShop(room.shopId, (tx) => findFacility(tx, room, facility, { inactiveToo: true }))).id }
          : {}),
        ...(changedSince ? { changedSince: new Date(changedSince) } : {}),
      };
      const orders = await pageOfOrders({ ...room, filter, size: limit, ...(after ? { after } : {}) });
      return context.json(
        { orders: orders.map(orderJson), next: orders.length === limit ? (orders.at(-1)?.id ?? null) : null },
        200,
      );
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'post',
      path: '/orders',
      tags,
      summary: 'Enter an order; its stock is reserved',
      description: 'Answers 201 for a new order, 200 when the reference is known already (the order stays as it is).',
      request: { body: body(NewOrder) },
      responses: {
        200: ok(OrderJson, 'The order was there already.'),
        201: ok(OrderJson, 'The order was entered.'),
        ...failures,
      },
    }),
    async (context) => {
      const { reference, ...order } = context.req.valid('json');
      const { id, outcome } = await acceptOrder({
        ...roomOf(context),
        order: inputOf(reference, order),
        actor: actorOf(context),
      });
      const json = orderJson(await getOrder({ ...roomOf(context), reference: id }));
      return outcome === 'created' ? context.json(json, 201) : context.json(json, 200);
    },
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'get',
      path: '/orders/{reference}',
      tags,
      summary: 'Read an order',
      request: { params: orderParam },
      responses: { 200: ok(OrderJson), ...failures },
    }),
    async (context) =>
      context.json(orderJson(await getOrder({ ...roomOf(context), reference: context.req.valid('param').reference })), 200),
  );
  api.openapi(
    createRoute({
      ...secured,
      method: 'put',
      path: '/orders/{reference}',
      tags,
      summary: 'Replace lines, address, facility and charges, until picking begins',
      request: { params: orderParam, body: body(OrderBody) },
      responses: { 200: ok(OrderJson), ...failures },
    }),
    async (context) => {
      const room = roomOf(context);
      const { id, reference, externalId, personal } = await getOrder({
        ...room,
        reference: context.req.valid('param').reference,
      });
      const to = inputOf(reference, context.req.valid('json'));
      // What the sender said beyond this API's fields stays as it was.
      const kept = {
        externalId,
        billing: personal?.billing ?? null,
        customer: to.customer && { ...to.customer, id: personal?.customer?.id ?? null },
      };
      await amendOrder({ ...room, order: id, to: { ...to, ...kept }, actor: actorOf(context) });
      return context.json(orderJson(await getOrder({ ...room, reference: id })), 200);
    },
  );
}
