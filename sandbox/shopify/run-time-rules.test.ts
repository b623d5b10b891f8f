import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openTestShop } from './testing/open-test-shop.ts';

const SET = `mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id changes { name delta } } userErrors { field message code } } }`;
const where = (shop: ReturnType<typeof openTestShop>, sku = 'MU06-01', location = 'Main Warehouse') => {
  const level = shop.level(sku, location);
  return {
    inventoryItemId: `gid://shopify/InventoryItem/${level?.item_id}`,
    locationId: `gid://shopify/Location/${level?.location_id}`,
    available: level?.available ?? 0,
  };
};

describe('cost', () => {
  test('of a connection grows with the logarithm of its page, as captured from real shops', async () => {
    const shop = openTestShop();
    const query = (first: number) =>
      shop.graphql(
        `query($first: Int!) { orders(first: $first, sortKey: UPDATED_AT, query: "updated_at:>'2026-01-01'") {
        nodes { id name attribution { handle } app { id } retailLocation { id } customAttributes { key } totalPriceSet { shopMoney { amount } } } pageInfo { hasNextPage } } }`,
        { first },
      );
    expect((await query(50)).extensions.cost).toMatchObject({ requestedQueryCost: 41, actualQueryCost: 2 });
    expect((await query(250)).extensions.cost.requestedQueryCost).toBe(57);
    const nested = await shop.graphql(
      '{ fulfillmentOrders(first: 50) { nodes { id assignedLocation { location { id } } destination { city } deliveryMethod { methodType } lineItems(first: 20) { nodes { id weight { value } } } } } }',
    );
    expect(nested.extensions.cost.requestedQueryCost).toBe(142);
  });

  test('counts the page size that stands in the document where none is given', async () => {
    const shop = openTestShop();
    const cost = async (size: string, variables: object) =>
      (
        await shop.graphql(`query($first: Int${size}) { orders(first: $first) { nodes { id customer { id } } } }`, {
          ...variables,
        })
      ).extensions.cost.requestedQueryCost;
    expect(await cost(' = 50', {})).toBe(await cost('', { first: 50 }));
    expect(await cost(' = 50', { first: 5 })).toBe(await cost('', { first: 5 }));
    expect(await cost(' = 50', {})).toBeGreaterThan(await cost('', { first: 5 }));
  });

  test('is 10 for a count and for a plain mutation', async () => {
    const shop = openTestShop();
    expect((await shop.graphql('{ productsCount { count } }')).extensions.cost.requestedQueryCost).toBe(10);
    const order = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    expect(
      (
        await shop.graphql('mutation($id: ID!) { tagsAdd(id: $id, tags: ["a"]) { node { id } userErrors { message } } }', {
          id: order.id,
        })
      ).extensions.cost.requestedQueryCost,
    ).toBe(10);
  });

  test('is taken from the bucket as asked for, given back as used, and restored by plan and time', async () => {
    const shop = openTestShop({ shop: { plan: 'standard' } });
    const first = await shop.graphql('{ products(first: 250) { nodes { id } } }');
    expect(first.extensions.cost.throttleStatus).toMatchObject({ maximumAvailable: 2000, restoreRate: 100 });
    shop.clock.advance(60_000);
    const heavy =
      '{ products(first: 250) { nodes { id variants(first: 100) { nodes { id inventoryItem { id } selectedOptions { name } } } } } }';
    expect((await shop.graphql(heavy)).extensions.cost.requestedQueryCost).toBeGreaterThan(300);
    shop.faults.add({ target: 'shopify', match: 'products', kind: 'throttled', times: 1 });
    const throttled = await shop.graphql(heavy);
    expect(throttled.status).toBe(200);
    expect(throttled.errors?.[0]).toMatchObject({ message: 'Throttled', extensions: { code: 'THROTTLED' } });
    expect(throttled.extensions.cost.actualQueryCost).toBeNull();
    expect(throttled.data).toBeUndefined();
    expect((await shop.graphql(heavy)).errors).toBeUndefined();
  });

  test('runs a bucket dry: then THROTTLED with HTTP 200 until time restores it', async () => {
    // time stands still: how fast this machine is must not matter
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const shop = openTestShop({ shop: { plan: 'standard' } });
    const query =
      '{ products(first: 250) { nodes { id variants(first: 250) { nodes { id inventoryItem { id measurement { weight { value } } } product { id } } } } } }';
    let answers = 0;
    let last = await shop.graphql(query);
    while (!last.errors && answers < 40) {
      last = await shop.graphql(query);
      answers += 1;
    }
    expect(last.errors?.[0]?.extensions.code).toBe('THROTTLED');
    shop.clock.advance(20_000);
    expect((await shop.graphql(query)).errors).toBeUndefined();
  });

  test('of more than 1,000 points is refused', async () => {
    const shop = openTestShop();
    const answer = await shop.graphql(
      '{ products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem { inventoryLevels(first: 250) { nodes { location { id } item { id } } } } } } } } }',
    );
    expect(answer.errors?.[0]?.extensions.code).toBe('MAX_COST_EXCEEDED');
  });
});

