import { parseMoney } from '../../core/money.ts';
import type { Address, Tax } from '../../connectors/contract/index.ts';
import type {
  AddressFieldsFragment,
  OrderLineFieldsFragment,
  OrderReadQuery,
  ShippingLineFieldsFragment,
} from '../../shopify/operations/generated/graphql.ts';
import type { FulfilmentOrder, ShopifyOrder, ShopifyOrderLine, ShopifyShippingLine } from './shopify-order.ts';

type OrderNode = NonNullable<OrderReadQuery['order']>;
type FulfilmentOrderNode = OrderNode['fulfillmentOrders']['nodes'][number];
type MoneySet = { shopMoney: { amount: string; currencyCode: string } };

/** Minor units of the shop's currency. */
export const minor = (set: MoneySet | null | undefined): number =>
  set ? parseMoney(set.shopMoney.amount, set.shopMoney.currencyCode).amount : 0;

function toAddress(from: AddressFieldsFragment | null | undefined): Address | null {
  if (!from) return null;
  return {
    name: from.name ?? [from.firstName, from.lastName].filter(Boolean).join(' '),
    company: from.company ?? null,
    address1: from.address1 ?? '',
    address2: from.address2 ?? null,
    city: from.city ?? '',
    zip: from.zip ?? null,
    province: from.province ?? null,
    provinceCode: from.provinceCode ?? null,
    countryCode: from.countryCodeV2 ?? '',
    phone: from.phone ?? null,
  };
}

export const toTaxes = (lines: { title: string; rate?: number | null; priceSet: MoneySet }[]): Tax[] =>
  lines.map((line) => ({ title: line.title, rate: line.rate ?? 0, amount: minor(line.priceSet) }));

function toLine(from: OrderLineFieldsFragment, inventoryItemId: string | null): ShopifyOrderLine {
  return {
    id: from.id,
    variantId: from.variant?.id ?? null,
    inventoryItemId,
    sku: from.sku?.trim() ?? '',
    title: from.name,
    quantity: from.quantity,
    currentQuantity: from.currentQuantity,
    requiresShipping: from.requiresShipping,
    isGiftCard: from.isGiftCard,
    productType: from.product?.productType ?? '',
    productTags: from.product?.tags ?? [],
    unitPrice: minor(from.originalUnitPriceSet),
    discount: from.discountAllocations.reduce((sum, one) => sum + minor(one.allocatedAmountSet), 0),
    unitNet: minor(from.discountedUnitPriceAfterAllDiscountsSet),
    taxes: toTaxes(from.taxLines),
    attributes: from.customAttributes.map(({ key, value }) => ({ key, value: value ?? '' })),
  };
}

function toShippingLine(from: ShippingLineFieldsFragment): ShopifyShippingLine {
  const amount = minor(from.originalPriceSet);
  return {
    title: from.title,
    code: from.code ?? '',
    amount,
    discount: amount - minor(from.discountedPriceSet),
    taxes: toTaxes(from.taxLines),
  };
}

/** A fulfilment order with its lines, however those were read. */
export function toFulfilmentOrder(
  one: Omit<FulfilmentOrderNode, 'lineItems'>,
  lines: FulfilmentOrderNode['lineItems']['nodes'],
): FulfilmentOrder {
  return {
    id: one.id,
    status: one.status,
    locationId: one.assignedLocation.location?.id ?? null,
    locationName: one.assignedLocation.name ?? '',
    // Shopify gives no method where nothing is delivered.
    deliveryMethod: one.deliveryMethod?.methodType ?? 'NONE',
    fulfillAt: one.fulfillAt ?? null,
    holds:
      'fulfillmentHolds' in one
        ? (one.fulfillmentHolds as { reason: string; heldByRequestingApp: boolean }[]).map((hold) => ({
            reason: hold.reason,
            ours: hold.heldByRequestingApp,
          }))
        : [],
    lines: lines.map((line) => ({
      id: line.id,
      lineId: line.lineItem.id,
      inventoryItemId: line.inventoryItemId ?? null,
      sku: line.sku?.trim() ?? '',
      total: line.totalQuantity,
      remaining: line.remainingQuantity,
    })),
  };
}

/**
 * Shopify gives a tip twice: as the amount received and as a line without a variant, which nobody fulfils. It is charged, so the line is left out.
 */
function withoutTipLines(lines: ShopifyOrderLine[], tips: number): ShopifyOrderLine[] {
  if (tips === 0) return lines;
  return lines.filter((line) => {
    const amount = line.unitPrice * line.quantity - line.discount;
    return line.variantId !== null || line.requiresShipping || (line.title !== 'Tip' && amount !== tips);
  });
}

/** What is read of an order beside its own fields. */
export interface OrderRest {
  lines: OrderLineFieldsFragment[];
  shipping: ShippingLineFieldsFragment[];
  fulfilmentOrders: FulfilmentOrder[];
  /** Minor units. */
  duties: number;
  fees: ShopifyOrder['fees'];
  /** Personal fields that Shopify keeps back. */
  withheld: string[];
}

/** Puts an order together, whatever way its parts were read: page by page, or as lines of a bulk result. Pure. */
export function assembleOrder(
  node: Omit<OrderNode, 'lineItems' | 'shippingLines' | 'fulfillmentOrders'>,
  { lines: lineNodes, shipping: shippingNodes, fulfilmentOrders, duties, fees, withheld }: OrderRest,
): ShopifyOrder {
  const tips = minor(node.totalTipReceivedSet);
  const itemOf = new Map(fulfilmentOrders.flatMap((one) => one.lines).map((line) => [line.lineId, line.inventoryItemId]));
  return {
    id: node.id,
    name: node.name,
    placedAt: node.processedAt,
    updatedAt: node.updatedAt,
    cancelledAt: node.cancelledAt ?? null,
    closedAt: node.closedAt ?? null,
    test: node.test,
    edited: node.edited,
    financialStatus: node.displayFinancialStatus ?? 'PENDING',
    fulfilmentStatus: node.displayFulfillmentStatus,
    currency: node.currencyCode,
    taxesIncluded: node.taxesIncluded,
    currentTotal: minor(node.currentTotalPriceSet),
    refundedTotal: minor(node.totalRefundedSet),
    tags: node.tags,
    note: node.note ?? null,
    attributes: node.customAttributes.map(({ key, value }) => ({ key, value: value ?? '' })),
    channel: node.attribution?.handle ?? node.sourceName ?? '',
    channelLabel: node.attribution?.displayName ?? node.sourceName ?? '',
    gateways: node.paymentGatewayNames,
    customer: node.customer
      ? {
          id: node.customer.id,
          name: node.customer.displayName,
          email: node.email ?? null,
          phone: node.phone ?? null,
          tags: node.customer.tags,
        }
      : null,
    billing: toAddress(node.billingAddress),
    shipTo: toAddress(node.shippingAddress),
    lines: withoutTipLines(
      lineNodes.map((line) => toLine(line, itemOf.get(line.id) ?? null)),
      tips,
    ),
    shippingLines: shippingNodes.map(toShippingLine),
    tips,
    duties,
    fees,
    rounding: 0,
    sums: { shipping: minor(node.totalShippingPriceSet), tax: minor(node.currentTotalTaxSet) },
    risk: node.risk.recommendation,
    withheld,
    hasReturns: node.returnStatus !== 'NO_RETURN',
    fulfilmentOrders,
  };
}
