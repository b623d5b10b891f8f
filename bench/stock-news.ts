import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pick, type Bench } from './frame/bench.ts';
import { asTime, quantile } from './frame/measure.ts';
import { startChild } from './ground/child.ts';
import { settingsFor, withClient } from './ground/database.ts';
import { writeCatalogue } from './ground/catalogue-file.ts';
import { addShop, locationGid, type BenchShop } from './ground/shops.ts';
import { startWorker } from './ground/worker-client.ts';
import { openWorld, type World } from './ground/world-client.ts';

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

/** From a change in the back office to Shopify's level: told by the back office, and found by looking once a minute. */
export const stockNews: Bench = {
  async run(ground) {
    const shopCount = pick(ground, { tiny: 2, quick: 10, full: 20 });
    const [rate, seconds] = pick(ground, { tiny: [4, 2], quick: [5, 20], full: [10, 60] } as const);
    const [polled, rounds] = pick(ground, { tiny: [4, 1], quick: [24, 1], full: [48, 2] } as const);
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

    ground.note(`${rate} changes a second, told, for ${seconds} s`);
    const byEvent: Change[] = [];
    const open: Promise<void>[] = [];
    const started = performance.now();
    for (let index = 0; index < rate * seconds; index += 1) {
      const early = started + (index / rate) * 1000 - performance.now();
      if (early > 1) await sleep(early);
      const shop = told[index % shopCount] as Counted;
      byEvent.push(await change(world, shop, 1 + Math.floor(index / shopCount)));
      open.push(
        fetch(`${door.ready.url}/inbound/${shop.shop.domain}/stock`, { method: 'POST', body: `event ${index}` }).then(
          (answer) => {
            if (!answer.ok) throw new Error(`The door of the back office answered ${answer.status}`);
          },
        ),
      );
    }
    await Promise.all(open);
    const events = await waitFor(world, byEvent, 60_000);

    ground.note('changes that nobody tells of');
    const polls: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const changes: Change[] = [];
      for (let index = 0; index < polled / rounds; index += 1) {
        changes.push(await change(world, asked, 1 + round * 100 + index));
        // Spread over one interval, so that they wait for anything between nothing and all of it.
        await sleep(ground.size === 'tiny' ? 50 : 60_000 / (polled / rounds));
      }
      if (ground.size === 'tiny')
        await withClient(ground.databaseUrl, (client) =>
          client.query('UPDATE sync SET next_due = now() WHERE connection_id = $1 AND enabled', [asked.shop.connectionId]),
        );
      polls.push(...(await waitFor(world, changes, 120_000)));
    }
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
          note: `for ${seconds} s, ${shopCount} shops; one web and one worker process; Shopify answers in 20 ms, the back office in 5 ms`,
        },
        {
          what: 'the same, looked for once a minute',
          target: '≤ 60 s',
          figure: `p95 ${asTime(pollP95)}, at most ${asTime(pollMost)}`,
          limit: '',
          ratio: null,
          verdict: ground.size === 'tiny' ? 'unmeasured' : pollP95 <= 60 ? 'pass' : 'miss',
          note:
            ground.size === 'tiny'
              ? 'nobody waits for a minute at this size: the run was made due'
              : `${polls.length} changes spread over ${rounds} minute(s); the interval that a merchant can set at this back office; what is due is found by a tick, up to 5 s later${pollMost > 60 ? ', which is why the last ones take longer than the minute' : ''}`,
        },
      ],
      curves: [],
      right: {
        'every change came to Shopify, none was refused': stale === 0 && throttled === 0 && events.length === byEvent.length,
      },
    };
  },
};
