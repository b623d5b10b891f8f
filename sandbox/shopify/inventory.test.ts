import { describe, expect, test } from 'vitest';
import { openTestShop, type TestShop, type TestShopOptions } from './testing/open-test-shop.ts';

const SET = `mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange item { id } location { id } } } userErrors { field message code } } }`;
const READ = `query($ids: [ID!]!, $at: ID!) { nodes(ids: $ids) { ... on InventoryItem { id sku tracked
  inventoryLevel(locationId: $at, includeInactive: true) { id isActive quantities(names: ["available", "on_hand", "committed"]) { name quantity } } } } }`;

const ids = (shop: TestShop, sku: string, location = 'Main Warehouse') => {
  const item = shop.state.get<{ item_id: number }>('SELECT item_id FROM variants WHERE sku = ?', sku)?.item_id;
  const at = shop.state.get<{ id: number }>('SELECT id FROM locations WHERE name = ?', location)?.id;
  return { inventoryItemId: `gid://shopify/InventoryItem/${item}`, locationId: `gid://shopify/Location/${at}` };
};
let keys = 0;
const set = (shop: TestShop, quantities: unknown[], over: Record<string, unknown> = {}) => {
  keys += 1;
  return shop.graphql(SET, {
    key: `key-${keys}`,
    input: { name: 'available', reason: 'correction', referenceDocumentUri: 'gid://crossdock/Run/1', quantities, ...over },
  });
};
const available = (shop: TestShop, sku: string, location = 'Main Warehouse') => shop.level(sku, location)?.available ?? 0;

