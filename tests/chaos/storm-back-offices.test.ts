import { expect, test } from 'vitest';
import { backOffices } from './back-offices.ts';
import { faults } from './faults.ts';
import { roundText } from './report.ts';
import { playRound } from './round.ts';
import { openChaosSandbox } from './sandbox.ts';

/* One seed on each vendor's back office: what can go wrong with it, mixed with what kills and loses. The rest is tried on Stockroom. */

const ORDERS = 15;
const others = backOffices.filter(({ connector }) => connector !== 'stockroom');
const shared = await openChaosSandbox('back-offices');
// A back office connected in another mode is the same account: two shops would share its stock.
const apart = others.some(({ mode }) => mode !== null) ? await openChaosSandbox('classic') : shared;

const withAny = [
  'webhook dropped',
  'worker killed',
  'worker killed at a step of Shopify',
  'Shopify’s answer is lost after it wrote',
  'a stock write is stale in part',
  'database restarted',
  'uninstalled and installed again',
];
const only = faults.filter(({ name, needs }) => needs !== undefined || withAny.includes(name)).map(({ name }) => name);

test.each(others)(
  '$name: after the storm both ledgers agree, what does not is named for good reason, and no log tells a person or a secret',
  async (backOffice) => {
    const at = backOffice.mode === null ? shared : apart;
    const played = await playRound({ ...at, backOffice, seed: 1, orders: ORDERS, alone: false, settleMs: 300_000, only });
    expect(played.verdict.violations, roundText(played)).toEqual([]);
    expect(played.quiet, roundText(played)).toBe(true);
    expect(played.verdict.counted.orders).toBe(ORDERS);
  },
);
