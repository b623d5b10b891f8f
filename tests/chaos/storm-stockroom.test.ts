import { expect, test } from 'vitest';
import { backOfficeOf } from './back-offices.ts';
import { roundText } from './report.ts';
import { playRound } from './round.ts';
import { openChaosSandbox } from './sandbox.ts';

/* Three seeds on the built-in back office, in one sandbox: every fault in each, mixed. */

const ORDERS = 50;
const sandbox = await openChaosSandbox('stockroom');
const struck = new Set<string>();
const missed = new Set<string>();

test.each([1, 2, 3])(
  'Stockroom, seed %i: after the storm both ledgers agree, what does not is named for good reason, and no log tells a person or a secret',
  async (seed) => {
    const backOffice = backOfficeOf('stockroom');
    const played = await playRound({ ...sandbox, backOffice, seed, orders: ORDERS, alone: false, settleMs: 300_000 });
    expect(played.verdict.violations, roundText(played)).toEqual([]);
    expect(played.quiet, roundText(played)).toBe(true);
    expect(played.verdict.counted.orders).toBe(ORDERS);
    // A kill counts once, whichever call it struck.
    for (const name of Object.keys(played.struck)) struck.add(name.replace(/: .*/, ''));
    for (const name of played.unstruck) missed.add(name);
  },
);

test('at least fourteen kinds of faults really struck, and none that was played struck in no seed', () => {
  expect(struck.size, [...struck].sort().join(', ')).toBeGreaterThanOrEqual(14);
  expect([...missed].filter((name) => !struck.has(name))).toEqual([]);
});