describe('access', () => {
  test('a missing scope makes the field null with ACCESS_DENIED and the scope it needs', async () => {
    const shop = openTestShop({ scopes: 'read_products' });
    const answer = await shop.graphql('{ shop { name } productTypes(first: 5) { nodes } shopifyPaymentsAccount { id } }');
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ shop: { name: 'Crossdock Demo' }, shopifyPaymentsAccount: null });
    expect(answer.errors?.[0]).toMatchObject({ path: ['shopifyPaymentsAccount'], extensions: { code: 'ACCESS_DENIED' } });
    expect(answer.errors?.[0]?.extensions.requiredAccess).toContain('read_shopify_payments');
    expect((await shop.graphql('{ nodes(ids: ["gid://shopify/Order/1"]) { id } }')).errors?.[0]?.extensions.code).toBe(
      'ACCESS_DENIED',
    );
  });

  test('whoever may write may read, and orders older than 60 days need read_all_orders', async () => {
    const shop = openTestShop({ scopes: 'write_orders' });
    const order = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    const read = () =>
      shop.graphql('query($id: ID!) { order(id: $id) { id } orders(first: 5) { nodes { id } } }', { id: order.id });
    expect((await read()).data).toMatchObject({ order: { id: order.id } });
    shop.clock.advance(61 * 86_400_000);
    const renewed = openTestShop({ state: shop.state, clock: shop.clock, scopes: 'write_orders' });
    expect(
      (await renewed.graphql('query($id: ID!) { order(id: $id) { id } orders(first: 5) { nodes { id } } }', { id: order.id }))
        .data,
    ).toEqual({ order: null, orders: { nodes: [] } });
    await renewed.control('/shopify/scopes', { grant: ['read_all_orders'] });
    expect((await renewed.graphql('query($id: ID!) { order(id: $id) { id } }', { id: order.id })).data.order.id).toBe(order.id);
  });

  test('no token, a strange one or another shop’s is 401; another version is told to be another', async () => {
    const shop = openTestShop();
    const { body } = await shop.exchange();
    shop.standIn.installShop({ domain: 'other.myshopify.com', catalogue: 'none' });
    expect((await shop.request('{shop{id}}', {}, {})).status).toBe(401);
    expect((await shop.request('{shop{id}}', {}, { 'x-shopify-access-token': 'shpat_no' })).status).toBe(401);
    expect(
      (
        await shop.request(
          '{shop{id}}',
          {},
          { 'x-shopify-access-token': body.access_token, 'x-sandbox-shop': 'other.myshopify.com' },
        )
      ).status,
    ).toBe(401);
    expect((await shop.request('{shop{id}}', {}, { 'x-shopify-access-token': body.access_token })).status).toBe(200);
    expect((await shop.request('{shop{id}}', {}, { 'x-shopify-access-token': body.access_token }, '2026-07')).status).toBe(501);
    expect((await shop.request('{shop{id}}', {}, { 'x-shopify-access-token': body.access_token }, '2020-01')).status).toBe(404);
  });
});

