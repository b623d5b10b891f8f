import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Bench } from './frame/bench.ts';
import { asCount, asTime } from './frame/measure.ts';
import { startChild } from './ground/child.ts';
import { settingsFor } from './ground/database.ts';
import { addShop } from './ground/shops.ts';
import { openWorld } from './ground/world-client.ts';

/** The share of an old range that is still to be shipped: what goes through the corridor. The rest is written down as done. */
const OPEN_SHARE = 0.01;

/** A long range of old orders, its worker killed on the way. */
export const orderBackfill: Bench = {
  async run(ground) {
    const sizes = pick(ground, { tiny: [400], quick: [400, 1_600, 6_400], full: [6_250, 25_000, 100_000] });
    // Enough to be killed among.
    const fewest = pick(ground, { tiny: 120, quick: 60, full: 300 });
    const { inShop } = await import('../app/db/scope.ts');
    const { startSync } = await import('../app/sync/runs/start-sync.ts');
    const world = await openWorld({ plan: 'standard', shopifyMs: 20, officeMs: 5 });
    const env = { ...settingsFor(ground.databaseUrl), SANDBOX_URL: world.url, ALLOWED_PRIVATE_HOSTS: new URL(world.url).host };
    const points: { size: number; seconds: number }[] = [];
    let right = true;
    let killedAt = '';
    for (const [index, size] of sizes.entries()) {
      ground.note(`${asCount(size)} orders`);
      const open = Math.max(fewest, Math.round(size * OPEN_SHARE));
      const settings = { orders: { unmappedShipping: 'send', earliestOrderDate: '2026-01-01' } };
      const shop = await addShop(index + 1, { officeUrl: world.url, syncs: ['orders'], settings });
      await world.forget();
      await world.haveOrders({ from: (index + 1) * 10_000_000, count: size, open, at: new Date().toISOString() });
      const range = { from: '2026-01-01T00:00:00.000Z', to: null };
      const runId = await startSync({
        ...{
          shopId: shop.id,
          connectionId: shop.connectionId,
          sync: 'orders',
          task: 'import',
          door: 'backfill',
          argument: JSON.stringify(range),
        },
      });
      let worker = await startChild('worker.ts', { env });
      let killed = index < sizes.length - 1;
      let lost = 0;
      const began = performance.now();
      for (;;) {
        const run = await inShop(shop.id, (tx) =>
          tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.id, id: runId } } }),
        );
        if (run.finishedAt) {
          right &&= run.state === 'finished';
          break;
        }
        if (performance.now() - began > 30 * 60_000) throw new Error('The range was not imported in half an hour');
        const taken = await world.taken();
        if (!killed && taken >= open / 3) {
          killed = true;
          killedAt = asCount(taken);
          await worker.stop(true);
          const down = performance.now();
          worker = await startChild('worker.ts', { env });
          // Nobody works until the dead one's job and leases have lapsed: not the engine's time.
          while ((await world.taken()) <= taken && performance.now() - down < 120_000) await sleep(100);
          lost = (performance.now() - down) / 1000;
        }
        await sleep(200);
      }
      points.push({ size, seconds: (performance.now() - began) / 1000 - lost });
      await worker.stop();
      const stored = await inShop(shop.id, (tx) => tx.order.count({ where: { shopId: shop.id } }));
      const { doubled } = await world.stats();
      ground.note(`stored ${stored}, handed over ${await world.taken()} of ${open}, twice ${doubled}`);
      right &&= stored === size && (await world.taken()) === open && doubled === 0;
    }
    await world.stop();
    const last = points.at(-1) ?? { size: 0, seconds: NaN };
    return {
      rows: [
        {
          what: `order backfill, ${asCount(last.size)} orders`,
          target: 'past the 25,000 wall, ≤ 10 min of engine time, kill/resume, no duplicate',
          figure: asTime(last.seconds),
          limit: '',
          ratio: null,
          verdict: last.seconds <= 600 * Math.max(0.1, last.size / 100_000) && right ? 'pass' : 'miss',
          note: `${OPEN_SHARE * 100} % of them still to be shipped (at least ${fewest}), which go through the corridor; the worker was killed after ${killedAt} of those and another went on`,
        },
      ],
      curves: points.length > 1 ? [{ name: 'Order backfill', of: 'orders', points }] : [],
      right: { 'every order is known, each open one arrived once': right },
    };
  },
};
