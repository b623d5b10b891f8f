import { createHmac } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { readWebhook, subjects } from './read-webhook.ts';

const database = await openTestDatabase();
const { authenticateWebhook } = await import('./authenticate-webhook.ts');
afterAll(() => database.close());

const headers = { webhookId: 'w-1', eventId: 'e-1', triggeredAt: '2026-11-20T10:00:00.123Z' };
const order = {
  id: 820982911946154508n.toString(),
  admin_graphql_api_id: 'gid://shopify/Order/820982911946154508',
  updated_at: '2026-11-20T09:59:00Z',
};
const fo = (id: number) => ({ id: `gid://shopify/FulfillmentOrder/${id}`, status: 'open' });
const level = {
  inventory_item_id: 271878346596884015n.toString(),
  location_id: 24826418,
  available: 5,
  updated_at: '2026-11-20T09:59:00Z',
};
const item = 'gid://shopify/InventoryItem/271878346596884015';

const table: [string, unknown, string, string, string[]][] = [
  ['orders/create', order, 'order', order.admin_graphql_api_id, []],
  ['orders/updated', { id: 450789469, updated_at: '2026-11-20T09:59:00Z' }, 'order', 'gid://shopify/Order/450789469', []],
  ['orders/paid', order, 'order', order.admin_graphql_api_id, []],
  ['orders/cancelled', order, 'order', order.admin_graphql_api_id, []],
  ['orders/delete', { id: 5 }, 'order', 'gid://shopify/Order/5', []],
  [
    'orders/edited',
    { order_edit: { id: 9, order_id: 5, committed_at: '2026-11-20T09:59:00Z', line_items: { additions: [], removals: [] } } },
    'order',
    'gid://shopify/Order/5',
    [],
  ],
  [
    'orders/risk_assessment_changed',
    { provider_id: 1, risk_level: 'low', order_id: 5, admin_graphql_api_order_id: 'gid://shopify/Order/5' },
    'order',
    'gid://shopify/Order/5',
    [],
  ],
  [
    'order_transactions/create',
    { id: 120560818172775265n.toString(), order_id: 5, kind: 'sale' },
    'order',
    'gid://shopify/Order/5',
    [],
  ],
  ['refunds/create', { id: 890, order_id: 5, refund_line_items: [] }, 'order', 'gid://shopify/Order/5', []],
  [
    'returns/request',
    {
      id: 7,
      admin_graphql_api_id: 'gid://shopify/Return/7',
      order: { id: 5, admin_graphql_api_id: 'gid://shopify/Order/5' },
      status: 'requested',
    },
    'order',
    'gid://shopify/Order/5',
    ['gid://shopify/Return/7'],
  ],
  ['returns/approve', { id: 7, order: { id: 5 } }, 'order', 'gid://shopify/Order/5', ['gid://shopify/Return/7']],
  [
    'returns/update',
    { admin_graphql_api_id: 'gid://shopify/Return/7', return_line_items: { updates: [], removals: [] } },
    'return',
    'gid://shopify/Return/7',
    [],
  ],
  ['returns/close', { id: 7, order: { id: 5 } }, 'order', 'gid://shopify/Order/5', ['gid://shopify/Return/7']],
  [
    'fulfillment_orders/order_routing_complete',
    { fulfillment_order: fo(1) },
    'fulfilment-order',
    'gid://shopify/FulfillmentOrder/1',
    [],
  ],
  [
    'fulfillment_orders/moved',
    {
      original_fulfillment_order: fo(1),
      moved_fulfillment_order: fo(2),
      destination_location_id: 'gid://shopify/Location/1',
      source_location: { id: 2 },
    },
    'fulfilment-order',
    'gid://shopify/FulfillmentOrder/1',
    ['gid://shopify/FulfillmentOrder/2'],
  ],
  [
    'fulfillment_orders/split',
    { fulfillment_order: fo(1), remaining_fulfillment_order: fo(2), replacement_fulfillment_order: null },
    'fulfilment-order',
    'gid://shopify/FulfillmentOrder/1',
    ['gid://shopify/FulfillmentOrder/2'],
  ],
  [
    'fulfillment_orders/merged',
    { fulfillment_order: fo(1), merge_intents: [] },
    'fulfilment-order',
    'gid://shopify/FulfillmentOrder/1',
    [],
  ],
  [
    'fulfillment_orders/cancelled',
    { fulfillment_order: fo(1), replacement_fulfillment_order: fo(3) },
    'fulfilment-order',
    'gid://shopify/FulfillmentOrder/1',
    ['gid://shopify/FulfillmentOrder/3'],
  ],
  [
    'fulfillment_orders/placed_on_hold',
    { fulfillment_order: { id: 1, order_id: 5 }, remaining_fulfillment_order: fo(2) },
    'order',
    'gid://shopify/Order/5',
    ['gid://shopify/FulfillmentOrder/1', 'gid://shopify/FulfillmentOrder/2'],
  ],
  ['fulfillment_orders/hold_released', { fulfillment_order: fo(1) }, 'fulfilment-order', 'gid://shopify/FulfillmentOrder/1', []],
  ['fulfillments/create', { id: 123456, order_id: 5, status: 'success' }, 'order', 'gid://shopify/Order/5', []],
  ['fulfillments/update', { id: 123456, order_id: 5, status: 'cancelled' }, 'order', 'gid://shopify/Order/5', []],
  [
    'products/create',
    { id: 3, admin_graphql_api_id: 'gid://shopify/Product/3', updated_at: '2026-11-20T09:59:00Z' },
    'product',
    'gid://shopify/Product/3',
    [],
  ],
  ['products/update', { id: 3 }, 'product', 'gid://shopify/Product/3', []],
  ['products/delete', { id: 3 }, 'product', 'gid://shopify/Product/3', []],
  ['inventory_levels/connect', level, 'inventory-item', item, ['gid://shopify/Location/24826418']],
  ['inventory_levels/update', level, 'inventory-item', item, ['gid://shopify/Location/24826418']],
  [
    'inventory_levels/disconnect',
    { inventory_item_id: 6, location_id: 4 },
    'inventory-item',
    'gid://shopify/InventoryItem/6',
    ['gid://shopify/Location/4'],
  ],
  ['inventory_items/update', { id: 6, sku: 'ABC', tracked: true }, 'inventory-item', 'gid://shopify/InventoryItem/6', []],
  ['locations/create', { id: 4, name: 'Berlin' }, 'location', 'gid://shopify/Location/4', []],
  ['locations/update', { id: 4 }, 'location', 'gid://shopify/Location/4', []],
  ['locations/activate', { id: 4 }, 'location', 'gid://shopify/Location/4', []],
  ['locations/deactivate', { id: 4 }, 'location', 'gid://shopify/Location/4', []],
  ['locations/delete', { id: 4 }, 'location', 'gid://shopify/Location/4', []],
  ['profiles/update', { id: 8 }, 'delivery-profile', 'gid://shopify/DeliveryProfile/8', []],
  ['shop/update', { id: 548380009, name: 'Shop' }, 'shop', 'gid://shopify/Shop/548380009', []],
  ['app/uninstalled', { id: 548380009 }, 'shop', 'gid://shopify/Shop/548380009', []],
  [
    'app/scopes_update',
    { id: 1, previous: ['read_orders'], current: ['read_orders', 'write_orders'], shop_id: '548380009' },
    'shop',
    'gid://shopify/Shop/548380009',
    [],
  ],
  [
    'bulk_operations/finish',
    { admin_graphql_api_id: 'gid://shopify/BulkOperation/147595010', status: 'completed', type: 'query' },
    'bulk',
    'gid://shopify/BulkOperation/147595010',
    [],
  ],
  [
    'customers/data_request',
    {
      shop_id: 954889,
      shop_domain: 'x.myshopify.com',
      orders_requested: [299938],
      customer: { id: 191167, email: 'john@example.com', phone: '555' },
      data_request: { id: 9999 },
    },
    'customer',
    'gid://shopify/Customer/191167',
    ['gid://shopify/Order/299938'],
  ],
  [
    'customers/redact',
    { shop_id: 954889, customer: { id: 191167, email: 'john@example.com' }, orders_to_redact: [299938, 280263] },
    'customer',
    'gid://shopify/Customer/191167',
    ['gid://shopify/Order/299938', 'gid://shopify/Order/280263'],
  ],
  ['shop/redact', { shop_id: 954889, shop_domain: 'x.myshopify.com' }, 'shop', 'gid://shopify/Shop/954889', []],
];

