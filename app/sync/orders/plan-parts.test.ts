import { describe, expect, it } from 'vitest';
import { aFulfilmentOrder } from './order.test-data.ts';
import { planParts, type KnownPart, type PartTarget } from './plan-parts.ts';

const line = (lineId: string, remaining: number, total = remaining) => ({
  id: `fl-${lineId}`,
  lineId,
  inventoryItemId: null,
  sku: lineId,
  total,
  remaining,
});
const target = (id: string, lines = [line('a', 2)], change: Partial<PartTarget> = {}): PartTarget => ({
  connectionId: 'c1',
  facilityId: 'f1',
  locationId: 'l1',
  fulfilmentOrders: [aFulfilmentOrder({ id, lines })],
  ...change,
});
const part = (change: Partial<KnownPart> = {}): KnownPart => ({
  id: 'p1',
  number: 1,
  reference: '#1001',
  connectionId: 'c1',
  locationId: 'l1',
  facilityId: 'f1',
  fulfilmentOrderIds: ['fo1'],
  remoteId: 'r1',
  sentHash: 'h',
  state: 'sent',
  lines: [{ lineId: 'a', quantity: 2, open: 2, shipped: 0 }],
  ...change,
});
const orders = (...targets: PartTarget[]) => targets.flatMap((one) => one.fulfilmentOrders);

describe('parts of an order', () => {
  it('numbers new ones from the first, with the order name as the first reference', () => {
    const targets = [target('fo1'), target('fo2', [line('b', 1)])];
    expect(planParts('#1001', [], targets, orders(...targets))).toMatchObject([
      { action: 'new', number: 1, reference: '#1001' },
      { action: 'new', number: 2, reference: '#1001_2' },
    ]);
  });

  it('finds a part by its fulfilment order', () => {
    const one = target('fo1');
    expect(planParts('#1001', [part()], [one], orders(one))).toMatchObject([{ action: 'keep', part: { id: 'p1' } }]);
  });

  it('finds a part by its open lines after a move gave it another fulfilment order, and keeps its number', () => {
    const moved = target('fo9', [line('a', 2)], { facilityId: 'f2', locationId: 'l2' });
    expect(planParts('#1001', [part()], [moved], orders(moved))).toMatchObject([
      { action: 'keep', part: { id: 'p1', number: 1 }, target: { facilityId: 'f2' } },
    ]);
  });

  it('cancels here and makes a part there when units moved to another connection', () => {
    const elsewhere = target('fo9', [line('a', 2)], { connectionId: 'c2' });
    expect(planParts('#1001', [part()], [elsewhere], orders(elsewhere))).toMatchObject([
      { action: 'cancel', part: { id: 'p1' }, movedAway: true },
      { action: 'new', number: 2, reference: '#1001_2' },
    ]);
  });

  it('keeps the first part and numbers what a split took off it', () => {
    const rest = target('fo1', [line('a', 1)]);
    const split = target('fo2', [line('a', 1)]);
    expect(planParts('#1001', [part()], [rest, split], orders(rest, split))).toMatchObject([
      { action: 'keep', part: { id: 'p1' } },
      { action: 'new', number: 2 },
    ]);
  });

  it('cancels what nothing answers for any more', () => {
    const closed = aFulfilmentOrder({ id: 'fo1', status: 'CLOSED', lines: [line('a', 0, 2)] });
    expect(planParts('#1001', [part()], [], [closed])).toMatchObject([{ action: 'cancel', movedAway: false }]);
  });

  it('leaves a part alone that has left whole', () => {
    const shipped = part({ lines: [{ lineId: 'a', quantity: 2, open: 0, shipped: 2 }] });
    const closed = aFulfilmentOrder({ id: 'fo1', status: 'CLOSED', lines: [line('a', 0, 2)] });
    expect(planParts('#1001', [shipped], [], [closed])).toEqual([]);
  });

  it.each(['ON_HOLD', 'SCHEDULED'])('leaves a part alone whose fulfilment order is %s now', (status) => {
    expect(planParts('#1001', [part()], [], [aFulfilmentOrder({ id: 'fo1', status })])).toEqual([]);
  });

  it('never reuses the number of a cancelled part', () => {
    const again = target('fo2');
    expect(planParts('#1001', [part({ state: 'cancelled' })], [again], orders(again))).toMatchObject([
      { action: 'new', number: 2, reference: '#1001_2' },
    ]);
  });
});
