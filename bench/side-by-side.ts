import { pick, type Bench, type Row } from './frame/bench.ts';
import { asCount, asTime, quantile, timed } from './frame/measure.ts';
import { composeApp } from './ground/app.ts';
import { orderGid } from './ground/order-node.ts';
import { plainGraphqlRequest, shopifyApiClient, shopifyApiNode, type OtherClient } from './ground/other-clients.ts';
import { preparePush } from './ground/prepared-push.ts';
import { addShop, locationGid } from './ground/shops.ts';
import { openWorld } from './ground/world-client.ts';

/** As many calls under way as ours has. */
const AT_ONCE = 4;
const LEVELS_A_CALL = 250;
const ORDERS_A_PAGE = 100;
const FIRST_ORDER = 40_000_000;

/** While stock is pushed, somebody opens a page so often that shows an order. */
const PAGE_EVERY_MS = 1_000;

interface Lap {
  name: string;
  domain: string;
  seconds: number;
  right: boolean;
  /** Seconds that each page opened meanwhile waited for Shopify. */
  pages: number[];
}

async function sideBySide<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
    }),
  );
}

/** The same levels, in the same calls, compared with what Shopify shows: no plan, no record of what was written, no budget. */
async function pushLevels(client: OtherClient, n: number, levels: number): Promise<boolean> {
  const { InventorySetDocument } = await import('../app/shopify/operations/generated/graphql.ts');
  const locationId = locationGid(n);
  const starts = Array.from({ length: Math.ceil(levels / LEVELS_A_CALL) }, (_, index) => index * LEVELS_A_CALL + 1);
  let refused = 0;
  await sideBySide(starts, async (start) => {
    const quantities = Array.from({ length: Math.min(LEVELS_A_CALL, levels - start + 1) }, (_, index) => ({
      inventoryItemId: `gid://shopify/InventoryItem/${start + index}`,
      locationId,
      quantity: 7,
      changeFromQuantity: 0,
    }));
    const { inventorySetQuantities: answer } = await client.call<{ inventorySetQuantities: { userErrors: unknown[] } }>(
      InventorySetDocument.toString(),
      { input: { name: 'available', reason: 'correction', quantities }, key: `${n} ${start}` },
    );
    refused += answer.userErrors.length;
  });
  return refused === 0;
}

/** The orders that were named, one by one, as their webhooks name them. */
async function readOneByOne(client: OtherClient, orders: number): Promise<boolean> {
  const { OrderReadDocument } = await import('../app/shopify/operations/generated/graphql.ts');
  const numbers = Array.from({ length: orders }, (_, index) => FIRST_ORDER + index);
  let read = 0;
  await sideBySide(numbers, async (n) => {
    const { order } = await client.call<{ order: { name: string } | null }>(OrderReadDocument.toString(), { id: orderGid(n) });
    if (order?.name === `#${n}`) read += 1;
  });
  return read === orders;
}

interface Paged {
  orders: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

/** The same fields of the same orders, a page after the other. */
async function readInPages(client: OtherClient, orders: number): Promise<boolean> {
  const { OrderReadDocument } = await import('../app/shopify/operations/generated/graphql.ts');
  const [operation = '', ...fragments] = OrderReadDocument.toString()
    .trim()
    .split(/\n\s*(?=fragment )/);
  const query = [
    operation
      .replace('OrderRead($id: ID!', 'OrdersPaged($page: Int!, $after: String')
      .replace('order(id: $id) {', 'orders(first: $page, after: $after) { nodes {')
      .replace(/\}\s*\}\s*$/, '} pageInfo { hasNextPage endCursor } } }'),
    ...fragments,
  ].join('\n');
  let read = 0;
  for (let after: string | null = null; ;) {
    const { orders: list }: Paged = await client.call<Paged>(query, { page: ORDERS_A_PAGE, after });
    read += list.nodes.length;
    if (!list.pageInfo.hasNextPage) return read === orders;
    after = list.pageInfo.endCursor;
  }
}

