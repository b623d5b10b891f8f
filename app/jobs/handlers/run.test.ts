import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
let worked = 0;
let failing: Error | null = null;
const work = async () => {
  worked += 1;
  if (failing) throw failing;
  await sleep(300);
};
vi.mock('../../sync/returns/run-returns-sync.ts', () => ({ runReturnsSync: () => work() }));
vi.mock('../../sync/statement/run-statement.ts', () => ({ runStatement: () => work() }));
let unread: { record: string; at: string[] }[] = [];
vi.mock('../../connections/open-connection.ts', () => ({
  openConnection: (shopId: number, id: string) =>
    Promise.resolve({ id, shop: { id: shopId }, definition: { label: 'Depot' }, unread }),
}));
const { NeedsMerchantError, TransientError } = await import('../../core/errors.ts');
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { testShop } = await import('../../sync/inventory/shop.fixture.ts');
const { retryProblems } = await import('../../sync/problems/retry-problems.ts');
const { tryKeptImports } = await import('../../sync/runs/keep-import.ts');
const { openRun } = await import('../../sync/runs/runs.ts');
const { startSync } = await import('../../sync/runs/start-sync.ts');
const { boss, stopBoss } = await import('../boss.ts');
const { tick } = await import('../tick.ts');
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

it('names each record that nobody could read, until a run that read everything could', async () => {
  const { shopId, live } = await testShop();
  const of = { connectionId: live.id, sync: 'returns' as const };
  const open = async () =>
    (
      await inShop(shopId, (tx) => tx.problem.findMany({ where: { shopId, closedAt: null }, orderBy: { subjectLabel: 'asc' } }))
    ).map(({ cause, subjectLabel, params }) => [cause, subjectLabel, (params as { fields: string }).fields]);
  const runs = async (task: string, rows: typeof unread) => {
    unread = rows;
    const runId = await inShop(shopId, (tx) => openRun(tx, shopId, { ...of, door: 'button', task }));
    await run({ shopId, runId, ...of }, { lastTry: false });
    unread = [];
  };
  const [one, other] = [
    { record: 'id 1', at: ['quantity'] },
    { record: 'id 2', at: ['date', 'lines.0.sku'] },
  ];
  await runs('scheduled', [one, other]);
  const both = [
    ['record-unreadable', 'id 1', 'quantity'],
    ['record-unreadable', 'id 2', 'date, lines.0.sku'],
  ];
  expect(await open()).toEqual(both);
  // It went on from where the last one ended, and was not told of them again.
  await runs('scheduled', []);
  expect(await open()).toEqual(both);
  await runs('full', [other]);
  expect(await open()).toEqual([both[1]]);
  await runs('full', []);
  expect(await open()).toEqual([]);
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

it('makes the statement of the day as soon as an outage is over, or a sync that took long', async () => {
  const { shopId, live } = await testShop();
  const of = { shopId, connectionId: live.id, sync: 'statement' as const };
  const start = (task: string) => startSync({ ...of, task, door: 'schedule' });
  const runs = () => inShop(shopId, (tx) => tx.run.findMany({ where: { shopId }, orderBy: { createdAt: 'asc' } }));
  const states = async () => (await runs()).map(({ state }) => state);
  const problems = async () =>
    (await inShop(shopId, (tx) => tx.problem.findMany({ where: { shopId, closedAt: null } }))).map(({ cause }) => cause);
  const jobs = async (runId: string) =>
    (await (await boss()).findJobs<{ runId: string }>('run')).filter(({ data }) => data.runId === runId).length;
  const runId = await start('scheduled');

  // Nothing is wrong while another sync is at work.
  failing = new TransientError('busy', 'An inventory run is at work');
  await run({ ...of, runId }, { lastTry: true });
  expect([await states(), await problems()]).toEqual([['queued'], []]);
  failing = new TransientError('server-error', 'Shopify is down');
  for (let round = 0; round < 2; round += 1) {
    await run({ ...of, runId }, { lastTry: true });
    expect([await states(), await problems()]).toEqual([['queued'], ['server-error']]);
  }
  expect(await start('scheduled')).toBe(runId);
  await inShop(shopId, (tx) => tx.run.updateMany({ where: { id: runId }, data: { heartbeatAt: new Date(0) } }));
  const before = await jobs(runId);
  await tick(new Set(['runs']));
  expect(await jobs(runId)).toBe(before + 1);

  failing = null;
  await run({ ...of, runId }, { lastTry: false });
  expect([await states(), await problems()]).toEqual([['finished'], []]);

  // Whoever asked for one is told, and what time doesn't mend ends it.
  failing = new TransientError('server-error', 'Shopify is down');
  await run({ ...of, runId: await start('full') }, { lastTry: true });
  failing = new NeedsMerchantError('shopify-access-denied', 'No access');
  await run({ ...of, runId: await start('scheduled') }, { lastTry: true });
  expect(await states()).toEqual(['finished', 'failed', 'failed']);
  failing = null;
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
