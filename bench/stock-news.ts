import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Bench } from './frame/bench.ts';
import { asTime, cpuSecondsOf, quantile } from './frame/measure.ts';
import { startChild } from './ground/child.ts';
import { settingsFor, withClient } from './ground/database.ts';
import { writeCatalogue } from './ground/catalogue-file.ts';
import { addShop, locationGid, type BenchShop } from './ground/shops.ts';
import { startWorker, type Asked } from './ground/worker-client.ts';
import { openWorld, type World } from './ground/world-client.ts';

/** The shortest that a merchant can set at this back office. */
const INTERVAL_MS = 60_000;
/** Levels of each shop. */
const LEVELS = 400;

interface Counted {
  shop: BenchShop;
  locationId: string;
}

interface Change {
  level: string;
  at: number;
}

/** A shop whose back office counts five of everything; the first run takes its catalogue in, compares all of it and publishes that. */
async function addCounted(world: World, n: number, { events }: { events: boolean }): Promise<Counted> {
  const settings = { inventory: { events: events ? ['back-office'] : [] } };
  const shop = await addShop(n, { officeUrl: world.url, syncs: ['inventory'], settings });
  await world.haveStock(
    shop.domain,
    Array.from({ length: LEVELS }, (_, index) => [`SKU-${index + 1}`, 5]),
  );
  return { shop, locationId: locationGid(n) };
}

/** The back office counts another number of the `index`th SKU. */
async function change(world: World, { shop, locationId }: Counted, index: number): Promise<Change> {
  const at = Date.now();
  await world.haveStock(shop.domain, [[`SKU-${index}`, 20 + index]]);
  return { level: `gid://shopify/InventoryItem/${index}@${locationId}`, at };
}

/** Seconds from each change until Shopify showed it; breaks off when one is missing for too long. */
async function waitFor(world: World, changes: readonly Change[], withinMs: number): Promise<number[]> {
  const until = Date.now() + withinMs;
  for (;;) {
    const written = await world.written();
    const waits = changes.map(({ level, at }) => ((written.get(level) ?? 0) - at) / 1000);
    if (waits.every((seconds) => seconds > 0)) return waits;
    if (Date.now() > until) throw new Error(`${waits.filter((seconds) => seconds <= 0).length} changes never came to Shopify`);
    await sleep(200);
  }
}

/** So many changes a second, each told by a call of the back office. */
async function tellChanges(
  world: World,
  door: string,
  shops: readonly Counted[],
  { rate, seconds }: { rate: number; seconds: number },
): Promise<number[]> {
  const changes: Change[] = [];
  const open: Promise<void>[] = [];
  const started = performance.now();
  for (let index = 0; index < rate * seconds; index += 1) {
    const early = started + (index / rate) * 1000 - performance.now();
    if (early > 1) await sleep(early);
    const shop = shops[index % shops.length] as Counted;
    changes.push(await change(world, shop, 1 + Math.floor(index / shops.length)));
    open.push(
      fetch(`${door}/inbound/${shop.shop.domain}/stock`, { method: 'POST', body: `event ${index}` }).then((answer) => {
        if (!answer.ok) throw new Error(`The door of the back office answered ${answer.status}`);
      }),
    );
  }
  await Promise.all(open);
  return waitFor(world, changes, 60_000);
}

/** Changes that nobody tells of, spread over one interval, so that they wait for anything between nothing and all of it. */
async function leaveChanges(world: World, shop: Counted, count: number): Promise<number[]> {
  const changes: Change[] = [];
  for (let index = 1; index <= count; index += 1) {
    changes.push(await change(world, shop, index));
    await sleep(INTERVAL_MS / count);
  }
  return waitFor(world, changes, 2 * INTERVAL_MS);
}

