import { describe, expect, it } from 'vitest';
import { readEverything, type Documents } from '../../contract/battery-scene.ts';
import { scene } from '../quirks/classic-scene.ts';

const [delivery] = (scene.documents['order'] as { deliveries: Documents[] }).deliveries;
const withQuantity = (quantity: string) => ({
  ...delivery,
  deliveryLines: [{ deliveryLine: [{ variantCode: 'SKU-2', quantity }] }],
});

/** What is told of #2 with this delivery, and OrderWise's answer. */
async function told(changes: Documents, orderStatus = 'Partially despatched') {
  const order = { ...(scene.documents['order'] as Documents), orderStatus, deliveries: [{ ...delivery, ...changes }] };
  const { connector, answers } = await scene.open({ ...scene.documents, order });
  const { shipments } = await readEverything(connector, scene);
  return {
    shipments,
    own: shipments.find(({ reference }) => reference === '#2'),
    order: await connector.orders.find('#2'),
    answers,
  };
}

describe('a despatch export of OrderWise', () => {
  it('with a date that nobody can read loses no parcel, and says which', async () => {
    const { shipments, own, answers } = await told({ deliveryDate: '20/11/2026 10:00:00' });
    expect(shipments.map(({ remoteId }) => remoteId)).toEqual(['#1/D1', '#2/D2', '#3/D3']);
    expect(Date.now() - Date.parse(own?.shippedAt ?? '')).toBeLessThan(60_000);
    expect(answers?.[0]).toMatch(/Not readable: #2 \(the date \S*20\/11\/2026 10:00:00/);
  });

  it.each(['1e999', 'Infinity', 'two'])(
    'with a quantity of %s tells no lines, forgets no order and names it',
    async (quantity) => {
      const { shipments, order, answers } = await told(withQuantity(quantity));
      expect(shipments.map(({ remoteId }) => remoteId)).toEqual(['#1/D1', '#3/D3']);
      expect(order).toMatchObject({ state: 'partly-shipped', trouble: expect.stringMatching(/which lines left/) as string });
      expect(answers?.[0]).toContain('Not readable: #2 (the quantities)');
      // Once the order is complete everything left.
      const complete = await told(withQuantity(quantity), 'Completed');
      expect(complete.own).toMatchObject({ lines: [{ sku: 'SKU-2', quantity: 3 }], tracking: [{ number: 'T2' }] });
    },
  );

  it('that tells an order twice keeps both deliveries', async () => {
    const order = { ...(scene.documents['order'] as Documents), deliveries: [{ ...delivery, deliveryNumber: 'D9' }] };
    const { connector } = await scene.open({ ...scene.documents, order: [scene.documents['order'], order] });
    const { shipments } = await readEverything(connector, scene);
    expect(shipments.map(({ remoteId }) => remoteId)).toEqual(['#1/D1', '#2/D2', '#2/D9', '#3/D3']);
  });
});
