import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { costs, openTestServer } from '../test-server.ts';
import { Bucket } from './bucket.fixture.ts';
import { floorOf, priorities, rankOf, type Priority } from './priority.ts';

const database = await openTestDatabase();
const server = await openTestServer(0);
process.env['SANDBOX_URL'] = server.url;
const { ShopBudget } = await import('./budget.ts');
const { leasePoints, correctBudget } = await import('./lease.ts');
const { saveSession } = await import('../sessions/session-table.ts');
const { prisma } = await import('../../db/client.ts');

const domain = 'budget.myshopify.com';
beforeAll(async () => {
  await prisma.$executeRaw`CREATE SEQUENCE budget_writes`;
  await prisma.$executeRaw`CREATE FUNCTION count_budget_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM nextval(''budget_writes''); RETURN NULL; END'`;
  await prisma.$executeRaw`CREATE TRIGGER count_writes AFTER UPDATE OR INSERT ON budget FOR EACH ROW EXECUTE FUNCTION count_budget_write()`;
});
beforeEach(() => prisma.$executeRaw`DELETE FROM budget`);
afterAll(async () => {
  await prisma.$disconnect();
  await server.close();
  await database.close();
});

const level = async (): Promise<number> =>
  (await prisma.$queryRaw<{ level: number }[]>`SELECT level FROM budget WHERE key = ${`shopify:${domain}`}`)[0]?.level ?? NaN;

/** Sends calls through a budget to a bucket as Shopify keeps it. */
async function call(
  budget: InstanceType<typeof ShopBudget>,
  bucket: Bucket,
  points: number,
  actual: number,
  priority: Priority,
): Promise<void> {
  await budget.take(points, priority, 20_000);
  const status = bucket.charge(points);
  await new Promise((resolve) => setTimeout(resolve, 5));
  bucket.refund(points - actual);
  await budget.settle(points, actual, status && { ...status, currentlyAvailable: bucket.level });
}

describe('leases of points', () => {
  it('are taken from one row and never below the floor', async () => {
    await correctBudget(domain, { maximumAvailable: 1000, currentlyAvailable: 1000, restoreRate: 0 });
    expect(await leasePoints(domain, { atLeast: 10, upTo: 10, floorShare: 0.2 })).toEqual({ granted: 10 });
    await correctBudget(domain, { maximumAvailable: 1000, currentlyAvailable: 300, restoreRate: 0.001 });
    expect(await leasePoints(domain, { atLeast: 50, upTo: 500, floorShare: 0.2 })).toMatchObject({
      granted: expect.closeTo(100, 0) as unknown,
    });
    expect(await leasePoints(domain, { atLeast: 50, upTo: 500, floorShare: 0.2 })).toMatchObject({ granted: 0 });
    // a page may go where the rest may not
    expect(await leasePoints(domain, { atLeast: 50, upTo: 50, floorShare: 0 })).toEqual({ granted: 50 });
  });

  it('are never promised twice, however many ask at once', async () => {
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 1000, currentlyAvailable: 1000, restoreRate: 0.001 });
    const leases = await Promise.all(
      Array.from({ length: 40 }, () => leasePoints(domain, { atLeast: 30, upTo: 30, floorShare: 0 })),
    );
    expect(leases.reduce((sum, { granted }) => sum + granted, 0)).toBeLessThanOrEqual(1000);
    expect(await level()).toBeGreaterThanOrEqual(0);
  });

  it('let an operation larger than what lies above the floor run when the bucket is full, else it never could', async () => {
    expect(await leasePoints(domain, { atLeast: 1900, upTo: 1900, floorShare: 0.2 })).toEqual({ granted: 1900 });
  });

  it("take over the bucket's size from Shopify, and its level only downwards", async () => {
    await leasePoints(domain, { atLeast: 500, upTo: 500, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 2000, currentlyAvailable: 1990, restoreRate: 0.001 });
    // the 500 are somewhere on their way
    expect(await level()).toBeLessThan(1600);
    await correctBudget(domain, { maximumAvailable: 2000, currentlyAvailable: 700, restoreRate: 0.001 });
    expect(await level()).toBeCloseTo(700, 0);
    await correctBudget(domain, { maximumAvailable: 20_000, currentlyAvailable: 18_700, restoreRate: 0.001 });
    expect(await level()).toBeCloseTo(18_700, 0);
  });
});

