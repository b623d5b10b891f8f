import { beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { openFlowShop, type FlowShop } from './flow-shop.ts';

/* Products both ways, from outside: what the merchant set goes along, what the warehouse keeps comes back, and what got lost is made again. */

const WITHIN_MS = 90_000;
const [mug, knife] = ['MU06-02', 'KI07-02'];

interface InShopify {
  id: string;
  handle: string;
  title: string;
  status: string;
  metafields: Record<string, string>;
  variants: { id: string; sku: string | null }[];
}
interface InStockroom {
  sku: string;
  title: string;
  active: boolean;
  tags: string[];
  attributes: Record<string, string>;
}
interface Row {
  variantId: string;
  productId: string;
  sku: string;
  state: string;
  reason: { code: string } | null;
  changed: number;
}

let shop: FlowShop;
const control = (body: object) =>
  shop.merchant.act<{ runId: string }>('/app/products-control', 'routes/app.products-control', body);
const sync = (body: object) => shop.merchant.act<{ runId: string }>('/app/sync-control', 'routes/app.sync-control', body);
const mine = () => ({ connectionId: shop.connectionId });
const inShopify = () => shop.control.get<InShopify[]>(shop.at('/shopify/products'));
const productOf = async (sku: string) => (await inShopify()).find(({ variants }) => variants.some((one) => one.sku === sku));
const there = async (sku: string) => {
  const { products } = await shop.stockroom<{ products: InStockroom[] }>('GET', `/products?search=${sku}&limit=250`);
  return products.find((one) => one.sku === sku);
};
const rowOf = async (sku: string) => {
  const { records } = await shop.merchant.read<{ records: { rows: Row[] } }>(
    `/app/products?q=${sku}`,
    'routes/app.products._index',
  );
  return records.rows.find((one) => one.sku === sku);
};
const soon = <Value>(what: string, look: () => Promise<Value | undefined | false>) =>
  eventually(what, look, { withinMs: WITHIN_MS, everyMs: 400 });
const edit = (sku: string, set: object) => shop.control.post(shop.at('/shopify/products'), { product: sku, set });
const settings = async (more: object) => {
  const { page } = await shop.merchant.read<{ page: { view: { settings: object } } }>(
    '/app/products',
    'routes/app.products._index',
  );
  await sync({ intent: 'settings', ...mine(), sync: 'products', settings: { ...page.view.settings, ...more } });
};

beforeAll(async () => {
  shop = await openFlowShop(inject('sandboxPort'), 'flow-products', { syncs: [] });
}, 240_000);

describe('from Shopify to the warehouse', () => {
  it('a metafield that was chosen goes along, and follows when it changes', async () => {
    await edit(mug, { metafields: { 'custom.material': 'Enamel' } });
    await settings({ metafields: ['custom.material'] });
    await sync({ intent: 'start', ...mine(), sync: 'products' });
    await soon('the material in Stockroom', async () => (await there(mug))?.attributes['custom.material'] === 'Enamel');
    await edit(mug, { metafields: { 'custom.material': 'Steel' } });
    await soon('the new material in Stockroom', async () => (await there(mug))?.attributes['custom.material'] === 'Steel');
  });

  it('a change shows field by field on the product’s page', async () => {
    await edit(mug, { tags: ['fresh'] });
    await soon('the tag in Stockroom', async () => (await there(mug))?.tags.includes('fresh'));
    const id = (await productOf(mug))?.id.split('/').at(-1) ?? '';
    const { product } = await shop.merchant.read<{
      product: { connections: { variants: { code: string; changes: { field: string }[] }[] }[] };
    }>(`/app/products/${id}`, 'routes/app.products.$id');
    const variant = product.connections[0]?.variants.find(({ code }) => code === mug);
    expect(variant?.changes.map(({ field }) => field)).toEqual(['tags']);
  });

  it('a type that is no longer shipped takes its product out, and back in', async () => {
    const typed = async (goods: string) =>
      shop.merchant.act('/app/mappings', 'routes/app.mappings', {
        ...{ intent: 'save', ...mine(), kind: 'product-type' },
        mappings: [{ match: 'exact', source: 'Sold by hand', target: { class: goods } }],
      });
    await typed('physical');
    await edit(knife, { productType: 'Sold by hand' });
    const concerned = async () => {
      const preview = await shop.merchant.act<{ products: { count: number } }>('/app/mappings', 'routes/app.mappings', {
        ...{ intent: 'what-if', ...mine(), kind: 'product-type' },
        mappings: [{ match: 'exact', source: 'Sold by hand', target: { class: 'service' } }],
      });
      return preview.result?.products.count;
    };
    await soon('one product to be concerned, once its new type is known', async () => (await concerned()) === 1);
    await soon('the product to be linked under its type', async () => (await rowOf(knife))?.state === 'linked');
    await typed('service');
    await sync({ intent: 'start', ...mine(), sync: 'products' });
    await soon('it to be left out', async () => (await rowOf(knife))?.reason?.code === 'type-not-shipped');
    await typed('physical');
    await sync({ intent: 'start', ...mine(), sync: 'products' });
    await soon('it to be linked again', async () => (await rowOf(knife))?.state === 'linked');
  });

  it('chosen products go again by one press', async () => {
    const row = await rowOf(mug);
    const { result } = await control({ intent: 'chosen', ...mine(), ids: [row?.variantId ?? ''] });
    await soon('the run to end', async () => {
      const { run } = await shop.merchant.read<{ run: { state: string } }>(
        `/app/activity/runs/${result?.runId}`,
        'routes/app.activity.runs.$id',
      );
      return run.state === 'finished';
    });
  });
});

describe('from the warehouse to Shopify', () => {
  it('waits for the right to write products', async () => {
    await expect(settings({ backOfficeUpdates: true })).rejects.toThrow(/scope-missing/);
    await shop.control.post(shop.at('/shopify/scopes'), { grant: ['write_products'] });
    await shop.merchant.act('/app/scopes', 'routes/app.scopes', { intent: 'refresh' });
    await settings({ backOfficeUpdates: true, fieldMap: ['Care = custom.care'], unknownProducts: 'draft' });
  });

  it('details become metafields, and a product that Shopify doesn’t have a draft', async () => {
    await shop.stockroom('PUT', '/products/details', { products: [{ sku: mug, details: { Care: 'Hand wash', Shelf: '7' } }] });
    await shop.stockroom('PUT', '/products', {
      products: [{ sku: 'ONLY-THERE', title: 'Only in the warehouse', details: { Care: 'None' } }],
    });
    await sync({ intent: 'start', ...mine(), sync: 'products' });
    await soon('the metafield', async () => (await productOf(mug))?.metafields['custom.care'] === 'Hand wash');
    expect(Object.keys((await productOf(mug))?.metafields ?? {}).sort()).toEqual(['custom.care', 'custom.material']);
    const draft = await soon('the draft', () => productOf('ONLY-THERE'));
    expect(draft).toMatchObject({ title: 'Only in the warehouse', status: 'DRAFT', metafields: { 'custom.care': 'None' } });
    await soon('the draft in our list', async () => (await rowOf('ONLY-THERE'))?.reason?.code === 'drafted');
    expect(await there('ONLY-THERE')).toMatchObject({ active: true });
  });
});

it('a paused sync sends nothing until it is released', async () => {
  await control({ intent: 'pause', ...mine() });
  await edit(mug, { title: 'Paused mug' });
  await expect(sync({ intent: 'start', ...mine(), sync: 'products' })).rejects.toThrow(/sync-paused/);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect((await there(mug))?.title).not.toBe('Paused mug');
  await shop.merchant.act('/app/undo', 'routes/app.undo', { intent: 'release', ...mine(), sync: 'products' });
  await soon('the new title in Stockroom', async () => (await there(mug))?.title === 'Paused mug');
});
