import { gid, idOf } from '../core/gid.ts';
import { plus, toMinor, ZERO, type Bag } from '../core/money.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { NotImplemented, onlyKnown } from '../core/not-implemented.ts';
import { page, pageOfList } from '../core/paging.ts';
import { byParent, byShop, defineLoader, nodes, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import type { RequestContext } from '../core/world.ts';
import { orderTotals, type OrderTotals } from '../domain/order-money.ts';
import { suggestRefund } from '../domain/refunds.ts';
import { returnStatusOf } from '../domain/returns.ts';
import {
  dataOf,
  type CustomerData,
  type CustomerRow,
  type FulfillmentRow,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type RefundRow,
  type TransactionRow,
} from '../domain/rows.ts';
import { compileSearch } from '../search/compile.ts';
import { ORDER_SEARCH } from './order-search.ts';
import { discountApplication, riskSummary, shippingLine } from './order-parts.ts';
import { metafieldArguments, metafieldOf, metafieldsOf, ownerByCustomId } from './metafields.ts';
import { fulfillmentOrdersPage } from './fulfillment-orders.ts';
import { visibleSince } from './visible-since.ts';
import { exactCount, legacyId, mailingAddress, moneyBag, taxLine } from './values.ts';
import { lineItemFields } from './line-items.ts';

const SORT: Record<string, string | undefined> = {
  ID: undefined,
  RELEVANCE: undefined,
  UPDATED_AT: 'o.updated_at',
  CREATED_AT: 'o.created_at',
  PROCESSED_AT: 'o.processed_at',
  ORDER_NUMBER: 'o.number',
  FINANCIAL_STATUS: 'o.financial',
  FULFILLMENT_STATUS: 'o.fulfillment',
};

const visible = (ctx: RequestContext, id: number | undefined) =>
  id === undefined
    ? null
    : refOrNull(
        'Order',
        ctx.world.state.get<{ id: number }>(
          'SELECT id FROM orders WHERE id = ? AND shop_id = ? AND created_at >= ?',
          id,
          ctx.shop.id,
          visibleSince(ctx),
        )?.id,
      );

/** order(s) and everything that hangs on an order but its fulfilment. */
export function orderFields(registry: Registry): void {
  defineLoader('Order', byShop('orders'));
  defineLoader('LineItem', byParent('order_lines', 'order_id', 'orders'));
  defineLoader('Customer', byShop('customers'));

  registry.type<unknown>('QueryRoot', {
    order: withArgs(['id'], (_source, args, ctx) => visible(ctx, idOf('Order', args.id))),
    orderByIdentifier: withArgs(['identifier'], (_source, args, ctx) => {
      const identifier = args.identifier as { id?: string; customId?: { namespace?: string; key: string; value: string } };
      return visible(
        ctx,
        identifier.customId ? ownerByCustomId(ctx, 'ORDER', identifier.customId) : idOf('Order', identifier.id),
      );
    }),
    orders: withArgs([...PAGING, 'query', 'sortKey'], (_source, args, ctx, info) => {
      const sortKey = String(args.sortKey);
      if (!(sortKey in SORT)) throw new NotImplemented(`the sort key ${sortKey} of orders`);
      const search = compileSearch(ORDER_SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT o.* FROM orders o',
        where: [
          { sql: 'o.shop_id = ? AND o.created_at >= ?', params: [ctx.shop.id, visibleSince(ctx)] },
          ...indexed(ctx, args.query),
          ...(search ? [search] : []),
        ],
        id: 'o.id',
        sort: SORT[sortKey],
        toNode: (row) => ({ __typename: 'Order', ...row }),
      });
    }),
    ordersCount: withArgs(['query', 'limit'], (_source, args, ctx) => {
      const search = compileSearch(ORDER_SEARCH, args.query, ctx.world.clock.now());
      const limit = args.limit === null ? undefined : Number(args.limit ?? 10_000);
      const n =
        ctx.world.state.get<{ n: number }>(
          `SELECT count(*) AS n FROM orders o WHERE o.shop_id = ? AND o.created_at >= ?${search ? ` AND (${search.sql})` : ''}`,
          ctx.shop.id,
          visibleSince(ctx),
          ...(search?.params ?? []),
        )?.n ?? 0;
      return limit !== undefined && n > limit ? { count: limit, precision: 'AT_LEAST' } : exactCount(n);
    }),
    customer: withArgs(['id'], (_source, args) => refOrNull('Customer', idOf('Customer', args.id))),
    customerByIdentifier: withArgs(['identifier'], (_source, args, ctx) => {
      const { id, emailAddress, ...others } = args.identifier as { id?: string; emailAddress?: string };
      onlyKnown(others, [], 'customerByIdentifier');
      if (emailAddress === undefined) return refOrNull('Customer', idOf('Customer', id));
      const found = ctx.world.state.get<{ id: number }>(
        'SELECT id FROM customers WHERE shop_id = ? AND lower(email) = lower(?)',
        ctx.shop.id,
        emailAddress,
      );
      return refOrNull('Customer', found?.id ?? null);
    }),
  });

  const data = (read: (data: OrderData, row: OrderRow) => unknown) => (row: OrderRow) => read(dataOf<OrderData>(row), row);
  const total = (read: (totals: OrderTotals) => Bag) => (row: OrderRow, _args: unknown, ctx: RequestContext) =>
    moneyBag(read(orderTotals(ctx.world.state, row)), row);

  registry.type<OrderRow>('Order', {
    id: (row) => gid('Order', row.id),
    legacyResourceId: legacyId,
    name: (row) => row.name,
    number: (row) => row.number,
    createdAt: (row) => dateTime(row.created_at),
    processedAt: (row) => dateTime(row.processed_at),
    updatedAt: (row) => dateTime(row.updated_at),
    cancelledAt: (row) => dateTimeOrNull(row.cancelled_at),
    cancelReason: (row) => row.cancel_reason,
    closedAt: (row) => dateTimeOrNull(row.closed_at),
    closed: (row) => row.closed_at !== null,
    confirmed: () => true,
    test: (row) => row.test === 1,
    edited: (row) => row.edited === 1,
    unpaid: (row) => !['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(row.financial),
    fullyPaid: (row, _args, ctx) => orderTotals(ctx.world.state, row).outstanding[0] <= 0,
    displayFinancialStatus: (row) => row.financial,
    displayFulfillmentStatus: (row) => row.fulfillment,
    returnStatus: (row, _args, ctx) => returnStatusOf(ctx.world.state, row.id),
    fulfillable: (row, _args, ctx) =>
      ctx.world.state.get(
        "SELECT 1 FROM fo_lines l JOIN fulfillment_orders f ON f.id = l.fo_id WHERE f.order_id = ? AND l.remaining > 0 AND f.status NOT IN ('CLOSED', 'CANCELLED')",
        row.id,
      ) !== undefined,
    requiresShipping: (row, _args, ctx) =>
      ctx.world.state.get('SELECT 1 FROM order_lines WHERE order_id = ? AND requires_shipping = 1', row.id) !== undefined,
    currencyCode: (row) => row.currency,
    presentmentCurrencyCode: (row) => row.presentment,
    paymentGatewayNames: data((d) => d.gateways),
    sourceName: (row) => row.source_name,
    sourceIdentifier: data((d) => d.sourceIdentifier),
    registeredSourceUrl: () => null,
    attribution: data((d) => d.attribution),
    app: data((d) => d.app && { id: gid('App', d.app.id), name: d.app.name, icon: null }),
    retailLocation: data((d) => refOrNull('Location', d.retailLocation)),
    poNumber: data((d) => d.poNumber),
    tags: (row) => JSON.parse(row.tags) as string[],
    note: data((d) => d.note),
    customAttributes: data((d) => d.attributes),
    email: (row) => row.email,
    phone: data((d) => d.phone),
    customerLocale: data((d) => d.locale),
    customer: (row) => refOrNull('Customer', row.customer_id),
    billingAddress: data((d) => mailingAddress(d.billingAddress)),
    shippingAddress: data((d) => mailingAddress(d.shippingAddress)),
    billingAddressMatchesShippingAddress: data(
      (d) => JSON.stringify({ ...d.billingAddress, id: 0 }) === JSON.stringify({ ...d.shippingAddress, id: 0 }),
    ),
    purchasingEntity: (row) => {
      const { company } = dataOf<OrderData>(row);
      if (!company) return refOrNull('Customer', row.customer_id);
      return {
        __typename: 'PurchasingCompany',
        company: { id: gid('Company', company.id), name: company.name },
        location: { id: gid('CompanyLocation', company.locationId), name: company.locationName },
        contact: null,
      };
    },
    taxesIncluded: data((d) => d.taxesIncluded),
    taxExempt: data((d) => d.taxExempt),
    estimatedTaxes: () => false,
    dutiesIncluded: () => false,
    discountCodes: data((d) => d.discounts.filter((discount) => discount.kind === 'code').map((discount) => discount.title)),
    discountCode: data((d) => d.discounts.find((discount) => discount.kind === 'code')?.title ?? null),
    totalWeight: (row, _args, ctx) =>
      String(Math.round(linesOf(ctx, row).reduce((sum, line) => sum + grams(dataOf<LineData>(line).weight) * line.quantity, 0))),
    subtotalLineItemsQuantity: (row, _args, ctx) => linesOf(ctx, row).reduce((sum, line) => sum + line.quantity, 0),
    currentSubtotalLineItemsQuantity: (row, _args, ctx) => linesOf(ctx, row).reduce((sum, line) => sum + line.current, 0),
    subtotalPriceSet: total((t) => t.subtotal),
    currentSubtotalPriceSet: total((t) => t.currentSubtotal),
    totalPriceSet: total((t) => t.total),
    originalTotalPriceSet: total((t) => t.total),
    currentTotalPriceSet: total((t) => t.currentTotal),
    totalTaxSet: total((t) => t.tax),
    currentTotalTaxSet: total((t) => t.currentTax),
    // No order of the sandbox crosses a border that asks duties: Shopify answers null then, and so it does for fees where there are none.
    currentTotalDutiesSet: () => null,
    currentTotalAdditionalFeesSet: (row, _args, ctx) =>
      dataOf<OrderData>(row).fees?.length ? moneyBag(orderTotals(ctx.world.state, row).fees, row) : null,
    additionalFees: data((d, row) =>
      (d.fees ?? []).map(({ id, name, price }) => ({
        ...{ id: gid('AdditionalFee', id), name, price: moneyBag(price, row), taxLines: [] },
      })),
    ),
    totalShippingPriceSet: total((t) => t.shipping),
    totalDiscountsSet: total((t) => t.discounts),
    totalTipReceivedSet: total((t) => t.tip),
    totalRefundedSet: total((t) => t.refunded),
    totalReceivedSet: total((t) => plus(t.received, t.refunded)),
    netPaymentSet: total((t) => t.received),
    totalOutstandingSet: total((t) => t.outstanding),
    totalRefundedShippingSet: (row) => moneyBag(dataOf<OrderData>(row).refundedShipping, row),
    totalCashRoundingAdjustment: (row) => ({ paymentSet: moneyBag(ZERO, row), refundSet: moneyBag(ZERO, row) }),
    taxLines: (row, _args, ctx) => orderTotals(ctx.world.state, row).taxLines.map((tax) => taxLine(tax, row)),
    discountApplications: withArgs(PAGING, (row, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        dataOf<OrderData>(row).discounts.map((discount, index) => discountApplication(row, discount, index)),
      ),
    ),
    risk: data((d) => riskSummary(d.risk)),
    lineItems: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT l.* FROM order_lines l',
        where: [{ sql: 'l.order_id = ?', params: [row.id] }],
        id: 'l.id',
        toNode: (line) => ({ __typename: 'LineItem', ...line }),
      }),
    ),
    shippingLine: data((d, row) => (d.shippingLines[0] ? shippingLine(row, d, d.shippingLines[0]) : null)),
    shippingLines: withArgs([...PAGING, 'includeRemovals'], (row, args, ctx, info) => {
      const d = dataOf<OrderData>(row);
      return pageOfList(
        ctx,
        info,
        args,
        d.shippingLines.map((line) => shippingLine(row, d, line)),
      );
    }),
    transactions: withArgs(['first'], (row, args, ctx) =>
      nodes(
        'OrderTransaction',
        ctx.world.state.all<TransactionRow>('SELECT * FROM transactions WHERE order_id = ? ORDER BY id', row.id),
      ).slice(0, (args.first as number | undefined) ?? 250),
    ),
    transactionsCount: (row, _args, ctx) =>
      exactCount(ctx.world.state.get<{ n: number }>('SELECT count(*) AS n FROM transactions WHERE order_id = ?', row.id)?.n ?? 0),
    fulfillmentOrders: withArgs([...PAGING, 'query', 'displayable'], (row, args, ctx, info) =>
      fulfillmentOrdersPage(ctx, info, args, { sql: 'f.order_id = ?', params: [row.id] }),
    ),
    fulfillments: withArgs(['first'], (row, args, ctx) =>
      nodes(
        'Fulfillment',
        ctx.world.state.all<FulfillmentRow>('SELECT * FROM fulfillments WHERE order_id = ? ORDER BY id', row.id),
      ).slice(0, (args.first as number | undefined) ?? 250),
    ),
    fulfillmentsCount: (row, _args, ctx) =>
      exactCount(ctx.world.state.get<{ n: number }>('SELECT count(*) AS n FROM fulfillments WHERE order_id = ?', row.id)?.n ?? 0),
    refunds: withArgs(['first'], (row, args, ctx) =>
      nodes('Refund', ctx.world.state.all<RefundRow>('SELECT * FROM refunds WHERE order_id = ? ORDER BY id', row.id)).slice(
        0,
        (args.first as number | undefined) ?? 250,
      ),
    ),
    returns: withArgs([...PAGING], (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT r.* FROM returns r',
        where: [{ sql: 'r.order_id = ?', params: [row.id] }],
        id: 'r.id',
        toNode: (found) => ({ __typename: 'Return', ...found }),
      }),
    ),
    paymentTerms: () => null,
    metafield: withArgs(['key', 'namespace'], (row, args, ctx) => metafieldOf(ctx, gid('Order', row.id), args)),
    metafields: withArgs(metafieldArguments, (row, args, ctx, info) => metafieldsOf(ctx, info, gid('Order', row.id), args)),
    suggestedRefund: withArgs(
      ['refundLineItems', 'shippingAmount', 'refundShipping', 'suggestFullRefund', 'refundMethodAllocation'],
      (row, args, ctx) => {
        const lines = args.suggestFullRefund
          ? linesOf(ctx, row).map((line) => ({ lineId: line.id, quantity: line.current }))
          : ((args.refundLineItems ?? []) as { lineItemId: string; quantity: number }[]).map((line) => ({
              lineId: idOf('LineItem', line.lineItemId),
              quantity: line.quantity,
            }));
        const amount = args.shippingAmount as string | null | undefined;
        const shipping =
          args.suggestFullRefund || args.refundShipping ? 'full' : amount ? toMinor(amount, row.presentment) : undefined;
        try {
          return suggestedRefund(row, suggestRefund(ctx.world.state, row, lines, shipping));
        } catch (error) {
          if (error instanceof Refused) return null;
          throw error;
        }
      },
    ),
  });

  registry.type<LineRow>('LineItem', lineItemFields());
  registry.type<CustomerRow>('Customer', {
    id: (row) => gid('Customer', row.id),
    legacyResourceId: legacyId,
    firstName: (row) => dataOf<CustomerData>(row).firstName,
    lastName: (row) => dataOf<CustomerData>(row).lastName,
    displayName: (row) =>
      [dataOf<CustomerData>(row).firstName, dataOf<CustomerData>(row).lastName].filter(Boolean).join(' ') || row.email || '',
    defaultEmailAddress: (row) =>
      row.email === null ? null : { emailAddress: row.email, marketingState: 'NOT_SUBSCRIBED', validFormat: true },
    defaultPhoneNumber: (row) => {
      const { phone } = dataOf<CustomerData>(row);
      return phone === null ? null : { phoneNumber: phone, marketingState: 'NOT_SUBSCRIBED' };
    },
    email: (row) => row.email,
    phone: (row) => dataOf<CustomerData>(row).phone,
    taxExempt: (row) => dataOf<CustomerData>(row).taxExempt,
    tags: (row) => dataOf<CustomerData>(row).tags,
    metafield: withArgs(['key', 'namespace'], (row, args, ctx) => metafieldOf(ctx, gid('Customer', row.id), args)),
    numberOfOrders: (row, _args, ctx) =>
      String(ctx.world.state.get<{ n: number }>('SELECT count(*) AS n FROM orders WHERE customer_id = ?', row.id)?.n ?? 0),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
  });
}