describe('priorities', () => {
  it('keep a fifth of the bucket for pages, and serve pages, fulfilments, orders, stock, products in this order', () => {
    expect(priorities.map((priority) => rankOf(priority, 0))).toEqual([0, 1, 2, 3, 4]);
    expect(priorities.map((priority) => floorOf(priority, 0))).toEqual(
      [0, 0.2, 0.25, 0.3, 0.35].map((share) => expect.closeTo(share) as number),
    );
  });

  it('let what waits rise, but never to a page', () => {
    expect(rankOf('product', 10_000)).toBe(1);
    expect(floorOf('product', 600_000)).toBeCloseTo(0.2);
  });

  it('decide who goes first when points are short', async () => {
    const budget = new ShopBudget(domain);
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 1000, currentlyAvailable: 0, restoreRate: 2000 });
    const served: Priority[] = [];
    await Promise.all(
      (['product', 'inventory', 'order', 'fulfilment', 'page'] as const).map(async (priority) => {
        await budget.take(20, priority, 20_000);
        served.push(priority);
      }),
    );
    expect(served[0]).toBe('page');
    expect(served.at(-1)).toBe('product');
  });

  it('starve nobody: products get their turn while orders keep coming', async () => {
    const bucket = new Bucket(400, 400);
    const budget = new ShopBudget(domain);
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 400, currentlyAvailable: 150, restoreRate: 400 });
    bucket.level = 150;
    let productDone = false;
    const product = call(budget, bucket, 40, 40, 'product').then(() => (productDone = true));
    const orders = Promise.all(
      Array.from({ length: 6 }, async () => {
        while (!productDone) await call(budget, bucket, 40, 40, 'order');
      }),
    );
    await product;
    await orders;
    expect(productDone).toBe(true);
    expect(bucket.refusals).toBe(0);
  });
});

