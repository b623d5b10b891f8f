import { describe, expect, test } from 'vitest';
import { openTestShop, type TestShop } from './testing/open-test-shop.ts';

const ORDER = `query($id: ID!) { order(id: $id) {
  id name displayFinancialStatus displayFulfillmentStatus returnStatus taxesIncluded currencyCode presentmentCurrencyCode requiresShipping updatedAt edited
  totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } } currentTotalPriceSet { shopMoney { amount } } totalTipReceivedSet { shopMoney { amount } }
  subtotalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } } totalShippingPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
  discountApplications(first: 9) { nodes { __typename index targetType allocationMethod targetSelection value { __typename ... on PricingPercentageValue { percentage } ... on MoneyV2 { amount } } } }
  lineItems(first: 50) { nodes { id sku title quantity currentQuantity unfulfilledQuantity requiresShipping isGiftCard variant { id } lineItemGroup { title quantity }
    originalUnitPriceSet { shopMoney { amount } } discountAllocations { allocatedAmountSet { shopMoney { amount } } discountApplication { index } } taxLines { rate priceSet { shopMoney { amount } } } } }
  shippingLines(first: 5) { nodes { title code discountedPriceSet { shopMoney { amount } } } }
  customer { id } shippingAddress { city countryCodeV2 } paymentGatewayNames sourceName attribution { handle } retailLocation { name }
  fulfillmentOrders(first: 9) { nodes { id status fulfillAt supportedActions { action } assignedLocation { name location { id } } deliveryMethod { methodType presentedName } fulfillmentHolds { id handle reason heldByRequestingApp }
    lineItems(first: 20) { nodes { id totalQuantity remainingQuantity sku } } } }
  fulfillments(first: 9) { id status trackingInfo(first: 3) { company number url } }
  refunds(first: 5) { id totalRefundedSet { shopMoney { amount } } } transactions(first: 9) { id kind status gateway }
} }`;
const read = async (shop: TestShop, id: string) => (await shop.graphql(ORDER, { id })).data.order;
const FULFILL =
  'mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { fulfillment { id name status } userErrors { field message } } }';
const amounts = (set: { shopMoney: { amount: string } }) => Number(set.shopMoney.amount);

