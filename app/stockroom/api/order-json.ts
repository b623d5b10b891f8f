import { z } from '@hono/zod-openapi';
import type { StockroomOrder, StockroomReturn, StockroomShipment } from '../order-types.ts';

const minor = (description: string) =>
  z.int().openapi({ description: `${description} In minor units of the order's currency (cents).` });
const moment = z.iso.datetime();

export const TrackingJson = z
  .object({
    number: z.string().min(1).max(200),
    carrier: z.string().max(200).nullable().default(null),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .nullable()
      .default(null),
  })
  .openapi('Tracking');

export const AddressJson = z
  .object({
    name: z.string(),
    company: z.string().nullable().default(null),
    address1: z.string(),
    address2: z.string().nullable().default(null),
    city: z.string(),
    zip: z.string().nullable().default(null),
    province: z.string().nullable().default(null),
    provinceCode: z.string().nullable().default(null),
    countryCode: z.string().length(2),
    phone: z.string().nullable().default(null),
  })
  .openapi('Address');

const goods = { lineId: z.string(), externalId: z.string().nullable(), sku: z.string(), title: z.string(), quantity: z.int() };

export const ShipmentJson = z
  .object({
    id: z.uuid(),
    label: z.string().openapi({ example: '#1001-1' }),
    reference: z.string().openapi({ description: 'Of its order.' }),
    state: z.enum(['packed', 'shipped', 'cancelled']),
    facilityId: z.uuid(),
    tracking: z.array(TrackingJson),
    note: z.string(),
    packedAt: moment,
    shippedAt: moment.nullable(),
    cancelledAt: moment.nullable(),
    changedAt: moment,
    lines: z.array(z.object(goods)),
  })
  .openapi('Shipment');

export const ReturnJson = z
  .object({
    id: z.uuid(),
    label: z.string().openapi({ example: '#1001-R1' }),
    reference: z.string().openapi({ description: 'Of its order.' }),
    facilityId: z.uuid(),
    receivedAt: moment,
    note: z.string(),
    amount: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'Money given back without goods, minor units; then there are no lines.' }),
    lines: z.array(z.object({ ...goods, restocked: z.boolean() })),
  })
  .openapi('Return');

export const stateJson = z.enum(['open', 'picking', 'packed', 'partly-shipped', 'shipped', 'cancelled', 'held']);
const TaxJson = z.object({ title: z.string(), rate: z.number(), amount: z.int() });
export const ChargeJson = z.object({
  kind: z.enum(['shipping', 'tip', 'duty', 'rounding', 'fee']),
  title: z.string().default(''),
  amount: minor('Before its discount.'),
  discount: z.int().default(0),
  taxes: z.array(TaxJson).default([]),
});
export const ShippingJson = z.object({
  title: z.string(),
  code: z.string().default(''),
  carrier: z.string().nullable().default(null),
  method: z.string().nullable().default(null),
});
const AttributeJson = z.object({ key: z.string(), value: z.string() });
const counts = {
  quantity: z.int(),
  packed: z.int(),
  shipped: z.int(),
  cancelled: z.int(),
  returned: z.int(),
  remaining: z.int(),
};

export const OrderJson = z
  .object({
    id: z.uuid(),
    reference: z.string(),
    externalId: z.string().nullable().openapi({ description: "The sender's id: Shopify's order." }),
    externalName: z.string().nullable(),
    state: stateJson,
    facility: z.object({ id: z.uuid(), code: z.string(), name: z.string() }),
    store: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    placedAt: moment,
    acceptedAt: moment,
    changedAt: moment,
    heldReason: z.string(),
    statusText: z.string().openapi({ description: 'What another system calls its state.' }),
    cancelReason: z.string(),
    currency: z.string(),
    taxesIncluded: z.boolean(),
    total: minor('Lines, charges and, where prices exclude it, tax.'),
    units: z.int(),
    channel: z.string().nullable(),
    deliveryMethod: z.string(),
    shipping: ShippingJson.nullable(),
    charges: z.array(ChargeJson),
    payments: z.array(z.object({ gateway: z.string(), method: z.string().nullable(), amount: z.int(), paid: z.boolean() })),
    tags: z.array(z.string()),
    lines: z.array(
      z.object({
        id: z.uuid(),
        externalId: z.string().nullable(),
        sku: z.string(),
        title: z.string(),
        ...counts,
        unitPrice: minor('One unit, before discount.'),
        discount: z.int(),
        total: minor('unitPrice × quantity − discount.'),
        taxes: z.array(TaxJson),
        attributes: z.array(AttributeJson),
      }),
    ),
    shipments: z.array(ShipmentJson),
    returns: z.array(ReturnJson),
    shipTo: AddressJson.nullable().openapi({ description: 'Null where nobody ships it, and once the retention period is over.' }),
    customer: z.object({ name: z.string(), email: z.string().nullable(), phone: z.string().nullable() }).nullable(),
    note: z.string().nullable(),
  })
  .openapi('Order');

const text = (at: Date | null) => at?.toISOString() ?? null;

export function shipmentJson({
  orderId: _order,
  number: _number,
  change: _change,
  ...shipment
}: StockroomShipment): z.infer<typeof ShipmentJson> {
  const { packedAt, shippedAt, cancelledAt, changedAt } = shipment;
  return {
    ...shipment,
    packedAt: packedAt.toISOString(),
    shippedAt: text(shippedAt),
    cancelledAt: text(cancelledAt),
    changedAt: changedAt.toISOString(),
  };
}

export function returnJson({
  id,
  label,
  reference,
  facilityId,
  receivedAt,
  note,
  amount,
  lines,
}: StockroomReturn): z.infer<typeof ReturnJson> {
  return { id, label, reference, facilityId, receivedAt: receivedAt.toISOString(), note, amount, lines };
}

export function orderJson(order: StockroomOrder): z.infer<typeof OrderJson> {
  const { personal, lines, shipments, returns, store, ...rest } = order;
  const { placedAt, acceptedAt, changedAt } = order;
  return {
    ...rest,
    store: store && { id: store.id, name: store.name },
    placedAt: placedAt.toISOString(),
    acceptedAt: acceptedAt.toISOString(),
    changedAt: changedAt.toISOString(),
    lines: lines.map(({ productId: _product, ...line }, position) => ({
      ...line,
      attributes: personal?.lineAttributes[position] ?? [],
    })),
    shipments: shipments.map(shipmentJson),
    returns: returns.map(returnJson),
    shipTo: personal?.shipTo ?? null,
    customer: personal?.customer
      ? { name: personal.customer.name, email: personal.customer.email, phone: personal.customer.phone }
      : null,
    note: personal?.note ?? null,
  };
}
