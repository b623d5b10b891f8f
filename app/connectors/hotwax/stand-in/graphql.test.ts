import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.control('POST', '/limits', { graphql: 1 });
});
const ask = async (query: string, variables?: unknown) =>
  (await rig.api('POST', 'graphql', { query, ...(variables ? { variables } : {}) })).body as Json;
const code = async (query: string) => (await ask(query)).errors?.[0].extensions.code as string | undefined;

test('is not there unless offered, nor for everybody', async () => {
  const sdl = '/stand-ins/hotwax/rest/s1/graphql/sdl';
  expect((await rig.send('GET', sdl)).body).toContain('type InventoryLevel');
  await rig.control('POST', '/user', { username: 'clerk', password: 'secret-enough', permissions: ['orders'] });
  const token = await rig.login('clerk', 'secret-enough');
  const clerk = await rig.send(
    'POST',
    '/stand-ins/hotwax/rest/s1/graphql',
    { query: '{ __typename }' },
    { authorization: `Bearer ${token}` },
  );
  expect(clerk.status).toBe(403);
  await rig.control('POST', '/limits', { graphql: 0 });
  expect([(await rig.send('GET', sdl)).status, (await rig.api('POST', 'graphql', { query: '{ __typename }' })).status]).toEqual([
    404, 404,
  ]);
});

describe('a query', () => {
  let mug: string;
  beforeEach(async () => {
    mug = await rig.product('MUG');
    await rig.control('POST', '/stock', { sku: 'MUG', facility: 'Main Warehouse', available: 10 });
    await rig.order('#1001', [[mug, 2]], {
      orderId: 'X1',
      identifications: [{ orderIdentificationTypeId: 'SHOPIFY_ORD_ID', idValue: '900' }],
    });
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
  });

  test('reads an order with what hangs on it; decimals are text, dates ISO', async () => {
    const fields =
      '{ orderId orderDate grandTotal currencyUomId orderItemCount shipGroups { facilityId orderItems { productId quantity } shipFromAddress { city } shippingMethod { description } } identifications { idValue } }';
    const { data, extensions } = await ask(`query One($id: String) { order(orderId: $id) ${fields} }`, { id: 'X1' });
    expect(data.order).toMatchObject({
      orderId: 'X1',
      orderDate: expect.stringMatching(/^\d{4}-.*Z$/),
      grandTotal: '50',
      currencyUomId: 'USD',
      orderItemCount: 1,
      shipGroups: [
        {
          facilityId: 'MAIN_WH',
          orderItems: [{ productId: mug, quantity: '2' }],
          shipFromAddress: { city: 'Newark' },
          shippingMethod: { description: 'Standard' },
        },
      ],
      identifications: [{ idValue: '900' }],
    });
    expect(extensions.cost).toMatchObject({
      requestedQueryCost: expect.any(Number),
      throttleStatus: { maximumAvailable: 1000, restoreRate: 50 },
    });
    for (const by of [
      'order(externalId: "741001")',
      'orderByIdentification(identificationTypeId: "SHOPIFY_ORD_ID", idValue: "900")',
    ])
      expect(Object.values((await ask(`{ ${by} { orderId } }`)).data)).toEqual([{ orderId: 'X1' }]);
    expect((await ask('{ order(orderId: "NOBODY") { orderId } }')).data).toEqual({ order: null });
    expect(
      (
        await ask(
          `{ facility(facilityId: "MAIN_WH") { facilityName } product(productId: "${mug}") { internalName } party(partyId: "DHL") { groupName } }`,
        )
      ).data,
    ).toEqual({
      facility: { facilityName: 'Main Warehouse' },
      product: { internalName: 'MUG' },
      party: { groupName: 'DHL' },
    });
    expect(
      (await ask('{ shipments(first: 5, query: "primaryOrderId:X1") { nodes { statusId originFacilityId } } }')).data.shipments
        .nodes,
    ).toEqual([{ statusId: 'SHIPMENT_SHIPPED', originFacilityId: 'MAIN_WH' }]);
    expect(
      (await ask('{ inventoryLevels(first: 100) { nodes { productId facilityId availableToPromise quantityOnHand } } }')).data
        .inventoryLevels.nodes,
    ).toEqual([{ productId: mug, facilityId: 'MAIN_WH', availableToPromise: '8', quantityOnHand: '9' }]);
  });

  test('is refused with HTTP 200 and a code', async () => {
    for (const [query, expected] of [
      ['{ orders { nodes { orderId } } }', 'FIRST_REQUIRED'],
      ['{ orders(first: 101) { nodes { orderId } } }', 'FIRST_TOO_LARGE'],
      [
        '{ orders(first: 100) { nodes { orderId orderName externalId statusId orderDate grandTotal currencyUomId productStoreId shipGroups { facilityId } } } }',
        'COST_EXCEEDED',
      ],
      [
        '{ orders(first: 1) { edges { node { shipGroups { orderItems { productId } shipFromAddress { city } facilityChangeHistory { facilityId } } } } } }',
        undefined,
      ],
      ['{ orders(first: 1, query: "lastUpdatedStamp:>2026-01-01") { nodes { orderId } } }', 'FIELD_NOT_FILTERABLE'],
      ['{ orders(first: 1, query: "statusId:>A") { nodes { orderId } } }', 'OPERATOR_NOT_ALLOWED'],
      ['{ orders(first: 1, query: "orderDate:2026-01-01") { nodes { orderId } } }', 'OPERATOR_NOT_ALLOWED'],
      ['{ orders(first: 1, query: "orderDate:>=soon") { nodes { orderId } } }', 'MALFORMED_QUERY'],
      ['{ orders(first: 1, query: "#1001") { nodes { orderId } } }', 'MALFORMED_QUERY'],
      ['{ orders(first: 1, after: "x") { nodes { orderId } } }', 'MALFORMED_QUERY'],
      ['{ orders(first: 1, sortKey: "colour") { nodes { orderId } } }', 'FIELD_NOT_FILTERABLE'],
      ['{ shipments(first: 1) { nodes { trackingCode } } }', 'MALFORMED_QUERY'],
      ['{ orders(first: 1) {', 'MALFORMED_QUERY'],
      ['mutation { x }', 'MALFORMED_QUERY'],
    ] as const)
      expect([query, await code(query)]).toEqual([query, expected]);
    const answer = await rig.api('POST', 'graphql', { query: '{ orders { nodes { orderId } } }' });
    expect([answer.status, answer.fact]).toEqual([200, expect.stringContaining('§3.10')]);
  });

  test('deeper than six is refused', async () => {
    const wrap = (inner: string) =>
      `query { ...A } fragment A on Query { orders(first: 1) { edges { node { shipGroups { orderItems { ${inner} } } } } } }`;
    expect(await code(wrap('productId'))).toBeUndefined();
    expect(await code('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }')).toBe('DEPTH_EXCEEDED');
  });
});