describe('what nobody implemented', () => {
  test.each([
    ['a field', '{ shop { billingAddress { city } } }', 'Shop.billingAddress'],
    [
      'an argument',
      '{ orders(first: 1, savedSearchId: "gid://shopify/SavedSearch/1") { nodes { id } } }',
      'savedSearchId of QueryRoot.orders',
    ],
    [
      'a search term',
      '{ orders(first: 1, query: "credit_card_last4:4242") { nodes { id } } }',
      'the search term credit_card_last4 of orders',
    ],
    ['a value of a search term', '{ products(first: 1, query: "status:sleeping") { nodes { id } } }', 'the value "sleeping"'],
    ['a sort key', '{ orders(first: 1, sortKey: DESTINATION) { nodes { id } } }', 'the sort key DESTINATION'],
    [
      'an input',
      'mutation { orderUpdate(input: { id: "gid://shopify/Order/1", localizedFields: [] }) { userErrors { message } } }',
      'OrderInput.localizedFields',
    ],
    ['a kind of node', '{ nodes(ids: ["gid://shopify/Theme/1"]) { id } }', 'the type Theme'],
  ])('%s fails the request with 501 and its name, it is never null', async (_what, query, name) => {
    const answer = await openTestShop().graphql(query);
    expect(answer.status).toBe(501);
    expect(answer.errors?.[0]?.message).toContain(name);
    expect(answer.data).toBeUndefined();
  });

  test('what the schema doesn’t know is refused by it', async () => {
    const answer = await openTestShop().graphql('{ shop { nonsense } }');
    expect(answer.errors?.[0]?.message).toContain('Cannot query field "nonsense" on type "Shop"');
  });
});

describe('idempotency', () => {
  test('is compulsory for the mutations whose description says so', async () => {
    const shop = openTestShop();
    const at = where(shop);
    const answer = await shop.graphql(
      'mutation($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { userErrors { message } } }',
      {
        input: {
          name: 'available',
          reason: 'correction',
          quantities: [{ inventoryItemId: at.inventoryItemId, locationId: at.locationId, quantity: 1, changeFromQuantity: null }],
        },
      },
    );
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The @idempotent directive is required for this mutation but was not provided.',
      extensions: { code: 'BAD_REQUEST' },
      path: ['inventorySetQuantities'],
    });
    expect(answer.data).toEqual({ inventorySetQuantities: null });
  });

  test('the same key gives the same answer and does nothing twice; other parameters are a mismatch', async () => {
    const shop = openTestShop();
    const at = where(shop);
    const input = (quantity: number) => ({
      name: 'available',
      reason: 'correction',
      quantities: [
        { inventoryItemId: at.inventoryItemId, locationId: at.locationId, quantity, changeFromQuantity: at.available },
      ],
    });
    const first = await shop.graphql(SET, { input: input(at.available + 5), key: 'k1' });
    const again = await shop.graphql(SET, { input: input(at.available + 5), key: 'k1' });
    expect(first.data.inventorySetQuantities.userErrors).toEqual([]);
    expect(again.data).toEqual(first.data);
    expect(shop.level('MU06-01', 'Main Warehouse')?.available).toBe(at.available + 5);
    expect((await shop.graphql(SET, { input: input(7), key: 'k1' })).data.inventorySetQuantities.userErrors[0].code).toBe(
      'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
    );
  });

  test('two at the same time: one is told the other is being processed', async () => {
    const shop = openTestShop({ timings: { mutation: [40, 40] } });
    const at = where(shop);
    const input = {
      name: 'available',
      reason: 'correction',
      quantities: [{ inventoryItemId: at.inventoryItemId, locationId: at.locationId, quantity: 3, changeFromQuantity: null }],
    };
    await shop.graphql('{shop{id}}');
    const answers = await Promise.all([shop.graphql(SET, { input, key: 'k' }), shop.graphql(SET, { input, key: 'k' })]);
    const codes = answers.map((answer) => answer.data.inventorySetQuantities.userErrors[0]?.code ?? 'done').sort();
    expect(codes).toEqual(['IDEMPOTENCY_CONCURRENT_REQUEST', 'done']);
  });
});

