import { describe, expect, it } from 'vitest';
import { returnsOf, shipmentOf, shippedAtOf } from './convert-shipment.ts';
import returnSample from './fixtures/return.json' with { type: 'json' };
import shipmentSample from './fixtures/shipments.json' with { type: 'json' };
import { itemsOf } from './order-state.ts';
import type { KnownOrder } from './order-read.ts';
import * as wire from './wire.ts';

const row = wire.orderRow.parse({
  orderId: 'M103113',
  orderName: '#5129',
  shipGroups: [
    {
      shipGroupSeqId: '00001',
      items: [
        { orderItemSeqId: '01', productId: 'M101747', externalId: '18778801995940', quantity: 3 },
        { orderItemSeqId: '02', productId: 'M101748', externalId: '18778801995941', quantity: 1 },
        { orderItemSeqId: '03', productId: 'M101747', externalId: '18778801995942', quantity: 1 },
      ],
    },
  ],
  statuses: [
    { statusId: 'ITEM_COMPLETED', statusDatetime: 1_778_560_900_000, orderItemSeqId: '02' },
    { statusId: 'ITEM_APPROVED', statusDatetime: 1_778_560_999_000, orderItemSeqId: '01' },
  ],
});
const known: KnownOrder = {
  row,
  reference: '#5129',
  items: itemsOf(row),
  skuOf: new Map([
    ['M101747', 'TEE-XS'],
    ['M101748', 'TEE-S'],
  ]),
};
const sample = shipmentSample.shipments[0];
const shipment = (changes: Record<string, unknown> = {}) => wire.shipment.parse({ ...sample, ...changes });

describe('a shipment', () => {
  it('is tied to the very lines of the order, also where two have one SKU', () => {
    const made = shipmentOf(shipment(), known, 5);
    expect(made).toMatchObject({ remoteId: 'M100077', reference: '#5129', facilityId: 'BROADWAY', cancelled: false });
    expect(made?.lines).toEqual([
      { lineId: 'gid://shopify/LineItem/18778801995940', sku: 'TEE-XS', quantity: 2 },
      { lineId: 'gid://shopify/LineItem/18778801995942', sku: 'TEE-XS', quantity: 1 },
    ]);
  });

  it('has the label of each package, but no voided one', () => {
    expect(shipmentOf(shipment(), known, 5)?.tracking).toEqual([
      { number: '1Z001', carrier: 'UPS', url: null },
      { number: '1Z002', carrier: 'UPS', url: null },
    ]);
  });

  it.each([
    ['the shipment’s own number without packages', { shipmentPackageRouteSegDetails: [], trackingIdNumber: '1Z9' }, ['1Z9']],
    [
      'none where every label was voided',
      { shipmentPackageRouteSegDetails: [{ trackingCode: 'X', carrierServiceStatusId: 'SHRSCS_VOIDED' }], trackingIdNumber: 'X' },
      [],
    ],
    ['none before a label was made', { shipmentPackageRouteSegDetails: [{}], trackingIdNumber: null }, []],
  ])('has %s', (_what, changes, wanted) => {
    expect(shipmentOf(shipment(changes), known, 5)?.tracking.map(({ number }) => number)).toEqual(wanted);
  });

  it('names no carrier where HotWax has none', () => {
    expect(shipmentOf(shipment({ carrierPartyId: '_NA_' }), known, 5)?.tracking[0]?.carrier).toBeNull();
  });

  it('left when HotWax says so, else when its items were completed; else it is first seen now', () => {
    const at = (changes: Record<string, unknown>) => shippedAtOf(shipment(changes), known);
    const items = [{ orderItemSeqId: '02', productId: 'M101748', quantity: 1 }];
    expect(at({ shippedDate: 7 })).toBe(7);
    expect(at({ items })).toBe(1_778_560_900_000);
    expect(at({})).toBeNull();
    expect(shipmentOf(shipment(), known, 86_400_000)?.shippedAt).toBe('1970-01-02T00:00:00.000Z');
  });

  it('without units is none', () => {
    expect(shipmentOf(shipment({ items: [] }), known, 5)).toBeNull();
  });
});

describe('a return', () => {
  const returned = wire.returnRow.parse(returnSample);
  it('becomes one of each order it holds goods of, with what was received', () => {
    const other: KnownOrder = { ...known, reference: '#5130' };
    const made = returnsOf(
      returned,
      new Map([
        ['M103113', known],
        ['M103114', other],
      ]),
      5,
    );
    expect(
      made.map(({ remoteId, reference, lines }) => [remoteId, reference, lines.map(({ sku, quantity }) => `${sku} ${quantity}`)]),
    ).toEqual([
      ['M10020/M103113', '#5129', ['TEE-XS 1']],
      ['M10020/M103114', '#5130', ['TEE-S 1']],
    ]);
    expect(made[0]?.lines[0]).toMatchObject({ lineId: 'gid://shopify/LineItem/18778801995942', restocked: true });
  });

  it('of nobody we know is left out, and so is what was not received', () => {
    expect(returnsOf(returned, new Map(), 5)).toEqual([]);
    const rejected = { ...returned, items: returned.items.map((item) => ({ ...item, statusId: 'RETURN_REJECTED' })) };
    expect(returnsOf(rejected, new Map([['M103113', known]]), 5)).toEqual([]);
  });

  it('counts what was received, also where that is nothing, on the day of its last change', () => {
    const items = returnSample.items.map((item) => ({ ...item, receivedQuantity: 0 }));
    const orders = new Map([['M103113', known]]);
    expect(returnsOf(wire.returnRow.parse({ ...returnSample, items }), orders, 5)).toEqual([]);
    const at = (changes: Record<string, unknown>) =>
      returnsOf(wire.returnRow.parse({ ...returnSample, ...changes }), orders, 5)[0]?.receivedAt;
    expect(at({ lastUpdatedStamp: 1_779_000_000_000 })).toBe('2026-05-17T06:40:00.000Z');
    expect(at({})).toBe(new Date(returnSample.returnDate).toISOString());
  });

  it.each([
    [{}, undefined],
    [{ returnTypeId: 'RTN_REFUND' }, undefined],
    [{ returnTypeId: 'RTN_REPLACE' }, 'RTN_REPLACE'],
  ])('tells what the buyer gets for the goods instead of money: %j', (type, instead) => {
    const items = returnSample.items.map((item) => ({ ...item, ...type }));
    const typed = wire.returnRow.parse({ ...returnSample, items });
    expect(returnsOf(typed, new Map([['M103113', known]]), 5)[0]?.lines[0]?.instead).toBe(instead);
  });

  it('tells whether the goods went back into stock', () => {
    const kept = wire.returnRow.parse({ ...returnSample, needsInventoryReceive: 'N' });
    expect(returnsOf(kept, new Map([['M103113', known]]), 5)[0]?.lines[0]?.restocked).toBe(false);
  });
});
