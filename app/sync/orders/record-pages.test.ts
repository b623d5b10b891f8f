import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { facility, fakeConnector } from '../../connections/fake-connector.test-data.ts';
import { describeSyncSettings } from '../../connections/read-sync-settings-form.ts';
import type { SyncKind } from '../../connectors/contract/index.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { createConnection } = await import('../../connections/connections.ts');
const { listFacilities, refreshFacilities } = await import('../../connections/facilities.ts');
const { openConnection } = await import('../../connections/open-connection.ts');
const { readSync, saveSyncSettings } = await import('../../connections/syncs.ts');
const { readProductPage } = await import('../products/read-product-page.ts');
const { readOrderPage } = await import('./read-order-page.ts');

const ada = { userId: '1', userName: 'Ada' };
const at = new Date('2026-11-20T08:00:00.000Z');
const [orderId, productId, variantId] = ['gid://shopify/Order/1', 'gid://shopify/Product/7', 'gid://shopify/ProductVariant/70'];
const fake = fakeConnector({ facilities: [facility('F 1', 'North')], key: 'right-key' });
let shopId = 0;
let connectionId = '';

beforeAll(async () => {
  setConnectors([fake]);
  shopId = (await prisma.shop.create({ data: { domain: 'pages.myshopify.com', installedAt: at } })).id;
  const settings = { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right-key' };
  const made = await createConnection(shopId, ada, { connector: 'fake', name: 'Main', settings });
  connectionId = made.ok ? made.id : '';
  await refreshFacilities(await openConnection(shopId, connectionId));
  await inShop(shopId, async (tx) => {
    const states = { financialStatus: 'PAID', fulfilmentStatus: 'UNFULFILLED', verdict: 'send', currency: 'EUR' };
    const times = { shopifyUpdatedAt: at, placedAt: at, firstSeenAt: at, decidedAt: at };
    await tx.order.create({ data: { shopId, id: orderId, name: '#1', total: 1n, units: 1, tags: [], ...states, ...times } });
    const place = { locationId: 'L', facilityId: 'F 1', fulfilmentOrderIds: [], createdAt: at };
    const remote = { remoteId: 'R/9', remoteNumber: 'SO 9', state: 'sent' };
    await tx.part.create({ data: { shopId, orderId, connectionId, number: 1, reference: '#1', ...place, ...remote } });
    const stocked = { tracked: true, requiresShipping: true, isGiftCard: false, hasComponents: false, whenOutOfStock: 'deny' };
    const words = { productTitle: 'Shirt', title: 'S', productType: '', vendor: '', tags: [], status: 'ACTIVE', sku: 'SHIRT' };
    const ids = { shopId, id: variantId, productId, inventoryItemId: 'i1', price: 1n, shopifyUpdatedAt: at, readAt: at };
    await tx.variant.create({ data: { ...ids, ...words, ...stocked } });
    await tx.productLink.create({ data: { shopId, connectionId, variantId, state: 'linked', remoteId: 'P9', pushedAt: at } });
  });
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const say = (kind: SyncKind, given: Record<string, unknown>) =>
  inShop(shopId, async (tx) => {
    const { settings } = await readSync(tx, shopId, connectionId, kind);
    return saveSyncSettings(tx, shopId, ada, connectionId, kind, { ...settings, ...given });
  });
const orderPage = async () => (await readOrderPage(shopId, orderId))?.parts[0]?.remoteUrl;
const productPage = async () => (await readProductPage(shopId, productId))?.connections[0]?.variants[0]?.remoteUrl;
const facilityPage = async () => (await inShop(shopId, (tx) => listFacilities(tx, shopId, connectionId)))[0]?.url;

describe('the pages of a back office that tells none', () => {
  it('are where the merchant says, for an order, a product and a facility', async () => {
    expect([await orderPage(), await productPage(), await facilityPage()]).toEqual([null, null, null]);
    expect(await say('orders', { orderPage: 'https://oms.example.com/o/{id}?n={number}&r={reference}' })).toEqual({ ok: true });
    expect(await say('products', { productPage: 'https://oms.example.com/p/{id}/{sku}' })).toEqual({ ok: true });
    expect(await say('inventory', { facilityPage: 'https://oms.example.com/f/{name}/{id}' })).toEqual({ ok: true });
    expect([await orderPage(), await productPage(), await facilityPage()]).toEqual([
      'https://oms.example.com/o/R%2F9?n=SO%209&r=%231',
      'https://oms.example.com/p/P9/SHIRT',
      'https://oms.example.com/f/North/F%201',
    ]);
  });

  it('refuse an address that leads nowhere in particular, at its field', async () => {
    expect(await say('orders', { orderPage: 'https://oms.example.com/orders' })).toMatchObject({
      ok: false,
      errors: { orderPage: { code: 'wrong-format' } },
    });
  });

  it('aren’t asked where it tells them itself', () => {
    const asked = (tellsPages: boolean) =>
      (['orders', 'products', 'inventory'] as const).flatMap((kind) =>
        describeSyncSettings(kind, { ...fake.capabilities, tellsPages }).flatMap(({ name }) =>
          name.endsWith('Page') ? [name] : [],
        ),
      );
    expect(asked(false)).toEqual(['orderPage', 'productPage', 'facilityPage']);
    expect(asked(true)).toEqual([]);
  });
});