describe('limits', () => {
  test('more than 250 inputs are refused without data', async () => {
    const shop = openTestShop();
    const answer = await shop.graphql(SET, {
      key: 'k',
      input: {
        name: 'available',
        reason: 'correction',
        quantities: Array.from({ length: 251 }, () => ({
          ...where(shop),
          available: undefined,
          quantity: 1,
          changeFromQuantity: null,
        })),
      },
    });
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The input array size of 251 is greater than the maximum allowed of 250.',
      extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' },
    });
    expect(answer.data).toBeUndefined();
  });

  test('a page needs first or last and holds at most 250', async () => {
    const shop = openTestShop();
    expect((await shop.graphql('{ orders { nodes { id } } }')).errors?.[0]?.message).toContain('first or last');
    expect((await shop.graphql('{ orders(first: 251) { nodes { id } } }')).errors?.[0]?.message).toContain('250');
    expect((await shop.graphql('{ productTypes(first: 1000) { nodes } }')).errors).toBeUndefined();
  });

  test('pagination ends at 25,000 objects', async () => {
    const shop = openTestShop({ shop: { catalogue: 'none' } });
    await shop.control('/shopify/catalog', { generate: { products: 100, variantsPerProduct: 251 } });
    const query =
      'query($after: String) { productVariants(first: 250, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }';
    let after: string | undefined;
    let seen = 0;
    let answer = await shop.graphql(query, { after });
    while (!answer.errors && answer.data.productVariants.pageInfo.hasNextPage) {
      seen += answer.data.productVariants.nodes.length;
      after = answer.data.productVariants.pageInfo.endCursor;
      answer = await shop.graphql(query, { after });
    }
    expect(seen).toBe(25_000);
    expect(answer.errors?.[0]?.message).toContain('25000');
  }, 60_000);

  test('pages fit together forwards and backwards', async () => {
    const shop = openTestShop();
    const titles = async (paging: string) =>
      (
        await shop.graphql(
          `{ products(${paging}, sortKey: TITLE) { nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        )
      ).data.products;
    const all = (await titles('first: 250')).nodes.map((node: { title: string }) => node.title);
    const first = await titles('first: 5');
    const second = await titles(`first: 5, after: "${first.pageInfo.endCursor}"`);
    const back = await titles(`last: 5, before: "${second.pageInfo.startCursor}"`);
    const reversed = await titles('first: 3, reverse: true');
    expect([...first.nodes, ...second.nodes].map((node: { title: string }) => node.title)).toEqual(all.slice(0, 10));
    expect(back.nodes).toEqual(first.nodes);
    expect(reversed.nodes.map((node: { title: string }) => node.title)).toEqual(all.slice(-3).reverse());
  });
});

describe('search', () => {
  test('sees a change only after a while', async () => {
    const shop = openTestShop({
      timings: { searchLag: [1_000, 1_000], mutation: [0, 0], routing: [0, 0], webhook: [0, 0], job: [0, 0] },
    });
    const placed = await shop.order({ lines: [{ sku: 'MU06-01' }] });
    const found = async (query: string) =>
      (await shop.graphql('query($query: String) { orders(first: 5, query: $query) { nodes { name } } }', { query })).data.orders
        .nodes.length;
    expect([await found("updated_at:>='2026-01-01'"), await found('')]).toEqual([0, 1]);
    shop.clock.advance(3_000);
    expect(await found("updated_at:>='2026-01-01'")).toBe(1);
    const before = new Date(shop.clock.now()).toISOString();
    await shop.graphql('mutation($id: ID!) { tagsAdd(id: $id, tags: ["new"]) { userErrors { message } } }', { id: placed.id });
    expect(await found(`updated_at:>='${before.slice(0, 19)}Z'`)).toBe(0);
    shop.clock.advance(2_000);
    expect(await found(`updated_at:>='${before.slice(0, 19)}Z'`)).toBe(1);
  });

  test('knows AND, OR, NOT, brackets, lists, quotes and prefixes', async () => {
    const shop = openTestShop();
    await shop.order({ lines: [{ sku: 'MU06-01' }], tags: ['vip', 'two words'] });
    await shop.order({ lines: [{ sku: 'MU06-02' }], financialStatus: 'pending' });
    const names = async (query: string) =>
      (
        await shop.graphql('query($query: String) { orders(first: 9, query: $query) { nodes { name } } }', { query })
      ).data.orders.nodes
        .map((node: { name: string }) => node.name)
        .join(' ');
    expect(await names('tag:vip')).toBe('#1001');
    expect(await names("tag:'two words' financial_status:paid")).toBe('#1001');
    expect(await names('financial_status:paid,pending')).toBe('#1001 #1002');
    expect(await names('NOT tag:vip')).toBe('#1002');
    expect(await names('-tag:vip OR (name:1001 AND status:open)')).toBe('#1001 #1002');
    expect(await names('sku:MU06* test:false')).toBe('#1001 #1002');
    expect(await names('1002')).toBe('#1002');
  });
});
