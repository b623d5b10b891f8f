import { describe, expect, it } from 'vitest';
import { rawNumber, readEverything, type Documents } from '../contract/battery-scene.ts';
import { scene } from './quirks/scene.ts';
import { unitsIn } from './waiting-units.ts';
import * as wire from './wire.ts';

/** What is told where a document has these fields instead. */
async function told(name: string, changes: Documents) {
  const { connector, warnings } = await scene.open({
    ...scene.documents,
    [name]: { ...(scene.documents[name] as Documents), ...changes },
  });
  const everything = await readEverything(connector, scene);
  return { ...everything, warnings: warnings.join(), ids: everything.shipments.map(({ remoteId }) => remoteId) };
}

describe('a record of HotWax that is wrong', () => {
  it('in its moment alone is told all the same', async () => {
    for (const shippedDate of [1e308, 'yesterday', -1, true])
      expect((await told('shipment', { shippedDate })).ids).toEqual(['S1', 'S2', 'S3']);
  });

  it('in its quantity is named and left out, and nothing else with it', async () => {
    expect(await told('shipment', { items: [{ orderItemSeqId: '01', quantity: null }] })).toMatchObject({
      ids: ['S1', 'S3'],
      warnings: expect.stringMatching(/shipmentId S2.*items\.0\.quantity/) as string,
    });
    const [item] = (scene.documents['return'] as { items: Documents[] }).items;
    const back = await told('return', { items: [{ ...item, receivedQuantity: 'two' }] });
    expect(back.returns.map(({ remoteId }) => remoteId)).toEqual(['R1', 'R3']);
    expect(back.warnings).toMatch(/returnId R2/);
  });

  it('is named where the order of a parcel can’t be read', async () => {
    const { ids, warnings } = await told('order', { shipGroups: 7 });
    expect([ids, /orderId/.test(warnings)]).toEqual([['S1', 'S3'], true]);
  });

  it('never stops reading by a moment that is still to come', async () => {
    const { cursors } = await told('shipment', { shippedDate: Date.UTC(9999, 1) });
    for (const cursor of cursors) expect(Date.parse(cursor)).toBeLessThanOrEqual(Date.now());
  });

  it.each([null, '', ' ', [[]], true, '1e999', rawNumber('1e999')])('has no level where its number is %j', async (count) => {
    const { levels } = await told('level', { lastInventoryCount: count });
    expect(levels.map(({ sku }) => sku)).toEqual(['SKU-1', 'SKU-3']);
  });

  it('leaves unknown what is left where nobody knows how many wait', () => {
    const row = wire.orderRow.parse({
      ...{ orderId: 'M1', statusId: 'ORDER_CREATED' },
      shipGroups: [{ shipGroupSeqId: '1', facilityId: 'F', items: [{ orderItemSeqId: '1', productId: 'P', quantity: null }] }],
    });
    expect(unitsIn([row], { virtual: [], queue: null }).get('P')?.get('F')).toBeNaN();
    expect(wire.onlineAtp.parse({ productId: 'P', atp: null }).atp).toBe(null);
  });
});
