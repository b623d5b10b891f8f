import { expect, test } from 'vitest';
import { backOfficeOf } from './back-offices.ts';
import { roundText } from './report.ts';
import { playRound } from './round.ts';
import { openChaosSandbox } from './sandbox.ts';

/* OrderWise takes the same order twice, so that forgetting one would show. */

const ORDERS = 18;
const sandbox = await openChaosSandbox('restore');

test('nothing is lost or made twice where the database is put back to an older backup', async () => {
  const backOffice = backOfficeOf('orderwise');
  const played = await playRound({
    ...sandbox,
    ...{ backOffice, seed: 1, orders: ORDERS, alone: false, settleMs: 300_000, plays: 'restore' },
  });
  const { violations, counted } = played.verdict;
  expect(violations, roundText(played)).toEqual([]);
  expect(counted.refunds, roundText(played)).toBeLessThanOrEqual(played.traffic['warehouse: return'] ?? 0);
  expect(played.quiet, roundText(played)).toBe(true);
  expect(counted.orders).toBe(ORDERS);
});