test('lists page by keyset, search and sort', async () => {
  const mug = await rig.product('MUG');
  for (let index = 1; index <= 5; index += 1) {
    await rig.order(`#100${index}`, [[mug, 1]], { orderId: `X${index}` });
    rig.clock.advance(60_000);
  }
  const list = async (given: string) => {
    const { orders } = (
      await ask(`{ orders(${given}) { edges { node { orderId } } pageInfo { hasNextPage endCursor startCursor } } }`)
    ).data;
    return { ids: orders.edges.map(({ node }: Json) => node.orderId).join(' ') as string, ...orders.pageInfo } as Json;
  };
  const first = await list('first: 2');
  expect([first.ids, first.hasNextPage]).toEqual(['X1 X2', true]);
  const second = await list(`first: 2, after: "${first.endCursor}"`);
  expect(second.ids).toBe('X3 X4');
  expect(await list(`first: 2, after: "${second.endCursor}"`)).toMatchObject({ ids: 'X5', hasNextPage: false });
  expect((await list(`last: 2, before: "${second.startCursor}"`)).ids).toBe('X1 X2');
  expect((await list('first: 2, reverse: true')).ids).toBe('X5 X4');
  const late = await list('first: 2, sortKey: "orderDate", reverse: true');
  expect(late.ids).toBe('X5 X4');
  expect((await list(`first: 9, sortKey: "orderDate", reverse: true, after: "${late.endCursor}"`)).ids).toBe('X3 X2 X1');
  expect((await list('first: 9, query: "orderId:X1,X4 statusId:ORDER_CREATED"')).ids).toBe('X1 X4');
  expect((await list('first: 9, query: "orderName:\\"#1002\\""')).ids).toBe('X2');
  const at = new Date(rig.clock.now() - 150_000).toISOString();
  expect((await list(`first: 9, query: "orderDate:>=${at}"`)).ids).toBe('X4 X5');
});

test('credits run out, come back by the sandbox clock, and only that refusal is worth a retry', async () => {
  await rig.control('POST', '/limits', { graphqlCredits: 30, graphqlRestore: 10 });
  const query = '{ facilities(first: 10) { nodes { facilityId facilityName } } }';
  const first = await ask(query);
  expect(first.extensions.cost).toMatchObject({
    requestedQueryCost: 30,
    actualQueryCost: 30,
    throttleStatus: { currentlyAvailable: 0 },
  });
  const throttled = await ask(query);
  expect([throttled.errors[0].extensions.code, throttled.extensions.cost.actualQueryCost]).toEqual(['THROTTLED', 0]);
  rig.clock.advance(3_000);
  expect((await ask(query)).data.facilities.nodes).toHaveLength(10);
});
