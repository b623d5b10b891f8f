import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planStock, stockTarget, type LevelFacts } from './stock-target.ts';

const facts = (over: Partial<LevelFacts>): LevelFacts => ({
  facilities: [10],
  inFlight: 0,
  safetyStock: 0,
  threshold: 0,
  minimumLevel: 0,
  available: 0,
  active: true,
  activateLevels: true,
  ...over,
});

describe('the target of a level', () => {
  it.each([
    ['shows what the back office can sell', {}, 10],
    ['leaves out units in flight', { inFlight: 3 }, 7],
    ['keeps the safety stock back', { safetyStock: 4 }, 6],
    ['takes in-flight units and safety stock together', { inFlight: 3, safetyStock: 4 }, 3],
    ['is never below zero', { facilities: [2], inFlight: 5 }, 0],
    ['is zero when the back office is below zero', { facilities: [-4] }, 0],
    ['stands at the minimum level', { facilities: [5], minimumLevel: 5 }, 5],
    ['is none below the minimum level', { facilities: [4], minimumLevel: 5 }, 0],
    ['adds up its facilities', { facilities: [3, 4, 5] }, 12],
    ['keeps the safety stock back at each facility', { facilities: [10, 3, 6], safetyStock: 4 }, 8],
    ['keeps the threshold back once', { facilities: [10, 3, 6], threshold: 4 }, 15],
    [
      'takes safety stock at each facility before the threshold of the sum',
      { facilities: [10, 6], safetyStock: 2, threshold: 5 },
      7,
    ],
    ['owes what a facility owes, and holds no safety stock back of a debt', { facilities: [10, -3], safetyStock: 2 }, 5],
    ['is none where the threshold holds all of it back', { facilities: [3, 4], threshold: 7 }, 0],
    ['holds the minimum against what is left after the threshold', { facilities: [9], threshold: 5, minimumLevel: 5 }, 0],
    ['holds the minimum against what is left after safety stock', { facilities: [9], safetyStock: 5, minimumLevel: 5 }, 0],
  ])('%s', (_, over, target) => {
    expect(stockTarget(facts(over))).toBe(target);
  });
});

describe('the plan of a level', () => {
  it.each([
    ['nothing when it shows the target', { available: 10 }, { action: 'none' }],
    ['an update when it shows another number', { available: 12 }, { action: 'update', before: 12, after: 10 }],
    ['a zero when what it shows is gone', { available: 3, facilities: [0] }, { action: 'zero', before: 3, after: 0 }],
    [
      'an update when an oversold level goes up to none',
      { available: -2, facilities: [0] },
      { action: 'update', before: -2, after: 0 },
    ],
    ['to switch an inactive level on', { active: false }, { action: 'create', before: 0, after: 10 }],
    [
      'to leave an inactive level alone when nothing is there',
      { active: false, facilities: [0], available: 4 },
      { action: 'none' },
    ],
    [
      'a reason when it may not be switched on',
      { active: false, activateLevels: false },
      { action: 'skip', reason: 'level-inactive' },
    ],
  ])('is %s', (_, over, plan) => {
    expect(planStock(facts(over))).toEqual(plan);
  });
});

const units = fc.integer({ min: -50, max: 200 });
const anyFacts = fc.record({
  facilities: fc.array(units, { minLength: 1, maxLength: 4 }),
  inFlight: fc.integer({ min: 0, max: 60 }),
  safetyStock: fc.integer({ min: 0, max: 20 }),
  threshold: fc.integer({ min: 0, max: 20 }),
  minimumLevel: fc.integer({ min: 0, max: 20 }),
  available: units,
  active: fc.boolean(),
  activateLevels: fc.boolean(),
});

describe('whatever the numbers', () => {
  it('the target is never above the source and never negative', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const target = stockTarget(some);
        expect(target).toBeGreaterThanOrEqual(0);
        expect(target).toBeLessThanOrEqual(some.facilities.reduce((sum, units) => sum + Math.max(0, units), 0));
        expect(target === 0 || target >= some.minimumLevel).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('more in flight, a higher safety stock or a higher threshold never raises the target', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(20), fc.nat(20), fc.nat(20), (some, flight, safety, held) => {
        const more = {
          ...some,
          inFlight: some.inFlight + flight,
          safetyStock: some.safetyStock + safety,
          threshold: some.threshold + held,
        };
        expect(stockTarget(more)).toBeLessThanOrEqual(stockTarget(some));
      }),
      { numRuns: 500 },
    );
  });

  it('the order of the facilities changes nothing, and one that has nothing adds nothing', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const turned = { ...some, facilities: [0, ...[...some.facilities].reverse()] };
        expect(stockTarget(turned)).toBe(stockTarget(some));
      }),
      { numRuns: 500 },
    );
  });

  it('planning its own outcome again changes nothing', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const plan = planStock(some);
        if (plan.action === 'none' || plan.action === 'skip') return;
        expect(planStock({ ...some, available: plan.after, active: true })).toEqual({ action: 'none' });
      }),
      { numRuns: 500 },
    );
  });
});

describe('Shopify’s on hand, which is available and committed together', () => {
  it('is what lies in the back office, less what other channels reserved there, whatever is in flight', () => {
    const units = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(units, units, units, units, (free, reserved, inFlight, elsewhere) => {
        const onHand = free + reserved + inFlight + elsewhere;
        const committed = reserved + inFlight;
        const available = stockTarget({ ...facts({ inFlight }), facilities: [onHand - reserved - elsewhere] });
        expect(available + committed).toBe(onHand - elsewhere);
      }),
    );
  });
});
