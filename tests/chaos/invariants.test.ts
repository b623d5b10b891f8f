import { describe, expect, test } from 'vitest';
import { checkInvariants, type ScriptFacts, type Violation } from './invariants.ts';
import type { Ledgers, MerchantsView, OrderInBackOffice, OrderInShopify } from './ledgers.ts';

/* Each invariant is broken on purpose once: a check that nothing can fail proves nothing. */

const place = 'Main Warehouse';
const mug = (quantity: number) => ({ sku: 'MUG', quantity });

/** An order of two mugs, one shipped and one still to ship, right on both sides. */
function world() {
  const order: OrderInShopify = {
    id: 'gid://shopify/Order/1',
    name: '#1001',
    cancelledAt: null,
    financialStatus: 'PAID',
    total: '20.00',
    lines: [{ id: 'gid://shopify/LineItem/1', sku: 'MUG', quantity: 2, currentQuantity: 2, fulfilled: 1 }],
    fulfilmentOrders: [
      { n: 1, location: place, status: 'IN_PROGRESS', delivery: 'SHIPPING', lines: [{ ...mug(2), remaining: 1 }] },
    ],
    fulfilments: [
      { id: 'f1', status: 'SUCCESS', location: place, tracking: [{ number: 'T1', company: 'DHL' }], lines: [mug(1)] },
    ],
    refunds: [],
  };
  const part: OrderInBackOffice = {
    reference: '#1001',
    state: 'partly-shipped',
    facility: place,
    lines: [mug(2)],
    shipments: [{ tracking: [{ number: 'T1', carrier: 'DHL' }], lines: [mug(1)] }],
  };
  const ledgers: Ledgers = {
    shopify: {
      orders: [order],
      levels: [{ sku: 'MUG', location: place, available: 10, onHand: 11, committed: 1, active: true }],
    },
    backOffice: { orders: [part], stock: [{ sku: 'MUG', facility: place, available: 10 }], products: [], returns: [] },
  };
  const view: MerchantsView = {
    orders: new Map([['#1001', { name: '#1001', state: 'partly-shipped', reason: null, problem: null }]]),
    problems: [],
    busyRuns: [],
  };
  const script: ScriptFacts = {
    neverSent: new Set<string>(),
    merchantsRefunds: new Set<string>(),
    goods: new Set(['MUG']),
    can: { wholeOrders: false, amends: true, cancels: true },
    changed: new Set(['#1001']),
  };
  return { order, part, ledgers, view, script };
}

type World = ReturnType<typeof world>;

function broken(change: (world: World) => void): Pick<Violation, 'invariant' | 'subject'>[] {
  const made = world();
  change(made);
  return checkInvariants(made.ledgers, made.view, made.script).violations.map(({ invariant, subject }) => ({
    invariant,
    subject,
  }));
}

const of = (invariant: Violation['invariant'], subject = '#1001') => ({ invariant, subject });
const names = (made: World, cause: string, about = '#1001') =>
  made.view.problems.push({ cause, subjectKind: 'order', label: about, params: {} });

test('two ledgers that agree break nothing', () => {
  expect(broken(() => undefined)).toEqual([]);
});

