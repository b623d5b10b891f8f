import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
let worked = 0;
let failing: Error | null = null;
vi.mock('../../sync/returns/run-returns-sync.ts', () => ({
  runReturnsSync: async () => {
    worked += 1;
    if (failing) throw failing;
    await sleep(300);
  },
}));
vi.mock('../../connections/open-connection.ts', () => ({ openConnection: () => Promise.resolve({}) }));
const { NeedsMerchantError, TransientError } = await import('../../core/errors.ts');
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { testShop } = await import('../../sync/inventory/shop.fixture.ts');
const { retryProblems } = await import('../../sync/problems/retry-problems.ts');
const { tryKeptImports } = await import('../../sync/runs/keep-import.ts');
const { openRun } = await import('../../sync/runs/runs.ts');
const { startSync } = await import('../../sync/runs/start-sync.ts');
const { boss, stopBoss } = await import('../boss.ts');
const { run } = await import('./run.ts');

// Its tables are made when it is first asked for.
await boss();
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

it('does the work of a run once, though it was queued twice', async () => {
  const { shopId, live } = await testShop();
  const of = { connectionId: live.id, sync: 'returns' as const };
  const runId = await inShop(shopId, (tx) => openRun(tx, shopId, { ...of, door: 'schedule', task: 'scheduled' }));
  const job = { shopId, runId, ...of };
  await Promise.all([run(job, { lastTry: false }), run(job, { lastTry: false })]);
  expect(worked).toBe(1);
  const row = await inShop(shopId, (tx) => tx.run.findUnique({ where: { shopId_id: { shopId, id: runId } } }));
  expect(row?.state).toBe('finished');
});

it('keeps an import that could not go on, names it until it has, and lets the regular runs go on meanwhile', async () => {
  const { shopId, live } = await testShop();
  const of = { connectionId: live.id, sync: 'returns' as const };
  const open = (task: string) => inShop(shopId, (tx) => openRun(tx, shopId, { ...of, door: 'backfill', task }));
  const stateOf = async (id: string) =>
    (await inShop(shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }))).state;
  const problems = async () =>
    (await inShop(shopId, (tx) => tx.problem.findMany({ where: { shopId, closedAt: null } }))).map(({ cause }) => cause);
  const imported = { shopId, runId: await open('import'), ...of };

  failing = new TransientError('server-error', 'Shopify is down');
  for (let round = 0; round < 2; round += 1) {
    await expect(run(imported, { lastTry: false })).rejects.toThrow('down');
    await run(imported, { lastTry: true });
    expect([await stateOf(imported.runId), await problems()]).toEqual(['queued', ['server-error']]);
  }

  failing = null;
  const regular = await startSync({ shopId, ...of, task: 'scheduled', door: 'schedule' });
  expect(regular).not.toBe(imported.runId);
  await run({ shopId, runId: regular, ...of }, { lastTry: false });
  expect([await stateOf(regular), await problems()]).toEqual(['finished', ['server-error']]);

  failing = new NeedsMerchantError('shopify-access-denied', 'No access', { scope: 'connection' });
  await run(imported, { lastTry: false });
  expect([await stateOf(imported.runId), await problems()]).toEqual(['paused', ['server-error', 'shopify-access-denied']]);
  await retryProblems({ shopId, cause: 'shopify-access-denied', by: 'Ada' });
  expect(await stateOf(imported.runId)).toBe('queued');

  await run(imported, { lastTry: false });
  await tryKeptImports();
  expect(await stateOf(imported.runId)).toBe('paused');
  const longAgo = new Date(Date.now() - 11 * 60_000);
  await inShop(shopId, (tx) => tx.run.updateMany({ where: { shopId, id: imported.runId }, data: { heartbeatAt: longAgo } }));
  await tryKeptImports();
  expect(await stateOf(imported.runId)).toBe('queued');

  failing = null;
  await run(imported, { lastTry: false });
  expect([await stateOf(imported.runId), await problems()]).toEqual(['finished', []]);
});

it('starts what is due beside whatever else waits, and once', async () => {
  const { shopId, live } = await testShop();
  const of = { shopId, connectionId: live.id, sync: 'statement' as const };
  const start = (task: string, argument?: string) =>
    startSync({ ...of, task, ...(argument ? { argument } : {}), door: 'schedule' });
  const others = [await start('look-again', 'made yesterday'), await start('repair', '{}'), await start('full', '30')];
  const daily = await start('scheduled');
  expect(others).not.toContain(daily);
  expect(await start('scheduled')).toBe(daily);
});