describe('what a webhook is about', () => {
  it.each(table)('%s', (topic, payload, subjectKind, subjectId, related) => {
    expect(readWebhook(topic, payload, headers)).toEqual({ topic, subjectKind, subjectId, related, ...headers });
  });

  it('is known for every topic', () => {
    expect(table.map(([topic]) => topic).sort()).toEqual(Object.keys(subjects).sort());
  });

  it('keeps ids and times only: nothing personal of a body comes through', () => {
    expect(table.map(([topic, payload]) => JSON.stringify(readWebhook(topic, payload, headers))).join()).not.toMatch(
      /john|555|example\.com/,
    );
  });

  it('of scopes is the shop that sent it, whose number the body may lack', () => {
    const payload = { id: null, previous: [], current: ['read_orders'], updated_at: '2026-11-20T09:59:00Z' };
    expect(readWebhook('app/scopes_update', payload, headers)).toMatchObject({
      subjectKind: 'shop',
      subjectId: 'gid://shopify/Shop/self',
    });
  });

  it("takes the object's own time when Shopify sent none", () => {
    expect(readWebhook('orders/create', order, { ...headers, triggeredAt: null }).triggeredAt).toBe('2026-11-20T09:59:00Z');
  });

  it.each([
    ['orders/create', {}, 'webhook-malformed'],
    ['orders/create', { id: 'x' }, 'webhook-malformed'],
    ['orders/create', null, 'webhook-malformed'],
    ['fulfillment_orders/moved', { fulfillment_order: {} }, 'webhook-malformed'],
    ['fulfillment_orders/moved', {}, 'webhook-malformed'],
    ['returns/update', { status: 'open' }, 'webhook-malformed'],
    ['carts/update', {}, 'webhook-topic-unknown'],
  ])('is refused with a reason when %s comes with %j', (topic, payload, code) => {
    expect(() => readWebhook(topic, payload, headers)).toThrow(expect.objectContaining({ kind: 'rejected', code }));
  });
});

