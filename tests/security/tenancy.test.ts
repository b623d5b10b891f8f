import { parse, type OperationDefinitionNode } from 'graphql';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { everyDoor, handlersOnDisk, inboundCases } from './every-door.ts';
import { extensionCases, loaderCases } from './loaders.ts';
import { openApp } from './open-app.ts';
import { openFullShop } from './two-shops.ts';

/*
 * Shop A asks for everything, with its own ids and with those of shop B mixed at will, through every door and every job; then not one row
 * of B may have changed, and no answer may hold a word that only B's own pages show.
 */

const world = await openApp();
const { routes } = world;
const { jobs } = await import('../../app/jobs/definitions.ts');
const a = await openFullShop(world, 1);
const b = await openFullShop(world, 2);
// Shopify knows none of B's records when A asks for them.
world.shopify.graphql = ({ query }) => {
  const operation = parse(query).definitions.find((one): one is OperationDefinitionNode => one.kind === 'OperationDefinition');
  const fields = operation?.selectionSet.selections.flatMap((one) =>
    one.kind === 'Field' ? [(one.alias ?? one.name).value] : [],
  );
  return { body: { data: Object.fromEntries((fields ?? []).map((name) => [name, null])) } };
};
const doors = await everyDoor(world, a, b);
/** They only lead on, to another page or by the menu. */
const ways: Record<string, number> = { 'routes/app.open.$kind': 204, 'routes/app.stockroom._index': 204, 'routes/app.$': 404 };
afterAll(() => world.close());

const choices = fc.record({
  whose: fc.array(fc.boolean(), { minLength: 4, maxLength: 8 }),
  seeds: fc.array(fc.nat(1_000_000), { minLength: 6, maxLength: 6 }),
});
const seeds = [3, 1, 4, 1, 5, 9];
/** All of them the other's, and its own record with the other's parts; what else there is, chance finds. */
const mixtures = [[true], [false, true, true, true]].map((whose): [{ whose: boolean[]; seeds: number[] }] => [{ whose, seeds }]);

describe('a shop', () => {
  it('has rows in every table that belongs to shops', async () => {
    const empty = Object.entries(await b.rows()).filter(([table, sum]) => sum.startsWith('0') && table !== 'session');
    expect(empty).toEqual([]);
  });

  it('has every page of the app in the table of what can be read', () => {
    const onDisk = routes.filter(({ id, module }) => 'loader' in module && id.startsWith('routes/app'));
    expect([...new Set(loaderCases.map(({ route }) => route))].sort()).toEqual(onDisk.map(({ id }) => id).sort());
  });

  it('is answered on every page that is asked for with its own ids', async () => {
    for (const { route: id, given } of loaderCases) {
      const route = routes.find((one) => one.id === id)!;
      const own = given((kind) => a.ids[kind]);
      const { status } = await world.ask(a.administrator, route, own);
      // A way to another page is answered without anything to read.
      expect.soft([id, own, status]).toEqual([id, own, ways[id] ?? 200]);
    }
  });

  it('is answered by every extension that asks for its own ids', async () => {
    const reading = extensionCases.filter(({ given }) => given((kind) => a.ids[kind]).json === undefined);
    expect(reading.map(({ route }) => route)).toEqual(['routes/api.extension.order', 'routes/api.extension.product']);
    for (const { route: id, given } of extensionCases) {
      const route = routes.find((one) => one.id === id)!;
      const { status } = await world.ask(
        a.administrator,
        route,
        given((kind) => a.ids[kind]),
      );
      expect.soft([id, status]).toEqual([id, 200]);
    }
  });

  it('is answered at its own addresses by what its back offices call: orders are handed out, news is taken in', async () => {
    const own = { whose: [false], seeds };
    const told: string[] = [];
    for (const what of inboundCases.keys()) told.push(await doors['inbound']!.ask({ ...own, what }));
    const said = (path: string) => told[inboundCases.findIndex(({ call }) => call((kind) => a.ids[kind], '').path === path)];
    expect(said(a.ids.remoteConnection)).toContain('{"ok":true}');
    expect(said('orders')).toContain(`${a.marker} buyer`);
    expect(said('success')).toContain('1 orders confirmed');
    expect(said('stock')).toContain('1 stock levels taken');
    const heard = await world.prisma.inboxItem.findMany({
      where: { shopId: a.id, door: 'inbound' },
      select: { subjectId: true },
    });
    const subjects = heard.map(({ subjectId }) => subjectId).join();
    for (const about of ['orders #1001', 'shipments', 'returns'])
      expect(subjects).toContain(`${a.ids.remoteConnection} ${about}`);
    expect(heard).toContainEqual({ subjectId: `${a.ids.session} orders #1001` });
  });

  it('finds its own words on its own pages: what the property looks for can be found', async () => {
    const shown: string[] = [];
    for (const route of routes.filter(({ module }) => 'loader' in module)) {
      const id = route.id.includes('connections') ? a.ids.connection : route.id.includes('runs') ? a.ids.run : a.ids.roomOrder;
      const params = { id: route.id.endsWith('app.orders.$id') ? '1001' : id, productId: a.ids.roomProduct, connector: 'pulpo' };
      const answer = await (await world.ask(a.viewer, route, { params, query: { connection: a.ids.connection } })).text();
      if (answer.includes(a.marker)) shown.push(route.id);
    }
    expect(shown.length).toBeGreaterThan(18);
  });

  it('has a handler on disk for every job, and doors with something behind them', async () => {
    const handlers = await handlersOnDisk(Object.keys(jobs));
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(jobs).sort());
    expect(Object.values(doors).reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(180);
  });

  it.each(Object.entries(doors))(
    'never reads or changes a row of another through the door "%s" (property)',
    async (name, { count, ask }) => {
      const before = await b.rows();
      await fc.assert(
        fc.asyncProperty(choices, async (choice) => {
          for (let what = 0; what < count; what++) {
            const told = await ask({ ...choice, what });
            if (told.includes(b.marker) || told.includes(b.secret))
              throw new Error(`${name} ${what} told a word of another shop: ${told}`);
          }
          expect(await b.rows()).toEqual(before);
        }),
        { numRuns: mixtures.length + (inject('fuzz') === 'nightly' ? 50 : 1), examples: mixtures, endOnFailure: true },
      );
    },
    900_000,
  );
});
