import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { batteryProduct } from '../../contract/battery-samples.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, type World } from './world.ts';

/** How products get into PULPO without twins, and without taking away what people entered there. */
export function describeProductQuirks(world: World): void {
  describe('PULPO: products', () => {
    const product = (sku = `P-${randomInt(2 ** 40)}`) => batteryProduct(sku);
    const shown = async (sku: string) =>
      (await accountIn(world).client.list('/inventory/products', 'products', wire.product, { sku }))[0];

    it('sends many in one call; what is refused there is named one by one', async () => {
      const { products } = connectorIn(world);
      const many = Array.from({ length: 6 }, () => product());
      const results = (await products?.upsert(many.map((one, index) => (index === 2 ? { ...one, title: '' } : one)))) ?? [];
      const outcomes = many.map(({ variantId }) => results.find((one) => one.variantId === variantId)?.outcome);
      expect(outcomes).toEqual(['created', 'created', 'refused', 'created', 'created', 'created']);
      expect(results.find(({ outcome }) => outcome === 'refused')).toMatchObject({
        field: 'name',
        vendorText: expect.stringContaining('name') as string,
      });
      expect(world.calls().filter(({ operation }) => operation === 'POST /inventory/bulk/products').length).toBeGreaterThan(0);
    });

    it('updates many in one call, and says which needed nothing', async () => {
      const { products } = connectorIn(world);
      const many = Array.from({ length: 5 }, () => product());
      await products?.upsert(many);
      const changed = many.map((one, index) => (index === 0 ? one : { ...one, title: 'New name' }));
      const results = (await products?.upsert(changed)) ?? [];
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['unchanged', 'updated', 'updated', 'updated', 'updated']);
      expect((await shown(many[1]?.sku ?? ''))?.name).toBe('New name');
    });

    it('makes no twin of a product whose answer was lost', async () => {
      const { products } = connectorIn(world);
      const one = product();
      world.fault({ match: 'POST /inventory/products', kind: 'timeout-after-commit', ms: 4000 });
      await expect(products?.upsert([one])).rejects.toMatchObject({ kind: 'transient', mayHaveLanded: true });
      expect(await products?.upsert([one])).toMatchObject([{ outcome: 'unchanged' }]);
      const found = await accountIn(world).client.list('/inventory/products', 'products', wire.product, { sku: one.sku });
      expect(found).toHaveLength(1);
    });

    it('makes no twin of a product that two make at once', async () => {
      const one = product();
      const results = await Promise.all([1, 2].map(async () => (await connectorIn(world).products?.upsert([one]))?.[0]));
      expect(results.map((result) => result?.outcome).sort()).toEqual(['created', 'updated']);
      expect(new Set(results.map((result) => result && 'remoteId' in result && result.remoteId)).size).toBe(1);
    });

    it('leaves barcodes and the management type that people set in PULPO', async () => {
      const { products } = connectorIn(world);
      const account = accountIn(world);
      const one = { ...product(), barcode: '4006381333931' };
      const [made] = (await products?.upsert([one])) ?? [];
      const id = made && 'remoteId' in made ? made.remoteId : '';
      await account.client.write(
        'PUT',
        `/inventory/products/${id}`,
        { sku: one.sku, name: one.title, barcodes: ['4006381333931', 'BOX-4006'], management_type: 'lot' },
        wire.product,
      );
      await products?.upsert([{ ...one, barcode: '4006381333948', title: 'Renamed' }]);
      expect(await shown(one.sku)).toMatchObject({
        name: 'Renamed',
        management_type: 'lot',
        barcodes: ['4006381333948', '4006381333931', 'BOX-4006'],
      });
    });

    it('finds a product by SKU again when its link leads nowhere', async () => {
      const { products } = connectorIn(world);
      const one = product();
      const [made] = (await products?.upsert([one])) ?? [];
      const again = await products?.upsert([{ ...one, remoteId: '99999999', title: 'Found again' }]);
      expect(again).toMatchObject([{ outcome: 'updated', remoteId: made && 'remoteId' in made ? made.remoteId : '' }]);
    });
  });
}