describe('placing', () => {
  test('an order commits stock at the first location that holds everything, once routing is through', async () => {
    const shop = openTestShop();
    const before = shop.level('MU06-01', 'Main Warehouse');
    const placed = await shop.control('/shopify/orders', { lines: [{ sku: 'MU06-01', quantity: 2 }] });
    const { id } = placed.body.orders[0];
    expect((await read(shop, id)).fulfillmentOrders.nodes).toEqual([]);
    expect(shop.level('MU06-01', 'Main Warehouse')).toEqual(before);
    await shop.settle();
    const order = await read(shop, id);
    expect(order.fulfillmentOrders.nodes[0]).toMatchObject({
      status: 'OPEN',
      assignedLocation: { name: 'Main Warehouse' },
      deliveryMethod: { methodType: 'SHIPPING', presentedName: 'Standard' },
      lineItems: { nodes: [{ totalQuantity: 2, remainingQuantity: 2 }] },
    });
    expect(order).toMatchObject({ displayFinancialStatus: 'PAID', displayFulfillmentStatus: 'UNFULFILLED' });
    expect(shop.level('MU06-01', 'Main Warehouse')).toMatchObject({ available: (before?.available ?? 0) - 2, committed: 2 });
  });

  test('sums are right with line and order discounts, tax on top, several shipping lines and a tip', async () => {
    const shop = openTestShop({ shop: { taxRate: 0.1 } });
    const { id } = await shop.order({
      lines: [
        { sku: 'MU06-01', quantity: 2, price: '10.00', discount: 2 },
        { sku: 'MU06-02', quantity: 1, price: 30 },
      ],
      shipping: [
        { title: 'Standard', price: 5 },
        { title: 'Gift wrap', price: 3, discount: 1 },
      ],
      discounts: [{ code: 'TEN', percentage: 10 }],
      tip: 4,
    });
    const order = await read(shop, id);
    expect(amounts(order.subtotalPriceSet)).toBe(43.2);
    expect(amounts(order.totalShippingPriceSet)).toBe(7);
    expect(amounts(order.totalTaxSet)).toBeCloseTo(5.02, 2);
    expect(amounts(order.totalPriceSet)).toBeCloseTo(43.2 + 7 + 5.02 + 4, 2);
    expect(amounts(order.totalDiscountsSet)).toBe(7.8);
    expect(
      order.discountApplications.nodes.map((node: { __typename: string; targetSelection: string }) => [
        node.__typename,
        node.targetSelection,
      ]),
    ).toEqual([
      ['ManualDiscountApplication', 'EXPLICIT'],
      ['AutomaticDiscountApplication', 'ALL'],
      ['DiscountCodeApplication', 'ALL'],
    ]);
    const tip = order.lineItems.nodes.at(-1);
    expect(tip).toMatchObject({ title: 'Tip', requiresShipping: false, unfulfilledQuantity: 0, variant: null });
    expect(order.fulfillmentOrders.nodes).toHaveLength(1);
    expect(amounts(order.totalTipReceivedSet)).toBe(4);
  });

  test('prices may include tax, and the buyer may pay in another currency', async () => {
    const shop = openTestShop({ shop: { country: 'DE' } });
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', price: 11.9 }], shipping: null, currency: 'JPY', rate: 0.006 });
    const order = await read(shop, id);
    expect(order).toMatchObject({ taxesIncluded: true, currencyCode: 'EUR', presentmentCurrencyCode: 'JPY' });
    expect(order.totalPriceSet).toEqual({
      shopMoney: { amount: '11.9', currencyCode: 'EUR' },
      presentmentMoney: { amount: '1983.0', currencyCode: 'JPY' },
    });
    expect(amounts(order.totalTaxSet)).toBe(1.9);
  });

  test.each([
    ['paid', {}, 'PAID'],
    ['authorized', { financialStatus: 'authorized' }, 'AUTHORIZED'],
    ['pending with a manual gateway', { gateway: 'Bank Deposit' }, 'PENDING'],
    ['partly paid', { financialStatus: 'partially_paid', paid: 1 }, 'PARTIALLY_PAID'],
    ['expired', { financialStatus: 'expired' }, 'EXPIRED'],
    ['voided', { financialStatus: 'voided' }, 'VOIDED'],
    ['free', { lines: [{ sku: 'MU06-01', price: 0 }], shipping: null }, 'PAID'],
  ])('%s orders say so', async (_what, body, status) => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01' }], ...body });
    expect((await read(shop, id)).displayFinancialStatus).toBe(status);
  });

  test('what is awkward in real shops can be had', async () => {
    const shop = openTestShop();
    const pos = await read(shop, (await shop.order({ lines: [{ sku: 'MU06-01' }], pos: true })).id);
    expect(pos).toMatchObject({
      sourceName: 'pos',
      attribution: { handle: 'pos' },
      retailLocation: { name: 'Downtown Store' },
      customer: null,
      shippingAddress: null,
      displayFulfillmentStatus: 'FULFILLED',
      shippingLines: { nodes: [] },
    });
    expect(pos.fulfillmentOrders.nodes[0].deliveryMethod.methodType).toBe('RETAIL');
    const draft = await read(
      shop,
      (
        await shop.order({
          lines: [{ title: 'Custom thing', price: 5 }],
          channel: 'draft_orders',
          shipping: null,
          customer: null,
          address: null,
        })
      ).id,
    );
    expect(draft).toMatchObject({ sourceName: 'shopify_draft_order', customer: null, shippingAddress: null });
    expect(draft.lineItems.nodes[0]).toMatchObject({ sku: null, variant: null, title: 'Custom thing' });
    const digital = await read(shop, (await shop.order({ lines: [{ sku: 'EBOOK-KNOTS' }] })).id);
    expect(digital.fulfillmentOrders.nodes[0].deliveryMethod.methodType).toBe('NONE');
    expect(digital.requiresShipping).toBe(false);
    const gift = await read(shop, (await shop.order({ lines: [{ sku: 'GIFT-25' }, { sku: 'MU06-01' }] })).id);
    expect(gift.displayFulfillmentStatus).toBe('PARTIALLY_FULFILLED');
    expect(gift.fulfillmentOrders.nodes.map((node: { status: string }) => node.status).sort()).toEqual(['CLOSED', 'OPEN']);
    const bundle = await read(shop, (await shop.order({ lines: [{ sku: 'BUNDLE-BREAKFAST' }] })).id);
    expect(
      bundle.lineItems.nodes.map((node: { sku: string; quantity: number; lineItemGroup: { title: string } }) => [
        node.sku,
        node.quantity,
        node.lineItemGroup.title,
      ]),
    ).toEqual([
      ['MU06-01', 2, 'Breakfast Bundle'],
      ['CA04-01-BLA', 1, 'Breakfast Bundle'],
    ]);
    const pickup = await read(shop, (await shop.order({ lines: [{ sku: 'MU06-01' }], delivery: 'pickup' })).id);
    expect(pickup.fulfillmentOrders.nodes[0]).toMatchObject({
      deliveryMethod: { methodType: 'PICK_UP' },
      assignedLocation: { name: 'Downtown Store' },
    });
    const twice = await read(shop, (await shop.order({ lines: [{ sku: 'MU06-01' }, { sku: 'MU06-01', price: 1 }] })).id);
    expect(new Set(twice.lineItems.nodes.map((node: { id: string }) => node.id)).size).toBe(2);
  });

  test('an order that no single location holds is split, a line over two locations if need be', async () => {
    const shop = openTestShop();
    const main = shop.level('BUOY-EAST', 'Main Warehouse');
    expect(main).toBeUndefined();
    await shop.control('/shopify/levels', { sku: 'MU06-03', location: 'Main Warehouse', available: 2 });
    await shop.control('/shopify/levels', { sku: 'MU06-03', location: 'East Warehouse', available: 5 });
    const order = await read(
      shop,
      (
        await shop.order({
          lines: [{ sku: 'MU06-03', quantity: 4 }, { sku: 'BUOY-EAST' }, { sku: 'MU06-01', location: 'Main Warehouse' }],
        })
      ).id,
    );
    const at = (name: string) =>
      order.fulfillmentOrders.nodes
        .find((node: { assignedLocation: { name: string } }) => node.assignedLocation.name === name)
        .lineItems.nodes.map((line: { sku: string; totalQuantity: number }) => `${line.sku} ${line.totalQuantity}`);
    expect(order.fulfillmentOrders.nodes).toHaveLength(2);
    expect(at('East Warehouse')).toEqual(['MU06-03 4', 'BUOY-EAST 1']);
    expect(at('Main Warehouse')).toEqual(['MU06-01 1']);
    await shop.control('/shopify/levels', { sku: 'MU06-03', location: 'East Warehouse', available: 1 });
    const over = await read(shop, (await shop.order({ lines: [{ sku: 'MU06-03', quantity: 4 }, { sku: 'BUOY-EAST' }] })).id);
    expect(
      over.fulfillmentOrders.nodes
        .flatMap((node: { lineItems: { nodes: { sku: string; totalQuantity: number }[] } }) => node.lineItems.nodes)
        .filter((line: { sku: string }) => line.sku === 'MU06-03')
        .map((line: { totalQuantity: number }) => line.totalQuantity),
    ).toEqual([3, 1]);
  });

  test('a scheduled order opens when its day comes, a held one when it is released', async () => {
    const shop = openTestShop();
    const fulfillAt = new Date(shop.clock.now() + 86_400_000).toISOString();
    const scheduled = await shop.order({ lines: [{ sku: 'MU06-01' }], fulfillAt });
    expect(await read(shop, scheduled.id)).toMatchObject({
      displayFulfillmentStatus: 'SCHEDULED',
      fulfillmentOrders: { nodes: [{ status: 'SCHEDULED', supportedActions: [{ action: 'MARK_AS_OPEN' }, { action: 'MOVE' }] }] },
    });
    shop.clock.advance(86_500_000);
    await shop.settle();
    const renewed = openTestShop({ state: shop.state, clock: shop.clock });
    expect((await read(renewed, scheduled.id)).fulfillmentOrders.nodes[0].status).toBe('OPEN');
    const held = await renewed.order({ lines: [{ sku: 'MU06-01' }], hold: { reason: 'incorrect_address', notes: 'ask' } });
    expect(await read(renewed, held.id)).toMatchObject({
      displayFulfillmentStatus: 'ON_HOLD',
      fulfillmentOrders: {
        nodes: [{ status: 'ON_HOLD', fulfillmentHolds: [{ reason: 'INCORRECT_ADDRESS', heldByRequestingApp: false }] }],
      },
    });
    await renewed.control(`/shopify/orders/${held.name}/fulfilment-orders/1/release`, {});
    expect((await read(renewed, held.id)).displayFulfillmentStatus).toBe('UNFULFILLED');
  });
});