/** What the product does with so many orders waiting: a few are read by pages, more by one bulk operation, of which it takes those that were named. */
async function prepareRead(n: number, officeUrl: string, orders: number) {
  const { inShop } = await import('../app/db/scope.ts');
  const { openRun } = await import('../app/sync/runs/runs.ts');
  const { adminFor } = await import('../app/shopify/client.ts');
  const { readWaiting } = await import('../app/sync/orders/order-backlog.ts');
  const shop = await addShop(n, { officeUrl, syncs: ['orders'] });
  const runId = await inShop(shop.id, (tx) =>
    openRun(tx, shop.id, { connectionId: shop.connectionId, sync: 'orders', door: 'sweep', task: 'import-backlog' }),
  );
  const before = new Date();
  const waiting = Array.from({ length: orders }, (_, index) => ({ subject_id: orderGid(FIRST_ORDER + index), since: before }));
  return {
    domain: shop.domain,
    async read(): Promise<boolean> {
      let read = 0;
      for await (const { order } of readWaiting(adminFor(shop), { runId, waiting, before })) if (order.id) read += 1;
      return read === orders;
    },
  };
}

/** `page`: what a page asks for meanwhile. */
async function lap(name: string, domain: string, work: () => Promise<boolean>, page?: () => Promise<unknown>): Promise<Lap> {
  const opened: Promise<number>[] = [];
  const open = () => page && opened.push(timed(page).then(({ seconds }) => seconds));
  open();
  const opening = setInterval(open, PAGE_EVERY_MS);
  const { seconds, value } = await timed(work);
  clearInterval(opening);
  return { name, domain, seconds, right: value, pages: await Promise.all(opened) };
}

