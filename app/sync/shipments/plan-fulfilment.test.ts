import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fulfilment, FulfilmentOrder, OrderInShopify } from './order-in-shopify.ts';
import { planFulfilment, type Need } from './plan-fulfilment.ts';

const fo = (id: string, locationId: string, lines: Record<string, number>, status = 'OPEN'): FulfilmentOrder => ({
  id,
  status,
  locationId,
  fulfilAt: status === 'SCHEDULED' ? '2026-12-01T00:00:00Z' : null,
  holds: status === 'ON_HOLD' ? ['OTHER'] : [],
  lines: Object.entries(lines).map(([lineId, remaining]) => ({ id: `${id}/${lineId}`, lineId, remaining })),
});
const made = (id: string, lines: Record<string, number>, number = ''): Fulfilment => ({
  id,
  cancelled: false,
  locationId: 'L1',
  tracking: number ? [{ number, carrier: null, url: null }] : [],
  lines: Object.entries(lines).map(([lineId, quantity]) => ({ lineId, quantity })),
});
const need = (lineId: string, quantity: number, locationIds = ['L1']): Need => ({
  lineId,
  sku: `SKU-${lineId}`,
  quantity,
  locationIds,
});
const order = (fulfilmentOrders: FulfilmentOrder[], fulfilments: Fulfilment[] = []): OrderInShopify => ({
  id: 'o',
  fulfilmentOrders,
  fulfilments,
});

interface Case {
  name: string;
  needs: Need[];
  orders: FulfilmentOrder[];
  foreign?: Fulfilment[];
  tracking?: string;
  claimed?: Record<string, number>;
  /** location: fulfilment order line → units, one entry a call. */
  calls?: [string, Record<string, number>][];
  elsewhere?: Record<string, number>;
  blocked?: [string, number][];
}

const table: Case[] = [
  { name: 'a part of a line', needs: [need('a', 2)], orders: [fo('1', 'L1', { a: 5 })], calls: [['L1', { '1/a': 2 }]] },
  {
    name: 'two fulfilment orders of one location in one call',
    needs: [need('a', 1), need('b', 1)],
    orders: [fo('1', 'L1', { a: 1 }), fo('2', 'L1', { b: 1 })],
    calls: [['L1', { '1/a': 1, '2/b': 1 }]],
  },
  {
    name: 'two locations in two calls',
    needs: [need('a', 1, ['L1']), need('b', 1, ['L2'])],
    orders: [fo('1', 'L1', { a: 1 }), fo('2', 'L2', { b: 1 })],
    calls: [
      ['L1', { '1/a': 1 }],
      ['L2', { '2/b': 1 }],
    ],
  },
  {
    name: 'a line split over two fulfilment orders',
    needs: [need('a', 3)],
    orders: [fo('1', 'L1', { a: 2 }), fo('2', 'L1', { a: 2 }, 'IN_PROGRESS')],
    calls: [['L1', { '1/a': 2, '2/a': 1 }]],
  },
  {
    name: 'its own location before another of the same facility',
    needs: [need('a', 1, ['L1', 'L2'])],
    orders: [fo('2', 'L2', { a: 1 }), fo('1', 'L1', { a: 1 })],
    calls: [['L1', { '1/a': 1 }]],
  },
  {
    name: 'moved to another location of the same facility',
    needs: [need('a', 1, ['L1', 'L2'])],
    orders: [fo('2', 'L2', { a: 1 })],
    calls: [['L2', { '2/a': 1 }]],
  },
  {
    name: 'on hold',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 1 }, 'ON_HOLD')],
    blocked: [['fulfilment-order-on-hold', 1]],
  },
  {
    name: 'scheduled',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 1 }, 'SCHEDULED')],
    blocked: [['fulfilment-order-scheduled', 1]],
  },
  {
    name: 'in a state nobody knows yet',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 1 }, 'WAITING_FOR_MOON')],
    blocked: [['fulfilment-order-not-open', 1]],
  },
  { name: 'moved elsewhere', needs: [need('a', 1)], orders: [fo('1', 'L9', { a: 1 })], blocked: [['fulfilment-order-moved', 1]] },
  {
    name: 'nothing left: cancelled or refunded',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 0 }, 'CLOSED')],
    blocked: [['nothing-left-to-fulfil', 1]],
  },
  {
    name: 'what is open goes, what is held stays',
    needs: [need('a', 3)],
    orders: [fo('1', 'L1', { a: 1 }), fo('2', 'L1', { a: 2 }, 'ON_HOLD')],
    calls: [['L1', { '1/a': 1 }]],
    blocked: [['fulfilment-order-on-hold', 2]],
  },
  {
    name: 'fulfilled by hand',
    needs: [need('a', 2)],
    orders: [fo('1', 'L1', { a: 0 }, 'CLOSED')],
    foreign: [made('f', { a: 2 })],
    elsewhere: { a: 2 },
  },
  {
    name: 'fulfilled by hand in part',
    needs: [need('a', 3)],
    orders: [fo('1', 'L1', { a: 1 })],
    foreign: [made('f', { a: 2 })],
    calls: [['L1', { '1/a': 1 }]],
    elsewhere: { a: 2 },
  },
  {
    name: 'by hand, but another shipment was recognised in it already',
    needs: [need('a', 2)],
    orders: [fo('1', 'L1', { a: 0 })],
    foreign: [made('f', { a: 2 })],
    claimed: { a: 1 },
    elsewhere: { a: 1 },
    blocked: [['nothing-left-to-fulfil', 1]],
  },
  {
    name: 'by hand with this very tracking, although units are open',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 2 })],
    foreign: [made('f', { a: 1 }, 'T1')],
    tracking: 'T1',
    elsewhere: { a: 1 },
  },
  {
    name: 'by hand with other tracking while units are open: another parcel',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 2 })],
    foreign: [made('f', { a: 1 }, 'T9')],
    tracking: 'T1',
    calls: [['L1', { '1/a': 1 }]],
  },
  {
    name: 'by hand while the units wait on a hold: the hold is named, nothing guessed',
    needs: [need('a', 1)],
    orders: [fo('1', 'L1', { a: 1 }, 'ON_HOLD')],
    foreign: [made('f', { a: 1 })],
    blocked: [['fulfilment-order-on-hold', 1]],
  },
];

