import { expect, inject, test } from 'vitest';
import { knownConnectors } from './options.ts';
import { roundText } from './report.ts';
import { playRound } from './round.ts';

/* The short run: three seeds on Stockroom, one on each other back office, every fault at least once in each, one sandbox for all. */

const ORDERS = { stockroom: 50, other: 20 };
const rounds = [
  ...[1, 2, 3].map((seed) => ({ connector: 'stockroom', seed })),
  ...knownConnectors()
    .filter((connector) => connector !== 'stockroom')
    .map((connector) => ({ connector, seed: 1 })),
];

const struck = new Set<string>();

test.each(rounds)(
  '$connector, seed $seed: after the storm both ledgers agree, and what does not is named for good reason',
  async (round) => {
    const orders = round.connector === 'stockroom' ? ORDERS.stockroom : ORDERS.other;
    const played = await playRound({ ...round, orders, port: inject('chaosPort'), alone: false, settleMs: 180_000 });
    expect(played.verdict.violations, roundText(played)).toEqual([]);
    expect(played.quiet, roundText(played)).toBe(true);
    expect(played.verdict.counted.orders).toBe(orders);
    for (const name of Object.keys(played.struck)) struck.add(name);
  },
);

test('at least fourteen kinds of faults really struck in these rounds', () => {
  expect(struck.size, [...struck].sort().join(', ')).toBeGreaterThanOrEqual(14);
});
