import { DateTime } from 'luxon';
import { noteOf, remarksOf, type Address, type SalesOrder } from '../contract/index.ts';
import { mark } from './assumptions.ts';
import { addressFields, addressType, shippingAddress } from './convert-address.ts';
import { orderAmounts } from './order-amounts.ts';
import { readOrderFields } from './order-fields.ts';
import type { Settings } from './settings.ts';

/** The numeric end of one of Shopify's ids: IM's fields are short. */
export const shortId = (gid: string): string => gid.split('/').at(-1) ?? gid;

/** Our line id again, from what IM was given. */
export const lineGid = (id: string): string => `gid://shopify/LineItem/${id}`;

const filled = (record: Record<string, string | null | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).flatMap(([name, value]) => (value ? [[name, value]] : [])));

function billingOf(billing: Address | null, shipTo: Address | null, email: string | null): Record<string, string | boolean> {
  if (!billing || JSON.stringify(billing) === JSON.stringify(shipTo)) return { ship_is_billing: true };
  return { ship_is_billing: false, ...addressFields('cust_', billing, email) };
}

function shippingOf({ shipping }: SalesOrder, rule: Settings['shipCode']): Record<string, string> {
  if (!shipping) return {};
  const own = shipping.code || shipping.title;
  const mapped = rule === 'mapped' ? shipping.method : null;
  return filled({
    ship_code: mapped ?? own,
    ship_code_description: shipping.title,
    carrier: mapped === null ? null : shipping.carrier,
  });
}

/**
 * The body of a new order. Throws RejectedError where the address lacks what a parcel needs. `location` is what the order says of its
 * warehouse, null for nothing; named values of the settings stand above what the order says.
 */
export function orderBody(
  order: SalesOrder,
  { settings, domain, zone, location }: { settings: Settings; domain: string; zone: string; location: string | null },
) {
  const email = order.customer?.email ?? null;
  const { lines, totals } = orderAmounts(order);
  const named = readOrderFields(settings.orderFields) ?? { fields: {}, extras: {} };
  const [payment] = order.payments;
  return {
    cust_ref: order.reference,
    cust_po_no: order.shopifyOrderName,
    order_date: DateTime.fromISO(order.placedAt, { zone }).toISODate(),
    currency_code: order.currency,
    ...shippingAddress(order.shipTo, email, order.reference),
    ...addressType(settings.addressType, order.shipTo?.company ?? null),
    ...billingOf(order.billing, order.shipTo, email),
    ...shippingOf(order, settings.shipCode),
    ...filled({
      customer_id: order.customer && (order.customer.remoteId ?? shortId(order.customer.id)),
      order_source: settings.orderSource,
      pay_type: payment && (payment.method ?? payment.gateway),
      location,
      requested_ship_date: order.lines
        .flatMap(({ promisedOn }) => promisedOn ?? [])
        .sort()
        .at(-1),
      shipping_instructions: noteOf(order),
      gift_message:
        settings.giftMessageAttribute && order.attributes.find(({ key }) => key === settings.giftMessageAttribute)?.value,
    }),
    ...named.fields,
    ...totals,
    extra_fields: { ...named.extras, [mark.shop]: domain, [mark.order]: shortId(order.shopifyOrderId) },
    items: order.lines.map((line, index) => ({
      line_no: String(index + 1),
      item: line.sku,
      quantity: line.quantity,
      line_item_id: shortId(line.lineId),
      ...filled({ description: line.title, line_comment: remarksOf(line.attributes) }),
      ...lines[index],
    })),
  };
}
