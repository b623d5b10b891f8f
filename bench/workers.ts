import os from 'node:os';
import { pick, type Bench, type Row } from './frame/bench.ts';
import { asCount, asTime, cpuSecondsOf } from './frame/measure.ts';
import { databaseCpuSeconds } from './ground/database.ts';
import { knockOrders, waitForOrders } from './ground/knock.ts';
import { addShops, type BenchShop } from './ground/shops.ts';
import { startWorker } from './ground/worker-client.ts';
import { openWorld } from './ground/world-client.ts';

/** Beside the workers: one core for PostgreSQL’s part of each, and one for the Shopify and the back office of the bench. */
const coresFor = (workers: number) => workers * 2 + 1;

interface Measured {
  workers: number;
  perSecond: number;
  cpu: number;
  /** Of PostgreSQL, an order; null where it isn't on this machine. */
  database: number | null;
}

/** The same orders by one worker process, by two, and by four where there are cores for them. */
export const workers: Bench = {
  async run(ground) {
    const shopCount = pick(ground, { tiny: 4, quick: 20, full: 40 });
    const orders = pick(ground, { tiny: 24, quick: 120, full: 600 });
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
      // Each has compiled its code.
      await knockOrders(knocks(first + 500_000, shopCount * count));
      await waitForOrders(world, shopCount * count);
      await world.forget();
      const used = () => running.reduce((sum, { pid }) => sum + (cpuSecondsOf(pid) ?? NaN), 0);
      const before = used();
      const databaseBefore = await databaseCpuSeconds(ground.databaseUrl);
      const started = performance.now();
      await knockOrders(knocks(first, orders));
      await waitForOrders(world, orders);
      const seconds = (performance.now() - started) / 1000;
      const databaseAfter = await databaseCpuSeconds(ground.databaseUrl);
      const database = databaseAfter === null || databaseBefore === null ? null : (databaseAfter - databaseBefore) / orders;
      measured.push({ workers: count, perSecond: orders / seconds, cpu: (used() - before) / orders, database });
      await world.forget();
      await Promise.all(running.map((one) => one.stop()));
    }
    const { doubled } = await world.stats();
    await world.stop();
    const [one, ...more] = measured as [Measured, ...Measured[]];
    const rows = more.flatMap((many): Row[] => {
      const rise = many.cpu / one.cpu - 1;
      const linear = many.perSecond / one.perSecond / many.workers;
      const free = cores >= coresFor(many.workers);
      const known = Number.isFinite(many.cpu);
      return [
        {
          what: `workers 1 → ${many.workers}: CPU of an order`,
          target: 'rises < 20 %',
          figure: known ? `${asTime(many.cpu)} (${rise >= 0 ? '+' : ''}${(rise * 100).toFixed(0)} %)` : 'unknown',
          limit: known ? `${asTime(one.cpu)} with one` : '',
          ratio: known ? many.cpu / one.cpu : null,
          verdict: known ? (rise < 0.2 ? 'pass' : 'miss') : 'unmeasured',
          note: known
            ? `of the worker processes together, ${asCount(orders)} orders of ${shopCount} shops${one.database === null ? '' : `; PostgreSQL beside it ${asTime(one.database)} with one, ${asTime(many.database ?? NaN)} with ${many.workers}`}${rise < 0.2 ? '' : `; ${coresFor(many.workers)} processes shared ${cores} cores`}`
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