describe('the shared budget', () => {
  it('of two users together never asks Shopify for more than there is, and leaves pages their share', async () => {
    const bucket = new Bucket(600, 600);
    const budgets = [new ShopBudget(domain), new ShopBudget(domain)];
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 600, currentlyAvailable: 600, restoreRate: 600 });
    const kinds: Priority[] = ['fulfilment', 'order', 'inventory', 'product'];
    await Promise.all(
      budgets.flatMap((budget) =>
        kinds.map(async (priority) => {
          for (let index = 0; index < 12; index++) await call(budget, bucket, 30, index % 3 === 0 ? 10 : 30, priority);
        }),
      ),
    );
    expect(bucket.refusals).toBe(0);
    expect(bucket.calls).toBe(96);
    // 20 % is the floor; what was in use when it was reached may lie a little below
    expect(bucket.lowest).toBeGreaterThanOrEqual(600 * 0.15);
  });

  it('of two processes together is never refused for want of points', async () => {
    const bucket = new Bucket(600, 900);
    const shop = 'two-processes.myshopify.com';
    await saveSession({ id: `offline_${shop}`, shop, state: '', isOnline: false, accessToken: 'token' });
    await prisma.$executeRaw`INSERT INTO budget (key, capacity, level, restore_per_sec, updated_at_ms) VALUES (${`shopify:${shop}`}, 600, 600, 900, ${BigInt(Date.now())})`;
    server.graphql = async () => {
      const status = bucket.charge(10);
      if (!status)
        return {
          body: {
            errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
            extensions: costs(10, null, bucket.status()),
          },
        };
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { body: { data: { ordersCount: { count: 1, precision: 'EXACT' } }, extensions: costs(10, 10, bucket.status()) } };
    };
    const children = [1, 2].map(() =>
      fork(new URL('./spend.fixture.ts', import.meta.url), [shop, '80'], { env: process.env, execArgv: [] }),
    );
    const done = await Promise.all(children.map(async (child) => ((await once(child, 'message')) as [number])[0]));
    expect(done).toEqual([80, 80]);
    expect(bucket.calls).toBe(160);
    expect(bucket.refusals).toBe(0);
  });

  it('asks the database far less often than it is asked', async () => {
    const budget = new ShopBudget(domain);
    const before = await writesSoFar();
    for (let index = 0; index < 100; index++) {
      await budget.take(5, 'order', 5000);
      await budget.settle(5, 5, undefined);
    }
    expect((await writesSoFar()) - before).toBeLessThan(40);
  });

  it('gives back at once what calls turned out not to cost, before the row fills up to more than Shopify has', async () => {
    const budget = new ShopBudget(domain);
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 2000, currentlyAvailable: 2000, restoreRate: 0.0001 });
    await Promise.all(Array.from({ length: 16 }, () => budget.take(60, 'order', 1000)));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      for (let index = 0; index < 16; index++) await budget.settle(60, 10, undefined);
      await vi.advanceTimersByTimeAsync(100);
    } finally {
      vi.useRealTimers();
    }
    await vi.waitFor(async () => expect(await level()).toBeGreaterThanOrEqual(2000 - 16 * 10 - 1), { timeout: 500 });
  });

  it('goes on as soon as what an answered call left and what the row has are enough together', async () => {
    const budget = new ShopBudget(domain);
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 2000, currentlyAvailable: 2000, restoreRate: 0.0001 });
    // Two large reads are under way, and above the floor too little is left for a third: it would look again after a second or more.
    const longest = vi.spyOn(Math, 'random').mockReturnValue(1);
    onTestFinished(() => longest.mockRestore());
    await Promise.all([1, 2].map(() => budget.take(554, 'order', 1000)));
    const third = budget.take(554, 'order', 1100);
    setTimeout(() => void budget.settle(554, 290, undefined), 50);
    await expect(third).resolves.toBeUndefined();
  });

  it('that hears for the first time how large the bucket is takes nothing off it for calls that Shopify has counted already', async () => {
    const budget = new ShopBudget(domain);
    await Promise.all([1, 2].map(() => budget.take(554, 'order', 1000)));
    const heard = (currentlyAvailable: number) => ({ maximumAvailable: 2000, currentlyAvailable, restoreRate: 0.0001 });
    await budget.settle(554, 259, heard(1187));
    await budget.settle(554, 259, heard(1482));
    await budget.release();
    // What both cost, and no more.
    expect(await level()).toBeCloseTo(2000 - 2 * 259, -1);
  });

  it('gives up in time, with the moment to come back', async () => {
    const budget = new ShopBudget(domain);
    await leasePoints(domain, { atLeast: 1, upTo: 1, floorShare: 0 });
    await correctBudget(domain, { maximumAvailable: 1000, currentlyAvailable: 0, restoreRate: 0.001 });
    await expect(budget.take(10, 'order', 150)).rejects.toMatchObject({ kind: 'transient', code: 'shopify-busy' });
  });

  it('gives back what it holds when the process ends', async () => {
    const budget = new ShopBudget(domain);
    await budget.take(10, 'order', 1000);
    await budget.settle(10, 10, undefined);
    await correctBudget(domain, { maximumAvailable: 2000, currentlyAvailable: 2000, restoreRate: 0.0001 });
    const held = 2000 - (await level());
    await budget.release();
    expect(held).toBeGreaterThan(10);
    expect(await level()).toBeGreaterThan(2000 - held);
  });
});

/** How often the row was written: a trigger counts. */
async function writesSoFar(): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: bigint }[]>`SELECT last_value AS count FROM budget_writes`;
  return Number(row?.count ?? 0);
}
