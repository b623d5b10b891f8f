import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Bench } from './frame/bench.ts';
import { asCount, cpuSecondsOf } from './frame/measure.ts';
import { addShops } from './ground/shops.ts';
import { startWorker, type Asked } from './ground/worker-client.ts';
import { openWorld } from './ground/world-client.ts';

/** What a worker costs while nothing happens: every shop is connected, its syncs are on, none is due. */
export const idle: Bench = {
  async run(ground) {
    const shops = pick(ground, { tiny: 5, quick: 200, full: 200 });
    const seconds = pick(ground, { tiny: 6, quick: 15, full: 30 });
    const world = await openWorld({ plan: 'standard', shopifyMs: 20, officeMs: 5 });
    const syncs = ['products', 'orders', 'inventory', 'shipments'] as const;
    await addShops(shops, { officeUrl: world.url, syncs: [...syncs] });
    const worker = await startWorker(ground.databaseUrl, world);
    // What a start brings along is over.
    await sleep(pick(ground, { tiny: 1_000, quick: 8_000, full: 12_000 }));
    const before = { ...(await worker.ask<Asked>({})), cpu: cpuSecondsOf(worker.pid) };
    await sleep(seconds * 1000);
    const after = { ...(await worker.ask<Asked>({})), cpu: cpuSecondsOf(worker.pid) };
    const { calls } = await world.stats();
    await worker.stop();
    await world.stop();
    const queries = (after.queries - before.queries) / seconds;
    const cpu = after.cpu === null || before.cpu === null ? null : ((after.cpu - before.cpu) / seconds) * 100;
    const earlier = new Map(before.most.map(({ text, times }) => [text, times]));
    for (const { text, times } of after.most)
      ground.note(`${((times - (earlier.get(text) ?? 0)) / seconds).toFixed(2)}/s  ${text}`);
    return {
      rows: [
        {
          what: `idle worker, ${shops} shops connected: CPU`,
          target: '≤ 1 % of a core',
          figure: cpu === null ? 'unknown' : `${cpu.toFixed(1)} %`,
          limit: '',
          ratio: null,
          verdict: cpu === null ? 'unmeasured' : cpu <= 1 ? 'pass' : 'miss',
          note: `over ${seconds} s; the process itself, without PostgreSQL${cpu === null ? '; this system does not tell what a process used' : ''}`,
        },
        {
          what: 'its queries',
          target: '≤ 5/s',
          figure: `${queries.toFixed(1)}/s`,
          limit: '',
          ratio: null,
          verdict: queries <= 5 ? 'pass' : 'miss',
          note: `ways to the database and back, a transaction’s beginning and end among them; ${asCount(after.queries - before.queries)} in ${seconds} s`,
        },
      ],
      curves: [],
      right: { 'nothing was called': Object.keys(calls).length === 0 && queries > 0 },
    };
  },
};
