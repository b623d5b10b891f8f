import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openState } from '../kit/state.ts';
import { openTestShop } from './testing/open-test-shop.ts';

const CSV = `Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Image Src,Gift Card,Variant Weight Unit,Status
shirt,Blue Shirt,"Soft, blue",Demo,Shirts,"men, blue",true,Size,S,,200,shopify,5,deny,50,60,true,true,https://cdn.example/shirt.jpg,false,kg,active
shirt,,,,,,,,M, SH-M ,200,shopify,7,continue,50,,true,true,,,kg,
shirt,,,,,,,,,,,,,,,,,,https://cdn.example/shirt2.jpg,,,
card,Card,,Demo,,,false,Title,Default Title,CARD,0,,1,deny,25,,false,false,,true,g,draft
`;

describe('the demo shop', () => {
  test('has a varied catalogue, four locations, shipping methods, gateways, channels and staff', async () => {
    const shop = openTestShop();
    const answer =
      await shop.graphql(`{ locations(first: 9, includeInactive: true, sortKey: ID) { nodes { name isActive fulfillsOnlineOrders localPickupSettingsV2 { pickupTime } } }
      productsCount { count } productVariantsCount { count } channels(first: 9) { nodes { handle app { title } } } publications(first: 9, catalogType: APP) { nodes { catalog { title } channels(first: 2) { nodes { handle } } } }
      deliveryProfiles(first: 9) { nodes { id name default activeMethodDefinitionsCount } } productTypes(first: 100) { nodes } carrierServices(first: 9) { nodes { name } } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data.locations.nodes.map((node: { isActive: boolean }) => node.isActive)).toEqual([true, true, true, false]);
    expect(answer.data.productsCount.count).toBeGreaterThanOrEqual(60);
    expect(answer.data.productVariantsCount.count).toBeGreaterThanOrEqual(150);
    expect(answer.data.channels.nodes.length).toBeGreaterThanOrEqual(4);
    expect(
      answer.data.deliveryProfiles.nodes.reduce(
        (sum: number, node: { activeMethodDefinitionsCount: number }) => sum + node.activeMethodDefinitionsCount,
        0,
      ),
    ).toBeGreaterThanOrEqual(8);
    const profile = await shop.graphql(
      `query($id: ID!) { deliveryProfile(id: $id) { profileLocationGroups { locationGroup { locations(first: 5) { nodes { name } } } locationGroupZones(first: 5) { nodes { zone { name countries { code { countryCode restOfWorld } } }
      methodDefinitions(first: 20) { nodes { name active rateProvider { __typename ... on DeliveryRateDefinition { price { amount } } ... on DeliveryParticipant { carrierService { formattedName } participantServices { name } } } } } } } } } }`,
      { id: answer.data.deliveryProfiles.nodes[0].id },
    );
    const methods = profile.data.deliveryProfile.profileLocationGroups[0].locationGroupZones.nodes.flatMap(
      (zone: { methodDefinitions: { nodes: unknown[] } }) => zone.methodDefinitions.nodes,
    );
    expect(new Set(methods.map((method: { rateProvider: { __typename: string } }) => method.rateProvider.__typename))).toEqual(
      new Set(['DeliveryRateDefinition', 'DeliveryParticipant']),
    );
    const oddities = await shop.graphql(
      '{ productVariants(first: 250) { nodes { sku requiresComponents inventoryItem { tracked requiresShipping } product { status isGiftCard } } } }',
    );
    const skus = oddities.data.productVariants.nodes.map((node: { sku: string | null }) => node.sku);
    expect([
      skus.includes(null),
      skus.includes(' SOCK 01 '),
      skus.includes('lamp-01'),
      skus.filter((sku: string) => sku === 'FLAG-01').length,
    ]).toEqual([true, true, true, 2]);
    const has = (
      test_: (node: {
        requiresComponents: boolean;
        inventoryItem: { tracked: boolean; requiresShipping: boolean };
        product: { isGiftCard: boolean; status: string };
      }) => boolean,
    ) => oddities.data.productVariants.nodes.some(test_);
    expect([
      has((node) => node.requiresComponents),
      has((node) => !node.inventoryItem.tracked),
      has((node) => !node.inventoryItem.requiresShipping),
      has((node) => node.product.isGiftCard),
      has((node) => node.product.status === 'DRAFT'),
    ]).toEqual([true, true, true, true, true]);
    expect(
      (await shop.control('/shopify/shops')).body[0].users.map((user: { accountOwner: boolean }) => user.accountOwner),
    ).toEqual([true, false]);
    expect((await shop.control('/shopify/choices')).body.gateways.length).toBeGreaterThanOrEqual(4);
  });

  test('is the same each time, and is still there after a restart', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'shop-')), 'shopify.sqlite');
    const first = openTestShop({ state: openState(file) });
    await first.order({ lines: [{ sku: 'MU06-01' }] });
    const products = (await first.control('/shopify/products')).body;
    const token = (await first.exchange()).body.access_token;
    first.state.close();
    const again = openTestShop({ state: openState(file) });
    expect((await again.control('/shopify/products')).body).toEqual(products);
    expect((await again.control('/shopify/ledger')).body.orders).toMatchObject([
      { name: '#1001', fulfilmentOrders: [{ location: 'Main Warehouse' }] },
    ]);
    expect((await again.request('{shop{id}}', {}, { 'x-shopify-access-token': token })).status).toBe(200);
    const other = openTestShop();
    expect(
      (await other.control('/shopify/products')).body.map((row: { title: string; variants: { levels: unknown }[] }) => [
        row.title,
        row.variants[0]?.levels,
      ]),
    ).toHaveLength(products.length);
  });
});

describe('the control API', () => {
  test('imports a product export: options, images, missing and spaced SKUs, drafts, gift cards, untracked ones', async () => {
    const shop = openTestShop();
    expect((await shop.control('/shopify/catalog', CSV)).body).toEqual({ products: 2, variants: 3, withoutSku: 1 });
    const { nodes } = (
      await shop.graphql(
        '{ products(first: 5, query: "vendor:Demo", sortKey: ID) { nodes { title status isGiftCard tags productType featuredMedia { preview { image { url } } } variants(first: 5) { nodes { title sku price compareAtPrice inventoryPolicy inventoryQuantity inventoryItem { tracked requiresShipping measurement { weight { value unit } } } } } } } }',
      )
    ).data.products;
    expect(nodes[0]).toMatchObject({
      title: 'Blue Shirt',
      status: 'ACTIVE',
      productType: 'Shirts',
      tags: ['men', 'blue'],
      featuredMedia: { preview: { image: { url: 'https://cdn.example/shirt.jpg' } } },
    });
    expect(nodes[0].variants.nodes).toMatchObject([
      {
        title: 'S',
        sku: null,
        price: '50.00',
        compareAtPrice: '60.00',
        inventoryPolicy: 'DENY',
        inventoryQuantity: 5,
        inventoryItem: { tracked: true, measurement: { weight: { value: 0.2, unit: 'KILOGRAMS' } } },
      },
      { title: 'M', sku: ' SH-M ', inventoryPolicy: 'CONTINUE', inventoryQuantity: 7 },
    ]);
    expect(nodes[1]).toMatchObject({
      status: 'DRAFT',
      isGiftCard: true,
      variants: { nodes: [{ sku: 'CARD', inventoryItem: { tracked: false, requiresShipping: false } }] },
    });
  });

  test.each([
    ['is no product export', 'a,b\n1,2\n', '"Handle"'],
    ['has a row without handle', 'Handle,Title,Variant Price\n,x,1\n', 'Row 2 has no Handle'],
    ['has a price that is none', 'Handle,Title,Variant Price\na,A,cheap\n', '"cheap" is not an amount'],
  ])('says what is wrong with a CSV that %s', async (_what, csv, message) => {
    const answer = await openTestShop().control('/shopify/catalog', csv);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(message);
  });

  test('shows the ledger, parts of it, or a line for each thing', async () => {
    const shop = openTestShop();
    await shop.order({ lines: [{ sku: 'MU06-01', quantity: 2 }], tags: ['t'] });
    await shop.graphql('{ shop { name } }');
    const ledger = (await shop.control('/shopify/ledger')).body;
    expect(ledger).toMatchObject({
      products: 72,
      variants: 152,
      orders: [
        {
          name: '#1001',
          tags: ['t'],
          cancelledAt: null,
          closed: false,
          lines: [{ sku: 'MU06-01', quantity: 2, fulfilled: 0, refunded: 0 }],
          fulfilmentOrders: [{ location: 'Main Warehouse', status: 'OPEN', holds: [] }],
          fulfilments: [],
          refunds: [],
          returns: [],
        },
      ],
      calls: { graphql: 1, throttled: 0 },
    });
    expect(
      ledger.levels.find(
        (level: { sku: string; location: string }) => level.sku === 'MU06-01' && level.location === 'Main Warehouse',
      ),
    ).toMatchObject({ committed: 2, active: true });
    expect((await shop.control('/shopify/ledger?orders=0')).body).not.toHaveProperty('orders');
    expect((await shop.control('/shopify/ledger?levels=0')).body).not.toHaveProperty('levels');
    const response = await shop.root.request('/_sandbox/shopify/ledger', { headers: { accept: 'application/x-ndjson' } });
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map((line) => line.type).slice(0, 3)).toEqual(['shop', 'order', 'level']);
    expect(lines).toHaveLength(2 + ledger.levels.length);
  });

  test('places many orders at once and generates a catalogue', async () => {
    const shop = openTestShop({ shop: { catalogue: 'none' } });
    await shop.control('/shopify/catalog', { generate: { products: 3, variantsPerProduct: 2 } });
    await shop.control('/shopify/catalog', { generate: { products: 1, variantsPerProduct: 1 } });
    const placed = await shop.control('/shopify/orders', { count: 250, lines: [{ sku: 'GEN-000004-01' }] });
    expect(placed.body.orders).toHaveLength(250);
    await shop.settle();
    expect((await shop.graphql('{ ordersCount(limit: null) { count } }')).data.ordersCount.count).toBe(250);
  });

  test('refuses by name what it doesn’t know', async () => {
    const shop = openTestShop();
    const message = async (path: string, body?: unknown) => (await shop.control(path, body)).body.error as string;
    expect(await message('/shopify/orders', { lines: [{ sku: 'NOPE' }] })).toContain('no variant "NOPE"');
    expect(await message('/shopify/orders', { lines: [{ sku: 'MU06-01' }], colour: 'red' })).toContain('colour');
    expect(await message('/shopify/orders', { lines: [] })).toContain('lines');
    expect(await message('/shopify/orders', { lines: [{ sku: 'MU06-01' }], channel: 'fax' })).toContain('no channel "fax"');
    expect(await message('/shopify/orders/9999')).toContain('no order 9999');
    expect(await message('/shopify/levels', { sku: 'MU06-01', location: 'Moon', available: 1 })).toContain('no location "Moon"');
    expect(await message('/shopify/ledger?shop=nobody')).toContain('no shop nobody');
    expect(await message('/clock', { advanceMs: -1 })).toContain('advanceMs');
    expect(await message('/faults', { target: 'shopify', kind: 'explode' })).toContain('explode');
    expect(await message('/faults', { target: 'webhooks', kind: 'kill-after-answer' })).toContain('Webhooks know');
    expect(await message('/shops', { domain: 'https://x' })).toContain('domain');
    expect(await message('/shopify/scopes', { grant: ['write_themes'] })).toContain('write_themes');
  });

  test('keeps shops apart: their own money, zone, plan and orders', async () => {
    const shop = openTestShop();
    const made = await shop.control('/shops', { domain: 'tokyo', country: 'JP', plan: 'plus' });
    expect(made.body).toMatchObject({
      domain: 'tokyo.myshopify.com',
      currency: 'JPY',
      timezone: 'Asia/Tokyo',
      plan: 'plus',
      installed: true,
    });
    await shop.control('/shopify/orders?shop=tokyo', { lines: [{ sku: 'MU06-01', price: 1200 }] });
    await shop.settle();
    expect((await shop.control('/shopify/ledger?shop=tokyo&levels=0')).body.orders).toMatchObject([
      { currency: 'JPY', lines: [{ price: '1200' }] },
    ]);
    expect((await shop.control('/shopify/ledger?levels=0')).body.orders).toEqual([]);
    const { access_token: token } = (await shop.exchange('offline', undefined, 'tokyo.myshopify.com')).body;
    const answer = await shop.request(
      '{ orders(first: 5) { nodes { id } } shop { timezoneOffsetMinutes } }',
      {},
      { 'x-shopify-access-token': token, 'x-sandbox-shop': 'tokyo.myshopify.com' },
    );
    const { data } = (await answer.json()) as {
      data: { orders: { nodes: { id: string }[] }; shop: { timezoneOffsetMinutes: number } };
    };
    expect([data.orders.nodes.length, data.shop.timezoneOffsetMinutes]).toEqual([1, 540]);
    expect(
      (await shop.graphql('query($id: ID!) { order(id: $id) { id } node(id: $id) { id } }', { id: data.orders.nodes[0]?.id }))
        .data,
    ).toEqual({ order: null, node: null });
  });

  test('hands out what the admin puts on the iframe’s address', async () => {
    const { body } = await openTestShop().control('/shopify/id-token', {});
    expect(Buffer.from(body.host, 'base64').toString()).toBe('admin.shopify.com/store/crossdock-demo');
    expect(new URLSearchParams(body.query).get('id_token')).toBe(body.idToken);
    expect(body.user).toMatchObject({ accountOwner: true });
  });

  test('a refused call of the app, and who is to blame, is in the call log', async () => {
    const shop = openTestShop();
    shop.faults.add({ target: 'shopify', match: 'ShopName', kind: 'status', status: 502, times: 1 });
    const { body } = await shop.exchange();
    const call = () => shop.request('query ShopName { shop { name } }', {}, { 'x-shopify-access-token': body.access_token });
    expect([(await call()).status, (await call()).status]).toEqual([502, 200]);
    await shop.request('{shop{id}}', {}, {});
    const log = (await shop.control('/calls?target=shopify')).body;
    expect(log.map((entry: { status: number; operation?: string }) => [entry.status, entry.operation])).toEqual([
      [200, undefined],
      [502, undefined],
      [200, 'ShopName'],
      [401, undefined],
    ]);
    expect(log.at(-1).fact).toContain('401');
  });
});
