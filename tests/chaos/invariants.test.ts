import { describe, expect, test } from 'vitest';
import { checkInvariants } from './invariants.ts';
import type { Ledgers, MerchantsView, OrderInBackOffice, OrderInShopify } from './ledgers.ts';
import { merchantsNote, type ScriptFacts, type Violation } from './violation.ts';

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
    currentTotal: '20.00',
    outstanding: '0.00',
    shippingTotal: '4.00',
    lines: [{ id: 'gid://shopify/LineItem/1', sku: 'MUG', quantity: 2, currentQuantity: 2, fulfilled: 1, net: '16.00' }],
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
    shipments: [{ tracking: [{ number: 'T1', carrier: 'DHL' }], carrier: 'DHL', lines: [mug(1)] }],
    total: 2000,
    address: 'Old Street 1',
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
    waiting: 0,
    statement: Object.fromEntries(
      ['order', 'shipment', 'level'].map((kind) => [kind, { total: 1, gap: 0, failed: 0, found: 0 }]),
    ),
  };
  const script: ScriptFacts = {
    neverSent: new Set<string>(),
    goods: new Set(['MUG']),
    places: [place],
    can: { wholeOrders: false, amends: true, cancels: true, minorUnits: true },
    changed: new Set(['#1001']),
    repriced: new Set(),
    cancelled: new Set(),
    neverLate: new Set(),
    restored: false,
    wanted: new Map([['#1001', 'MUG×2']]),
    versions: new Map([['#1001', new Map([['MUG', new Set([2, 3])]])]]),
    streets: new Map([['#1001', 'Old Street 1']]),
    parcels: [{ order: '#1001', tracking: 'T1', lines: [mug(1)] }],
    returned: new Map(),
    scarce: new Map(),
    givenUp: [],
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

/** What is said to be wrong, each once. */
function brokenBy(change: (world: World) => void): string[] {
  const made = world();
  change(made);
  return checkInvariants(made.ledgers, made.view, made.script).violations.map(({ invariant, what }) => `${invariant}: ${what}`);
}

const of = (invariant: Violation['invariant'], subject = '#1001') => ({ invariant, subject });
const names = (made: World, cause: string, about = '#1001') =>
  made.view.problems.push({ cause, subjectKind: 'order', label: about, params: {} });

/** The app has given money back for so many units. */
function refundedWith({ order }: World, refunds: OrderInShopify['refunds']): void {
  order.refunds.push(...refunds);
  for (const line of order.lines) line.currentQuantity -= refunds.length;
  order.currentTotal = (20 - 8 * refunds.length).toFixed(2);
}

function nothingStocked(made: World): void {
  made.ledgers.shopify.levels = [];
  made.script.goods = new Set();
}

/** Nobody changed the order since it was placed. */
function unchanged(made: World): void {
  made.script.changed = new Set();
}

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
      nothingStocked(made);
      made.script.parcels = [];
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
        nothingStocked(made);
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
    expect(
      broken((made) => (made.order.fulfilments[0] = { ...made.order.fulfilments[0], tracking: [] } as never)),
    ).toContainEqual(of('shipments'));
    const twice = broken((made) => {
      const [first] = made.order.fulfilments;
      if (first) made.order.fulfilments.push({ ...first, id: 'f2' });
      for (const line of made.order.fulfilmentOrders.flatMap((one) => one.lines)) line.remaining = 0;
    });
    // Its units are more than the parcel's, and the parcel is there twice.
    expect(twice).toEqual([of('shipments'), of('shipments')]);
    expect(broken((made) => (made.part.shipments = []))).toContainEqual(of('shipments'));
  });
});

