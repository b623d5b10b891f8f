import { z } from 'zod';
import { amount, moment, optional, parse, text } from './body.ts';
import { customerBody } from './customer-record.ts';
import { FACTS } from './facts.ts';
import type { IncomingOrder } from './incoming-order.ts';

/** Source: orderwise.md §5 "Orders" [C]. */
const HEADER = {
  systemOrderType: z.int().min(1).max(6).default(1),
  deliveryMethodId: z.int(),
  orderGross: amount,
  deliveryGross: amount,
  eCommerceOrderNumber: text(50).min(1),
  orderDate: moment,
  requiredDate: optional(moment),
  specialInstructions: optional(text(2000)),
};
/** Guesses by analogy with the XML. Source: orderwise.md §5 "Unknown". */
const GUESSED_HEADER = {
  pricesAsNet: z.boolean().default(false),
  orderNet: optional(amount),
  orderTax: optional(amount),
  deliveryNet: optional(amount),
  deliveryTax: optional(amount),
  customerOrderRef: optional(text(50)),
  orderTypeId: optional(z.int()),
  currencyId: optional(z.int()),
  promisedDate: optional(moment),
  takenBy: optional(text(100)),
  specialDeliveryInstructions: optional(text(2000)),
};

const address = z.strictObject({
  ...Object.fromEntries(
    ['deliveryName', 'contactName', 'address1', 'address2', 'address3', 'town', 'county', 'country', 'countryCode'].map(
      (name) => [name, optional(text(200))],
    ),
  ),
  ...Object.fromEntries(['postcode', 'telephone', 'email'].map((name) => [name, optional(text(200))])),
  deliveryMethodId: optional(z.int()),
});

const line = z.strictObject({
  itemNumber: z.int().positive(),
  variantCode: optional(text(60)),
  quantity: z.int().positive(),
  itemGross: optional(amount),
  taxRateId: optional(z.int()),
  stockLocationId: optional(z.int()),
  calculateLineSystemPrice: z.boolean().default(false),
  // guesses
  itemNet: optional(amount),
  eCommerceItemId: optional(text(50)),
  eCommerceCode: optional(text(60)),
});

const orderBody = z.strictObject({
  customer: customerBody.extend({ id: optional(z.int()) }),
  orderHeader: z.strictObject({ ...HEADER, ...GUESSED_HEADER }),
  customerDeliveryAddress: optional(address),
  orderLines: z.array(line).min(1),
  // guesses; `discount` and `grossDiscount` are the XML's `Discount` and `GrossDiscount`
  payments: z.array(z.strictObject({ paymentMethodId: z.int(), amount, description: optional(text(200)) })).default([]),
  dissurs: z
    .array(
      z.strictObject({
        description: text(100).min(1),
        price: amount,
        taxRateId: optional(z.int()),
        discount: z.boolean().default(true),
        grossDiscount: z.boolean().optional(),
      }),
    )
    .default([]),
});

/** A posted order in its documented shape, or 400. Source: orderwise.md §5 "Orders". */
export function orderFromJson(body: unknown): IncomingOrder {
  const order = parse(orderBody, body, FACTS.order, 'salesOrder');
  const { id, accountNumber, ...details } = order.customer;
  const named = details.statementName !== null && details.statementName.trim() !== '';
  const { systemOrderType, pricesAsNet, eCommerceOrderNumber, customerOrderRef, deliveryMethodId, ...header } = order.orderHeader;
  const { orderGross, orderNet, orderTax, deliveryGross, deliveryNet, deliveryTax, ...rest } = header;
  return {
    ecommerceNumber: eCommerceOrderNumber,
    customerRef: customerOrderRef,
    type: systemOrderType,
    onHold: systemOrderType === 3,
    pricesAsNet,
    customer: { id, accountNumber, webAccount: null, details: named ? { ...details, accountNumber } : null },
    deliveryMethodId,
    deliveryAddress: order.customerDeliveryAddress,
    contact: null,
    orderGross,
    orderNet,
    orderTax,
    deliveryGross,
    deliveryNet,
    deliveryTax,
    amountPaid: null,
    lines: order.orderLines.map((one) => ({
      itemNumber: one.itemNumber,
      code: one.variantCode,
      quantity: one.quantity,
      gross: one.itemGross,
      net: one.itemNet,
      systemPrice: one.calculateLineSystemPrice,
      taxRateId: one.taxRateId,
      locationId: one.stockLocationId,
      ecommerceItemId: one.eCommerceItemId,
    })),
    dissurs: order.dissurs.map(({ description, price, taxRateId, discount, grossDiscount }) => ({
      description,
      price,
      taxRateId,
      discount,
      gross: grossDiscount ?? !pricesAsNet,
    })),
    payments: order.payments.map((payment) => ({ methodId: payment.paymentMethodId, amount: payment.amount })),
    unresolved: [],
    header: rest,
  };
}
