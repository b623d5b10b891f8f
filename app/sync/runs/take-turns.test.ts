import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { TransientError } = await import('../../core/errors.ts');
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { boss, stopBoss } = await import('../../jobs/boss.ts');
const { testShop } = await import('../inventory/shop.fixture.ts');
const { countInRun, openRun } = await import('./runs.ts');
const { betweenRuns, inTurn } = await import('./take-turns.ts');

// Its tables are made when it is first asked for.
await boss();

let shop: Awaited<ReturnType<typeof testShop>>;
beforeEach(async () => {
  shop = await testShop();
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const open = (task = 'scheduled') =>
  inShop(shop.shopId, (tx) => openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'orders', door: 'schedule', task }));
const begun = (id: string) => inShop(shop.shopId, (tx) => countInRun(tx, shop.shopId, id, {}));
const work = (runId: string, doing: () => Promise<void>, task = 'scheduled') =>
  inTurn({ shopId: shop.shopId, connectionId: shop.live.id, sync: 'orders', runId, task }, doing, { waitMs: 0 });
/** The runs that were given a job, in the order of their jobs. */
const woken = async () =>
  (
    await prisma.$queryRaw<{ run: string }[]>`
      SELECT data->>'runId' AS run FROM pgboss.job WHERE name = 'run' AND (data->>'shopId')::int = ${shop.shopId} ORDER BY created_on`
  ).map(({ run }) => run);

it('does nothing while another run of its sync is at work, which wakes the one that waits longest when it has ended', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  let worked = 0;
  const done = await work(first, async () => {
    expect(await work(third, () => Promise.resolve(void (worked += 1)))).toBe(false);
    expect(await work(second, () => Promise.resolve(void (worked += 1)))).toBe(false);
    expect(await woken()).toEqual([]);
  });
  expect([done, worked]).toEqual([true, 0]);
  expect(await woken()).toEqual([second]);
});

it('an import, a backlog and the regular runs of a sync don’t wait for each other', async () => {
  const [regular, imported, backlog] = [await open(), await open('import'), await open('import-backlog')];
  let went = 0;
  await work(
    imported,
    async () => {
      for (const [id, task] of [[regular], [backlog, 'import-backlog']] as const)
        expect(await work(id, () => Promise.resolve(void (went += 1)), task)).toBe(true);
      expect(await woken()).toEqual([]);
    },
    'import',
  );
  expect(went).toBe(2);
});

it.each(['import', 'import-backlog'])('one %s waits for the other, and is woken by it alone', async (task) => {
  for (const other of ['import', 'import-backlog', 'scheduled'].filter((one) => one !== task)) await open(other);
  const [first, second] = [await open(task), await open(task)];
  await work(first, async () => expect(await work(second, () => Promise.resolve(), task)).toBe(false), task);
  expect(await woken()).toEqual([second]);
});

it('a run that fails wakes those that never began: the others come back by themselves, with their back-off', async () => {
  const [interrupted, failing] = [await open(), await open()];
  await begun(interrupted);
  const fail = () => Promise.reject(new TransientError('server-error', 'The back office is down'));
  await expect(work(failing, fail)).rejects.toMatchObject({ code: 'server-error' });
  expect(await woken()).toEqual([]);
  const fresh = await open();
  await expect(work(failing, fail)).rejects.toMatchObject({ code: 'server-error' });
  expect(await woken()).toEqual([fresh]);
  await work(fresh, () => Promise.resolve());
  expect((await woken()).at(-1)).toBe(interrupted);
});

it('a run that had begun and comes back while another is at work is woken, though that one fails', async () => {
  const [interrupted, failing] = [await open(), await open()];
  await begun(interrupted);
  const fail = async () => {
    expect(await work(interrupted, () => Promise.resolve())).toBe(false);
    throw new TransientError('server-error', 'The back office is down');
  };
  await expect(work(failing, fail)).rejects.toMatchObject({ code: 'server-error' });
  expect(await woken()).toEqual([interrupted]);
});

it('what the work itself finds busy is its failure, not another’s turn', async () => {
  await expect(
    work(await open(), () => Promise.reject(new TransientError('busy', 'An order is being worked on'))),
  ).rejects.toMatchObject({ code: 'busy' });
});

it('what else keeps the runs of a sync away wakes the one that wanted to work meanwhile', async () => {
  const waiting = await open();
  const row = { shopId: shop.shopId, connectionId: shop.live.id, sync: 'orders' as const };
  const answer = await betweenRuns(row, async () => {
    expect(await work(waiting, () => Promise.resolve())).toBe(false);
    return 'done';
  });
  expect([answer, await woken()]).toEqual(['done', [waiting]]);
});