describe('refunds', () => {
  const refund = { id: 'r1', note: null as string | null, amount: '8.00', lines: [mug(1)] };
  /** The warehouse has one mug back. */
  function returned(made: World): void {
    made.ledgers.backOffice.returns.push({ reference: '#1001', lines: [mug(1)] });
    made.script.returned = new Map([['#1001', { sure: 1, unsure: 0 }]]);
  }
  const refunded = (made: World, ...refunds: (typeof refund)[]) => refundedWith(made, refunds);

  test('one without a return, one missing for a return, and one made twice are found; the merchant’s own is not', () => {
    expect(broken((made) => refunded(made, refund))).toEqual([of('refunds')]);
    expect(
      broken((made) => {
        made.order.refunds.push({ ...refund, note: merchantsNote });
      }),
    ).toEqual([]);
    expect(broken(returned)).toEqual([of('refunds')]);
    expect(
      broken((made) => {
        returned(made);
        refunded(made, refund);
      }),
    ).toEqual([]);
    expect(
      brokenBy((made) => {
        returned(made);
        refunded(made, refund, { ...refund, id: 'r2' });
      }),
    ).toEqual(['refunds: came back as [MUG×1] and is refunded as [MUG×1]; [MUG×1]']);
  });

  test('a return that both sides have twice, or have both lost, is found; one whose answer was lost may be there or not', () => {
    const back = (units: number, told: { sure: number; unsure: number }) =>
      brokenBy((made) => {
        made.script.returned = new Map([['#1001', told]]);
        for (let unit = 0; unit < units; unit += 1) made.ledgers.backOffice.returns.push({ reference: '#1001', lines: [mug(1)] });
        if (units > 0)
          refundedWith(
            made,
            Array.from({ length: units }, (_, index) => ({ ...refund, id: `r${index}` })),
          );
      });
    expect(back(1, { sure: 1, unsure: 0 })).toEqual([]);
    expect(back(1, { sure: 0, unsure: 1 })).toEqual([]);
    expect(back(0, { sure: 0, unsure: 1 })).toEqual([]);
    expect(back(2, { sure: 1, unsure: 0 })).toEqual(['refunds: had 1 units come back, and the back office has 2']);
    expect(back(0, { sure: 1, unsure: 0 })).toEqual(['refunds: had 1 units come back, and the back office has 0']);
  });

  test('one that gives back more than came back is found', () => {
    const worth = (currentTotal: string) =>
      brokenBy((made) => {
        returned(made);
        refunded(made, refund);
        made.order.currentTotal = currentTotal;
      });
    expect(worth('12.00')).toEqual([]);
    expect(worth('8.00')).toEqual(['refunds: is worth 8.00 after the refund, and what was kept cost 11.99']);
  });
});