describe('orders', () => {
  test('one that is nowhere in the back office is found, and being named by no reason of the ledgers does not excuse it', () => {
    const missing = (made: World) => {
      made.order.fulfilments = [];
      made.order.fulfilmentOrders = [
        { n: 1, location: place, status: 'OPEN', delivery: 'SHIPPING', lines: [{ ...mug(2), remaining: 2 }] },
      ];
      made.ledgers.backOffice.orders = [];
      made.ledgers.shopify.levels = [];
      made.view.orders.set('#1001', { name: '#1001', state: 'waiting', reason: null, problem: null });
    };
    expect(broken(missing)).toEqual([of('orders')]);
    const named = broken((made) => {
      missing(made);
      names(made, 'stockroom-unknown-sku');
    });
    expect(named).toEqual([of('orders'), of('problems')]);
  });

  test('one that is there twice is found, under another reference or the same', () => {
    const twice = (reference: string) =>
      broken((made) => made.ledgers.backOffice.orders.push({ ...made.part, reference, state: 'open', shipments: [] }));
    expect(twice('#1001_2')).toContainEqual(of('orders'));
    expect(twice('#1001')).toContainEqual(of('orders'));
  });

  test('an edit that never arrived is found, and so is the wrong place', () => {
    expect(broken((made) => (made.part.lines = [mug(3)]))).toContainEqual(of('orders'));
    expect(broken((made) => (made.part.facility = 'East Warehouse'))).toContainEqual(of('orders'));
  });

  test('a back office that takes orders whole may send them from where it likes, and still as many units as were ordered', () => {
    const whole = (quantity: number) =>
      broken((made) => {
        made.script.can.wholeOrders = true;
        Object.assign(made.part, { facility: 'East Warehouse', lines: [mug(quantity)] });
        made.ledgers.shopify.levels = [];
      });
    expect(whole(2)).toEqual([]);
    expect(whole(3)).toEqual([of('orders')]);
  });

  test('an edit that came too late is accepted only when it is told, and only when the back office had begun', () => {
    const late = (made: World) => {
      made.part.lines = [mug(3)];
      names(made, 'amend-too-late');
    };
    expect(broken(late)).toEqual([]);
    const byNobody = broken((made) => {
      late(made);
      made.script.changed = new Set();
    });
    expect(byNobody).toContainEqual(of('orders'));
    expect(byNobody).toContainEqual(of('problems'));
    const notBegun = broken((made) => {
      late(made);
      Object.assign(made.part, { state: 'open', shipments: [] });
      made.order.fulfilments = [];
    });
    expect(notBegun).toContainEqual(of('orders'));
    expect(notBegun).toContainEqual(of('problems'));
  });

  test('one that the rules leave out, one that was never placed, and one that was cancelled must not be there', () => {
    expect(broken((made) => (made.script.neverSent as Set<string>).add('#1001'))).toContainEqual(of('orders'));
    expect(
      broken((made) => made.ledgers.backOffice.orders.push({ ...made.part, reference: '#2002', state: 'open', shipments: [] })),
    ).toContainEqual(of('orders', '#2002'));
    const cancelled = broken((made) => {
      made.order.cancelledAt = '2026-11-21T12:00:00Z';
      made.order.fulfilments = [];
      for (const one of made.order.fulfilmentOrders) one.status = 'CLOSED';
      Object.assign(made.part, { state: 'open', shipments: [] });
    });
    expect(cancelled).toContainEqual(of('orders'));
  });
});

describe('shipments', () => {
  test('one that is missing in Shopify, there twice, or there with other tracking is found', () => {
    expect(broken((made) => (made.order.fulfilments[0] = { ...made.order.fulfilments[0], tracking: [] } as never))).toEqual([
      of('shipments'),
    ]);
    const twice = broken((made) => {
      const [first] = made.order.fulfilments;
      if (first) made.order.fulfilments.push({ ...first, id: 'f2' });
      for (const line of made.order.fulfilmentOrders.flatMap((one) => one.lines)) line.remaining = 0;
    });
    expect(twice).toEqual([of('shipments')]);
    expect(broken((made) => (made.part.shipments = []))).toContainEqual(of('shipments'));
  });
});