const linesOf = (ctx: RequestContext, row: OrderRow): LineRow[] =>
  ctx.world.state.all<LineRow>('SELECT * FROM order_lines WHERE order_id = ? ORDER BY id', row.id);

const grams = (weight: LineData['weight']): number =>
  weight ? weight.value * ({ GRAMS: 1, KILOGRAMS: 1000, OUNCES: 28.3495, POUNDS: 453.592 }[weight.unit] ?? 1) : 0;

/** A new order is not in the index yet for a moment: searches don't find it, listing without a search does. */
function indexed(ctx: RequestContext, query: unknown): { sql: string; params: number[] }[] {
  if (typeof query !== 'string' || query.trim() === '') return [];
  return [{ sql: 'NOT (o.index_due > ? AND o.indexed_updated_at IS NULL)', params: [ctx.world.clock.now()] }];
}

function suggestedRefund(order: OrderRow, suggestion: ReturnType<typeof suggestRefund>) {
  return {
    amountSet: moneyBag(suggestion.total, order),
    maximumRefundableSet: moneyBag(suggestion.maximum, order),
    subtotalSet: moneyBag(suggestion.subtotal, order),
    discountedSubtotalSet: moneyBag(suggestion.subtotal, order),
    totalTaxSet: moneyBag(suggestion.tax, order),
    shipping: {
      amountSet: moneyBag(suggestion.shipping, order),
      maximumRefundableSet: moneyBag(suggestion.maximumShipping, order),
    },
    suggestedTransactions: suggestion.transactions.map(({ parent, amount }) => ({
      gateway: parent.gateway,
      formattedGateway: (JSON.parse(parent.data) as { label: string }).label,
      kind: 'SUGGESTED_REFUND',
      amountSet: moneyBag(amount, order),
      parentTransaction: ref('OrderTransaction', parent.id),
    })),
  };
}