describe('what was asked for', () => {
  test('is what Shopify has, though both sides agree on something else', () => {
    expect(brokenBy((made) => (made.script.wanted = new Map([['#1001', 'MUG×3']])))).toEqual([
      'orders: is of "MUG×2" in Shopify, and "MUG×3" was asked for',
    ]);
  });

  test('is no cancellation unless somebody cancelled', () => {
    const gone = (cancelled: string[]) =>
      brokenBy((made) => {
        made.order.cancelledAt = '2026-11-21T12:00:00Z';
        made.script.cancelled = new Set(cancelled);
      });
    expect(gone(['#1001'])).toEqual([]);
    expect(gone([])).toEqual(['orders: is cancelled, and nobody cancelled it']);
  });

  test('is what is in the parcel that the warehouse packed', () => {
    expect(brokenBy((made) => (made.script.parcels = [{ order: '#1001', tracking: 'T1', lines: [mug(2)] }]))).toEqual([
      'shipments: left with "MUG×2" under "T1", and the back office has "MUG×1" there',
    ]);
  });

  test('is sold no more often than it was there', () => {
    const scarce = (units: number) => brokenBy((made) => (made.script.scarce = new Map([['MUG', units]])));
    expect(scarce(2)).toEqual([]);
    expect(scarce(1)).toEqual(['levels: was sold 2 times, and there were 1']);
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

describe('an order that was changed too late', () => {
  const late = (made: World) => {
    made.part.lines = [mug(3)];
    names(made, 'amend-too-late');
  };
  const [parcel] = world().part.shipments;
  const [fulfilment] = world().order.fulfilments;

  test('is excused for what was wanted at some time, and for nothing else', () => {
    expect(brokenBy(late)).toEqual([]);
    expect(
      brokenBy((made) => {
        late(made);
        made.part.lines = [mug(7)];
      }),
    ).toEqual(['orders: is there with 7 of MUG, and that many were never wanted']);
    expect(
      brokenBy((made) => {
        late(made);
        made.ledgers.backOffice.orders.push({ ...made.part, reference: '#1001_2', shipments: [] });
      }),
    ).toContain('orders: is there with 6 of MUG, and that many were never wanted');
  });

  test('has no fulfilment of what never left, nor one made twice', () => {
    const fulfilled = (tracking: string) =>
      brokenBy((made) => {
        late(made);
        for (const line of made.order.fulfilmentOrders.flatMap((one) => one.lines)) line.remaining = 0;
        if (fulfilment)
          made.order.fulfilments.push({ ...fulfilment, id: 'f2', tracking: [{ number: tracking, company: 'DHL' }] });
      });
    expect(fulfilled('T9')).toContain('orders: is fulfilled with 1 of MUG under "T9", and 0 left there under it');
    expect(fulfilled('T1')).toContain('orders: is fulfilled with 2 of MUG under "T1", and 1 left there under it');
    expect(
      brokenBy((made) => {
        late(made);
        names(made, 'shipped-more-than-open');
        if (parcel) made.part.shipments.push({ ...parcel, tracking: [{ number: 'T2' }] });
      }),
    ).toEqual([]);
  });

  test('has its parcels in Shopify, unless the app says that they can’t be', () => {
    expect(
      brokenBy((made) => {
        late(made);
        if (parcel) made.part.shipments.push({ ...parcel, tracking: [{ number: 'T2' }] });
      }),
    ).toContain(
      'shipments: left the back office as [T1 by DHL: MUG×1; T2 by DHL: MUG×1] and is fulfilled in Shopify as [T1 by DHL: MUG×1]',
    );
  });

  test('is none where nothing differs any more, nor where the warehouse waited until it had heard', () => {
    expect(brokenBy((made) => names(made, 'amend-too-late'))).toEqual([
      'problems: still has the problem "amend-too-late" after its cause is gone',
    ]);
    expect(brokenBy((made) => names(made, 'shipped-more-than-open'))).toEqual([
      'problems: still has the problem "shipped-more-than-open" after its cause is gone',
    ]);
    expect(
      brokenBy((made) => {
        late(made);
        made.script.neverLate = new Set(['#1001']);
      }),
    ).toContain('problems: still has the problem "amend-too-late" after its cause is gone');
  });

  test('after a restore is also one that nobody can know of, and only then', () => {
    const forgotten = (made: World) => {
      unchanged(made);
      made.script.restored = true;
      made.script.can = { ...made.script.can, amends: false };
      names(made, 'address-unknown-there');
      made.part.address = 'Elsewhere 2';
    };
    expect(brokenBy(forgotten)).toEqual([]);
    expect(brokenBy((made) => (forgotten(made), (made.script.restored = false)))).toContain(
      'problems: still has the problem "address-unknown-there" after its cause is gone',
    );
  });

  test('lets a level show less by its own units, and no less', () => {
    const shown = (available: number) =>
      brokenBy((made) => {
        late(made);
        Object.assign(made.ledgers.shopify.levels[0] ?? {}, { available });
      });
    // One is still to leave here, two there.
    expect(shown(7)).toEqual([]);
    expect(shown(6)).toEqual(['levels: shows 6 and should show 10']);
  });
});

describe('what nobody changed', () => {
  test('costs there what the buyer paid', () => {
    const costing = (total: number | string | null, minorUnits = true) =>
      brokenBy((made) => {
        unchanged(made);
        made.part.total = total;
        made.script.can = { ...made.script.can, minorUnits };
      });
    expect(costing(2000)).toEqual([]);
    expect(costing('20.00', false)).toEqual([]);
    expect(costing(null)).toEqual([]);
    expect(costing(1999)).toEqual(['orders: comes to 20.00 in Shopify and to 19.99 in the back office']);
  });

  test('has no step that could never be done', () => {
    const givenUp = (made: World) => {
      made.script.givenUp = [{ order: '#1001', step: { does: 'ship' }, because: 'held' }];
    };
    expect(brokenBy(givenUp)).toEqual([]);
    expect(
      brokenBy((made) => {
        unchanged(made);
        givenUp(made);
      }),
    ).toEqual(['orders: could never be shipped: held']);
  });

  test('leaves nothing outstanding when it is refunded', () => {
    const refunded = (outstanding: string, amount = '10.00') =>
      brokenBy((made) => {
        unchanged(made);
        made.ledgers.backOffice.returns.push({ reference: '#1001', lines: [mug(1)] });
        made.script.returned = new Map([['#1001', { sure: 1, unsure: 0 }]]);
        refundedWith(made, [{ id: 'r1', note: null, amount, lines: [mug(1)] }]);
        made.order.outstanding = outstanding;
      });
    expect(refunded('0.00')).toEqual([]);
    expect(refunded('-10.00')).toEqual(['refunds: is refunded, and -10.00 is outstanding']);
    expect(refunded('0.00', '0.00')).toEqual(['refunds: has a refund of no money']);
  });
});

test('it goes to the street that was wanted last, left or not, unless that came too late', () => {
  const goingTo = (address: string | null, change: (made: World) => void = () => undefined) =>
    brokenBy((made) => {
      Object.assign(made.part, { address });
      made.script.streets = new Map([['#1001', 'New Street 2']]);
      change(made);
    });
  expect(goingTo('New Street 2')).toEqual([]);
  expect(goingTo(null)).toEqual([]);
  const old = ['orders: goes to "New Street 2" in Shopify, and #1001 to "Old Street 1" in the back office'];
  expect(goingTo('Old Street 1')).toEqual(old);
  expect(goingTo('Old Street 1', ({ part }) => (part.state = 'shipped'))).toContain(old[0]);
  expect(goingTo('New Street 2 and Old Street 1')).not.toEqual([]);
  expect(goingTo('Old Street 1', (made) => names(made, 'amend-too-late'))).toEqual([]);
});

describe('what would pass for right at a glance', () => {
  test.each<[string, (made: World) => void, string]>([
    ['an order kept back there', ({ part }) => (part.state = 'held'), 'orders: is kept back'],
    [
      'a refund of no units',
      ({ order }) => order.refunds.push({ id: 'r1', note: null, amount: '20.00', lines: [] }),
      'refunds: came back as nothing',
    ],
    [
      'another carrier',
      ({ order }) => (order.fulfilments[0]!.tracking = [{ number: 'T1', company: 'UPS' }]),
      'shipments: left the back office as',
    ],
    [
      'a fulfilment made and cancelled again',
      ({ order }) => order.fulfilments.push({ ...order.fulfilments[0]!, id: 'f2', status: 'CANCELLED' }),
      'shipments: has a fulfilment that is CANCELLED',
    ],
    [
      'a parcel that both sides have lost',
      ({ script }) => (script.parcels = [...script.parcels, { order: '#1001', tracking: 'T2' }]),
      'shipments: left with "T2", which no fulfilment has',
    ],
    [
      'an order that is there and said to wait',
      ({ view }) => (view.orders.get('#1001')!.state = 'waiting'),
      'claims: is "waiting"',
    ],
    [
      'one that has half left and is said to have left',
      ({ view }) => (view.orders.get('#1001')!.state = 'shipped'),
      'claims: is "shipped"',
    ],
    [
      'a level that was switched off',
      ({ ledgers }) => (ledgers.shopify.levels[0]!.active = false),
      'levels: is not stocked on both sides',
    ],
    ['goods that are gone there', ({ ledgers }) => (ledgers.backOffice.stock = []), 'levels: is not stocked on both sides'],
    ['an order that the statement misses', ({ view }) => (view.statement.order!.total = 0), 'claims: accounts for 0 orders of 1'],
    [
      'a difference that the statement names',
      ({ view }) => (view.statement.level!.gap = 1),
      'claims: has 1 differences of kind level',
    ],
    ['something that only the statement repaired', ({ view }) => (view.statement.shipment!.found = 2), 'claims: had to repair 2'],
    [
      'an order that the statement calls failed',
      ({ view }) => (view.statement.order!.failed = 1),
      'claims: calls 1 orders failed',
    ],
    ['no statement at all', ({ view }) => (view.statement = {}), 'claims: has no differences of kind order'],
  ])('%s is found', (_what, change, found) => {
    expect(brokenBy(change).map((one) => one.slice(0, found.length))).toContain(found);
  });
});

test('the app’s claims are held against the back office, and what it still names after the cure is found', () => {
  expect(broken((made) => made.view.orders.delete('#1001'))).toEqual([of('claims')]);
  expect(broken((made) => (made.view.waiting = 2))).toEqual([of('runs', 'inbox')]);
  expect(
    broken((made) => {
      Object.assign(made.part, { state: 'cancelled', shipments: [] });
      made.script.parcels = [];
      made.order.fulfilments = [];
      for (const one of made.order.fulfilmentOrders) one.status = 'CANCELLED';
      nothingStocked(made);
    }),
  ).toEqual([of('claims')]);
  expect(broken((made) => names(made, 'shopify-unreachable'))).toEqual([of('problems')]);
  expect(broken((made) => names(made, 'outcome-unknown', 'orders'))).toEqual([of('problems', 'orders')]);
  expect(broken((made) => made.view.busyRuns.push({ id: 'x', sync: 'orders', state: 'running' }))).toEqual([
    of('runs', 'orders run'),
  ]);
});
