import os from 'node:os';
import { pick, type Bench, type Row } from './frame/bench.ts';
import { asCount, asTime, cpuSecondsOf } from './frame/measure.ts';
import { databaseCpuSeconds, settingsFor } from './ground/database.ts';
import { knockOrders, waitForOrders } from './ground/knock.ts';
import { addShops, type BenchShop } from './ground/shops.ts';
import { startChild } from './ground/child.ts';
import { startWorker, type Asked } from './ground/worker-client.ts';
import { openWorld } from './ground/world-client.ts';

/** Beside the workers: one core for PostgreSQL’s part of each, and one for the Shopify and the back office of the bench. */
const coresFor = (workers: number) => workers * 2 + 1;

interface Measured {
  workers: number;
  perSecond: number;
  cpu: number;
  /** Of PostgreSQL, an order; null where it isn't on this machine. */
  database: number | null;
  /** Ways to the database and back, an order. */
  ways: number;
}

/** CPU seconds of each question where so many processes do nothing but ask the same database. */
async function bareCpu(databaseUrl: string, processes: number, times: number): Promise<number> {
  const running = await Promise.all(
    Array.from({ length: processes }, () => startChild('bare-asker.ts', { env: settingsFor(databaseUrl) })),
  );
  const ask = () => Promise.all(running.map((one) => one.ask({ times })));
  const used = () => running.reduce((sum, { pid }) => sum + (cpuSecondsOf(pid) ?? NaN), 0);
  await ask();
  const before = used();
  await ask();
  const each = (used() - before) / (times * processes);
  await Promise.all(running.map((one) => one.stop()));
  return each;
}

/** The same orders by one worker process, by two, and by four where there are cores for them. */
export const workers: Bench = {
  async run(ground) {
    const shopCount = pick(ground, { tiny: 4, quick: 20, full: 40 });
    // For each worker: how far its code has been compiled depends on how many went through it, and compiling costs CPU as well.
    const ordersEach = pick(ground, { tiny: 12, quick: 120, full: 600 });
    const warmEach = pick(ground, { tiny: 4, quick: 60, full: 400 });
    const cores = os.availableParallelism();
    const counts = ground.size === 'tiny' ? [1, 2] : [1, 2, ...(cores >= coresFor(4) ? [4] : [])];
    const world = await openWorld({ plan: 'standard', shopifyMs: 5, officeMs: 5 });
    const settings = { orders: { unmappedShipping: 'send' } };
    const shops = await addShops(shopCount, { officeUrl: world.url, syncs: ['orders'], settings });
    await world.haveOrders({ from: 1, count: 0, open: 0, at: new Date().toISOString() });
    const measured: Measured[] = [];
    for (const [round, count] of counts.entries()) {
      ground.note(`${count} worker process(es)`);
      const running = await Promise.all(Array.from({ length: count }, () => startWorker(ground.databaseUrl, world)));
      const knocks = (first: number, many: number) =>
        Array.from({ length: many }, (_, index) => ({ shop: shops[index % shopCount] as BenchShop, n: first + index }));
      const first = (round + 1) * 1_000_000;
      const orders = ordersEach * count;
      await knockOrders(knocks(first + 500_000, warmEach * count));
      await waitForOrders(world, warmEach * count);
      await world.forget();
      const used = () => running.reduce((sum, { pid }) => sum + (cpuSecondsOf(pid) ?? NaN), 0);
      const ways = async () => {
        const asked = await Promise.all(running.map((one) => one.ask<Asked>({})));
        return asked.reduce((sum, { queries }) => sum + queries, 0);
      };
      const waysBefore = await ways();
      const before = used();
      const databaseBefore = await databaseCpuSeconds(ground.databaseUrl);
      const started = performance.now();
      await knockOrders(knocks(first, orders));
      await waitForOrders(world, orders);
      const seconds = (performance.now() - started) / 1000;
      const databaseAfter = await databaseCpuSeconds(ground.databaseUrl);
      const database = databaseAfter === null || databaseBefore === null ? null : (databaseAfter - databaseBefore) / orders;
      const cpu = (used() - before) / orders;
      measured.push({ workers: count, perSecond: orders / seconds, cpu, database, ways: ((await ways()) - waysBefore) / orders });
      await world.forget();
      await Promise.all(running.map((one) => one.stop()));
    }
    ground.note('processes that only ask');
    const asked = pick(ground, { tiny: 50, quick: 5_000, full: 30_000 });
    const bare = new Map<number, number>();
    for (const count of counts) bare.set(count, await bareCpu(ground.databaseUrl, count, asked));
    const { doubled } = await world.stats();
    await world.stop();
    const [one, ...more] = measured as [Measured, ...Measured[]];
    const rows = more.flatMap((many): Row[] => {
      const rise = many.cpu / one.cpu - 1;
      const linear = many.perSecond / one.perSecond / many.workers;
      const free = cores >= coresFor(many.workers);
      const known = Number.isFinite(many.cpu);
      const asRise = (share: number) => `${share >= 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;
      const bareRise = (bare.get(many.workers) ?? NaN) / (bare.get(1) ?? NaN) - 1;
      return [
        {
          what: `workers 1 → ${many.workers}: CPU of an order`,
          target: 'rises < 20 %',
          figure: known ? `${asTime(many.cpu)} (${asRise(rise)})` : 'unknown',
          limit: known ? `${asTime(one.cpu)} with one; ${asRise(bareRise)} for processes that only ask the database` : '',
          ratio: known ? many.cpu / one.cpu : null,
          verdict: known ? (rise < 0.2 ? 'pass' : 'miss') : 'unmeasured',
          note: known
            ? `of the worker processes together, ${asCount(ordersEach)} orders for each, of ${shopCount} shops; ${one.ways.toFixed(0)} ways to the database an order with one, ${many.ways.toFixed(0)} with ${many.workers}${one.database === null ? '' : `; PostgreSQL beside it ${asTime(one.database)} with one, ${asTime(many.database ?? NaN)} with ${many.workers}`}${rise < 0.2 ? '' : `; ${coresFor(many.workers)} processes shared ${cores} cores`}`
            : 'this system does not tell what a process used',
        },
        {
          what: `workers 1 → ${many.workers}: throughput`,
          target: '≥ 0.8 of linear',
          figure: `${asCount(many.perSecond * 3600)}/h (${linear.toFixed(2)} of linear)`,
          limit: `${asCount(one.perSecond * 3600)}/h with one`,
          ratio: linear,
          verdict: free ? (linear >= 0.8 ? 'pass' : 'miss') : 'unmeasured',
          note: free
            ? `${cores} cores`
            : `${many.workers} workers, PostgreSQL and the other side need ${coresFor(many.workers)} cores; here are ${cores}`,
        },
      ];
    });
    return {
      rows,
      curves: [],
      measures: one.database === null ? {} : { databaseSecondsAnOrder: one.database },
      right: { 'every order arrived once': doubled === 0 && measured.length > 1 },
    };
  },
};
