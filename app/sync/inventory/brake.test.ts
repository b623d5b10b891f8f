import { describe, expect, it } from 'vitest';
import { brakeHolds, coveredByApproval } from './brake.ts';

const limits = { brakePercent: 50, brakeUnits: 1000 };

describe('the brake', () => {
  it.each([
    ['lets an ordinary run pass', { stocked: 200, zeroes: 3, writes: 40 }, false],
    ['holds a run that would empty more than half of the stocked levels', { stocked: 200, zeroes: 101, writes: 101 }, true],
    ['lets exactly half pass', { stocked: 200, zeroes: 100, writes: 100 }, false],
    ['holds a run that would change more levels than allowed', { stocked: 5000, zeroes: 0, writes: 1001 }, true],
    ['lets the allowed number pass', { stocked: 5000, zeroes: 0, writes: 1000 }, false],
    ['lets a small shop sell out of five products', { stocked: 6, zeroes: 5, writes: 5 }, false],
  ])('%s', (_, planned, holds) => {
    expect(brakeHolds(planned, limits)).toBe(holds);
  });

  it('takes a yes for what was shown and a little more, not for a plan that grew', () => {
    expect(coveredByApproval({ stocked: 900, zeroes: 105, writes: 210 }, { zeroes: 100, writes: 200 })).toBe(true);
    expect(coveredByApproval({ stocked: 900, zeroes: 300, writes: 310 }, { zeroes: 100, writes: 300 })).toBe(false);
  });
});
