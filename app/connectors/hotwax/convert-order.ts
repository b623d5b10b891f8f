import { formatDecimal } from '../../core/money.ts';
import type { SalesOrder, Tax } from '../contract/index.ts';
import {
  adjustments,
  attributeLength,
  channelId,
  channels,
  history,
  noCarrier,
  otherChannel,
  paymentStates,
  tillSale,
} from './assumptions.ts';
import { orderIdOf, tailOf } from './ids.ts';
import type { Settings } from './settings.ts';

/** What an order refers to in HotWax, looked up or made before. */
export interface OrderRefs {
  companyPartyId: string;
  customerPartyId: string;
  /** By SKU. */
  productIds: ReadonlyMap<string, string>;
  shipmentMethodTypeId: string;
  carrierPartyId: string | null;
  /** By Shopify's gateway. */
  paymentTypes: ReadonlyMap<string, string>;
  contacts: { email: string | null; shipping: string | null; billing: string | null; phone: string | null };
}

interface Adjustment {
  orderAdjustmentTypeId: string;
  amount: number;
  orderItemSeqId: string;
  comments?: string;
}

const seq = (number: number) => String(number).padStart(5, '0');
const wholeOrder = '_NA_';

/** The channel as it is mapped, else Shopify's as HotWax's own starter mapping has it. */
export function channelOf(channel: string | null, setting: string): string {
  if (setting !== '') return setting;
  if (channel !== null && channelId.test(channel)) return channel;
  return channels.find(([pattern]) => pattern.test(channel ?? ''))?.[1] ?? otherChannel;
}

/** Everything beside unit prices that makes up the total. Discounts are negative; tax inside the prices adds nothing. */
function adjustmentsOf(order: SalesOrder, itemOf: ReadonlyMap<SalesOrder['lines'][number], string>): Adjustment[] {
  const decimal = (amount: number) => Number(formatDecimal({ amount, currency: order.currency }));
  const taxed = (taxes: readonly Tax[], type: string, orderItemSeqId: string): Adjustment[] =>
    taxes
      .filter(({ amount }) => amount !== 0)
      .map(({ title, rate, amount }) => {
        const name = `${title} ${Math.round(rate * 1e6) / 1e4}%`;
        // A tax inside the prices is told in words: only amounts that add to the total have a documented place.
        const included = { amount: 0, comments: `${name}, included: ${formatDecimal({ amount, currency: order.currency })}` };
        return order.taxesIncluded
          ? { orderAdjustmentTypeId: adjustments.includedTax, ...included, orderItemSeqId }
          : { orderAdjustmentTypeId: type, amount: decimal(amount), comments: name, orderItemSeqId };
      });
  const of = (orderAdjustmentTypeId: string, amount: number, orderItemSeqId: string, comments?: string): Adjustment[] =>
    amount === 0 ? [] : [{ orderAdjustmentTypeId, amount: decimal(amount), orderItemSeqId, ...(comments ? { comments } : {}) }];
  const ofLines = order.lines.flatMap((line): Adjustment[] => {
    const item = itemOf.get(line) ?? wholeOrder;
    return [...of(adjustments.discount, -line.discount, item), ...taxed(line.taxes, adjustments.salesTax, item)];
  });
  const ofCharges = order.charges.flatMap(({ kind, title, amount, discount, taxes }): Adjustment[] => {
    const shipping = kind === 'shipping';
    return [
      ...of(adjustments[kind], amount, wholeOrder, title),
      ...of(shipping ? adjustments.shippingDiscount : adjustments.discount, -discount, wholeOrder, title),
      ...taxed(taxes, shipping ? adjustments.shippingTax : adjustments.salesTax, wholeOrder),
    ];
  });
  return [...ofLines, ...ofCharges];
}

/** Payments, never more in all than this part of the order comes to: amounts are of the whole Shopify order. */
function paymentsOf(order: SalesOrder, { paymentTypes }: OrderRefs, fallback: string) {
  let left = order.total.amount;
  return order.payments.flatMap(({ gateway, amount, paid }) => {
    const share = Math.max(0, Math.min(amount, left));
    left -= share;
    if (share === 0) return [];
    return [
      {
        paymentMethodTypeId: paymentTypes.get(gateway) ?? fallback,
        maxAmount: Number(formatDecimal({ amount: share, currency: order.currency })),
        statusId: paid ? paymentStates.paid : paymentStates.unpaid,
      },
    ];
  });
}