describe('setting quantities', () => {
  test('is compare-and-set: the number given must be the one that is there, null overwrites', async () => {
    const shop = openTestShop();
    const now = available(shop, 'MU06-01');
    const done = await set(shop, [{ ...ids(shop, 'MU06-01'), quantity: now + 3, changeFromQuantity: now }]);
    expect(done.data.inventorySetQuantities).toMatchObject({
      userErrors: [],
      inventoryAdjustmentGroup: {
        reason: 'correction',
        changes: [
          { name: 'available', delta: 3, quantityAfterChange: now + 3 },
          { name: 'on_hand', delta: 3 },
        ],
      },
    });
    const stale = await set(shop, [{ ...ids(shop, 'MU06-01'), quantity: 1, changeFromQuantity: now }]);
    expect(stale.data.inventorySetQuantities).toMatchObject({
      inventoryAdjustmentGroup: null,
      userErrors: [{ field: ['input', 'quantities', '0', 'changeFromQuantity'], code: 'CHANGE_FROM_QUANTITY_STALE' }],
    });
    await set(shop, [{ ...ids(shop, 'MU06-01'), quantity: 9, changeFromQuantity: null }]);
    expect(available(shop, 'MU06-01')).toBe(9);
  });

  test('without changeFromQuantity is refused as a whole request', async () => {
    const shop = openTestShop();
    const answer = await set(shop, [{ ...ids(shop, 'MU06-01'), quantity: 9 }]);
    expect(answer.errors?.[0]).toMatchObject({
      message: 'InventoryQuantityInput must include the following argument: changeFromQuantity.',
      extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
    });
  });

  test.each<[string, TestShopOptions, number[]]>([
    ['refuses the whole batch', { staleBatch: 'whole' }, [0, 0]],
    ['or only its own line, as the sandbox is set', { staleBatch: 'part' }, [1, 0]],
  ])('one stale line of a batch %s', async (_what, options, changed) => {
    const shop = openTestShop(options);
    const before = ['MU06-01', 'MU06-02'].map((sku) => available(shop, sku));
    const answer = await set(shop, [
      { ...ids(shop, 'MU06-01'), quantity: (before[0] ?? 0) + 1, changeFromQuantity: before[0] },
      { ...ids(shop, 'MU06-02'), quantity: 1, changeFromQuantity: -99 },
    ]);
    expect(answer.data.inventorySetQuantities.userErrors).toHaveLength(1);
    expect(answer.data.inventorySetQuantities.userErrors[0].field[2]).toBe('1');
    expect(['MU06-01', 'MU06-02'].map((sku, index) => available(shop, sku) - (before[index] ?? 0))).toEqual(changed);
  });

  test('a fault makes the next write stale without touching anything, and can choose the mode', async () => {
    const shop = openTestShop();
    const now = available(shop, 'MU06-01');
    const two = () => [
      { ...ids(shop, 'MU06-01'), quantity: now + 1, changeFromQuantity: available(shop, 'MU06-01') },
      { ...ids(shop, 'MU06-02'), quantity: 5, changeFromQuantity: available(shop, 'MU06-02') },
    ];
    shop.faults.add({ target: 'shopify', match: 'inventorySetQuantities', kind: 'stale', mode: 'part', times: 1 });
    expect((await set(shop, two())).data.inventorySetQuantities.userErrors[0].code).toBe('CHANGE_FROM_QUANTITY_STALE');
    expect([available(shop, 'MU06-01'), available(shop, 'MU06-02')]).toEqual([now, 5]);
    expect((await set(shop, two())).data.inventorySetQuantities.userErrors).toEqual([]);
  });

  test('where the item isn’t active it succeeds silently and still isn’t stocked', async () => {
    const shop = openTestShop();
    const answer = await set(shop, [{ ...ids(shop, 'BUOY-EAST'), quantity: 40, changeFromQuantity: null }]);
    expect(answer.data.inventorySetQuantities.userErrors).toEqual([]);
    const at = ids(shop, 'BUOY-EAST');
    expect(
      (await shop.graphql(READ, { ids: [at.inventoryItemId], at: at.locationId })).data.nodes[0].inventoryLevel.isActive,
    ).toBe(false);
    const visible = await shop.graphql(
      'query($at: ID!) { location(id: $at) { inventoryLevels(first: 250) { nodes { item { id } } } } }',
      { at: at.locationId },
    );
    expect(visible.data.location.inventoryLevels.nodes.map((node: { item: { id: string } }) => node.item.id)).not.toContain(
      at.inventoryItemId,
    );
    const { id } = await shop.order({ lines: [{ sku: 'BUOY-EAST' }] });
    expect(
      (
        await shop.graphql(
          'query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 1) { nodes { assignedLocation { name } } } } }',
          { id },
        )
      ).data.order.fulfillmentOrders.nodes[0].assignedLocation.name,
    ).toBe('East Warehouse');
  });

  test.each([
    [
      'the same item and place twice',
      (a: object) => [
        { ...a, quantity: 1, changeFromQuantity: null },
        { ...a, quantity: 2, changeFromQuantity: null },
      ],
      {},
      'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
    ],
    ['committed', (a: object) => [{ ...a, quantity: 1, changeFromQuantity: null }], { name: 'committed' }, 'INVALID_NAME'],
    [
      'an unknown reason',
      (a: object) => [{ ...a, quantity: 1, changeFromQuantity: null }],
      { reason: 'because' },
      'INVALID_REASON',
    ],
    [
      'a Shopify id as reference',
      (a: object) => [{ ...a, quantity: 1, changeFromQuantity: null }],
      { referenceDocumentUri: 'gid://shopify/Order/1' },
      'INVALID_REFERENCE_DOCUMENT',
    ],
    [
      'an unknown item',
      (a: object) => [{ ...a, inventoryItemId: 'gid://shopify/InventoryItem/1', quantity: 1, changeFromQuantity: null }],
      {},
      'INVALID_INVENTORY_ITEM',
    ],
    [
      'an unknown location',
      (a: object) => [{ ...a, locationId: 'gid://shopify/Location/1', quantity: 1, changeFromQuantity: null }],
      {},
      'INVALID_LOCATION',
    ],
    ['too much', (a: object) => [{ ...a, quantity: 1_000_000_001, changeFromQuantity: null }], {}, 'INVALID_QUANTITY_TOO_HIGH'],
  ])('%s is refused by code', async (_what, quantities, over, code) => {
    const shop = openTestShop();
    expect((await set(shop, quantities(ids(shop, 'MU06-01')), over)).data.inventorySetQuantities.userErrors[0].code).toBe(code);
  });

  test('a bundle’s stock can’t be written', async () => {
    const shop = openTestShop();
    expect(
      (await set(shop, [{ ...ids(shop, 'BUNDLE-BREAKFAST'), quantity: 1, changeFromQuantity: null }])).data.inventorySetQuantities
        .userErrors[0].code,
    ).toBe('NON_MUTABLE_INVENTORY_ITEM');
  });
});