describe('refunds', () => {
  const refund = { id: 'r1', amount: '10.00', lines: [mug(1)] };
  test('one without a return, one missing for a return, and one made twice are found; the merchant’s own is not', () => {
    expect(broken((made) => made.order.refunds.push(refund))).toEqual([of('refunds')]);
    expect(
      broken((made) => {
        made.order.refunds.push(refund);
        (made.script.merchantsRefunds as Set<string>).add('r1');
      }),
    ).toEqual([]);
    const returned = (made: World) => made.ledgers.backOffice.returns.push({ reference: '#1001', lines: [mug(1)] });
    expect(broken(returned)).toEqual([of('refunds')]);
    expect(
      broken((made) => {
        returned(made);
        made.order.refunds.push(refund);
      }),
    ).toEqual([]);
    expect(
      broken((made) => {
        returned(made);
        made.order.refunds.push(refund, { ...refund, id: 'r2' });
      }),
    ).toEqual([of('refunds')]);
  });
});

describe('levels', () => {
  const key = `${place}/MUG`;
  const level = (made: World) => made.ledgers.shopify.levels[0] as { available: number; committed: number };

  test('one that shows too much or too little is found', () => {
    expect(broken((made) => (level(made).available = 11))).toEqual([of('levels', key)]);
    expect(broken((made) => (level(made).available = 9))).toEqual([of('levels', key)]);
  });

  test('units sold in Shopify that the back office has not reserved stay subtracted', () => {
    const inFlight = (available: number) => broken((made) => Object.assign(level(made), { committed: 4, available }));
    expect(inFlight(7)).toEqual([]);
    expect(inFlight(10)).toEqual([of('levels', key)]);
  });

  test('nor is what an order there holds without having reserved it offered, and a line counts at its own place', () => {
    const there = (line: object, available: number) =>
      broken((made) => {
        Object.assign(made.part.lines[0] ?? {}, { fulfilled: 1, ...line });
        level(made).available = available;
      });
    expect(there({}, 10)).toEqual([]);
    expect(there({ reserved: false }, 9)).toEqual([]);
    expect(there({ reserved: false }, 10)).toEqual([of('levels', key)]);
    expect(there({ facility: 'East Warehouse' }, 10)).toContainEqual(of('levels', key));
    const whole = broken((made) => {
      made.script.can.wholeOrders = true;
      Object.assign(made.part.lines[0] ?? {}, { fulfilled: 1, facility: 'East Warehouse' });
    });
    expect(whole).toEqual([]);
  });

  test('only what a back office told of late and hasn’t counted since may stay subtracted, and no more than that', () => {
    const shown = (available: number, uncounted = true) =>
      broken((made) => {
        Object.assign(made.part, { uncounted });
        level(made).available = available;
      });
    expect(shown(10)).toEqual([]);
    expect(shown(9)).toEqual([]);
    expect(shown(9, false)).toEqual([of('levels', key)]);
    expect(shown(8)).toEqual([of('levels', key)]);
    expect(shown(11)).toEqual([of('levels', key)]);
  });

  test('where an edit came too late it may show less, never more', () => {
    const late = (available: number) =>
      broken((made) => {
        made.part.lines = [mug(3)];
        names(made, 'amend-too-late');
        level(made).available = available;
      });
    expect(late(9)).toEqual([]);
    expect(late(11)).toEqual([of('levels', key)]);
  });
});

test('the app’s claims are held against the back office, and what it still names after the cure is found', () => {
  expect(broken((made) => made.view.orders.delete('#1001'))).toEqual([of('claims')]);
  expect(
    broken((made) => {
      Object.assign(made.part, { state: 'cancelled', shipments: [] });
      made.order.fulfilments = [];
      for (const one of made.order.fulfilmentOrders) one.status = 'CANCELLED';
      made.ledgers.shopify.levels = [];
    }),
  ).toEqual([of('claims')]);
  expect(broken((made) => names(made, 'shopify-unreachable'))).toEqual([of('problems')]);
  expect(broken((made) => names(made, 'outcome-unknown', 'orders'))).toEqual([of('problems', 'orders')]);
  expect(broken((made) => made.view.busyRuns.push({ id: 'x', sync: 'orders', state: 'running' }))).toEqual([
    of('runs', 'orders run'),
  ]);
});