/** The same work against the same Shopify, by the product and by what somebody would pick instead. */
export const sideBySideBench: Bench = {
  async run(ground) {
    const { OrderReadDocument } = await import('../app/shopify/operations/generated/graphql.ts');
    const levels = pick(ground, { tiny: 1_000, quick: 30_000, full: 80_000 });
    const orders = pick(ground, { tiny: 30, quick: 310, full: 320 });
    const bulkMs = pick(ground, { tiny: 100, quick: 5_000, full: 20_000 });
    const readers = pick(ground, { tiny: 'standard', quick: 'advanced', full: 'standard' } as const);
    const domainOf = (n: number) => `bench-${n}.myshopify.com`;
    const plans = Object.fromEntries([2, 21, 22, 23, 24].map((n) => [domainOf(n), readers]));
    const world = await openWorld({ plan: 'standard', plans, shopifyMs: 50, officeMs: 5, bulkMs });
    await composeApp();
    await world.haveOrders({ from: FIRST_ORDER, count: orders, open: orders, at: new Date().toISOString() });
    const others = (first: number) =>
      [
        { n: first, client: shopifyApiClient(world.url, domainOf(first)) },
        { n: first + 1, client: shopifyApiNode(world.url, domainOf(first + 1), { autoLimit: true }) },
        { n: first + 2, client: shopifyApiNode(world.url, domainOf(first + 2), { maxRetries: 50 }) },
        { n: first + 3, client: plainGraphqlRequest(world.url, domainOf(first + 3)) },
      ] as const;
    ground.note(`ours: ${asCount(levels)} levels, ${asCount(orders)} orders`);
    const ours = await preparePush(ground.databaseUrl, { n: 1, officeUrl: world.url, levels });
    const reader = await prepareRead(2, world.url, orders);
    const [shopifyApi, autoLimit, maxRetries, plain] = others(21);
    // Each has read a page of another shop before, as a process that lives for days: ours asks what a call costs when it meets its kind for the first time.
    await (await prepareRead(3, world.url, Math.min(orders, ORDERS_A_PAGE))).read();
    await readInPages(plainGraphqlRequest(world.url, domainOf(25)), orders);
    await world.reset();
    const pushed = await lap(
      'ours',
      ours.shop.domain,
      async () => (await ours.publish()).done === levels,
      () => ours.admin.run(OrderReadDocument, { id: orderGid(FIRST_ORDER) }, { priority: 'page' }),
    );
    // What ends within a second goes by itself: it would be measured by what the others prepare in this process.
    ground.note('orders by pages');
    const read = await lap('ours', reader.domain, () => reader.read());
    const readByPlain = await lap(`${plain.client.name}, paginated`, domainOf(plain.n), () => readInPages(plain.client, orders));
    // The rest together, each with a shop and so with points of its own: most of it is waiting for those.
    ground.note('the rest');
    const [pushedByOthers, readOneByOneByOthers] = await Promise.all([
      Promise.all(
        others(11).map(({ n, client }) =>
          lap(
            client.name,
            domainOf(n),
            () => pushLevels(client, n, levels),
            () => client.call(OrderReadDocument.toString(), { id: orderGid(FIRST_ORDER) }),
          ),
        ),
      ),
      Promise.all(
        [shopifyApi, autoLimit, maxRetries].map(({ n, client }) =>
          lap(client.name, domainOf(n), () => readOneByOne(client, orders)),
        ),
      ),
    ]);
    const readByOthers = [...readOneByOneByOthers, readByPlain];
    const { shops, restorePerSecond } = await world.stats();
    await world.stop();
    const spent = (lap: Lap) => shops[lap.domain] ?? { points: NaN, throttled: 0, lowest: NaN };
    const rowsOf = (what: string, mine: Lap, theirs: Lap[], count: number, reason: (lap: Lap) => string): Row[] =>
      theirs.map((lap): Row => {
        const [own, other] = [spent(mine), spent(lap)];
        const ratio = mine.seconds / lap.seconds;
        const told = (one: typeof own) => `${(one.points / count).toFixed(2)} points each, ${one.throttled} THROTTLED`;
        return {
          what: `${what}: ours by ${lap.name}`,
          target: 'sooner',
          figure: `${asTime(mine.seconds)} (${told(own)})`,
          limit: `${asTime(lap.seconds)} (${told(other)})`,
          ratio,
          verdict: ratio < 1 ? 'pass' : 'miss',
          note: ratio < 1 ? `${(1 / ratio).toFixed(1)} times as fast` : reason(lap),
        };
      });
    const floor = restorePerSecond * 4;
    return {
      rows: [
        ...rowsOf(`stock push, ${asCount(levels)} levels`, pushed, pushedByOthers, levels, (lap) =>
          [
            spent(pushed).points > floor * 4
              ? `a loss: ours leaves ${asCount(floor)} points of the bucket (20 %) to the pages, which is ${asTime(floor / restorePerSecond)} of what comes back; the ${pushed.pages.length} pages opened meanwhile had theirs out of the same points at once, and not after the push`
              : 'a loss: as long as the bucket lasts nobody waits for points, and ours reads each level’s facts again and writes down each call before it is sent',
            ...(spent(lap).throttled > 0
              ? [`theirs went down to ${spent(lap).lowest} points, and a page that was opened then had none`]
              : []),
          ].join('; '),
        ),
        ...pushedByOthers.map((theirs): Row => {
          const [own, other] = [quantile(pushed.pages, 0.95), quantile(theirs.pages, 0.95)];
          return {
            what: `a page opened during the push: ours by ${theirs.name}`,
            target: 'sooner',
            figure: `p95 ${asTime(own)}`,
            limit: `p95 ${asTime(other)}`,
            ratio: own / other,
            verdict: own < other ? 'pass' : 'miss',
            note:
              own < other
                ? `${(other / own).toFixed(1)} times as fast: what the push leaves in the bucket is for it`
                : 'a loss: as long as the bucket lasts nobody waits, and ours asks the database for points first',
          };
        }),
        ...rowsOf(
          `order read, ${asCount(orders)} orders`,
          read,
          readByOthers,
          orders,
          () =>
            'a loss: ours takes its points from the database first and asks for the orders by their ids; a page is answered in 50 ms whatever is in it (assumed)',
        ),
      ],
      curves: [],
      right: {
        'every level was taken and every order read, by all': [pushed, read, ...pushedByOthers, ...readByOthers].every(
          ({ right }) => right,
        ),
        'ours was never throttled': [pushed, read].every((mine) => spent(mine).throttled === 0),
      },
    };
  },
};
