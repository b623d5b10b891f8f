import { describe, expect, it } from 'vitest';
import { rawNumber, readEverything, type Documents } from '../contract/battery-scene.ts';
import { scene } from './quirks/scene.ts';

const order = scene.documents['order'] as Documents & { items: Documents[]; shipments: Documents[] };
const carton = order.shipments[0] ?? {};

/** What is told with these documents instead. */
async function told(changes: Documents) {
  const { connector, warnings } = await scene.open({ ...scene.documents, ...changes });
  const everything = await readEverything(connector, scene);
  return { ...everything, connector, warnings: warnings.join(), ids: everything.shipments.map(({ remoteId }) => remoteId) };
}

describe('a record of Integration Manager that is wrong', () => {
  it('in its date alone is told all the same, as it was seen', async () => {
    const { shipments } = await told({
      order: { ...order, updated_date_time: 'soon', shipments: [{ ...carton, date: '+275760-09-13' }] },
    });
    expect(
      Math.abs(Date.now() - Date.parse(shipments.find(({ reference }) => reference === '#2')?.shippedAt ?? '')),
    ).toBeLessThan(60_000);
  });

  it('in its quantity is named and left out, and nothing else with it', async () => {
    const items = [{ item: 'MUG', quantity: null }];
    expect(await told({ order: { ...order, shipments: [{ ...carton, items }] } })).toMatchObject({
      ids: ['#1/T1', '#3/T3'],
      warnings: expect.stringMatching(/cust_ref #2.*shipments\.0\.items\.0\.quantity/) as string,
    });
  });

  it('says nothing of an order’s lines where a quantity is missing, or of its total where that is none', async () => {
    const { ids, connector } = await told({
      order: { ...order, grand_total: 'free', items: [{ ...order.items[0], quantity: '' }] },
    });
    expect(ids).toEqual(['#1/T1', '#2/T2', '#3/T3']);
    expect(await connector.orders.find('#2')).toMatchObject({ lines: [], total: null });
  });

  it.each([null, '', [[]], true, 'NaN', rawNumber('1e999')])('has no level where its number is %j', async (available) => {
    const stock = {
      ...(scene.documents['stock'] as Documents),
      warehouses: { '7': { warehouse: 'EAST', qty_available: available } },
    };
    expect((await told({ stock })).levels.map(({ sku }) => sku)).toEqual(['SKU-1', 'SKU-3']);
  });
});
