import { allocate, minus, plus, share, ZERO, type Bag } from '../core/money.ts';
import { newId } from '../core/tables.ts';
import type { Change, Address } from '../core/world.ts';
import { orderPayload } from '../webhooks/order-payload.ts';
import { inBothCurrencies, insertLine, lineData, type LineRequest } from './order-lines.ts';
import { lineNet, orderTotals, shippingNet, taxOn } from './order-money.ts';
import { addTransaction } from './payments.ts';
import type { Allocation, DiscountData, LineData, LineRow, OrderData, OrderRow, ShippingLineData } from './rows.ts';

/** A new order, everything resolved: see control/order-request.ts for what a caller may leave out. Money is shop currency, minor units. */
export interface NewOrder {
  lines: (Omit<LineRequest, 'unit'> & { price: number; location: number | undefined; discount: number })[];
  shipping: {
    title: string;
    code: string | null;
    source: string | null;
    carrier: string | null;
    price: number;
    discount: number;
    custom: boolean;
  }[];
  discounts: {
    kind: DiscountData['kind'];
    title: string;
    target: 'order' | 'shipping';
    amount: number | undefined;
    percentage: number | undefined;
  }[];
  payments: { kind: 'SALE' | 'AUTHORIZATION'; gateway: string; amount: number | 'all'; status: 'SUCCESS' | 'PENDING' }[];
  gateways: string[];
  sourceName: string;
  attribution: OrderData['attribution'];
  app: OrderData['app'];
  customer: { id: number | null; email: string | null; phone: string | null };
  shippingAddress: Address | null;
  billingAddress: Address | null;
  tags: string[];
  note: string | null;
  attributes: { key: string; value: string }[];
  presentment: string;
  rate: number;
  taxesIncluded: boolean;
  taxExempt: boolean;
  taxRate: number;
  taxTitle: string;
  tip: number;
  fees: { name: string; price: number }[];
  delivery: OrderData['delivery'];
  retailLocation: number | null;
  fulfillAt: number | null;
  hold: OrderData['hold'];
  risk: OrderData['risk'];
  company: OrderData['company'];
  poNumber: string | null;
  sourceIdentifier: string | null;
  locale: string;
  test: boolean;
  voided: boolean;
  /** ms; for orders from before. */
  createdAt: number | undefined;
}

/** Places an order as a checkout does: sums, taxes and discounts worked out, payments booked, routing to follow in a moment. */
export function placeOrder(change: Change, order: NewOrder): OrderRow {
  const { state, shop, at } = change;
  const number = (state.get<{ n: number }>(
    'UPDATE shops SET order_number = order_number + 1 WHERE id = ? RETURNING order_number AS n',
    shop.id,
  )?.n ?? 1001) as number;
  const name = `${shop.data.prefix}${number}${shop.data.suffix}`;
  const createdAt = order.createdAt ?? at;
  const withId = (address: Address | null) => (address ? { ...address, id: newId(state, 'plain_ids') } : null);
  const data: OrderData = {
    shippingAddress: withId(order.shippingAddress),
    billingAddress: withId(order.billingAddress),
    phone: order.customer.phone,
    locale: order.locale,
    note: order.note,
    attributes: order.attributes,
    gateways: order.gateways,
    attribution: order.attribution,
    app: order.app,
    poNumber: order.poNumber,
    sourceIdentifier: order.sourceIdentifier,
    discounts: [],
    shippingLines: [],
    fees: [],
    taxesIncluded: order.taxesIncluded,
    taxExempt: order.taxExempt,
    delivery: order.delivery,
    retailLocation: order.retailLocation,
    risk: order.risk,
    company: order.company,
    fulfillAt: order.fulfillAt,
    hold: order.hold,
    forced: {},
    rate: order.rate,
    voided: order.voided,
    staffNote: null,
    refundedShipping: ZERO,
  };
  const { lastId: orderId } = state.run(
    `INSERT INTO orders (shop_id, number, name, customer_id, email, source_name, test, financial, fulfillment, currency, presentment, tags, data, created_at, processed_at, updated_at, index_due)
     VALUES (?,?,?,?,?,?,?,'NEW','UNFULFILLED',?,?,?,?,?,?,?,?)`,
    shop.id,
    number,
    name,
    order.customer.id,
    order.customer.email,
    order.sourceName,
    order.test ? 1 : 0,
    shop.data.currency,
    order.presentment,
    JSON.stringify(order.tags),
    '{}',
    createdAt,
    createdAt,
    createdAt,
    // not indexed yet: the end of the change sets when it will be
    change.now + 1,
  );

  const both = (minor: number) => inBothCurrencies(minor, order.rate);
  const lines = order.lines.map((line) => {
    const request: LineRequest = { ...line, unit: both(line.price) };
    return { line, row: insertLine(change, orderId, request, lineData(change, request)), data: lineData(change, request) };
  });
  if (order.tip > 0) {
    const request: LineRequest = {
      variant: undefined,
      title: 'Tip',
      sku: null,
      quantity: 1,
      unit: both(order.tip),
      taxable: false,
      requiresShipping: false,
      giftCard: false,
      tip: true,
      attributes: [],
      group: null,
    };
    insertLine(change, orderId, request, lineData(change, request));
  }
  data.fees = order.fees.map(({ name, price }) => ({ id: newId(state, 'plain_ids'), name, price: both(price) }));
  data.shippingLines = order.shipping.map((line): ShippingLineData => ({
    id: newId(state, 'plain_ids'),
    title: line.title,
    code: line.code,
    source: line.source,
    carrier: line.carrier,
    price: both(line.price),
    discounts: [],
    taxes: [],
    custom: line.custom,
  }));
  applyDiscounts(order, data, lines, both);
  applyTaxes(order, data, lines);
  for (const { line, row, data: own } of lines) {
    if (line.location !== undefined) data.forced[row.id] = line.location;
    state.run('UPDATE order_lines SET data = ? WHERE id = ?', JSON.stringify(own), row.id);
  }
  state.run('UPDATE orders SET data = ? WHERE id = ?', JSON.stringify(data), orderId);
  const row = state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', orderId) as OrderRow;

  const { total } = orderTotals(state, row);
  let left: Bag = total;
  for (const payment of order.payments) {
    const amount: Bag = payment.amount === 'all' ? left : both(payment.amount);
    if (amount[1] <= 0) continue;
    addTransaction(change, row, { kind: payment.kind, amount, gateway: payment.gateway, status: payment.status });
    left = minus(left, amount);
  }
  change.tell('orders/create', (wanted) => orderPayload(change.world, orderId, wanted));
  change.orderTouched(orderId);
  change.world.after(shop, change.world.timings.routing, 'route-order', { orderId });
  return row;
}