function attributesOf(order: SalesOrder, domain: string) {
  const all: [string, string][] = [
    ['crossdock_shop', domain],
    ['crossdock_order', order.shopifyOrderId],
    ...(order.note ? [['shopify_note', order.note] as [string, string]] : []),
    ...(order.tags.length > 0 ? [['shopify_tags', order.tags.join(', ')] as [string, string]] : []),
    ...order.attributes.map(({ key, value }): [string, string] => [key.slice(0, 60), value]),
  ];
  // The name is part of the key, so the first of a name counts.
  return [...new Map([...all].reverse())]
    .reverse()
    .map(([attrName, value]) => ({ attrName, attrValue: value.slice(0, attributeLength) }));
}

/** The body of a new order: a ship group for each facility its lines are at. Deterministic. */
export function orderBody(order: SalesOrder, refs: OrderRefs, { settings, domain }: { settings: Settings; domain: string }) {
  const { contacts } = refs;
  const carrierPartyId = order.handedOver ? null : refs.carrierPartyId;
  const shipmentMethodTypeId = order.handedOver ? tillSale.method : refs.shipmentMethodTypeId;
  const decimal = (amount: number) => Number(formatDecimal({ amount, currency: order.currency }));
  const facilityOf = (line: SalesOrder['lines'][number]) => (order.parked ? history.facilityId : line.facilityId);
  const facilities = [...new Set(order.lines.map(facilityOf))];
  // A line that several facilities ship is an item for each of them.
  const itemOf = new Map(order.lines.map((line, index) => [line, seq(index + 1)]));
  const statusId = 'ITEM_CREATED';
  const shopifyId = tailOf(order.shopifyOrderId);
  const number = order.shopifyOrderName.replace(/\D/g, '');
  const contactMechs = [
    ['ORDER_EMAIL', contacts.email],
    ['SHIPPING_LOCATION', contacts.shipping],
    ['BILLING_LOCATION', contacts.billing],
    ['PHONE_SHIPPING', contacts.phone],
  ] as const;
  const roles = ['PLACING_CUSTOMER', 'BILL_TO_CUSTOMER', 'SHIP_TO_CUSTOMER'];
  return {
    orderId: orderIdOf(domain, order.reference),
    orderTypeId: 'SALES_ORDER',
    orderName: order.reference,
    externalId: shopifyId,
    salesChannelEnumId: order.handedOver ? tillSale.channel : channelOf(order.channel, settings.channel),
    productStoreId: order.storeId ?? settings.productStoreId,
    statusId: 'ORDER_CREATED',
    orderDate: Date.parse(order.placedAt),
    currencyUom: order.currency,
    presentmentCurrencyUom: order.currency,
    grandTotal: decimal(order.total.amount),
    originFacilityId: order.parked ? history.facilityId : order.handedOver ? order.facilityId : settings.queueFacilityId,
    ...(order.parked ? history.mark : {}),
    identifications: [
      { orderIdentificationTypeId: 'SHOPIFY_ORD_ID', idValue: shopifyId },
      { orderIdentificationTypeId: 'SHOPIFY_ORD_NAME', idValue: order.shopifyOrderName },
      ...(number ? [{ orderIdentificationTypeId: 'SHOPIFY_ORD_NO', idValue: number }] : []),
    ],
    attributes: attributesOf(order, domain),
    roles: [
      { partyId: refs.companyPartyId, roleTypeId: 'BILL_FROM_VENDOR' },
      ...roles.map((roleTypeId) => ({ partyId: refs.customerPartyId, roleTypeId })),
    ],
    contactMechs: contactMechs.flatMap(([purpose, contactMechId]) =>
      contactMechId ? [{ contactMechPurposeTypeId: purpose, contactMechId }] : [],
    ),
    paymentPreferences: paymentsOf(order, refs, settings.defaultPaymentType),
    adjustments: adjustmentsOf(order, itemOf),
    shipGroups: facilities.map((facilityId, index) => ({
      shipGroupSeqId: seq(index + 1),
      ...(contacts.shipping ? { contactMechId: contacts.shipping } : {}),
      ...(contacts.phone ? { telecomContactMechId: contacts.phone } : {}),
      facilityId,
      carrierPartyId: carrierPartyId ?? noCarrier,
      carrierRoleTypeId: 'CARRIER',
      shipmentMethodTypeId,
      maySplit: settings.allowSplit ? 'Y' : 'N',
      isGift: 'N',
      items: order.lines
        .filter((line) => facilityOf(line) === facilityId)
        .map((line) => ({
          orderItemSeqId: itemOf.get(line),
          orderItemTypeId: 'PRODUCT_ORDER_ITEM',
          productId: refs.productIds.get(line.sku),
          externalId: tailOf(line.lineId),
          quantity: line.quantity,
          unitPrice: decimal(line.unitPrice),
          unitListPrice: decimal(line.unitPrice),
          itemDescription: line.title.slice(0, attributeLength),
          statusId,
          requestedShipMethTypeId: shipmentMethodTypeId,
        })),
    })),
  };
}
