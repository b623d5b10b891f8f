import { createReadStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { pick, type Bench } from './frame/bench.ts';
import { asCount, asTime, residentMegabytes, timed } from './frame/measure.ts';
import { writeCatalogue } from './ground/catalogue-file.ts';
import { startChild } from './ground/child.ts';
import { settingsFor, withClient } from './ground/database.ts';
import { addShop } from './ground/shops.ts';
import { openWorld } from './ground/world-client.ts';

/**
 * The two halves of the work, each as fast as this machine does it: reading the lines, and copying their rows into one table. `indexed`: the same with the
 * indexes that the rows are kept in, in one statement that checks and compares nothing.
 */
async function limitOf(databaseUrl: string, file: string): Promise<{ bare: number; indexed: number }> {
  const { seconds: read } = await timed(async () => {
    for await (const line of createInterface({ input: createReadStream(file) })) JSON.parse(line);
  });
  // The same rows that the import has just written, out of one table and into another.
  const copyInto = (table: string, like: string) =>
    withClient(databaseUrl, async (client) => {
      await client.query(`CREATE TABLE ${table} (LIKE variant ${like})`);
      const { seconds } = await timed(() => client.query(`INSERT INTO ${table} SELECT * FROM variant`));
      await client.query(`DROP TABLE ${table}`);
      return read + seconds;
    });
  return { bare: await copyInto('bare_variant', ''), indexed: await copyInto('indexed_variant', 'INCLUDING INDEXES') };
}

interface Taken {
  seconds: number;
  peak: number;
  /** The highest memory in the last quarter by that in the second. */
  growth: number;
  resumedFrom: number;
}

/** A whole catalogue by a bulk operation, its process killed on the way in the largest. */
export const productBackfill: Bench = {
  async run(ground) {
    const sizes = pick(ground, {
      tiny: [1_000, 2_000, 4_000],
      quick: [5_000, 20_000, 60_000],
      full: [62_500, 250_000, 1_000_000],
    });
    const { inShop } = await import('../app/db/scope.ts');
    const { openRun } = await import('../app/sync/runs/runs.ts');
    const world = await openWorld({ plan: 'standard', shopifyMs: 20, officeMs: 5 });
    const env = { ...settingsFor(ground.databaseUrl), SANDBOX_URL: world.url };
    const points: { size: number; seconds: number }[] = [];
    let right = true;
    let last: Taken = { seconds: NaN, peak: NaN, growth: NaN, resumedFrom: 0 };
    let limit = { bare: NaN, indexed: NaN };
    for (const [index, size] of sizes.entries()) {
      ground.note(`${asCount(size)} variants`);
      const file = path.join(ground.scratch, 'catalogue.jsonl');
      const lines = await writeCatalogue(file, size);
      await world.haveCatalogue(file);
      const shop = await addShop(index + 1, { officeUrl: world.url });
      const runId = await inShop(shop.id, (tx) =>
        openRun(tx, shop.id, { connectionId: shop.connectionId, sync: 'products', door: 'button', task: 'full' }),
      );
      const largest = index === sizes.length - 1;
      const start = () => startChild('importer.ts', { env, options: { shop: { id: shop.id, domain: shop.domain }, runId } });
      let importer = await start();
      const memory: number[] = [];
      let resumedFrom = 0;
      const began = performance.now();
      let working = 0;
      let done = importer.ask<number>({ ask: 'import' });
      let ended = false;
      const follow = () => void done.then(() => (ended = true)).catch(() => undefined);
      follow();
      for (let killed = !largest; !ended;) {
        memory.push(residentMegabytes(importer.pid) ?? NaN);
        if (!killed && (await importer.ask<number>({ ask: 'lines' })) > lines / 2) {
          killed = true;
          resumedFrom = await importer.ask<number>({ ask: 'lines' });
          working += (performance.now() - began) / 1000;
          await importer.stop(true);
          importer = await start();
          working -= (performance.now() - began) / 1000;
          done = importer.ask<number>({ ask: 'import' });
          follow();
        }
        await sleep(size > 20_000 ? 250 : 20);
      }
      working += (performance.now() - began) / 1000;
      const count = await done;
      await importer.stop();
      points.push({ size, seconds: working });
      const quarter = Math.floor(memory.length / 4);
      const highest = (from: number, to: number) => Math.max(...memory.slice(from, to));
      last = {
        ...{ seconds: working, peak: Math.max(...memory), resumedFrom },
        growth: quarter > 0 ? highest(3 * quarter, memory.length) / highest(quarter, 2 * quarter) : NaN,
      };
      right &&= count === size && (!largest || resumedFrom > 0);
      if (largest) limit = await limitOf(ground.databaseUrl, file);
      await inShop(shop.id, (tx) => tx.variant.deleteMany({ where: { shopId: shop.id } }), { timeoutMs: 120_000 });
    }
    await world.stop();
    const size = sizes.at(-1) ?? 0;
    const ratio = limit.bare / last.seconds;
    return {
      rows: [
        {
          what: `product backfill, ${asCount(size)} variants: rows/s`,
          target: '≥ 0.5 × limit; resumes after a kill',
          figure: `${asCount(size / last.seconds)}/s (${asTime(last.seconds)})`,
          limit: `${asCount(size / limit.bare)}/s (${asTime(limit.bare)}: reading the lines with JSON.parse, then the same rows into a table without an index)`,
          ratio,
          verdict: ratio >= 0.5 && right ? 'pass' : 'miss',
          note: `killed after ${asCount(last.resumedFrom)} lines, and another process went on from there; into a table with its indexes the same rows are copied at ${asCount(size / limit.indexed)}/s, which ours is ${(limit.indexed / last.seconds).toFixed(2)} of: upsert, deletion marks and going on after a kill are what the rest buys`,
        },
        {
          what: 'its memory (resident)',
          target: '≤ 256 MB, flat',
          figure: `${last.peak.toFixed(0)} MB at most`,
          limit: '',
          ratio: Number.isFinite(last.growth) ? last.growth : null,
          verdict: last.peak <= 256 ? 'pass' : 'miss',
          note: 'the ratio is the highest of its last quarter by the highest of its second',
        },
      ],
      curves: [{ name: 'Product backfill', of: 'variants', points }],
      right: { 'every variant is there, and the killed import went on': right },
    };
  },
};
