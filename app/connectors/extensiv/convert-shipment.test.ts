import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shipmentsOf } from './convert-shipment.ts';
import orderSample from './fixtures/order.json' with { type: 'json' };
import * as wire from './wire.ts';

const [carton] = orderSample.shipments;
const orderWith = (...shipments: unknown[]) => wire.order.parse({ ...orderSample, shipments });
const seenAt = Date.parse('2026-11-23T00:00:00Z');
const ids = (...shipments: unknown[]) => shipmentsOf(orderWith(...shipments), seenAt).map(({ remoteId }) => remoteId);

it('a carton becomes a shipment: SKUs added up, lines named where there is one, both tracking numbers, lots', () => {
  expect(shipmentsOf(wire.order.parse(orderSample), seenAt)).toEqual([
    {
      remoteId: '#1001/7777',
      reference: '#1001',
      facilityId: '7',
      lines: [
        { lineId: 'gid://shopify/LineItem/11', sku: 'MUG', quantity: 2 },
        { lineId: null, sku: 'CAP', quantity: 1 },
      ],
      tracking: [
        { number: '7777', carrier: 'FedEx', url: 'https://www.fedex.com/fedextrack/?trknbr=7777' },
        { number: '9400', carrier: 'FedEx', url: null },
      ],
      shippedAt: '2026-11-20T08:00:00.000Z',
      note: 'MUG: L7 × 1',
      cancelled: false,
    },
  ]);
});

it('a carton’s own code stays its id when the label changes or comes later', () => {
  const coded = { ...carton, items: [{ item: 'MUG', quantity: '2', carton_code: 'C-9' }] };
  expect(ids(coded)).toEqual(['#1001/C-9']);
  expect(ids({ ...coded, tracking_no: '8888' })).toEqual(ids(coded));
  expect(ids({ ...coded, tracking_no: null })).toEqual(ids(coded));
  expect(ids({ ...coded, sscc_barcode: '00340' })).toEqual(['#1001/00340']);
  expect(ids({ ...carton, tracking_no: null })).toEqual(['#1001/untracked']);
});

it('a carton without units is none, one without a date takes the order’s', () => {
  expect(ids({ ...carton, items: [] }, { ...carton, items: [{ item: 'MUG', quantity: '0.0000' }] })).toEqual([]);
  expect(shipmentsOf(orderWith({ ...carton, date: null }), seenAt)[0]?.shippedAt).toBe('2026-11-20T08:30:00.000Z');
  expect(shipmentsOf(orderWith({ ...carton, date: 'soon' }), seenAt)[0]?.tracking).toHaveLength(2);
});

it('cartons keep their ids in whatever order they are listed, and when later ones join', () => {
  const any = fc.record({
    tracking_no: fc.constantFrom('T1', 'T2', null),
    date: fc.integer({ min: 0, max: 4 }).map((day) => `2026-11-1${day}T08:00:00+00:00`),
    items: fc.array(fc.record({ item: fc.constantFrom('MUG', 'CAP'), quantity: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
  });
  const idOf = (cartons: object[]) =>
    shipmentsOf(orderWith(...cartons), seenAt)
      .map(({ remoteId, lines, shippedAt }) => `${remoteId} ${shippedAt} ${JSON.stringify(lines)}`)
      .sort();
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), any, (cartons, later) => {
      const listed = idOf(cartons);
      expect(idOf(cartons.toReversed())).toEqual(listed);
      expect(new Set(shipmentsOf(orderWith(...cartons), seenAt).map(({ remoteId }) => remoteId)).size).toBe(cartons.length);
      const joined = new Set(idOf([{ ...later, date: '2026-11-19T08:00:00+00:00' }, ...cartons]));
      expect(listed.filter((one) => !joined.has(one))).toEqual([]);
    }),
  );
});
