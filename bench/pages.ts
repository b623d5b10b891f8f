import path from 'node:path';
import pg from 'pg';
import { openBrowser } from '../tests/browser/open-browser.ts';
import { pick, type Bench, type Ground, type Row } from './frame/bench.ts';
import { asCount, asTime, quantile } from './frame/measure.ts';
import { fillHistory, fillOrders, fillStock } from './ground/fill.ts';
import { orderGid } from './ground/order-node.ts';
import { builtLoaders, openPagesShop, type Loader, type PagesShop } from './ground/pages-shop.ts';
import { openAndGoThrough } from './ground/vitals.ts';

const PORT = 4_700;
const TARGET = 0.15;
/** The pages that a merchant opens most, and those that show the most rows. */
const shown = ['/app', '/app/orders', '/app/products', '/app/inventory', '/app/activity/problems', '/app/mappings'];

const NOBODY = '00000000-0000-0000-0000-000000000000';
const connectionPages = (id: string) =>
  Object.fromEntries(['$id', '$id_.store', '$id_.take-over'].map((page) => [`routes/app.connections.${page} id`, id]));

interface Measured {
  route: string;
  p50: number;
  p95: number;
}

/** Each loader some times, one call at a time. Those that want more than an address (a record that isn’t there, a list of a vendor) and say so are left out. */
async function measure(shop: PagesShop, loaders: readonly Loader[], times: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const loader of loaders) {
    await shop.renew();
    const { status } = await shop.ask(loader);
    if (status !== 200) continue;
    const seconds: number[] = [];
    for (let time = 0; time < times; time += 1) seconds.push((await shop.ask(loader)).seconds);
    measured.push({ route: loader.route, p50: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) });
  }
  return measured;
}