describe("a webhook's signature", () => {
  const body = JSON.stringify({ ...order, note: 'naïve ☃' });
  const sign = (text: string): string => createHmac('sha256', 'crossdock-test-secret').update(text).digest('base64');
  const delivery = (over: Record<string, string | null> = {}, text = body): Request => {
    const all: Record<string, string | null> = {
      'x-shopify-hmac-sha256': sign(text),
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'demo.myshopify.com',
      'x-shopify-webhook-id': 'w-1',
      'x-shopify-event-id': 'e-1',
      'x-shopify-triggered-at': '2026-11-20T10:00:00Z',
      ...over,
    };
    return new Request('http://localhost/webhooks', {
      method: 'POST',
      body: text,
      headers: Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value] as [string, string]])),
    });
  };
  const status = (request: Request): Promise<number> =>
    authenticateWebhook(request).then(
      () => 200,
      (thrown: unknown) => (thrown as Response).status,
    );

  it('lets a delivery of Shopify in, with what its headers say', async () => {
    expect(await authenticateWebhook(delivery())).toMatchObject({
      topic: 'orders/create',
      domain: 'demo.myshopify.com',
      webhookId: 'w-1',
      eventId: 'e-1',
      payload: { note: 'naïve ☃' },
    });
  });

  it('refuses what was changed on the way, signed with another secret or not signed', async () => {
    expect(await status(delivery({ 'x-shopify-hmac-sha256': sign(`${body} `) }))).toBe(401);
    expect(await status(delivery({ 'x-shopify-hmac-sha256': createHmac('sha256', 'other').update(body).digest('base64') }))).toBe(
      401,
    );
    expect(await status(delivery({ 'x-shopify-hmac-sha256': null }))).toBe(401);
  });

  it('refuses what lacks a header, isn’t JSON or isn’t a POST', async () => {
    expect(await status(delivery({ 'x-shopify-webhook-id': null }))).toBe(400);
    expect(await status(delivery({ 'x-shopify-shop-domain': 'evil.example.com' }))).toBe(400);
    expect(await status(delivery({}, 'nonsense'))).toBe(400);
    expect(await status(new Request('http://localhost/webhooks'))).toBe(405);
  });
});
