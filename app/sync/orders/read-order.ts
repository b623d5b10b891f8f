import { parseMoney } from '../../core/money.ts';
import type { Address, Tax } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  FulfilmentOrderLinesDocument,
  OrderDutiesDocument,
  OrderFulfilmentOrdersDocument,
  OrderLinesDocument,
  OrderReadDocument,
  OrderShippingLinesDocument,
  type AddressFieldsFragment,
  type OrderLineFieldsFragment,
  type OrderReadQuery,
  type ShippingLineFieldsFragment,
} from '../../shopify/operations/generated/graphql.ts';
import type { FulfilmentOrder, ShopifyOrder, ShopifyOrderLine, ShopifyShippingLine } from './shopify-order.ts';

type OrderNode = NonNullable<OrderReadQuery['order']>;
type MoneySet = { shopMoney: { amount: string; currencyCode: string } };
interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

const minor = (set: MoneySet | null | undefined): number =>
  set ? parseMoney(set.shopMoney.amount, set.shopMoney.currencyCode).amount : 0;

/** The rest of a connection whose first page is there already. */
async function rest<Node>(page: Page<Node>, next: (after: string) => Promise<Page<Node> | null | undefined>): Promise<Node[]> {
  const nodes = [...page.nodes];
  let { hasNextPage, endCursor } = page.pageInfo;
  while (hasNextPage && endCursor) {
    const more = await next(endCursor);
    if (!more) break;
    nodes.push(...more.nodes);
    ({ hasNextPage, endCursor } = more.pageInfo);
  }
  return nodes;
}

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

const toTaxes = (lines: { title: string; rate?: number | null; priceSet: MoneySet }[]): Tax[] =>
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

async function readFulfilmentOrders(admin: ShopifyAdmin, node: OrderNode): Promise<FulfilmentOrder[]> {
  const { nodes, pageInfo } = node.fulfillmentOrders;
  const more = pageInfo.hasNextPage
    ? await rest<OrderNode['fulfillmentOrders']['nodes'][number]>({ nodes, pageInfo }, async (after) => {
        const page = await admin.run(OrderFulfilmentOrdersDocument, { id: node.id, after }, { priority: 'order' });
        return page.order?.fulfillmentOrders;
      })
    : nodes;
  return Promise.all(
    more.map(async (one) => {
      const lines = await rest(
        one.lineItems,
        async (after) =>
          (await admin.run(FulfilmentOrderLinesDocument, { id: one.id, after }, { priority: 'order' })).fulfillmentOrder
            ?.lineItems,
      );
      const locationId = one.assignedLocation.location?.id ?? null;
      return {
        id: one.id,
        status: one.status,
        locationId,
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
    }),
  );
}

async function readDuties(admin: ShopifyAdmin, node: OrderNode): Promise<number> {
  if (minor(node.currentTotalDutiesSet) === 0) return 0;
  const first = await admin.run(OrderDutiesDocument, { id: node.id }, { priority: 'order' });
  if (!first.order) return 0;
  const lines = await rest(
    first.order.lineItems,
    async (after) => (await admin.run(OrderDutiesDocument, { id: node.id, after }, { priority: 'order' })).order?.lineItems,
  );
  return lines.flatMap((line) => line.duties).reduce((sum, duty) => sum + minor(duty.price), 0);
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

/**
 * Reads an order whole, whatever its size: 60 points for nearly every order, further pages only where there are more lines or
 * fulfilment orders. Null when it was deleted.
 */
export async function readOrder(admin: ShopifyAdmin, orderId: string): Promise<ShopifyOrder | null> {
  const { data, denied } = await admin.runNotingDenied(OrderReadDocument, { id: orderId }, { priority: 'order' });
  const node = data.order;
  if (!node) return null;
  const lineNodes = await rest(
    node.lineItems,
    async (after) => (await admin.run(OrderLinesDocument, { id: orderId, after }, { priority: 'order' })).order?.lineItems,
  );
  const shippingNodes = await rest(
    node.shippingLines,
    async (after) =>
      (await admin.run(OrderShippingLinesDocument, { id: orderId, after }, { priority: 'order' })).order?.shippingLines,
  );
  const fulfilmentOrders = await readFulfilmentOrders(admin, node);
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
    duties: await readDuties(admin, node),
    rounding: 0,
    risk: node.risk.recommendation,
    withheld: denied.map((path) => path.replace(/^order\./, '')),
    fulfilmentOrders,
  };
}