describe('levels', () => {
  const ACTIVATE =
    'mutation($item: ID!, $at: ID!, $available: Int, $key: String!) { inventoryActivate(inventoryItemId: $item, locationId: $at, available: $available) @idempotent(key: $key) { inventoryLevel { id isActive quantities(names: ["available"]) { quantity } } userErrors { message } } }';

  test('are activated with a quantity or with the one they had, deactivated unless units are committed', async () => {
    const shop = openTestShop();
    const at = ids(shop, 'BUOY-EAST');
    const activate = (available: number | undefined, key: string) =>
      shop.graphql(ACTIVATE, { item: at.inventoryItemId, at: at.locationId, available, key });
    const made = await activate(7, 'a1');
    expect(made.data.inventoryActivate).toMatchObject({
      inventoryLevel: { isActive: true, quantities: [{ quantity: 7 }] },
      userErrors: [],
    });
    expect((await activate(9, 'a2')).data.inventoryActivate.userErrors[0].message).toContain('already active');
    const off = () =>
      shop.graphql('mutation($id: ID!) { inventoryDeactivate(inventoryLevelId: $id) { userErrors { message } } }', {
        id: made.data.inventoryActivate.inventoryLevel.id,
      });
    const { name } = await shop.order({ lines: [{ sku: 'BUOY-EAST', location: 'Main Warehouse' }] });
    expect((await off()).data.inventoryDeactivate.userErrors[0].message).toContain('committed');
    await shop.control(`/shopify/orders/${name}/cancel`, {});
    expect((await off()).data.inventoryDeactivate.userErrors).toEqual([]);
    expect((await activate(undefined, 'a3')).data.inventoryActivate.inventoryLevel.quantities[0].quantity).toBe(7);
    const toggled = await shop.graphql(
      'mutation($item: ID!, $updates: [InventoryBulkToggleActivationInput!]!) { inventoryBulkToggleActivation(inventoryItemId: $item, inventoryItemUpdates: $updates) { inventoryLevels { isActive location { name } } userErrors { code } } }',
      {
        item: at.inventoryItemId,
        updates: [{ locationId: ids(shop, 'BUOY-EAST', 'Downtown Store').locationId, activate: true }],
      },
    );
    expect(toggled.data.inventoryBulkToggleActivation.inventoryLevels).toEqual([
      { isActive: true, location: { name: 'Downtown Store' } },
    ]);
    const inactive = await shop.graphql(
      'mutation($item: ID!, $updates: [InventoryBulkToggleActivationInput!]!) { inventoryBulkToggleActivation(inventoryItemId: $item, inventoryItemUpdates: $updates) { userErrors { code } } }',
      {
        item: at.inventoryItemId,
        updates: [{ locationId: ids(shop, 'BUOY-EAST', 'Old Depot').locationId, activate: true }],
      },
    );
    expect(inactive.data.inventoryBulkToggleActivation.userErrors[0].code).toBe('FAILED_TO_STOCK_AT_LOCATION');
  });

  test('adjusting is all or nothing, and untracked items take no part in orders', async () => {
    const shop = openTestShop();
    const before = available(shop, 'MU06-01');
    const adjust = (changes: unknown[], key: string, name = 'available') =>
      shop.graphql(
        'mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) { inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id } userErrors { code } } }',
        { key, input: { name, reason: 'correction', changes } },
      );
    await adjust([{ ...ids(shop, 'MU06-01'), delta: -2, changeFromQuantity: before }], 'j1');
    expect(available(shop, 'MU06-01')).toBe(before - 2);
    expect(
      (
        await adjust(
          [
            { ...ids(shop, 'MU06-01'), delta: 1, changeFromQuantity: null },
            { ...ids(shop, 'MU06-02'), delta: 1, changeFromQuantity: -1 },
          ],
          'j2',
        )
      ).data.inventoryAdjustQuantities.userErrors[0].code,
    ).toBe('CHANGE_FROM_QUANTITY_STALE');
    expect(available(shop, 'MU06-01')).toBe(before - 2);
    expect(
      (await adjust([{ ...ids(shop, 'MU06-01'), delta: 1, changeFromQuantity: null }], 'j3', 'damaged')).data
        .inventoryAdjustQuantities.userErrors[0].code,
    ).toBe('INVALID_LEDGER_DOCUMENT');
    const level = shop.level('POSTCARD', 'Main Warehouse');
    await shop.order({ lines: [{ sku: 'POSTCARD', quantity: 5 }] });
    expect(shop.level('POSTCARD', 'Main Warehouse')).toEqual(level);
  });
});