/** From a change in the back office to Shopify's level: told by the back office, and found by looking once a minute. */
export const stockNews: Bench = {
  async run(ground) {
    const shopCount = pick(ground, { tiny: 2, quick: 10, full: 20 });
    const [rate, seconds] = pick(ground, { tiny: [4, 2], quick: [5, 8], full: [8, 60] } as const);
    // Nobody waits for a minute at a smaller size.
    const polled = pick(ground, { tiny: 0, quick: 0, full: 40 });
    const world = await openWorld({ plan: 'standard', shopifyMs: 20, officeMs: 5 });
    const door = await startChild<{ url: string }>('door.ts', {
      env: { ...settingsFor(ground.databaseUrl), SANDBOX_URL: world.url },
    });
    const catalogue = path.join(ground.scratch, 'catalogue.jsonl');
    await writeCatalogue(catalogue, LEVELS);
    await world.haveCatalogue(catalogue);
    const told: Counted[] = [];
    for (let n = 1; n <= shopCount; n += 1) told.push(await addCounted(world, n, { events: true }));
    const asked = await addCounted(world, shopCount + 1, { events: false });
    // The first run of each.
    await withClient(ground.databaseUrl, async (client) => {
      await client.query(
        `UPDATE sync SET interval_minutes = 1, schedule = 'interval', next_due = now() WHERE kind = 'inventory' AND enabled`,
      );
    });
    const worker = await startWorker(ground.databaseUrl, world);
    const all = LEVELS * (shopCount + 1);
    for (let waited = 0; (await world.levelsAt(5)) < all; waited += 200) {
      if (waited > 120_000) throw new Error(`Only ${await world.levelsAt(5)} of ${all} levels came to Shopify`);
      await sleep(200);
    }
    // From here on those that are told aren't looked for.
    await withClient(ground.databaseUrl, (client) =>
      client.query(
        "UPDATE sync SET next_due = now() + interval '1 day' WHERE kind = 'inventory' AND enabled AND connection_id <> $1",
        [asked.shop.connectionId],
      ),
    );
    await sleep(1_000);

    const before = { cpu: cpuSecondsOf(worker.pid), ...(await worker.ask<Asked>({})) };
    // Both at once: the polled shop's changes are few, and most of their time is waiting for the minute.
    ground.note(`${rate} changes a second, told, for ${seconds} s${polled > 0 ? '; and some that nobody tells of' : ''}`);
    const [events, polls] = await Promise.all([
      tellChanges(world, door.ready.url, told, { rate, seconds }),
      polled > 0 ? leaveChanges(world, asked, polled) : [],
    ]);
    const after = { cpu: cpuSecondsOf(worker.pid), ...(await worker.ask<Asked>({})) };
    const used =
      before.cpu === null || after.cpu === null
        ? ''
        : `${asTime((after.cpu - before.cpu) / events.length)} of the worker’s CPU and `;
    const each = `${used}${((after.queries - before.queries) / events.length).toFixed(0)} ways to the database a change`;
    ground.note(each);
    await worker.stop();
    await door.stop();
    const { throttled, stale } = await world.stats();
    await world.stop();
    const [p95, pollP95, pollMost] = [quantile(events, 0.95), quantile(polls, 0.95), quantile(polls, 1)];
    return {
      rows: [
        {
          what: `change in the back office → Shopify level, told, ${rate}/s`,
          target: 'p95 ≤ 5 s',
          figure: `p95 ${asTime(p95)}, p50 ${asTime(quantile(events, 0.5))}`,
          limit: '',
          ratio: null,
          verdict: p95 <= 5 ? 'pass' : 'miss',
          note: `for ${seconds} s, ${shopCount} shops; one web and one worker process, ${each}; Shopify answers in 20 ms, the back office in 5 ms`,
        },
        {
          what: 'the same, looked for once a minute',
          target: '≤ 60 s',
          figure: polls.length > 0 ? `p95 ${asTime(pollP95)}, at most ${asTime(pollMost)}` : '',
          limit: '',
          ratio: null,
          verdict: polls.length === 0 ? 'unmeasured' : pollP95 <= 60 ? 'pass' : 'miss',
          note:
            polls.length === 0
              ? 'takes two minutes; the whole run measures it'
              : `${polls.length} changes spread over a minute, the shortest interval that can be set here; what is due is found by a tick, up to 5 s later${pollMost > 60 ? ', which is why the last ones take longer than the minute' : ''}`,
        },
      ],
      curves: [],
      right: {
        'every change came to Shopify, none was refused':
          stale === 0 && throttled === 0 && events.length === rate * seconds && polls.length === polled,
      },
    };
  },
};
