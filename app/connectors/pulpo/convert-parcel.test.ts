import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labels } from './assumptions.ts';
import { timeOf } from './changes.ts';
import { mayGetLabel, returnOf, shipmentOf } from './convert-parcel.ts';
import goodsSample from './fixtures/incoming-good.json' with { type: 'json' };
import packingSample from './fixtures/packing.json' with { type: 'json' };
import orderSample from './fixtures/sales-order.json' with { type: 'json' };
import * as wire from './wire.ts';

const order = wire.salesOrder.parse(orderSample);
const known = {
  order,
  skuOf: new Map([
    ['7', 'SHIRT-M'],
    ['8', 'CAP'],
  ]),
};
const packing = wire.packingOrder.parse(packingSample.order);
const box = wire.packingBox.parse(packingSample.box);
const trackings = packingSample.trackings.map((one) => wire.shipmentTracking.parse(one));

const seenAt = Date.parse('2026-07-01T00:00:00Z');

describe('parcels', () => {
  it('are boxes with their lines added up, their labels and their lots', () => {
    expect(shipmentOf(box, trackings, packing, { known, seenAt })).toEqual({
      remoteId: '900',
      reference: '#1001',
      facilityId: '3',
      lines: [{ lineId: 'gid://shopify/LineItem/1', sku: 'SHIRT-M', quantity: 2 }],
      tracking: [{ number: 'JD014600003', carrier: 'DHL', url: 'https://example.com/JD014600003' }],
      shippedAt: '2026-06-26T15:02:10.000Z',
      note: 'SHIRT-M: L-2026-06',
      cancelled: false,
    });
  });

  it('without a line id belong to the only line of their product, or to none', () => {
    const bare = { ...box, items: box.items.map((item) => ({ ...item, line_order_id: null })) };
    expect(shipmentOf(bare, [], packing, { known, seenAt })?.lines).toMatchObject([
      { lineId: 'gid://shopify/LineItem/1', quantity: 2 },
    ]);
    const twice = {
      ...known,
      order: { ...order, items: [...order.items, ...order.items.map((item) => ({ ...item, line_order_id: 'x' }))] },
    };
    expect(shipmentOf(bare, [], packing, { known: twice, seenAt })?.lines).toEqual([
      { lineId: null, sku: 'SHIRT-M', quantity: 2 },
    ]);
  });

  it('lose and invent no units', () => {
    const items = fc.array(fc.record({ line: fc.integer({ min: 1, max: 3 }), quantity: fc.integer({ min: 0, max: 5 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(items, (some) => {
        const filled = {
          ...box,
          items: some.map(({ line, quantity }) => ({
            product_id: line === 2 ? '8' : '7',
            quantity,
            line_order_id: `gid://shopify/LineItem/${line}`,
            batches: [],
          })),
        };
        const shipment = shipmentOf(filled, [], packing, { known, seenAt });
        const sum = (all: readonly { quantity: number }[]) => all.reduce((total, { quantity }) => total + quantity, 0);
        expect(sum(shipment?.lines ?? [])).toBe(sum(some));
        expect(new Set(shipment?.lines.map(({ lineId, sku }) => `${lineId} ${sku}`)).size).toBe(shipment?.lines.length ?? 0);
      }),
    );
  });

  it('wait for a label only where one is printed, and not for ever', () => {
    const now = (timeOf(packing.end_date) ?? 0) + 1000;
    expect(mayGetLabel(packing, known, now)).toBe(true);
    expect(mayGetLabel(packing, known, now + labels.waitMs)).toBe(false);
    const unprinted = { ...known, order: { ...order, shipping_method: { name: 'Pickup', carrier: null, fetch_label: false } } };
    expect(mayGetLabel(packing, unprinted, now)).toBe(false);
  });

  it('that came back tell what can be sold again', () => {
    expect(returnOf(wire.incomingGood.parse(goodsSample), known)).toEqual({
      remoteId: '33',
      reference: '#1001',
      facilityId: '3',
      lines: [
        { lineId: 'gid://shopify/LineItem/1', sku: 'SHIRT-M', quantity: 1, restocked: true },
        { lineId: 'gid://shopify/LineItem/2', sku: 'CAP', quantity: 1, restocked: false },
      ],
      receivedAt: '2026-07-02T08:00:00.000Z',
      note: 'box was wet\nCAP: stained',
    });
  });
});
