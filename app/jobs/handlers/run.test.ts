import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
let worked = 0;
vi.mock('../../sync/returns/run-returns-sync.ts', () => ({
  runReturnsSync: async () => {
    worked += 1;
    await sleep(300);
  },
}));
vi.mock('../../connections/open-connection.ts', () => ({ openConnection: () => Promise.resolve({}) }));
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { testShop } = await import('../../sync/inventory/shop.fixture.ts');
const { openRun } = await import('../../sync/runs/runs.ts');
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
