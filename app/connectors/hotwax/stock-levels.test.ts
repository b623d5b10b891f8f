import { describe, expect, it } from 'vitest';
import { levelAt, onlineTotal } from './stock-levels.ts';
import { unitsIn } from './waiting-units.ts';
import * as wire from './wire.ts';

const row = (facilityId: string, lastInventoryCount: number | null, more: Record<string, unknown> = {}) =>
  wire.productFacility.parse({ productId: 'p', facilityId, lastInventoryCount, ...more });
const none = new Map<string, number>();
const places = { brokering: new Set(['N', 'S']), thresholds: new Set(['LIMITS']), queueId: '_NA_' };

describe('what can be sold at a facility', () => {
  it('is its own count; a missing row, or one without a count, is unknown and not zero', () => {
    const stock = { rows: [row('N', 7), row('S', null)], waiting: none };
    expect([levelAt('N', stock, false), levelAt('S', stock, false), levelAt('W', stock, false)]).toEqual([7, null, null]);
  });

  it('leaves out units of orders that wait there for their approval, and may be below zero', () => {
    expect(levelAt('N', { rows: [row('N', 2)], waiting: new Map([['N', 3]]) }, false)).toBe(-1);
    expect(levelAt('N', { rows: [row('N', -4)], waiting: none }, true)).toBe(-4);
  });

  it('leaves out its safety stock where the settings say so, which makes no debt', () => {
    const stock = { rows: [row('N', 7, { minimumStock: 2 }), row('S', 1, { minimumStock: 5 })], waiting: none };
    expect([levelAt('N', stock, false), levelAt('N', stock, true), levelAt('S', stock, true)]).toEqual([7, 5, 0]);
  });
});

describe('the online total', () => {
  const total = (rows: wire.ProductFacility[], waiting: Record<string, number> = {}) =>
    onlineTotal({ rows, waiting: new Map(Object.entries(waiting)) }, places);

  it.each([
    ['adds the facilities up', [row('N', 5), row('S', 3)], {}, 8],
    ['leaves safety stock out', [row('N', 5, { minimumStock: 2 }), row('S', 1, { minimumStock: 4 })], {}, 3],
    ['leaves out a facility whose brokering of the product is off', [row('N', 5), row('S', 3, { allowBrokering: 'N' })], {}, 5],
    ['leaves out facilities that do not ship for the store', [row('N', 5), row('FAR', 90)], {}, 5],
    ['takes off what waits in the queue and at the facilities', [row('N', 5), row('S', 3)], { _NA_: 2, S: 1, FAR: 9 }, 5],
    ['takes off the threshold', [row('N', 5), row('LIMITS', null, { minimumStock: 4 })], {}, 1],
    ['takes off what a facility owes', [row('N', 5), row('S', -2)], {}, 3],
    ['is never below zero', [row('N', 1)], { _NA_: 5 }, 0],
    ['is zero where brokering is off everywhere', [row('N', 5, { allowBrokering: 'N' })], {}, 0],
    ['is unknown where no facility knows the product', [row('FAR', 5)], {}, null],
    ['is unknown without rows', [], {}, null],
  ] as const)('%s', (_what, rows, waiting, wanted) => {
    expect(total([...rows], waiting)).toBe(wanted);
  });
});

describe('units that wait', () => {
  const facility = (facilityId: string, facilityTypeId: string) => wire.facility.parse({ facilityId, facilityTypeId });
  const queue = facility('_NA_', 'NA');
  const virtual = [
    queue,
    facility('REJECTED', 'VIRTUAL_FACILITY'),
    facility('PRE', 'PRE_ORDER'),
    facility('HIST', 'GENERAL_OPERATIONS'),
  ];
  const order = (statusId: string, facilityId: string | null, item: Record<string, unknown> = {}) =>
    wire.orderRow.parse({
      orderId: 'X',
      statusId,
      shipGroups: [{ shipGroupSeqId: '1', facilityId, items: [{ orderItemSeqId: '1', productId: 'p', quantity: 4, ...item }] }],
    });
  it.each([
    ['in the queue, created', order('ORDER_CREATED', '_NA_'), { _NA_: 4 }],
    ['in the queue, approved', order('ORDER_APPROVED', '_NA_'), { _NA_: 4 }],
    ['given back by a store', order('ORDER_APPROVED', 'REJECTED'), { _NA_: 4 }],
    ['without a facility', order('ORDER_APPROVED', null), { _NA_: 4 }],
    ['at a facility, not approved', order('ORDER_CREATED', 'N'), { N: 4 }],
    ['at a facility on hold', order('ORDER_HOLD', 'N'), { N: 4 }],
    ['partly cancelled', order('ORDER_CREATED', 'N', { cancelQuantity: 1 }), { N: 3 }],
    ['at a facility, approved: reserved there', order('ORDER_APPROVED', 'N'), null],
    ['promised against stock to come', order('ORDER_APPROVED', 'PRE'), null],
    ['of history', order('ORDER_APPROVED', 'HIST'), null],
    ['of an order that is done', order('ORDER_COMPLETED', '_NA_'), null],
    ['of an item that is cancelled', order('ORDER_CREATED', '_NA_', { statusId: 'ITEM_CANCELLED' }), null],
    ['of an item that left', order('ORDER_APPROVED', '_NA_', { statusId: 'ITEM_COMPLETED' }), null],
  ] as const)('%s', (_what, one, wanted) => {
    const found = unitsIn([one], { queue, virtual }).get('p');
    expect(found ? Object.fromEntries(found) : null).toEqual(wanted);
  });
});
