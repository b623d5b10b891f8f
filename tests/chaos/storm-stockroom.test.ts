import { expect, test } from 'vitest';
import { backOfficeOf } from './back-offices.ts';
import { roundText } from './report.ts';
import { playRound } from './round.ts';
import { openChaosSandbox } from './sandbox.ts';

/* Three seeds on the built-in back office, in one sandbox: every fault in each, mixed. */

const ORDERS = 50;
const sandbox = await openChaosSandbox('stockroom');
const struck = new Set<string>();

test.each([1, 2, 3])(
  'Stockroom, seed %i: after the storm both ledgers agree, what does not is named for good reason, and no log tells a person or a secret',
  async (seed) => {
    const backOffice = backOfficeOf('stockroom');
    const played = await playRound({ ...sandbox, backOffice, seed, orders: ORDERS, alone: false, settleMs: 300_000 });
    expect(played.verdict.violations, roundText(played)).toEqual([]);
    expect(played.quiet, roundText(played)).toBe(true);
    expect(played.verdict.counted.orders).toBe(ORDERS);
    for (const name of Object.keys(played.struck)) struck.add(name);
  },
);

test('at least fourteen kinds of faults really struck', () => {
  expect(struck.size, [...struck].sort().join(', ')).toBeGreaterThanOrEqual(14);
});