type PlacedLine = { line: NewOrder['lines'][number]; row: LineRow; data: LineData };

function applyDiscounts(order: NewOrder, data: OrderData, lines: PlacedLine[], both: (minor: number) => Bag): void {
  for (const { line, data: own } of lines) {
    if (line.discount <= 0) continue;
    const index = data.discounts.length;
    const amount = both(Math.min(line.discount, line.price * line.quantity));
    data.discounts.push({
      kind: 'manual',
      title: `Discount on ${own.title}`,
      description: 'Line discount',
      target: 'LINE_ITEM',
      selection: 'EXPLICIT',
      method: 'ACROSS',
      amount,
      percentage: null,
    });
    own.discounts.push({ index, amount });
  }
  for (const shippingLine of data.shippingLines) {
    const discount = order.shipping[data.shippingLines.indexOf(shippingLine)]?.discount ?? 0;
    if (discount <= 0) continue;
    const index = data.discounts.length;
    const amount = both(discount);
    data.discounts.push({
      kind: 'automatic',
      title: 'Shipping discount',
      description: null,
      target: 'SHIPPING_LINE',
      selection: 'ALL',
      method: 'EACH',
      amount,
      percentage: null,
    });
    shippingLine.discounts.push({ index, amount });
  }
  for (const discount of order.discounts) {
    const index = data.discounts.length;
    const onShipping = discount.target === 'shipping';
    const targets: { net: Bag; allocations: Allocation[] }[] = onShipping
      ? data.shippingLines.map((line) => ({ net: shippingNet(line), allocations: line.discounts }))
      : lines
          .filter(({ data: own }) => !own.giftCard)
          .map(({ row, data: own }) => ({ net: lineNet(row, own), allocations: own.discounts }));
    const whole = plus(ZERO, ...targets.map((target) => target.net));
    const asked: Bag = discount.percentage === undefined ? both(discount.amount ?? 0) : share(whole, discount.percentage, 100);
    const given: Bag = [Math.min(asked[0], whole[0]), Math.min(asked[1], whole[1])];
    data.discounts.push({
      kind: discount.kind,
      title: discount.title,
      description: null,
      target: onShipping ? 'SHIPPING_LINE' : 'LINE_ITEM',
      selection: 'ALL',
      method: onShipping ? 'EACH' : 'ACROSS',
      amount: discount.percentage === undefined ? given : null,
      percentage: discount.percentage ?? null,
    });
    const inShop = allocate(
      given[0],
      targets.map((target) => target.net[0]),
    );
    const inPresentment = allocate(
      given[1],
      targets.map((target) => target.net[1]),
    );
    targets.forEach((target, position) => {
      const amount: Bag = [inShop[position] ?? 0, inPresentment[position] ?? 0];
      if (amount[1] > 0 || amount[0] > 0) target.allocations.push({ index, amount });
    });
  }
}

function applyTaxes(order: NewOrder, data: OrderData, lines: PlacedLine[]): void {
  if (order.taxExempt || order.taxRate <= 0) return;
  const tax = (net: Bag) => [
    { title: order.taxTitle, rate: order.taxRate, amount: taxOn(net, order.taxRate, order.taxesIncluded) },
  ];
  for (const { row, data: own } of lines) if (own.taxable && !own.giftCard) own.taxes = tax(lineNet(row, own));
  for (const line of data.shippingLines) line.taxes = shippingNet(line)[0] > 0 ? tax(shippingNet(line)) : [];
}
