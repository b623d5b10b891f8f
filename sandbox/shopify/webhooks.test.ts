import { createHmac } from 'node:crypto';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import { serve, type RunningServer } from '../kit/http.ts';
import { openTestShop, type TestShopOptions } from './testing/open-test-shop.ts';

interface Heard {
  topic: string;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}
const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A shop whose webhooks are heard; `answer` decides the status of each. */
async function listening(topics: string[], options: TestShopOptions = {}, answer: (heard: Heard) => number = () => 200) {
  const heard: Heard[] = [];
  const app = new Hono();
  app.post('*', async (c) => {
    const text = await c.req.text();
    const entry = {
      topic: c.req.header('x-shopify-topic') ?? '',
      headers: c.req.raw.headers,
      text,
      body: JSON.parse(text) as Record<string, unknown>,
    };
    heard.push(entry);
    return c.body(null, answer(entry) as 200);
  });
  const server = await serve(app, { port: 0 });
  servers.push(server);
  return { heard, server, ...openTestShop({ topics, appUrl: server.url, ...options }) };
}

describe('webhooks', () => {
  test('are signed, say who they are, and carry the resource as REST does', async () => {
    const shop = await listening(['orders/create']);
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2 }] });
    const [first] = shop.heard;
    expect(shop.heard).toHaveLength(1);
    expect(first?.body).toMatchObject({
      admin_graphql_api_id: id,
      name: '#1001',
      financial_status: 'paid',
      line_items: [{ sku: 'MU06-01', quantity: 2 }],
    });
    expect(first?.headers.get('x-shopify-hmac-sha256')).toBe(
      createHmac('sha256', 'test-secret')
        .update(first?.text ?? '')
        .digest('base64'),
    );
    expect(first?.headers.get('x-shopify-shop-domain')).toBe('crossdock-demo.myshopify.com');
    for (const name of ['x-shopify-webhook-id', 'x-shopify-event-id', 'x-shopify-triggered-at', 'x-shopify-api-version'])
      expect(first?.headers.get(name)).toBeTruthy();
  });

  test('of a life of an order all go out', async () => {
    const topics = [
      'orders/create',
      'orders/updated',
      'orders/paid',
      'orders/edited',
      'orders/cancelled',
      'orders/fulfilled',
      'orders/partially_fulfilled',
      'order_transactions/create',
      'refunds/create',
      'returns/approve',
      'returns/close',
      'fulfillments/create',
      'fulfillments/update',
      'fulfillment_orders/order_routing_complete',
      'fulfillment_orders/moved',
      'fulfillment_orders/split',
      'fulfillment_orders/placed_on_hold',
      'fulfillment_orders/hold_released',
      'fulfillment_orders/cancelled',
      'inventory_levels/update',
      'inventory_levels/connect',
      'products/create',
      'products/update',
      'products/delete',
      'locations/create',
      'locations/update',
      'orders/delete',
      'shop/update',
      'profiles/update',
    ];
    const shop = await listening(topics);
    const one = await shop.order({ lines: [{ sku: 'MU06-01', quantity: 3 }], gateway: 'Bank Deposit' });
    const act = async (path: string, body: unknown) => {
      const answer = await shop.control(path, body);
      expect(answer.body.error).toBeUndefined();
    };
    await act('/shopify/levels', { sku: 'MU06-01', location: 'Downtown Store', available: 5 });
    await act(`/shopify/orders/${one.name}/pay`, {});
    await act(`/shopify/orders/${one.name}/edit`, { lines: [{ sku: 'MU06-01', quantity: 4 }] });
    await act(`/shopify/orders/${one.name}/fulfilment-orders/1/split`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    await act(`/shopify/orders/${one.name}/fulfilment-orders/2/move`, { location: 'Downtown Store' });
    await act(`/shopify/orders/${one.name}/fulfilment-orders/1/hold`, { reason: 'OTHER' });
    await act(`/shopify/orders/${one.name}/fulfilment-orders/1/release`, {});
    await act(`/shopify/orders/${one.name}/fulfil`, { fulfilmentOrder: 1, tracking: 'T1', carrier: 'DPD' });
    await act(`/shopify/orders/${one.name}/fulfil`, {});
    await act(`/shopify/orders/${one.name}/return`, { lines: [{ sku: 'MU06-01', quantity: 1 }] });
    await act(`/shopify/orders/${one.name}/returns/${one.name}-R1/process`, { restock: 'Main Warehouse' });
    const { id } = (
      await shop.graphql('{ orders(first: 1) { nodes { returns(first: 1) { nodes { id } } fulfillments { id } } } }')
    ).data.orders.nodes[0].returns.nodes[0];
    await shop.graphql('mutation($id: ID!) { returnClose(id: $id) { userErrors { message } } }', { id });
    const fulfillment = (await shop.graphql('{ orders(first: 1) { nodes { fulfillments { id } } } }')).data.orders.nodes[0]
      .fulfillments[0].id;
    await shop.graphql(
      'mutation($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: { number: "T2" }) { userErrors { message } } }',
      { id: fulfillment },
    );
    const two = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await act(`/shopify/orders/${two.name}/cancel`, {});
    await act('/shopify/products', { product: 'LAST-ONE', set: { price: 9 } });
    await act('/shopify/products', { product: 'LAST-ONE', delete: true });
    await act('/shopify/catalog', { generate: { products: 1, variantsPerProduct: 1 } });
    await act('/shopify/locations', { name: 'New Place' });
    await act('/shopify/locations', { name: 'New Place', online: false });
    await act('/shopify/levels', { sku: 'BUOY-EAST', location: 'Main Warehouse', available: 5 });
    await act('/shopify/settings', { name: 'Renamed' });
    await act('/shopify/shipping-methods', { name: 'Drone', price: 99 });
    await act(`/shopify/orders/${one.name}/archive`, {});
    expect((await shop.control(`/shopify/orders/${one.name}`, undefined, 'DELETE')).body.deleted).toBe(true);
    await shop.settle();
    expect([...new Set(shop.heard.map((entry) => entry.topic))].sort()).toEqual([...topics].sort());
  });

  test('need the topic’s scope, and only the fields asked for are sent', async () => {
    const shop = await listening(['orders/create', 'products/update'], { scopes: 'read_products' });
    await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await shop.control('/shopify/products', { product: 'MU06-01', set: { title: 'New' } });
    await shop.settle();
    expect(shop.heard.map((entry) => entry.topic)).toEqual(['products/update']);
    await shop.graphql(
      'mutation($uri: String!) { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: { uri: $uri, includeFields: ["id", "updated_at"] }) { userErrors { message } } }',
      { uri: `${shop.server.url}/api-made` },
    );
    await shop.control('/shopify/products', { product: 'MU06-01', set: { title: 'Newer' } });
    await shop.settle();
    const events = shop.heard.slice(1);
    expect(events.map((entry) => Object.keys(entry.body).length > 2).sort()).toEqual([false, true]);
    expect(new Set(events.map((entry) => entry.headers.get('x-shopify-event-id'))).size).toBe(1);
    expect(new Set(events.map((entry) => entry.headers.get('x-shopify-webhook-id'))).size).toBe(2);
    const refused = await shop.graphql(
      'mutation($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: $uri }) { userErrors { message } } }',
      { uri: `${shop.server.url}/x` },
    );
    expect(refused.data.webhookSubscriptionCreate.userErrors[0].message).toContain('read_orders');
  });

  test('are tried again eight times over four hours with the first payload; a subscription made by the API is then removed', async () => {
    const shop = await listening(['orders/create'], {}, () => 500);
    await shop.graphql(
      'mutation($uri: String!) { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE, webhookSubscription: { uri: $uri }) { userErrors { message } } }',
      { uri: `${shop.server.url}/api-made` },
    );
    const { id } = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await shop.control('/shopify/products', { product: 'MU06-01', set: { title: 'New' } });
    const started = shop.clock.now();
    for (let n = 0; n < 60; n += 1) {
      await shop.settle();
      shop.clock.advance(400_000);
    }
    const orders = shop.heard.filter((entry) => entry.topic === 'orders/create');
    expect(orders).toHaveLength(9);
    expect(new Set(orders.map((entry) => entry.text)).size).toBe(1);
    expect(new Set(orders.map((entry) => entry.headers.get('x-shopify-webhook-id'))).size).toBe(1);
    expect(shop.clock.now() - started).toBeGreaterThan(4 * 3_600_000);
    expect(shop.heard.filter((entry) => entry.topic === 'products/update')).toHaveLength(8);
    expect(shop.state.all('SELECT * FROM subscriptions')).toEqual([]);
    expect(shop.calls.list({ target: 'webhooks' }).every((call) => call.status === 500)).toBe(true);
    expect(id).toBeTruthy();
  });

  test('get lost, come twice or late when a fault says so, and now and then by themselves', async () => {
    const shop = await listening(['orders/create'], { duplicateRate: 0 });
    shop.faults.add({ target: 'webhooks', match: 'orders/create', kind: 'drop', times: 1 });
    shop.faults.add({ target: 'webhooks', match: 'orders/create', kind: 'duplicate', times: 1 });
    shop.faults.add({ target: 'webhooks', match: 'orders/create', kind: 'delay', ms: 5_000, times: 1 });
    for (let n = 0; n < 3; n += 1) await shop.order({ lines: [{ sku: 'MU06-01' }] });
    expect(shop.heard.map((entry) => entry.body.name)).toEqual(['#1002', '#1002']);
    expect(new Set(shop.heard.map((entry) => entry.headers.get('x-shopify-webhook-id'))).size).toBe(1);
    shop.clock.advance(5_100);
    await shop.settle();
    expect(shop.heard).toHaveLength(3);
    const often = await listening(['orders/create'], { duplicateRate: 0.5 });
    for (let n = 0; n < 12; n += 1) await often.order({ lines: [{ sku: 'MU06-01' }] });
    expect(often.heard.length).toBeGreaterThan(12);
  });

  test('tell the end of a bulk operation, unless that one gets lost', async () => {
    const run = async (lostFinishRate: number) => {
      const shop = await listening(['bulk_operations/finish'], { lostFinishRate });
      await shop.graphql(
        'mutation { bulkOperationRunQuery(query: "{ products { edges { node { id } } } }") { userErrors { message } } }',
      );
      await shop.settle();
      return shop.heard;
    };
    expect((await run(0))[0]?.body).toMatchObject({
      status: 'completed',
      type: 'query',
      error_code: null,
      admin_graphql_api_id: expect.stringContaining('BulkOperation'),
    });
    expect(await run(1)).toEqual([]);
  });

  test('a receiver that dies after its work and before its answer has not been told: the same comes again', async () => {
    const killed: number[] = [];
    const shop = await listening(['orders/create'], { killCaller: () => killed.push(4711) });
    shop.faults.add({ target: 'webhooks', kind: 'kill-before-answer', times: 1 });
    await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await shop.settle();
    expect([shop.heard.length, killed.length]).toEqual([1, 1]);
    shop.clock.advance(60_000);
    await shop.settle();
    expect(shop.heard.map((entry) => entry.headers.get('x-shopify-webhook-id'))).toEqual(
      Array(2).fill(shop.heard[0]?.headers.get('x-shopify-webhook-id')),
    );
  });

  test('compliance topics and uninstalling reach the app; nothing else does afterwards', async () => {
    const shop = await listening(['app/uninstalled', 'app/scopes_update', 'orders/create']);
    const { email } = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await shop.control('/shopify/scopes', { grant: ['read_all_orders'] });
    await shop.control('/redact', { topic: 'customers/redact', customer: email });
    await shop.control('/redact', { topic: 'customers/data_request', customer: email });
    await shop.settle();
    await shop.control('/uninstall', {});
    await shop.order({ lines: [{ sku: 'MU06-01' }] });
    await shop.control('/redact', {});
    await shop.settle();
    expect(shop.heard.map((entry) => entry.topic).sort()).toEqual([
      'app/scopes_update',
      'app/uninstalled',
      'customers/data_request',
      'customers/redact',
      'orders/create',
      'shop/redact',
    ]);
    expect(shop.heard.find((entry) => entry.topic === 'customers/redact')?.body).toMatchObject({
      customer: { email },
      orders_to_redact: [expect.any(Number)],
    });
  });
});
