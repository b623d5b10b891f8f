import { describe, expect, it } from 'vitest';
import { rawNumber, readEverything, type Documents } from '../contract/battery-scene.ts';
import { scene } from './quirks/scene.ts';

/** What is told where a document has these fields instead. */
async function told(name: string, changes: Documents) {
  const { connector, warnings } = await scene.open({
    ...scene.documents,
    [name]: { ...(scene.documents[name] as Documents), ...changes },
  });
  const everything = await readEverything(connector, scene);
  return { ...everything, warnings: warnings.join(), ids: everything.shipments.map(({ remoteId }) => remoteId) };
}

describe('a record of PULPO that is wrong', () => {
  it('in its time alone is told all the same', async () => {
    const parcel = await told('packing', { updated_at: 'yesterday', end_date: '20/11/2026 10:00:00' });
    expect(parcel.ids.sort()).toEqual(['900001', '900002', '900003']);
    expect((await told('goods', { inserted_at: null })).returns).toContainEqual(
      expect.objectContaining({ remoteId: '330002', receivedAt: null }),
    );
  });

  it('in its quantity is named and left out, and nothing else with it', async () => {
    const items = [{ product_id: 7_002, quantity: null, line_order_id: null }];
    expect(await told('box', { items })).toMatchObject({
      ids: ['900001', '900003'],
      warnings: expect.stringMatching(/id 900002.*items\.0\.quantity/) as string,
    });
    const goods = await told('goods', { items });
    expect(goods.returns.map(({ remoteId }) => remoteId)).toEqual(['330001', '330003']);
    expect(goods.warnings).toMatch(/id 330002/);
  });

  it('is named where the order of a parcel can’t be read', async () => {
    expect(await told('order', { items: 7 })).toMatchObject({
      ids: ['900001', '900003'],
      warnings: expect.stringMatching(/sales\/orders\/481002/) as string,
    });
  });

  it('never stops reading by a time that is still to come', async () => {
    for (const cursor of (await told('packing', { updated_at: '9999-01-01T00:00:00' })).cursors)
      expect(Date.parse(cursor)).toBeLessThanOrEqual(Date.now());
  });

  it.each([null, '', [[]], true, 'NaN', rawNumber('1e999')])('has no level where its number is %j', async (available) => {
    const { levels } = await told('level', { available_quantity: available });
    expect(levels.map(({ sku }) => sku)).toEqual(['SKU-1', 'SKU-3']);
  });

  it('is no order of none where a quantity is missing', async () => {
    const order = scene.documents['order'] as Documents;
    const [item] = order['items'] as Documents[];
    const { connector } = await scene.open({ ...scene.documents, order: { ...order, items: [{ ...item, quantity: null }] } });
    expect(await connector.orders.find('#2')).toMatchObject({ reference: '#2', lines: [] });
  });
});