describe('fulfilling', () => {
  test('in two parts: remaining quantities, statuses and committed stock follow, and a third is refused', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 3 }] });
    const [fo] = (await read(shop, id)).fulfillmentOrders.nodes;
    const [line] = fo.lineItems.nodes;
    const committed = shop.level('MU06-01', 'Main Warehouse')?.committed ?? 0;
    const part = (quantity: number) =>
      shop.graphql(FULFILL, {
        f: {
          lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: fo.id, fulfillmentOrderLineItems: [{ id: line.id, quantity }] }],
          trackingInfo: { number: '1Z1', company: 'UPS' },
        },
      });
    expect((await part(2)).data.fulfillmentCreate).toMatchObject({
      fulfillment: { status: 'SUCCESS', name: '#1001.1' },
      userErrors: [],
    });
    let order = await read(shop, id);
    expect(order).toMatchObject({
      displayFulfillmentStatus: 'PARTIALLY_FULFILLED',
      fulfillmentOrders: {
        nodes: [{ status: 'IN_PROGRESS', lineItems: { nodes: [{ totalQuantity: 3, remainingQuantity: 1 }] } }],
      },
      lineItems: { nodes: [{ unfulfilledQuantity: 1 }] },
    });
    expect(order.fulfillments[0].trackingInfo[0].url).toContain('ups.com');
    expect(shop.level('MU06-01', 'Main Warehouse')?.committed).toBe(committed - 2);
    expect((await part(2)).data.fulfillmentCreate).toMatchObject({
      fulfillment: null,
      userErrors: [{ message: 'Invalid fulfillment order line item quantity requested.' }],
    });
    await part(1);
    order = await read(shop, id);
    expect(order).toMatchObject({
      displayFulfillmentStatus: 'FULFILLED',
      fulfillmentOrders: { nodes: [{ status: 'CLOSED', supportedActions: [] }] },
    });
    expect((await part(1)).data.fulfillmentCreate.userErrors[0].message).toContain('unfulfillable status');
  });

  test('a cancelled fulfilment makes a new fulfilment order, or fills up the one that is still open', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2 }] });
    const [fo] = (await read(shop, id)).fulfillmentOrders.nodes;
    const cancel = (fulfillmentId: string) =>
      shop.graphql('mutation($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }', {
        id: fulfillmentId,
      });
    const first = await shop.graphql(FULFILL, {
      f: {
        lineItemsByFulfillmentOrder: [
          { fulfillmentOrderId: fo.id, fulfillmentOrderLineItems: [{ id: fo.lineItems.nodes[0].id, quantity: 1 }] },
        ],
      },
    });
    await cancel(first.data.fulfillmentCreate.fulfillment.id);
    expect((await read(shop, id)).fulfillmentOrders.nodes).toMatchObject([
      { id: fo.id, lineItems: { nodes: [{ remainingQuantity: 2 }] } },
    ]);
    const whole = await shop.graphql(FULFILL, { f: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: fo.id }] } });
    expect((await cancel(whole.data.fulfillmentCreate.fulfillment.id)).data.fulfillmentCancel.fulfillment.status).toBe(
      'CANCELLED',
    );
    const order = await read(shop, id);
    expect(order.fulfillmentOrders.nodes.map((node: { id: string; status: string }) => [node.id === fo.id, node.status])).toEqual(
      [
        [true, 'CLOSED'],
        [false, 'OPEN'],
      ],
    );
    expect(order.displayFulfillmentStatus).toBe('UNFULFILLED');
  });

  test('what is on hold, moved away or of two locations is refused', async () => {
    const shop = openTestShop();
    const { id, name } = await shop.order({ lines: [{ sku: 'BUOY-EAST' }, { sku: 'MU06-01', location: 'Main Warehouse' }] });
    const [a, b] = (await read(shop, id)).fulfillmentOrders.nodes;
    expect(
      (
        await shop.graphql(FULFILL, {
          f: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: a.id }, { fulfillmentOrderId: b.id }] },
        })
      ).data.fulfillmentCreate.userErrors[0].message,
    ).toContain('same location');
    await shop.control(`/shopify/orders/${name}/fulfilment-orders/1/hold`, { reason: 'OTHER' });
    expect(
      (await shop.graphql(FULFILL, { f: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: a.id }] } })).data.fulfillmentCreate
        .userErrors[0].message,
    ).toContain('on_hold');
  });
});

