import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { batteryProduct } from '../../contract/battery-samples.ts';
import type { MirroredMapping } from '../../contract/index.ts';
import { variantBody } from '../convert-product.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, shopDomain, thrownBy, type SettingsInput, type World } from './world.ts';

const password = 'secret-enough';

/** Records that are kept in HotWax: products, facilities, the shop with its mappings. */
export function describeRecordQuirks(world: World): void {
  describe('HotWax: products', () => {
    const product = () => batteryProduct(`P-${randomInt(2 ** 40)}`);

    it('carry identifications, list price, Shopify’s own ids, and options as features under their names', async () => {
      const options = [
        { name: 'Color', value: 'Red' },
        { name: 'Size', value: 'S' },
      ];
      const one = { ...product(), barcode: '4006381333931', variantTitle: 'Red / S', options };
      const body = variantBody(one, '10000', {
        productType: 'FINISHED_GOOD',
        priceGroup: '_NA_',
        types: new Set(),
      }).productVariantJson;
      expect(body.features?.map((feature) => [feature.productFeatureTypeDesc, feature.featureDesc])).toEqual([
        ['Color', 'Red'],
        ['Size', 'S'],
      ]);
      expect(body.shopifyShopProduct).toEqual({
        shopId: '10000',
        shopifyProductId: one.variantId.split('/').at(-1),
        shopifyInventoryItemId: one.inventoryItemId.split('/').at(-1),
      });
      const [made] = (await connectorIn(world).products?.upsert([one])) ?? [];
      const id = made && 'remoteId' in made ? made.remoteId : '';
      const identifications = await accountIn(world).client.list(`/oms/products/${id}/identifications`, wire.anything);
      expect(JSON.stringify(identifications)).toContain('4006381333931');
      expect(JSON.stringify(await accountIn(world).client.list(`/oms/products/${id}/prices`, wire.anything))).toContain(
        'LIST_PRICE',
      );
    });

    it('get the type that theirs is mapped to, else HotWax’s own for that word, else the settings’', async () => {
      const typeOf = async (productType: string, given: SettingsInput = {}) => {
        const [made] = (await connectorIn(world, given).products?.upsert([{ ...product(), productType }])) ?? [];
        const id = made && 'remoteId' in made ? made.remoteId : '';
        const row = await accountIn(world).client.get(`/oms/products/${id}`, wire.anything);
        return (row as { productTypeId: string }).productTypeId;
      };
      expect([await typeOf('SERVICE'), await typeOf('Insurance'), await typeOf('Shirts')]).toEqual([
        ...['SERVICE', 'DIGITAL_GOOD', 'FINISHED_GOOD'],
      ]);
      expect(await typeOf('Shirts', { productType: 'MARKETING_PKG_PICK' })).toBe('MARKETING_PKG_PICK');
    });

    it('of one SKU in one batch go one after the other: HotWax holds no lock', async () => {
      const one = product();
      const twin = { ...one, variantId: 'gid://shopify/ProductVariant/2' };
      const results = (await connectorIn(world).products?.upsert([one, twin])) ?? [];
      expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'updated']);
      expect(new Set(results.map((result) => ('remoteId' in result ? result.remoteId : ''))).size).toBe(1);
    });

    it('are made once though the answer was lost', async () => {
      const { products } = connectorIn(world);
      const one = product();
      world.fault({ match: 'PUT /oms/productVariant', kind: 'timeout-after-commit', ms: 4000 });
      expect(await thrownBy(products?.upsert([one]) ?? Promise.resolve())).toMatchObject({
        kind: 'transient',
        mayHaveLanded: true,
      });
      expect(await products?.upsert([one])).toMatchObject([{ outcome: 'updated' }]);
      expect(await accountIn(world).client.list('/oms/products', wire.product, { internalName: one.sku })).toHaveLength(1);
    });
  });

  describe('HotWax: facilities', () => {
    it('are listed without virtual ones, but with the queue', async () => {
      await world.act('/facility', { name: 'Pre-orders', type: 'PRE_ORDER' }).catch(() => undefined);
      const found = await connectorIn(world).facilities.list();
      expect(found.filter(({ kind }) => kind === 'queue').map(({ id }) => id)).toEqual(['_NA_']);
      expect(found.filter(({ id }) => /PARKING|PRE_ORDER|CONFIG/.test(id))).toEqual([]);
      expect(found.find(({ id }) => id === 'DOWNTOWN')).toMatchObject({ kind: 'store' });
    });

    it('get address, picking place and product store when they are made, and a second try makes no second one', async () => {
      const { facilities } = connectorIn(world);
      const input = {
        name: `Depot ${randomInt(1e6)}`,
        address: { address1: 'Kai 3', city: 'Bremen', zip: '28195', countryCode: 'DE', phone: '+49 1' },
        storeId: null,
      };
      world.fault({ match: 'POST /oms/facilities/:id/productStores', kind: 'status', status: 503 });
      expect(await thrownBy(facilities.create?.(input) ?? Promise.resolve())).toMatchObject({ kind: 'transient' });
      const made = await facilities.create?.(input);
      expect((await facilities.list()).filter(({ name }) => name === input.name).map(({ id }) => id)).toEqual([made?.id]);
      const links = await accountIn(world).client.list('/admin/productStores/STORE/facilities', wire.storeFacility);
      expect(links.filter(({ facilityId }) => facilityId === made?.id)).toHaveLength(1);
    });
  });

  describe('HotWax: the shop’s record', () => {
    const shop = {
      ...{
        shopifyShopId: '5550001',
        domain: shopDomain,
        name: 'Battery',
        owner: 'Ada',
        plan: 'basic',
        timeZone: 'Europe/Berlin',
      },
      ...{ currency: 'EUR', weightUnit: 'kg', countryCode: 'DE', storeId: null },
    };
    const { mirror } = connectorIn(world);
    const given = (
      kind: MirroredMapping['kind'],
      source: string,
      target: string | null,
      carrier: string | null = null,
    ): MirroredMapping => ({ kind, source, target, carrier });
    const of = async (kind: MirroredMapping['kind'], source: string) =>
      (await mirror?.read())?.filter((one) => one.kind === kind && one.source === source).map(({ target }) => target);

    it('is found or made once, and brought up to date', async () => {
      const first = await mirror?.register(shop);
      const posts = () =>
        world.calls().filter(({ method, path }) => method !== 'GET' && path.includes('/shopifyShops/shops')).length;
      const before = posts();
      expect(await mirror?.register(shop)).toEqual(first);
      expect(posts()).toBe(before);
      await mirror?.register({ ...shop, name: 'Renamed', plan: null });
      const [row] = await accountIn(world).client.list('/oms/shopifyShops/shops', wire.shopRecord, {
        myshopifyDomain: shopDomain,
      });
      expect(row).toMatchObject({
        name: 'Renamed',
        planName: 'basic',
        shopOwner: 'Ada',
        timezone: 'Europe/Berlin',
        currency: 'EUR',
        productStoreId: 'STORE',
      });
    });

    it('tells what HotWax lets the shop do: only the exact word counts', async () => {
      const { recordId, access } = (await mirror?.register(shop)) ?? { recordId: '', access: 'none' };
      expect(access).toBe('none');
      const { client } = accountIn(world);
      const remote = { systemMessageRemoteId: `R${randomInt(1e6)}`, internalId: recordId, description: 'Shopify' };
      const scopes = [
        ['SHOP_READ_WRITE_ACCESS', 'read'],
        ['SHOP_RW_ACCESS', 'read-write'],
        ['SHOP_NO_ACCESS', 'none'],
      ] as const;
      await client.write('POST', '/oms/systemMessageRemotes', remote, wire.anything);
      for (const [accessScopeEnumId, wanted] of scopes) {
        await client.write(
          'PUT',
          `/oms/systemMessageRemotes/${remote.systemMessageRemoteId}`,
          { accessScopeEnumId },
          wire.anything,
        );
        expect(await mirror?.register(shop)).toMatchObject({ access: wanted, detail: accessScopeEnumId });
      }
    });

    it('keeps mappings, moves and retires them by an empty value: HotWax deletes none', async () => {
      await mirror?.register(shop);
      expect(
        await mirror?.write([given('location', '11', 'MAIN_WH'), given('payment-method', 'paypal', 'EXT_SHOP_PAYPAL')]),
      ).toEqual([]);
      expect([await of('location', '11'), await of('payment-method', 'paypal')]).toEqual([['MAIN_WH'], ['EXT_SHOP_PAYPAL']]);
      expect(await mirror?.write([given('location', '11', 'EAST_WH')])).toEqual([]);
      expect(await of('location', '11')).toEqual(['EAST_WH']);
      expect(await mirror?.write([given('location', '11', null), given('payment-method', 'paypal', null)])).toEqual([]);
      expect([await of('location', '11'), await of('payment-method', 'paypal')]).toEqual([[], []]);
      expect(world.calls().some(({ method }) => method === 'DELETE')).toBe(false);
    });

    it('answers a shipping mapping that HotWax doesn’t let change, in its words', async () => {
      await mirror?.register(shop);
      const method = `Express ${randomInt(1e6)}`;
      expect(await mirror?.write([given('shipping-method', method, 'FEDEX/NEXT_DAY', 'FedEx')])).toEqual([]);
      expect(await mirror?.write([given('shipping-method', method, 'NEXT_DAY', 'fedex')])).toEqual([]);
      const changed = given('shipping-method', method, 'UPS/NEXT_DAY', 'UPS');
      expect(await mirror?.write([changed])).toEqual([
        { mapping: changed, vendorText: expect.stringMatching(/exists/) as string },
      ]);
      expect(await of('shipping-method', method)).toEqual(['FEDEX/NEXT_DAY']);
    });

    it('says in HotWax’s words that a shipping mapping can’t be retired there either', async () => {
      await mirror?.register(shop);
      const method = `Slow ${randomInt(1e6)}`;
      expect(await mirror?.write([given('shipping-method', method, 'STANDARD')])).toEqual([]);
      const retired = given('shipping-method', method, null);
      expect(await mirror?.write([retired])).toEqual([
        { mapping: retired, vendorText: expect.stringMatching(/exists/) as string },
      ]);
      expect(await of('shipping-method', method)).toEqual(['STANDARD']);
    });

    it('keeps channels and product types, and retires them', async () => {
      await mirror?.register(shop);
      const mine = [given('channel', 'pos', 'POS_SALES_CHANNEL'), given('product-type', 'Vouchers', 'DIGITAL_GOOD')];
      expect(await mirror?.write(mine)).toEqual([]);
      for (const one of mine) expect(await of(one.kind, one.source)).toEqual([one.target]);
      expect(await mirror?.write(mine.map((one) => ({ ...one, target: null })))).toEqual([]);
      for (const one of mine) expect(await of(one.kind, one.source)).toEqual([]);
      const { client } = accountIn(world);
      const rows = await client.list('/oms/shopifyShops/typeMappings', wire.shopTypeMapping, { mappedKey: 'Vouchers' });
      expect(rows.map(({ mappedValue }) => mappedValue)).toEqual([null]);
    });

    it('never lets one kind of mapping overwrite another of the same text: the kind is not in HotWax’s key', async () => {
      await mirror?.register(shop);
      const [channel, type] = [
        given('channel', 'Gift Card', 'WEB_SALES_CHANNEL'),
        given('product-type', 'Gift Card', 'GIFT_CARD'),
      ];
      expect(await mirror?.write([channel, type])).toEqual([
        { mapping: type, vendorText: expect.stringMatching(/SHOPIFY_ORDER_SOURCE/) as string },
      ]);
      expect(await mirror?.write([given('product-type', 'Gift Card', null)])).toEqual([]);
      expect(await of('channel', 'Gift Card')).toEqual(['WEB_SALES_CHANNEL']);
      expect(await mirror?.write([given('channel', 'Gift Card', null), type])).toEqual([]);
      expect(await of('product-type', 'Gift Card')).toEqual(['GIFT_CARD']);
    });

    it('offers mappings that people made in HotWax', async () => {
      const { recordId } = (await mirror?.register(shop)) ?? { recordId: '' };
      const body = {
        shopId: recordId,
        mappedTypeId: 'SHOPIFY_PAYMENT_TYPE',
        mappedKey: 'klarna',
        mappedValue: 'EXT_SHOP_KLARNA',
      };
      const { client } = accountIn(world);
      await client.write('POST', '/oms/shopifyShops/typeMappings', body, wire.anything);
      const place = { shopId: recordId, facilityId: 'DOWNTOWN', shopifyLocationId: '77' };
      await client.write('POST', '/oms/shopifyShops/locations', place, wire.anything);
      const method = {
        shopId: recordId,
        shopifyShippingMethod: 'By night',
        carrierPartyId: 'UPS',
        shipmentMethodTypeId: 'NEXT_DAY',
      };
      await client.write('POST', '/oms/shopifyShops/carrierShipments', method, wire.anything);
      const found = await mirror?.read();
      for (const one of [
        given('payment-method', 'klarna', 'EXT_SHOP_KLARNA'),
        given('location', '77', 'DOWNTOWN'),
        given('shipping-method', 'By night', 'UPS/NEXT_DAY', 'UPS'),
      ])
        expect(found).toContainEqual(one);
    });

    it('concerns the record alone when the user has no right to it', async () => {
      await world.act('/user', { username: 'no.shops', password, permissions: ['stores', 'facilities', 'orders', 'products'] });
      const blind = connectorIn(world, { username: 'no.shops', password });
      const wanted = { code: 'hotwax-forbidden', kind: 'needs-merchant', scope: 'record' };
      for (const work of [blind.mirror?.register(shop), blind.mirror?.read(), blind.mirror?.write([])])
        expect(await thrownBy(work ?? Promise.resolve())).toMatchObject(wanted);
      expect(await blind.products?.upsert([batteryProduct(`P-${randomInt(2 ** 40)}`)])).toMatchObject([{ outcome: 'created' }]);
    });
  });
}