/** As Chromium has it; rows that say so where there is none. */
async function inBrowser(ground: Ground, shop: PagesShop, loads: number): Promise<{ rows: Row[]; right: boolean }> {
  const row = (what: string, target: string, figure: string, verdict: Row['verdict'], note: string): Row => ({
    ...{ what, target, figure, limit: '', ratio: null, verdict, note },
  });
  const names = [
    ['largest contentful paint in Chromium', 'LCP ≤ 1.5 s'],
    ['layout shift in Chromium', 'CLS ≤ 0.02'],
    ['interaction to next paint in Chromium', 'INP ≤ 100 ms'],
    ['client JS of the first page', '≤ 200 KB gz'],
  ] as const;
  const browser = await openBrowser({ window: { width: 1280, height: 987 } }).catch((error: unknown) => {
    ground.note(`no browser: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    return null;
  });
  if (!browser)
    return { rows: names.map(([what, target]) => row(what, target, '', 'unmeasured', 'not measured: no browser')), right: true };
  try {
    const pages = shown.slice(0, pick(ground, { tiny: 2, quick: 4, full: shown.length }));
    const seen: { page: string; lcp: number; cls: number; inp: number; slowest: string }[] = [];
    let scripts: { name: string; bytes: number }[] = [];
    for (const page of pages) {
      ground.note(`in the browser: ${page}`);
      const opened: Awaited<ReturnType<typeof openAndGoThrough>>[] = [];
      for (let load = 0; load < loads; load += 1) opened.push(await openAndGoThrough(browser, shop.inAdmin(page), shop.app));
      const median = (of: 'lcp' | 'cls' | 'inp') =>
        quantile(
          opened.map((one) => one[of]),
          0.5,
        );
      const [slow] = opened.toSorted((one, other) => other.inp - one.inp);
      seen.push({ page, lcp: median('lcp'), cls: median('cls'), inp: median('inp'), slowest: slow?.slowest ?? '' });
      if (page === pages[0]) scripts = opened[0]?.scripts ?? [];
    }
    const worst = (of: 'lcp' | 'cls' | 'inp') =>
      seen.reduce((most, one) => (one[of] > most[of] ? one : most), seen[0] as (typeof seen)[number]);
    const [lcp, cls, inp] = [worst('lcp'), worst('cls'), worst('inp')];
    const each = (of: 'lcp' | 'inp') => seen.map((one) => `${one.page} ${asTime(one[of])}`).join(', ');
    const how = `${seen.length} pages inside the stand-in admin, nothing in the cache, median of ${loads}`;
    const bytes = scripts.reduce((sum, one) => sum + one.bytes, 0);
    const largest = scripts.toSorted((one, other) => other.bytes - one.bytes).slice(0, 4);
    const asKilobytes = (count: number) => `${(count / 1024).toFixed(0)} KB`;
    const verdict = (right: boolean) => (right ? 'pass' : 'miss');
    const rows = [
      row(...names[0], `${asTime(lcp.lcp)} (${lcp.page})`, verdict(lcp.lcp <= 1.5), `${how}: ${each('lcp')}`),
      row(...names[1], `${cls.cls.toFixed(3)} (${cls.page})`, verdict(cls.cls <= 0.02), how),
      row(
        ...names[2],
        `${asTime(inp.inp)} (${inp.page})`,
        verdict(inp.inp <= 0.1),
        `keyboard, typing into the search, opening what opens; the slowest of each load: ${each('inp')}${inp.inp > 0.1 ? `; the slowest of all: ${inp.slowest}` : ''}`,
      ),
      row(
        ...names[3],
        `${asKilobytes(bytes)} in ${scripts.length} files`,
        verdict(bytes <= 200 * 1024),
        `what the page really fetched from the app, each file by gzip; without App Bridge, which is Shopify’s; the largest: ${largest.map((one) => `${one.name} ${asKilobytes(one.bytes)}`).join(', ')}`,
      ),
    ];
    return { rows, right: seen.every((one) => one.lcp > 0) && scripts.length > 0 };
  } finally {
    await browser.close();
  }
}

/** Every page of a large shop, against the same page with an empty database: by its server, and in a browser. */
export const pages: Bench = {
  async run(ground) {
    const sizes = pick(ground, { tiny: [60, 120, 240], quick: [250, 1_000, 4_000], full: [6_250, 25_000, 100_000] });
    const problemsOf = (orders: number) => Math.ceil(orders / 10);
    const variantsOf = (orders: number) => orders * 10;
    const [few, many] = pick(ground, { tiny: [1, 2], quick: [2, 3], full: [3, 12] } as const);
    const client = new pg.Client({ connectionString: ground.databaseUrl });
    // Its database is dropped when something else breaks off.
    client.on('error', () => undefined);
    await client.connect();
    const shop = await openPagesShop({ data: path.join(ground.scratch, 'sandbox'), port: PORT }, client);
    try {
      const { place } = shop;
      const last = sizes.at(-1) ?? 0;
      // Nobody’s, so that what is asked for one record by its id says that it isn’t there.
      const params = {
        ...{ connector: 'stockroom', kind: 'order', id: NOBODY, productId: NOBODY },
        ...connectionPages(place.connectionId),
      };
      const query = { connection: place.connectionId };
      ground.note('an empty shop');
      const empty = await measure(shop, builtLoaders(params, query), many);
      const points: { size: number; seconds: number }[] = [];
      let large: Measured[] = [];
      let filled = 0;
      for (const size of sizes) {
        ground.note(`${asCount(size)} orders, ${asCount(variantsOf(size))} variants, ${asCount(problemsOf(size))} problems`);
        await fillStock(client, place, { variants: variantsOf(size), changed: Math.floor(variantsOf(size) / 10) });
        await fillOrders(client, place, { from: 1_000_000 + filled, count: size - filled });
        await fillHistory(client, place, {
          problems: problemsOf(size),
          runs: Math.min(400, Math.ceil(size / 20)),
          linesARun: pick(ground, { tiny: 5, quick: 200, full: 500 }),
        });
        filled = size;
        const run = await client.query<{ id: string }>('SELECT id FROM run WHERE shop_id = $1 ORDER BY created_at LIMIT 1', [
          place.shopId,
        ]);
        const ids = {
          'routes/app.orders.$id id': orderGid(1_000_000),
          'routes/app.products.$id id': 'gid://shopify/Product/1',
          'routes/app.activity.runs.$id id': run.rows[0]?.id ?? 'x',
        };
        large = await measure(shop, builtLoaders({ ...params, ...ids }, query), size === last ? many : few);
        points.push({ size, seconds: large.reduce((sum, { p50 }) => sum + p50, 0) });
      }
      const emptyOf = new Map(empty.map((one) => [one.route, one.p95]));
      const slow = large.filter(({ p95 }) => p95 > TARGET).sort((one, other) => other.p95 - one.p95);
      const worst = large.reduce((most, one) => (one.p95 > most.p95 ? one : most));
      const limit = emptyOf.get(worst.route);
      const browser = await inBrowser(ground, shop, pick(ground, { tiny: 1, quick: 1, full: 3 }));
      return {
        rows: [
          {
            what: `pages with ${asCount(last)} orders, ${asCount(variantsOf(last))} variants, ${asCount(problemsOf(last))} problems`,
            target: 'server p95 ≤ 150 ms per loader',
            figure: `${large.length - slow.length} of ${large.length} loaders; slowest p95 ${asTime(worst.p95)} (${worst.route.replace('routes/', '')})`,
            limit:
              limit === undefined ? 'not there when the shop is empty' : `${asTime(limit)} (the same loader, an empty database)`,
            ratio: limit === undefined ? null : worst.p95 / limit,
            verdict: slow.length === 0 ? 'pass' : 'miss',
            note:
              slow.length === 0
                ? `each asked ${many} times, one call at a time, from outside the process`
                : `too slow: ${slow.map(({ route, p50, p95 }) => `${route.replace('routes/', '')} ${asTime(p95)} (p50 ${asTime(p50)})`).join(', ')}`,
          },
          ...browser.rows,
        ],
        curves: [{ name: 'All pages once', of: 'orders (ten variants each)', points }],
        right: {
          'most loaders were asked': large.length > 25,
          'a large shop’s pages are there as well as an empty one’s': empty.every(({ route }) =>
            large.some((one) => one.route === route),
          ),
          'the pages came up in the browser, where there is one': browser.right,
        },
      };
    } finally {
      await shop.stop();
      await client.end();
    }
  },
};
