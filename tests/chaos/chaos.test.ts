import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { backOffices, type BackOffice } from './back-offices.ts';
import { roundText } from './report.ts';
import { playRound, type Round } from './round.ts';

/*
 * The short run: three seeds on Stockroom, one on each other back office, every fault at least once in each, faults mixed. One sandbox for all but a
 * back office in another mode, which shares its account with the first.
 */

const ORDERS = { stockroom: 50, other: 20 };
const SETTLE_MS = 300_000;
const port = inject('chaosPort');
const rounds = backOffices.flatMap((backOffice) =>
  (backOffice.name === 'stockroom' ? [1, 2, 3] : [1]).map((seed) => ({ name: backOffice.name, backOffice, seed })),
);

const struck = new Set<string>();
let placed = 0;

const play = (backOffice: BackOffice, seed: number, at: { port: number; data: string }): Promise<Round> => {
  const orders = backOffice.name === 'stockroom' ? ORDERS.stockroom : ORDERS.other;
  // Other tests use the same accounts: their orders have other names.
  return playRound({ ...at, backOffice, seed, orders, alone: false, settleMs: SETTLE_MS, prefix: '#S' });
};

async function playApart(backOffice: BackOffice, seed: number): Promise<Round> {
  const data = mkdtempSync(path.join(os.tmpdir(), 'crossdock-chaos-apart-'));
  const sandbox = await startSandbox({ data, port: port + 200, workers: 2 });
  try {
    return await play(backOffice, seed, { port: port + 200, data });
  } finally {
    await sandbox.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

test.each(rounds)(
  '$name, seed $seed: after the storm both ledgers agree, what does not is named for good reason, and no log tells a person or a secret',
  async ({ backOffice, seed }) => {
    const played = backOffice.mode
      ? await playApart(backOffice, seed)
      : await play(backOffice, seed, { port, data: inject('chaosData') });
    expect(played.verdict.violations, roundText(played)).toEqual([]);
    expect(played.quiet, roundText(played)).toBe(true);
    placed += played.verdict.counted.orders;
    for (const name of Object.keys(played.struck)) struck.add(name);
  },
);

test('at least two hundred orders and fourteen kinds of faults were in these rounds', () => {
  expect(placed).toBeGreaterThanOrEqual(200);
  expect(struck.size, [...struck].sort().join(', ')).toBeGreaterThanOrEqual(14);
});
