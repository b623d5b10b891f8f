import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
const skus = (answer: { body: Json }): string[] => (answer.body.products as { sku: string }[]).map(({ sku }) => sku);
const get = (query: string) => rig.api('GET', `/inventory/products${query}`);

describe('a list', () => {
  test('brings 10 rows unless asked for more, tells the total, and caps at 100 in silence', async () => {
    const entries = Array.from({ length: 120 }, (_, index) => ({ sku: `P${String(index).padStart(3, '0')}`, name: 'P' }));
    await rig.api('POST', '/inventory/bulk/products', entries);
    const first = await get('');
    expect([skus(first).length, first.body.total_results]).toEqual([10, 120]);
    expect(skus(await get('?limit=25&offset=100'))).toHaveLength(20);
    expect(skus(await get('?limit=500'))).toHaveLength(100);
    expect(skus(await get('?limit=500&capped_limit=0'))).toHaveLength(120);
    expect((await rig.api('GET', '/inventory/products/?limit=1')).body.total_results).toBe(120);
  });

  test('is filtered by every documented operator', async () => {
    const ids: number[] = [];
    for (const sku of ['A', 'B', 'C', 'D']) {
      ids.push(await rig.product(sku, { barcodes: [`code-${sku}`] }));
      rig.clock.advance(60_000);
    }
    const [a, b, c] = ids;
    const updated = (await get(`?id=${b}`)).body.products[0].updated_at as string;
    expect(updated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(skus(await get('?sku=B'))).toEqual(['B']);
    expect(skus(await get('?barcode=code-C'))).toEqual(['C']);
    expect(skus(await get(`?id=to_list:${a},${c}`))).toEqual(['A', 'C']);
    expect(skus(await get(`?id[]=${a}&id[]=${c}`))).toEqual(['A', 'C']);
    expect(skus(await get(`?id=between:${a},${b}`))).toEqual(['A', 'B']);
    expect(skus(await get(`?updated_at=gte:${updated}`))).toEqual(['B', 'C', 'D']);
    expect(skus(await get(`?updated_at=gt:${updated.replace('T', ' ')}`))).toEqual(['C', 'D']);
    expect(skus(await get(`?updated_at=lte:${updated}`))).toEqual(['A', 'B']);
    expect(skus(await get(`?updated_at=lt:${updated}`))).toEqual(['A']);
    expect(skus(await get('?sort_by=updated_at:desc&limit=2'))).toEqual(['D', 'C']);
    expect(skus(await get('?__search=name|contains:duct%20c'))).toEqual(['C']);
    expect((await get('?sku=A&view_attributes=id,sku')).body.products).toEqual([{ id: a, sku: 'A' }]);
  });

  test('refuses what nobody documented by name', async () => {
    for (const [query, column] of [
      ['?colour=red', 'colour'],
      ['?id=abc', 'id'],
      ['?id=1&id=2', 'id'],
      ['?updated_at=gte:yesterday', 'updated_at'],
      ['?sort_by=colour:asc', 'sort_by'],
      ['?limit=many', 'limit'],
      ['?__search=sku', '__search'],
    ] as const) {
      const answer = await get(query);
      expect([query, answer.status, Object.keys(answer.body.errors[0])]).toEqual([query, 422, [column]]);
      expect(answer.fact).toContain('Filters');
    }
    await rig.product('A');
    expect((await get('?view_attributes=colour')).status).toBe(422);
  });
});

test('unknown paths and methods are named and recorded', async () => {
  const answer = await rig.api('GET', '/inventory/unheard_of/');
  expect([answer.status, answer.body]).toEqual([404, { errors: [{ path: 'GET /inventory/unheard_of is not imitated' }] }]);
  expect((await rig.api('DELETE', '/sales/orders')).status).toBe(404);
  expect(rig.calls.list({ target: 'pulpo' }).at(-1)?.fact).toContain('not imitated');
});

test('countries and shipping methods are there, methods can be upserted', async () => {
  expect((await rig.api('GET', '/countries/?alpha_2=DE')).body.countries).toMatchObject([
    { alpha_3: 'DEU', country_code: '276' },
  ]);
  expect((await rig.api('GET', '/shipping/shipping_methods?carrier=DHL')).body.total_results).toBe(2);
  const upserted = await rig.api('PUT', '/shipping/bulk/shipping_methods', [
    { name: 'DHL Paket', carrier: 'DHL', service: 'paket2' },
    { name: 'Post', carrier: 'Post' },
  ]);
  expect([upserted.status, upserted.body.updated.length]).toEqual([201, 2]);
  expect((await rig.api('POST', '/shipping/shipping_methods', { name: 'Post' })).status).toBe(422);
  expect((await rig.api('GET', '/shipping/shipping_methods?limit=50')).body.total_results).toBe(7);
});

test('a 3PL tenant has merchants with channels', async () => {
  expect((await rig.api('GET', '/merchants/')).body).toEqual({ merchants: [], total_results: 0 });
  const { id } = (await rig.control('POST', '/merchant', { name: 'Acme', channels: ['web', 'b2b'] })).body;
  expect((await rig.api('GET', '/merchants/')).body.merchants).toMatchObject([{ id, name: 'Acme', active: true }]);
  expect((await rig.api('GET', `/merchants/${id}/channels`)).body.channels).toMatchObject([
    { name: 'web', is_default: true },
    { name: 'b2b', is_default: false },
  ]);
  expect((await rig.api('POST', '/inventory/products', { sku: 'M', name: 'M', merchant_id: id + 99 })).body).toEqual({
    errors: [{ merchant_id: 'does not exist' }],
  });
});
