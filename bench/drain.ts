import { setTimeout as sleep } from 'node:timers/promises';
import type { paceOf as paceOfRun } from '../app/core/pace.ts';
import { pick, type Bench } from './frame/bench.ts';
import { asCount, asTime, quantile } from './frame/measure.ts';
import { startChild } from './ground/child.ts';
import { settingsFor } from './ground/database.ts';
import { knockOrders } from './ground/knock.ts';
import { addShop, type BenchShop } from './ground/shops.ts';
import { openWorld, type World } from './ground/world-client.ts';

interface Drained {
  seconds: number;
  /** Errors of the time left as the run's page shows it, from a quarter to three quarters of the way. */
  etaErrors: number[];
  fresh: number[];
}

type Counts = Parameters<typeof paceOfRun>[0];

interface Progress {
  at: number;
  handled: number;
  total: number;
  leftMs: number;
}

/** What the run's page tells, by the same reckoning; null before it tells how long it takes. */
async function progressOf(shop: BenchShop): Promise<Progress | null> {
  const { inShop } = await import('../app/db/scope.ts');
  const run = await inShop(shop.id, (tx) =>
    tx.run.findFirst({
      where: { shopId: shop.id, task: 'import-backlog', startedAt: { not: null } },
      orderBy: { createdAt: 'desc' },
    }),
  );
  const { dealtWith, paceOf } = await import('../app/core/pace.ts');
  const counts = run?.counts as Counts | undefined;
  if (!run?.workedSince || !counts?.total) return null;
  const at = Date.now();
  const { leftMs } = paceOf(counts, { since: run.workedSince.getTime(), from: run.workedFrom as unknown as Counts }, at);
  return leftMs === null ? null : { at, handled: dealtWith(counts), total: counts.total, leftMs };
}

async function drainOnce(world: World, shop: BenchShop, orders: number, first: number): Promise<Drained> {
  await world.forget();
  await world.haveOrders({ from: first, count: orders, open: orders, at: new Date().toISOString() });
  const { inShop } = await import('../app/db/scope.ts');
  await knockOrders(Array.from({ length: orders }, (_, index) => ({ shop, n: first + index })));
  // They came in while nobody worked: an hour ago.
  await inShop(
    shop.id,
    (tx) => tx.$executeRaw`UPDATE inbox_item SET received_at = received_at - interval '1 hour' WHERE handled_at IS NULL`,
  );
  const worker = await startChild('worker.ts', {
    env: {
      ...settingsFor(process.env['DATABASE_URL'] ?? ''),
      SANDBOX_URL: world.url,
      ALLOWED_PRIVATE_HOSTS: new URL(world.url).host,
    },
  });
  const began = Date.now();
  const samples: Progress[] = [];
  const knocked = new Map<string, number>();
  let lastFresh = began;
  for (let n = first + 5_000_000; (await world.taken()) < orders + knocked.size; n += 1) {
    if (Date.now() - began > 40 * 60_000) throw new Error('The backlog was not drained in forty minutes');
    // Buyers go on buying, one order every two seconds, until the backlog is nearly done.
    if (Date.now() - lastFresh >= 2_000 && (await world.taken()) < orders * 0.95) {
      lastFresh = Date.now();
      knocked.set(`#${n}`, Date.now());
      await knockOrders([{ shop, n }]);
    }
    const progress = await progressOf(shop);
    if (progress) samples.push(progress);
    await sleep(200);
  }
  const ended = Date.now();
  await worker.stop();
  const arrivals = await world.arrivals();
  const mid = samples.filter(({ handled, total }) => handled >= total * 0.25 && handled <= total * 0.75);
  const etaErrors = mid.map(({ at, leftMs }) => Math.abs(at + leftMs - ended) / (ended - at));
  return {
    seconds: (ended - began) / 1000,
    etaErrors,
    fresh: [...knocked].map(([reference, at]) => ((arrivals.get(reference) ?? Infinity) - at) / 1000),
  };
}

/** A Standard shop whose orders waited for an hour: read one by one its points would allow a hundred a minute. */
export const drain: Bench = {
  async run(ground) {
    const sizes = pick(ground, { tiny: [600], quick: [600], full: [600, 2_400, 14_400] });
    const world = await openWorld({ plan: 'standard', shopifyMs: 20, officeMs: 5 });
    const points: { size: number; seconds: number }[] = [];
    let last: Drained = { seconds: NaN, etaErrors: [], fresh: [] };
    let right = true;
    for (const [index, size] of sizes.entries()) {
      ground.note(`${asCount(size)} orders`);
      const shop = await addShop(index + 1, {
        officeUrl: world.url,
        syncs: ['orders'],
        settings: { orders: { unmappedShipping: 'send', earliestOrderDate: '2026-01-01' } },
      });
      last = await drainOnce(world, shop, size, (index + 1) * 10_000_000);
      points.push({ size, seconds: last.seconds });
      const { doubled } = await world.stats();
      right &&= doubled === 0 && last.fresh.every(Number.isFinite);
    }
    const { calls, points: spent } = await world.stats();
    await world.stop();
    const size = sizes.at(-1) ?? 0;
    const limit = (size * 28) / 100;
    const allowed = 900 * (size / 14_400);
    const eta = quantile(last.etaErrors, 0.95);
    const fresh = quantile(last.fresh, 0.95);
    return {
      rows: [
        {
          what: `drain of ${asCount(size)} orders of one Standard shop`,
          target: '≤ 15 min for 14,400',
          figure: asTime(last.seconds),
          limit: `${asTime(limit)} (its points, were the orders read one by one)`,
          ratio: last.seconds / limit,
          verdict: last.seconds <= Math.max(allowed, 60) ? 'pass' : 'miss',
          note: `one worker process; ${asCount(spent)} points, ${calls['OrderRead'] ?? 0} orders read by themselves in all sizes together`,
        },
        {
          what: 'time left as told meanwhile',
          target: 'error ≤ 20 %',
          figure: Number.isFinite(eta) ? `p95 ${(eta * 100).toFixed(0)} %` : 'too quick to be told',
          limit: '',
          ratio: null,
          verdict: Number.isFinite(eta) ? (eta <= 0.2 ? 'pass' : 'miss') : 'unmeasured',
          note: "from a quarter to three quarters of the way, as the run's page computes it",
        },
        {
          what: 'fresh orders during the drain',
          target: 'p95 ≤ 30 s',
          figure: `p95 ${asTime(fresh)}, p50 ${asTime(quantile(last.fresh, 0.5))}`,
          limit: '',
          ratio: null,
          verdict: fresh <= 30 ? 'pass' : 'miss',
          note: `${last.fresh.length} orders placed meanwhile`,
        },
      ],
      curves: points.length > 1 ? [{ name: 'Drain of a backlog', of: 'orders', points }] : [],
      right: { 'every order arrived, and once': right },
    };
  },
};
