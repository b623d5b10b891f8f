import { describe, expect, test } from 'vitest';
import { openTestShop, type TestShop } from './testing/open-test-shop.ts';

const RUN =
  'mutation($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id status } userErrors { message code } } }';
const STATUS =
  'query($id: ID!) { bulkOperation(id: $id) { status type errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }';
const PRODUCTS = '{ products { edges { node { id title variants { edges { node { id sku inventoryItem { id } } } } } } } }';

async function runQuery(shop: TestShop, query: string) {
  const started = (await shop.graphql(RUN, { query })).data.bulkOperationRunQuery;
  if (started.userErrors.length > 0) return { started, lines: [] as Record<string, unknown>[], operation: undefined };
  await shop.settle();
  const operation = (await shop.graphql(STATUS, { id: started.bulkOperation.id })).data.bulkOperation;
  const text = operation.url ? await (await shop.root.request(new URL(operation.url).pathname)).text() : '';
  return {
    started,
    operation,
    lines:
      text.trim() === ''
        ? []
        : text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('bulk queries', () => {
  test('give each object a line, children with their parent’s id and apart from it', async () => {
    const shop = openTestShop();
    const { operation, lines } = await runQuery(shop, PRODUCTS);
    expect(operation).toMatchObject({
      status: 'COMPLETED',
      type: 'QUERY',
      errorCode: null,
      rootObjectCount: '72',
      objectCount: String(72 + 152),
      partialDataUrl: null,
    });
    expect(lines).toHaveLength(72 + 152);
    const products = new Set(lines.filter((line) => !line.__parentId).map((line) => line.id));
    expect(lines.filter((line) => line.__parentId).every((line) => products.has(line.__parentId))).toBe(true);
    expect(lines[0]).not.toHaveProperty('variants');
    expect(lines[1]).not.toHaveProperty('__parentId');
  });

  test('reach beyond a page and nest two levels deep', async () => {
    const shop = openTestShop({ shop: { catalogue: 'none' } });
    await shop.control('/shopify/catalog', { generate: { products: 450, variantsPerProduct: 1 } });
    await shop.order({ lines: [{ sku: 'GEN-000001-01', quantity: 2 }] });
    expect(
      (
        await runQuery(
          shop,
          '{ inventoryItems { edges { node { id inventoryLevels { edges { node { id location { id } quantities(names: ["available"]) { name quantity } } } } } } } }',
        )
      ).operation,
    ).toMatchObject({ rootObjectCount: '450', objectCount: String(450 * 4) });
    const { lines } = await runQuery(
      shop,
      '{ orders { edges { node { id lineItems { edges { node { id } } } fulfillmentOrders { edges { node { id lineItems { edges { node { id totalQuantity } } } } } } } } } }',
    );
    const fo = lines.find((line) => String(line.id).includes('FulfillmentOrder/'));
    expect(lines.find((line) => String(line.id).includes('FulfillmentOrderLineItem'))).toMatchObject({
      totalQuantity: 2,
      __parentId: fo?.id,
    });
  });

  test('without a result have no address', async () => {
    const shop = openTestShop();
    expect((await runQuery(shop, '{ orders(query: "tag:none") { edges { node { id } } } }')).operation).toMatchObject({
      status: 'COMPLETED',
      url: null,
      objectCount: '0',
    });
  });

  test.each([
    ['no connection', '{ shop { id } }', 'at least one connection'],
    ['nodes', '{ products { nodes { id } } }', "'nodes'"],
    [
      'top-level node',
      '{ node(id: "gid://shopify/Product/1") { id } products { edges { node { id } } } }',
      "'node' cannot be used",
    ],
    [
      'a parent without id',
      '{ products { edges { node { title variants { edges { node { id } } } } } } }',
      "must select the 'id' field",
    ],
    [
      'an aliased id',
      '{ products { edges { node { key: id variants { edges { node { id } } } } } } }',
      "must select the 'id' field",
    ],
    [
      'six connections',
      '{ a: products { edges { node { id } } } b: products { edges { node { id } } } c: products { edges { node { id } } } d: products { edges { node { id } } } e: products { edges { node { id } } } f: products { edges { node { id } } } }',
      'more than 5 connections',
    ],
    [
      'four levels',
      '{ products { edges { node { id variants { edges { node { id inventoryItem { id inventoryLevels { edges { node { id location { id inventoryLevels { edges { node { id } } } } } } } } } } } } } } }',
      '2 levels deep',
    ],
    [
      'a connection in a list',
      '{ orders { edges { node { id refunds { id refundLineItems { edges { node { id } } } } } } } }',
      'within a list field',
    ],
    [
      'a mutation',
      'mutation { orderClose(input: { id: "gid://shopify/Order/1" }) { userErrors { message } } }',
      'exactly one query',
    ],
    ['an unknown field', '{ products { edges { node { id nonsense } } } }', 'Cannot query field'],
  ])('%s is refused', async (_what, query, message) => {
    const { started } = await runQuery(openTestShop(), query);
    expect(started.bulkOperation).toBeNull();
    expect(started.userErrors.map((error: { message: string }) => error.message).join()).toContain(message);
  });

  test('five run at a time, the sixth is told which one is in progress; one can be cancelled', async () => {
    const shop = openTestShop();
    const start = async () => (await shop.graphql(RUN, { query: PRODUCTS })).data.bulkOperationRunQuery;
    const first = await start();
    for (let n = 0; n < 4; n += 1) expect((await start()).userErrors).toEqual([]);
    expect((await start()).userErrors[0]).toMatchObject({
      code: 'OPERATION_IN_PROGRESS',
      message: expect.stringContaining(first.bulkOperation.id),
    });
    await shop.graphql(
      'mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }',
      { id: first.bulkOperation.id },
    );
    await shop.settle();
    const listed = await shop.graphql(
      '{ bulkOperations(first: 9, query: "operation_type:query", sortKey: CREATED_AT) { nodes { status } } }',
    );
    expect(listed.data.bulkOperations.nodes.map((node: { status: string }) => node.status)).toEqual([
      'CANCELED',
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
    ]);
  });

  test('a missing scope fails the operation, a field that nobody implemented the request', async () => {
    const shop = openTestShop({ scopes: 'read_products' });
    expect((await runQuery(shop, '{ orders { edges { node { id } } } }')).operation).toMatchObject({
      status: 'FAILED',
      errorCode: 'ACCESS_DENIED',
    });
    expect((await shop.graphql(RUN, { query: '{ products { edges { node { id templateSuffix } } } }' })).status).toBe(501);
  });
});

describe('bulk mutations', () => {
  const STAGE =
    'mutation($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) { stagedTargets { url resourceUrl parameters { name value } } userErrors { message } } }';
  const START =
    'mutation($mutation: String!, $path: String!) { bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) { bulkOperation { id } userErrors { message code } } }';
  const SET =
    'mutation Set($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }';

  test('run once for each uploaded line and tell its number', async () => {
    const shop = openTestShop();
    const staged = (
      await shop.graphql(STAGE, {
        input: [{ resource: 'BULK_MUTATION_VARIABLES', filename: 'levels.jsonl', mimeType: 'text/jsonl', httpMethod: 'POST' }],
      })
    ).data.stagedUploadsCreate.stagedTargets[0];
    const level = shop.level('MU06-01', 'Main Warehouse');
    const line = (quantity: number, key: string, changeFromQuantity: number | null = null) =>
      JSON.stringify({
        key,
        input: {
          name: 'available',
          reason: 'correction',
          quantities: [
            {
              inventoryItemId: `gid://shopify/InventoryItem/${level?.item_id}`,
              locationId: `gid://shopify/Location/${level?.location_id}`,
              quantity,
              changeFromQuantity,
            },
          ],
        },
      });
    const form = new FormData();
    for (const { name, value } of staged.parameters) form.append(name, value);
    const early = new FormData();
    early.append('file', new File(['x'], 'x'));
    for (const { name, value } of staged.parameters) early.append(name, value);
    expect((await shop.root.request(new URL(staged.url).pathname, { method: 'POST', body: early })).status).toBe(400);
    form.append('file', new File([[line(5, 'b1'), line(5, 'b1'), line(7, 'b2', -50), 'nonsense'].join('\n')], 'levels.jsonl'));
    expect((await shop.root.request(new URL(staged.url).pathname, { method: 'POST', body: form })).status).toBe(201);
    const path = staged.parameters.find((parameter: { name: string }) => parameter.name === 'key').value;
    const started = (await shop.graphql(START, { mutation: SET, path })).data.bulkOperationRunMutation;
    expect(started.userErrors).toEqual([]);
    await shop.settle();
    const operation = (await shop.graphql(STATUS, { id: started.bulkOperation.id })).data.bulkOperation;
    const results = (await (await shop.root.request(new URL(operation.url).pathname)).text())
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    results.sort((a, b) => a.__lineNumber - b.__lineNumber);
    expect(operation).toMatchObject({ status: 'COMPLETED', type: 'MUTATION', objectCount: '4' });
    expect(
      results.map(
        (result) => result.data?.inventorySetQuantities.userErrors[0]?.code ?? result.errors?.[0].message.slice(0, 20) ?? 'done',
      ),
    ).toEqual(['done', 'done', 'CHANGE_FROM_QUANTITY_STALE', 'The line is not JSON']);
    expect(shop.level('MU06-01', 'Main Warehouse')?.available).toBe(5);
  });

  test('need an uploaded file and one mutation', async () => {
    const shop = openTestShop();
    expect(
      (await shop.graphql(START, { mutation: SET, path: 'tmp/none' })).data.bulkOperationRunMutation.userErrors[0].code,
    ).toBe('NO_SUCH_FILE');
    expect(
      (await shop.graphql(START, { mutation: '{ shop { id } }', path: 'x' })).data.bulkOperationRunMutation.userErrors[0].code,
    ).toBe('INVALID_MUTATION');
  });

  test('a result can be fetched for seven days', async () => {
    const shop = openTestShop();
    const { operation } = await runQuery(shop, PRODUCTS);
    const path = new URL(operation?.url as string).pathname;
    expect((await shop.root.request(path)).status).toBe(200);
    shop.clock.advance(8 * 86_400_000);
    expect((await shop.root.request(path)).status).toBe(400);
  });
});