const plain = (lines: { lineId: string; quantity: number }[]) =>
  Object.fromEntries(lines.map(({ lineId, quantity }) => [lineId, quantity]));

describe('planning fulfilments', () => {
  it.each(table)('$name', ({ needs, orders, foreign = [], tracking, claimed = {}, calls = [], elsewhere = {}, blocked = [] }) => {
    const plan = planFulfilment(needs, order(orders, foreign), {
      tracking: tracking ? [{ number: tracking, carrier: null, url: null }] : [],
      foreign,
      claimed: new Map(Object.entries(claimed)),
    });
    expect(
      plan.calls.map((call) => [
        call.locationId,
        Object.fromEntries(call.fulfilmentOrders.flatMap(({ lines }) => lines.map(({ id, quantity }) => [id, quantity]))),
      ]),
    ).toEqual(calls);
    expect(plain(plan.elsewhere)).toEqual(elsewhere);
    expect(plan.blocked.map(({ reason, quantity }) => [reason.code, quantity])).toEqual(blocked);
  });

  it('cuts a call at 512 lines', () => {
    const lineIds = Array.from({ length: 600 }, (_, index) => `l${index}`);
    const plan = planFulfilment(
      lineIds.map((id) => need(id, 1)),
      order([fo('1', 'L1', Object.fromEntries(lineIds.map((id) => [id, 1])))]),
      { tracking: [], foreign: [], claimed: new Map() },
    );
    expect(plan.calls.map(({ lines }) => lines.length)).toEqual([512, 88]);
  });

  it('accounts for every unit once, takes none that is not there, and one location a call', () => {
    const lines = fc.dictionary(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 4 }));
    const orders = fc.array(
      fc.record({
        locationId: fc.constantFrom('L1', 'L2', 'L3'),
        status: fc.constantFrom('OPEN', 'IN_PROGRESS', 'ON_HOLD', 'CLOSED'),
        lines,
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        orders,
        fc.array(lines, { maxLength: 2 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 8 }),
        fc.boolean(),
        (some, hands, a, b, both) => {
          const fulfilmentOrders = some.map((one, index) => fo(String(index), one.locationId, one.lines, one.status));
          const foreign = hands.map((one, index) => made(`f${index}`, one, index === 0 ? 'T' : ''));
          const accepted = both ? ['L1', 'L2'] : ['L1'];
          const needs = [need('a', a, accepted), need('b', b, accepted)].filter(({ quantity }) => quantity > 0);
          const plan = planFulfilment(needs, order(fulfilmentOrders, foreign), {
            tracking: [{ number: 'T', carrier: null, url: null }],
            foreign,
            claimed: new Map(),
          });
          for (const { lineId, quantity } of needs) {
            const units = [...plan.calls.flatMap((call) => call.lines), ...plan.elsewhere, ...plan.blocked].filter(
              (one) => one.lineId === lineId,
            );
            expect(units.reduce((sum, one) => sum + one.quantity, 0)).toBe(quantity);
            const byHand = foreign.reduce((sum, one) => sum + (plain(one.lines)[lineId] ?? 0), 0);
            expect(plain(plan.elsewhere)[lineId] ?? 0).toBeLessThanOrEqual(byHand);
          }
          const taken = new Map<string, number>();
          for (const call of plan.calls) {
            expect(accepted).toContain(call.locationId);
            for (const one of call.fulfilmentOrders) {
              const source = fulfilmentOrders.find(({ id }) => id === one.id);
              expect(source?.locationId).toBe(call.locationId);
              expect(['OPEN', 'IN_PROGRESS']).toContain(source?.status);
              for (const line of one.lines) taken.set(line.id, (taken.get(line.id) ?? 0) + line.quantity);
            }
          }
          for (const line of fulfilmentOrders.flatMap((one) => one.lines))
            expect(taken.get(line.id) ?? 0).toBeLessThanOrEqual(line.remaining);
        },
      ),
      { numRuns: 500 },
    );
  });
});
