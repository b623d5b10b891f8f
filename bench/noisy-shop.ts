import { pick, type Bench } from './frame/bench.ts';
import { asTime, quantile } from './frame/measure.ts';
import { knockOrders, waitForOrders } from './ground/knock.ts';
import { addShops, type BenchShop } from './ground/shops.ts';
import { knockSteadily } from './ground/steady.ts';
import { startWorker } from './ground/worker-client.ts';
import { openWorld } from './ground/world-client.ts';

const NOISE = 100;

/** Many shops on one database, and what the others feel of one that has a hundred times as much to do as each of them. */
export const noisyShop: Bench = {
  async run(ground) {
    const shopCount = pick(ground, { tiny: 6, quick: 200, full: 200 });
    // Of all quiet shops together.
    const rate = pick(ground, { tiny: 5, quick: 5, full: 5 });
    const [seconds, turns] = pick(ground, { tiny: [2, 1], quick: [6, 1], full: [15, 3] } as const);
    const world = await openWorld({ plan: 'standard', shopifyMs: 20, officeMs: 5 });
    const settings = { orders: { unmappedShipping: 'send' } };
    const shops = await addShops(shopCount, { officeUrl: world.url, syncs: ['orders'], settings });
    const [noisy, ...quiet] = shops as [BenchShop, ...BenchShop[]];
    // A tiny one has too few shops for that.
    const noise = ground.size === 'tiny' ? rate : (rate / quiet.length) * NOISE;
    await world.haveOrders({ from: 1, count: 0, open: 0, at: new Date().toISOString() });
    const worker = await startWorker(ground.databaseUrl, world);
    await knockOrders(shops.map((shop, index) => ({ shop, n: 1_000 + index })));
    await waitForOrders(world, shopCount);
    let first = 1_000_000;
    const others = async (): Promise<number[]> => {
      first += 100_000;
      return knockSteadily(world, { shopOf: (index) => quiet[index % quiet.length] as BenchShop, first, rate, seconds });
    };
    const alone: number[] = [];
    const beside: number[] = [];
    const own: number[] = [];
    // In turns, so that both meet the same machine.
    for (let turn = 1; turn <= turns; turn += 1) {
      ground.note(`turn ${turn} of ${turns}`);
      alone.push(...(await others()));
      const loud = first + 50_000_000;
      const [theirs, noises] = await Promise.all([
        others(),
        knockSteadily(world, { shopOf: () => noisy, first: loud, rate: noise, seconds }),
      ]);
      beside.push(...theirs);
      own.push(...noises);
    }
    await worker.stop();
    const { doubled } = await world.stats();
    await world.stop();
    const [without, withIt] = [quantile(alone, 0.95), quantile(beside, 0.95)];
    const rise = withIt / without - 1;
    return {
      rows: [
        {
          what: `${shopCount} shops, one of them noisy at ${NOISE} ×: the others’ orders`,
          target: 'p95 rises < 20 %',
          figure: `p95 ${asTime(withIt)} (${rise >= 0 ? '+' : ''}${(rise * 100).toFixed(0)} %), p50 ${asTime(quantile(beside, 0.5))}`,
          limit: `p95 ${asTime(without)}, p50 ${asTime(quantile(alone, 0.5))} without the noisy one`,
          ratio: withIt / without,
          verdict: rise < 0.2 ? 'pass' : 'miss',
          note: `webhook to back office, one worker process; the quiet ones send ${rate} orders a second together, the noisy one ${noise.toFixed(1)} (its own p95 ${asTime(quantile(own, 0.95))}); ${turns} turn(s) of ${seconds} s each way${rise < 0.2 ? '' : '; so few milliseconds move with whatever else the machine does'}`,
        },
      ],
      curves: [],
      right: {
        'every order arrived once': doubled === 0 && [...alone, ...beside, ...own].every(Number.isFinite),
      },
    };
  },
};
