import { describe, expect, it } from 'vitest';
import { readEverything, type Documents } from '../contract/battery-scene.ts';
import { scene } from './quirks/scene.ts';

/** What is told where a row has these columns instead. */
async function told(name: string, changes: Documents) {
  const { connector, warnings } = await scene.open({
    ...scene.documents,
    [name]: { ...(scene.documents[name] as Documents), ...changes },
  });
  const everything = await readEverything(connector, scene);
  const ids = everything.shipments.map(({ remoteId }) => remoteId).sort();
  return { ...everything, connector, ids, warnings: warnings.join() };
}

describe('a row of an export that is wrong', () => {
  it('in its date alone is told all the same', async () => {
    expect((await told('status', { dateShipped: '20/11/2026 10:00:00' })).ids).toEqual(['6001/D1', '6002/D2', '6003/D3']);
    expect((await told('return', { dateReceived: 'yesterday' })).returns).toContainEqual(
      expect.objectContaining({ remoteId: 'R2', receivedAt: null }),
    );
  });

  it('in its quantity is named and left out, and nothing else with it', async () => {
    const parcel = await told('status', { quantity: null });
    expect([parcel.ids, /#2.*D2/.test(parcel.warnings)]).toEqual([['6001/D1', '6003/D3'], true]);
    const back = await told('return', { quantity: 'two' });
    expect([back.returns.map(({ remoteId }) => remoteId), /R2/.test(back.warnings)]).toEqual([['R1', 'R3'], true]);
  });

  it('is everything that is left of an order once that is complete', async () => {
    const { shipments } = await told('status', { quantity: '1e999', orderStatus: 'Completed' });
    expect(shipments.find(({ reference }) => reference === '#2')).toMatchObject({ lines: [{ quantity: 3 }] });
  });

  it('without a column takes it from no other row', async () => {
    const { sku, quantity, orderReference, ...less } = scene.documents['status'] as Documents;
    const { connector } = await scene.open({ ...scene.documents, status: less, stock: { sku: 'X', freeStock: 1 }, credit: 7 });
    expect([sku, quantity, orderReference]).toEqual(['SKU-2', 2, '#2']);
    const { shipments, levels } = await readEverything(connector, scene);
    expect([shipments.length, levels.length]).toEqual([2, 2]);
  });

  it('of credit is unknown where it is no amount', async () => {
    const { connector } = await told('credit', { availableCredit: 1e15, creditUsed: '1e21' });
    for await (const { customers } of connector.customers?.credit({ since: null }) ?? [])
      expect(customers).toContainEqual(expect.objectContaining({ remoteId: 'C2', available: null, used: null }) as object);
  });
});