describe('fulfilment orders', () => {
  const MOVE =
    'mutation($id: ID!, $to: ID!, $lines: [FulfillmentOrderLineItemInput!]) { fulfillmentOrderMove(id: $id, newLocationId: $to, fulfillmentOrderLineItems: $lines) { movedFulfillmentOrder { id } originalFulfillmentOrder { id status } userErrors { message code } } }';

  test('moved whole keep their id, moved in part get a new one; stock moves with them', async () => {
    const shop = openTestShop();
    await shop.control('/shopify/levels', { sku: 'MU06-01', location: 'East Warehouse', available: 10 });
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 3 }] });
    const [fo] = (await read(shop, id)).fulfillmentOrders.nodes;
    const to = `gid://shopify/Location/${shop.level('MU06-01', 'East Warehouse')?.location_id}`;
    const part = await shop.graphql(MOVE, { id: fo.id, to, lines: [{ id: fo.lineItems.nodes[0].id, quantity: 1 }] });
    expect(part.data.fulfillmentOrderMove.movedFulfillmentOrder.id).not.toBe(fo.id);
    expect(shop.level('MU06-01', 'East Warehouse')).toMatchObject({ available: 9, committed: 1 });
    const whole = await shop.graphql(MOVE, { id: fo.id, to });
    expect(whole.data.fulfillmentOrderMove.movedFulfillmentOrder.id).toBe(fo.id);
    expect(shop.level('MU06-01', 'East Warehouse')).toMatchObject({ available: 7, committed: 3 });
    expect(shop.level('MU06-01', 'Main Warehouse')?.committed).toBe(0);
  });

  test('with reported progress can’t be moved until they are opened again, nor to where the item isn’t stocked', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'BUOY-EAST' }] });
    const [fo] = (await read(shop, id)).fulfillmentOrders.nodes;
    const to = `gid://shopify/Location/${shop.level('MU06-01', 'Main Warehouse')?.location_id}`;
    expect((await shop.graphql(MOVE, { id: fo.id, to })).data.fulfillmentOrderMove.userErrors[0].message).toContain(
      'does not stock',
    );
    await shop.graphql('mutation($id: ID!) { fulfillmentOrderReportProgress(id: $id) { userErrors { message } } }', {
      id: fo.id,
    });
    expect((await read(shop, id)).displayFulfillmentStatus).toBe('IN_PROGRESS');
    expect((await shop.graphql(MOVE, { id: fo.id, to })).data.fulfillmentOrderMove.userErrors[0].code).toBe(
      'CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS',
    );
    await shop.graphql('mutation($id: ID!) { fulfillmentOrderOpen(id: $id) { userErrors { message } } }', { id: fo.id });
    expect((await read(shop, id)).fulfillmentOrders.nodes[0].status).toBe('OPEN');
  });

  test('hold by the app: handles are unique, parts are split off, the last release opens', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 3 }] });
    const [fo] = (await read(shop, id)).fulfillmentOrders.nodes;
    const hold = (h: Record<string, unknown>) =>
      shop.graphql(
        'mutation($id: ID!, $h: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $id, fulfillmentHold: $h) { fulfillmentHold { id } remainingFulfillmentOrder { id status } userErrors { code } } }',
        { id: fo.id, h },
      );
    const first = await hold({
      reason: 'OTHER',
      handle: 'a',
      fulfillmentOrderLineItems: [{ id: fo.lineItems.nodes[0].id, quantity: 1 }],
    });
    expect(first.data.fulfillmentOrderHold.remainingFulfillmentOrder.status).toBe('OPEN');
    expect((await hold({ reason: 'OTHER', handle: 'a' })).data.fulfillmentOrderHold.userErrors[0].code).toBe(
      'DUPLICATE_FULFILLMENT_HOLD_HANDLE',
    );
    const second = await hold({ reason: 'OTHER', handle: 'b' });
    const release = (holdIds?: string[]) =>
      shop.graphql(
        'mutation($id: ID!, $ids: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $ids) { fulfillmentOrder { status } userErrors { message } } }',
        { id: fo.id, ids: holdIds },
      );
    expect(
      (await release([first.data.fulfillmentOrderHold.fulfillmentHold.id])).data.fulfillmentOrderReleaseHold.fulfillmentOrder
        .status,
    ).toBe('ON_HOLD');
    expect(
      (await release([second.data.fulfillmentOrderHold.fulfillmentHold.id])).data.fulfillmentOrderReleaseHold.fulfillmentOrder
        .status,
    ).toBe('OPEN');
  });

  test('split: what is named stays, the rest becomes a new one', async () => {
    const shop = openTestShop();
    const { id, name } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 3 }, { sku: 'MU06-02' }] });
    await shop.control(`/shopify/orders/${name}/fulfilment-orders/1/split`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    expect(
      (await read(shop, id)).fulfillmentOrders.nodes.map(
        (node: { lineItems: { nodes: { sku: string; totalQuantity: number }[] } }) =>
          node.lineItems.nodes.map((line) => `${line.sku} ${line.totalQuantity}`),
      ),
    ).toEqual([['MU06-01 1'], ['MU06-01 2', 'MU06-02 1']]);
  });
});

describe('changing', () => {
  test('an edit down frees stock, up commits more and leaves the order partly paid', async () => {
    const shop = openTestShop();
    const { id, name } = await shop.order({
      lines: [{ sku: 'MU06-01', quantity: 3 }],
      discounts: [{ title: 'Bulk', amount: 3 }],
    });
    const committed = () => shop.level('MU06-01', 'Main Warehouse')?.committed;
    await shop.control(`/shopify/orders/${name}/edit`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    let order = await read(shop, id);
    expect(order).toMatchObject({
      edited: true,
      displayFinancialStatus: 'PAID',
      lineItems: { nodes: [{ quantity: 3, currentQuantity: 1, unfulfilledQuantity: 1 }] },
      fulfillmentOrders: { nodes: [{ lineItems: { nodes: [{ totalQuantity: 1 }] } }] },
    });
    expect(amounts(order.totalOutstandingSet)).toBeLessThan(0);
    expect(committed()).toBe(1);
    await shop.control(`/shopify/orders/${name}/edit`, {
      lines: [
        { sku: 'MU06-01', quantity: 5 },
        { sku: 'MU06-02', quantity: 1 },
      ],
    });
    order = await read(shop, id);
    expect(order.displayFinancialStatus).toBe('PARTIALLY_PAID');
    expect(
      order.lineItems.nodes.map((line: { sku: string; currentQuantity: number; unfulfilledQuantity: number }) => [
        line.sku,
        line.currentQuantity,
        line.unfulfilledQuantity,
      ]),
    ).toEqual([
      ['MU06-01', 5, 5],
      ['MU06-02', 1, 1],
    ]);
    expect(committed()).toBe(5);
    await shop.control(`/shopify/orders/${name}/pay`, {});
    expect((await read(shop, id)).displayFinancialStatus).toBe('PAID');
  });

  test('an edit by the API is staged, then committed', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2 }] });
    const begun = await shop.graphql(
      'mutation($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id lineItems(first: 5) { nodes { id sku quantity } } } userErrors { message } } }',
      { id },
    );
    const { calculatedOrder } = begun.data.orderEditBegin;
    const set = await shop.graphql(
      'mutation($id: ID!, $line: ID!) { orderEditSetQuantity(id: $id, lineItemId: $line, quantity: 1, restock: true) { calculatedLineItem { quantity } userErrors { message } } }',
      { id: calculatedOrder.id, line: calculatedOrder.lineItems.nodes[0].id },
    );
    expect(set.data.orderEditSetQuantity.calculatedLineItem.quantity).toBe(1);
    expect((await read(shop, id)).lineItems.nodes[0].currentQuantity).toBe(2);
    await shop.graphql('mutation($id: ID!) { orderEditCommit(id: $id) { order { id } userErrors { message } } }', {
      id: calculatedOrder.id,
    });
    expect((await read(shop, id)).lineItems.nodes[0].currentQuantity).toBe(1);
  });

  test('a cancel is a job: refunds, frees stock, closes what was open; refused once something shipped', async () => {
    const shop = openTestShop();
    const before = shop.level('MU06-01', 'Main Warehouse');
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2 }] });
    const CANCEL =
      'mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refundMethod: { originalPaymentMethodsRefund: true }) { job { id done } jobResult { status } orderCancelUserErrors { message code } } }';
    const started = (await shop.graphql(CANCEL, { id })).data.orderCancel;
    expect(started).toMatchObject({ job: { done: false }, jobResult: { status: 'STARTED' }, orderCancelUserErrors: [] });
    await shop.settle();
    expect((await shop.graphql('query($id: ID!) { job(id: $id) { done } }', { id: started.job.id })).data.job.done).toBe(true);
    const order = await read(shop, id);
    expect(order).toMatchObject({
      displayFinancialStatus: 'REFUNDED',
      displayFulfillmentStatus: 'UNFULFILLED',
      fulfillmentOrders: { nodes: [{ status: 'CLOSED' }] },
      lineItems: { nodes: [{ currentQuantity: 0 }] },
    });
    expect(shop.level('MU06-01', 'Main Warehouse')).toMatchObject({ available: before?.available, committed: 0 });
    const other = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2 }] });
    await shop.control(`/shopify/orders/${other.name}/fulfil`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    expect((await shop.graphql(CANCEL, { id: other.id })).data.orderCancel).toMatchObject({
      job: null,
      orderCancelUserErrors: [{ code: 'INVALID' }],
    });
    const authorized = await shop.order({ lines: [{ sku: 'MU06-01' }], financialStatus: 'authorized' });
    await shop.control(`/shopify/orders/${authorized.name}/cancel`, {});
    expect(await read(shop, authorized.id)).toMatchObject({
      displayFinancialStatus: 'VOIDED',
      transactions: [{ kind: 'AUTHORIZATION' }, { kind: 'VOID' }],
    });
  });

  test('refunds: of unshipped units to stock, of shipped ones as return, of money alone, never more than was paid', async () => {
    const shop = openTestShop({ shop: { taxRate: 0 } });
    const { id, name } = await shop.order({
      lines: [{ sku: 'MU06-01', quantity: 3, price: 10 }],
      shipping: { title: 'Standard', price: 5 },
    });
    await shop.control(`/shopify/orders/${name}/fulfil`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    const available = () => shop.level('MU06-01', 'Main Warehouse')?.available ?? 0;
    const start = available();
    await shop.control(`/shopify/orders/${name}/refund`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    let order = await read(shop, id);
    expect(order).toMatchObject({
      displayFinancialStatus: 'PARTIALLY_REFUNDED',
      lineItems: { nodes: [{ currentQuantity: 2, unfulfilledQuantity: 1 }] },
    });
    expect([available() - start, amounts(order.refunds[0].totalRefundedSet)]).toEqual([1, 10]);
    const [parent] = order.transactions;
    const [line] = order.lineItems.nodes;
    const REFUND =
      'mutation($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) { refund { id totalRefundedSet { shopMoney { amount } } } userErrors { message } } }';
    const refund = (input: Record<string, unknown>, key: string) =>
      shop.graphql(REFUND, { input: { orderId: id, ...input }, key });
    const money = (amount: string) => [{ orderId: id, kind: 'REFUND', gateway: parent.gateway, amount, parentId: parent.id }];
    const back = {
      refundLineItems: [
        {
          lineItemId: line.id,
          quantity: 1,
          restockType: 'RETURN',
          locationId: order.fulfillmentOrders.nodes[0].assignedLocation.location.id,
        },
      ],
      transactions: money('10.00'),
    };
    expect((await refund(back, 'r1')).data.refundCreate.userErrors).toEqual([]);
    expect((await refund(back, 'r1')).data.refundCreate.refund.id).toBe((await refund(back, 'r1')).data.refundCreate.refund.id);
    expect(available() - start).toBe(2);
    expect((await refund({ transactions: money('999.00') }, 'r2')).data.refundCreate.userErrors[0].message).toContain(
      'more than',
    );
    const suggested = await shop.graphql(
      'query($id: ID!, $lines: [RefundLineItemInput!]) { order(id: $id) { suggestedRefund(refundLineItems: $lines, refundShipping: true) { amountSet { shopMoney { amount } } shipping { amountSet { shopMoney { amount } } } suggestedTransactions { kind gateway parentTransaction { id } } } } }',
      { id, lines: [{ lineItemId: line.id, quantity: 1 }] },
    );
    expect(suggested.data.order.suggestedRefund).toMatchObject({
      amountSet: { shopMoney: { amount: '15.0' } },
      shipping: { amountSet: { shopMoney: { amount: '5.0' } } },
      suggestedTransactions: [{ kind: 'SUGGESTED_REFUND', gateway: 'shopify_payments' }],
    });
    await refund(
      {
        shipping: { fullRefund: true },
        transactions: money('15.00'),
        refundLineItems: [{ lineItemId: line.id, quantity: 1, restockType: 'CANCEL' }],
      },
      'r3',
    );
    order = await read(shop, id);
    expect(order.displayFinancialStatus).toBe('REFUNDED');
    expect(amounts(order.currentTotalPriceSet)).toBe(0);
  });

  test('returns: opened over shipped units, processed with dispositions and money, closed', async () => {
    const shop = openTestShop({ shop: { taxRate: 0 } });
    const { id, name } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2, price: 10 }] });
    await shop.control(`/shopify/orders/${name}/fulfil`, {});
    const returnable = await shop.graphql(
      'query($id: ID!) { returnableFulfillments(orderId: $id, first: 5) { nodes { id returnableFulfillmentLineItems(first: 5) { nodes { quantity fulfillmentLineItem { id } } } } } returnReasonDefinitions(first: 3) { nodes { id handle } } }',
      { id },
    );
    const [entry] = returnable.data.returnableFulfillments.nodes[0].returnableFulfillmentLineItems.nodes;
    expect(entry.quantity).toBe(2);
    const created = await shop.graphql(
      'mutation($r: ReturnInput!) { returnCreate(returnInput: $r) { return { id name status returnLineItems(first: 5) { nodes { ... on ReturnLineItem { id } } } reverseFulfillmentOrders(first: 5) { nodes { lineItems(first: 5) { nodes { id } } } } } userErrors { message code } } }',
      {
        r: {
          orderId: id,
          returnLineItems: [
            {
              fulfillmentLineItemId: entry.fulfillmentLineItem.id,
              quantity: 1,
              returnReasonDefinitionId: returnable.data.returnReasonDefinitions.nodes[0].id,
            },
          ],
        },
      },
    );
    const row = created.data.returnCreate.return;
    expect(row).toMatchObject({ status: 'OPEN', name: '#1001-R1' });
    const order = await read(shop, id);
    const start = shop.level('MU06-01', 'Main Warehouse')?.available ?? 0;
    const processed = await shop.graphql(
      'mutation($input: ReturnProcessInput!) { returnProcess(input: $input) { return { id status refunds(first: 5) { nodes { id } } } userErrors { message code } } }',
      {
        input: {
          returnId: row.id,
          returnLineItems: [
            {
              id: row.returnLineItems.nodes[0].id,
              quantity: 1,
              dispositions: [
                {
                  dispositionType: 'RESTOCKED',
                  quantity: 1,
                  locationId: order.fulfillmentOrders.nodes[0].assignedLocation.location.id,
                  reverseFulfillmentOrderLineItemId: row.reverseFulfillmentOrders.nodes[0].lineItems.nodes[0].id,
                },
              ],
            },
          ],
          financialTransfer: {
            issueRefund: {
              orderTransactions: [
                { parentId: order.transactions[0].id, transactionAmount: { amount: '10.00', currencyCode: 'USD' } },
              ],
            },
          },
        },
      },
    );
    expect(processed.data.returnProcess).toMatchObject({
      return: { refunds: { nodes: [{ id: expect.stringContaining('Refund') }] } },
      userErrors: [],
    });
    expect((shop.level('MU06-01', 'Main Warehouse')?.available ?? 0) - start).toBe(1);
    expect(await read(shop, id)).toMatchObject({
      returnStatus: 'INSPECTION_COMPLETE',
      displayFinancialStatus: 'PARTIALLY_REFUNDED',
    });
    await shop.graphql('mutation($id: ID!) { returnClose(id: $id) { return { status } userErrors { message } } }', {
      id: row.id,
    });
    expect((await read(shop, id)).returnStatus).toBe('RETURNED');
  });

  test('a deleted product leaves its old orders with lines that point nowhere', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'LAST-ONE' }] });
    await shop.control('/shopify/products', { product: 'LAST-ONE', delete: true });
    expect((await read(shop, id)).lineItems.nodes[0]).toMatchObject({ sku: 'LAST-ONE', variant: null });
    expect(
      (
        await shop.graphql(
          '{ events(first: 5, query: "action:destroy", sortKey: CREATED_AT) { nodes { action ... on BasicEvent { subjectType } } } }',
        )
      ).data.events.nodes,
    ).toEqual([{ action: 'destroy', subjectType: 'PRODUCT' }]);
  });

  test('a fulfilment service’s part is asked for, accepted and given back', async () => {
    const shop = openTestShop();
    const made = await shop.graphql(
      'mutation { fulfillmentServiceCreate(name: "Our 3PL", trackingSupport: true) { fulfillmentService { id location { id name } } userErrors { message } } }',
    );
    expect(made.data.fulfillmentServiceCreate.userErrors).toEqual([]);
    const { id, name } = await shop.order({ lines: [{ sku: 'MU06-01', location: 'Our 3PL' }] });
    const [fo] = (await read(shop, id)).fulfillmentOrders.nodes;
    expect(
      (await shop.graphql(FULFILL, { f: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: fo.id }] } })).data
        .fulfillmentCreate.userErrors[0].message,
    ).toContain('accepted');
    await shop.control(`/shopify/orders/${name}/fulfilment-orders/1/request`, { message: 'go' });
    expect(
      (
        await shop.graphql(
          '{ assignedFulfillmentOrders(first: 5, assignmentStatus: FULFILLMENT_REQUESTED) { nodes { id requestStatus merchantRequests(first: 1) { nodes { message } } } } }',
        )
      ).data.assignedFulfillmentOrders.nodes,
    ).toMatchObject([{ id: fo.id, requestStatus: 'SUBMITTED', merchantRequests: { nodes: [{ message: 'go' }] } }]);
    await shop.graphql(
      'mutation($id: ID!) { fulfillmentOrderAcceptFulfillmentRequest(id: $id) { fulfillmentOrder { status requestStatus } userErrors { message } } }',
      { id: fo.id },
    );
    expect(
      (await shop.graphql(FULFILL, { f: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: fo.id }] } })).data
        .fulfillmentCreate.userErrors,
    ).toEqual([]);
  });

  test('tags, notes, metafields and our own id', async () => {
    const shop = openTestShop();
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await shop.graphql('mutation($id: ID!) { tagsAdd(id: $id, tags: ["b", "A", "c,d"]) { userErrors { message } } }', { id });
    await shop.graphql('mutation($id: ID!) { tagsRemove(id: $id, tags: ["B"]) { userErrors { message } } }', { id });
    const define =
      'mutation { metafieldDefinitionCreate(definition: { name: "External", key: "ext", type: "id", ownerType: ORDER }) { createdDefinition { id namespace } userErrors { code } } }';
    expect((await shop.graphql(define)).data.metafieldDefinitionCreate.userErrors).toEqual([]);
    expect((await shop.graphql(define)).data.metafieldDefinitionCreate.userErrors[0].code).toBe('TAKEN');
    const set = (value: string, digest?: string | null) =>
      shop.graphql(
        'mutation($m: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $m) { metafields { id value compareDigest } userErrors { code elementIndex } } }',
        {
          m: [
            {
              ownerId: id,
              namespace: '$app',
              key: 'ext',
              type: 'id',
              value,
              ...(digest === undefined ? {} : { compareDigest: digest }),
            },
          ],
        },
      );
    const first = await set('WMS-1');
    expect((await set('WMS-2', 'stale')).data.metafieldsSet.userErrors[0].code).toBe('STALE_OBJECT');
    expect((await set('WMS-2', first.data.metafieldsSet.metafields[0].compareDigest)).data.metafieldsSet.userErrors).toEqual([]);
    expect(
      (
        await shop.graphql(
          '{ orderByIdentifier(identifier: { customId: { key: "ext", value: "WMS-2" } }) { id tags metafields(first: 5, namespace: "$app") { nodes { key value } } } }',
        )
      ).data.orderByIdentifier,
    ).toEqual({ id, tags: ['A', 'c', 'd'], metafields: { nodes: [{ key: 'ext', value: 'WMS-2' }] } });
  });
});
