import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { SalesOrder } from '../../connectors/contract/index.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true, cancel: true, handOver: 'fulfilmentOrder' });
const { shopId, live: first, place, sync, act, taken, cancelled, inShop } = world;
const { orders } = first.connector;
const { amend, cancel } = orders;
const { stopBoss } = await import('../../jobs/boss.ts');
const [knife, board] = ['KI07-02', 'KI07-03'];
const late = { verdict: 'too-late', state: 'picking', text: '' } as const;
const knives = { sku: knife, quantity: 1, location: 'Main Warehouse', price: 10 };
const boards = { sku: board, quantity: 1, location: 'East Warehouse', price: 20 };
const both = { lines: [knives, boards], shipping: { title: 'Standard', price: 4.9 } };

let amended = 0;
beforeAll(async () => {
  for (const sku of [knife, board])
    for (const location of ['Main Warehouse', 'East Warehouse'])
      await standIn.control('/shopify/levels', { sku, location, available: 50 });
}, 60_000);
beforeEach(() => {
  amended = 0;
  taken.clear();
  cancelled.clear();
  orders.amend = (id, order) => ((amended += 1), amend!(id, order));
  if (cancel) orders.cancel = cancel;
});
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

/** What back offices hold of an order, in minor units. */
const held = (...there: Map<string, SalesOrder>[]) =>
  there
    .flatMap((one) => [...one])
    .filter(([reference]) => !cancelled.has(reference))
    .reduce((sum, [, { total }]) => sum + total.amount, 0);
const inShopify = async (name: string) => Number((await world.orderRow(name)).total);
const problemsOf = async (name: string) => (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name);

describe.sequential('what belongs to an order as a whole', () => {
  it('goes over to another part when the one that carries it is edited away', async () => {
    const name = await place(both);
    await sync(name);
    await act(name, 'edit', { lines: [{ sku: knife, quantity: 0 }] });
    await sync(name);
    expect([...cancelled]).toEqual([name]);
    expect([held(taken), await inShopify(name)]).toEqual([2490, 2490]);
    await sync(name);
    expect(amended).toBe(1);
  });

  it('stays with the part that couldn’t be cancelled any more', async () => {
    orders.cancel = () => Promise.resolve(late);
    const name = await place(both);
    await sync(name);
    await act(name, 'edit', { lines: [{ sku: knife, quantity: 0 }] });
    await sync(name);
    expect([...taken.values()].map(({ charges }) => charges.length)).toEqual([1, 0]);
    expect((await problemsOf(name)).map(({ cause }) => cause)).toEqual(['cancel-too-late']);
  });

  it('isn’t charged twice while the connection that carries it is off', async () => {
    const second = await world.another({ earliestOrderDate: '2026-01-01' });
    await world.serve('East Warehouse', second.live);
    const name = await place(both);
    const { data } = await standIn.graphql(
      'query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { assignedLocation { name } } } } }',
      { id: world.idOf(name) },
    );
    const { nodes } = (data as { order: { fulfillmentOrders: { nodes: { assignedLocation: { name: string } }[] } } }).order
      .fulfillmentOrders;
    const east = nodes.findIndex(({ assignedLocation }) => assignedLocation.name === 'East Warehouse') + 1;
    await act(name, `fulfilment-orders/${east}/hold`, { reason: 'OTHER' });
    await sync(name, [first, second.live]);
    await act(name, `fulfilment-orders/${east}/release`, {});
    await sync(name, [second.live]);
    expect([[...cancelled], [...second.taken.keys()]]).toEqual([[], [`${name}_2`]]);
    expect([held(taken, second.taken), await inShopify(name)]).toEqual([3490, 3490]);
    await sync(name, [first, second.live]);
    expect([held(taken, second.taken), amended]).toEqual([3490, 0]);
    await world.serve('East Warehouse', first);
  });
});

describe.sequential('money that changes after the hand-over', () => {
  const edits = [
    ['a discount on a line', { discounts: [{ sku: knife, amount: 3 }] }, 700],
    ['another shipping line', { shipping: { title: 'Express', price: 5 } }, 1500],
  ] as const;

  it.each(edits)('%s is told once', async (_what, edit, total) => {
    const name = await place({ lines: [knives], shipping: null });
    await sync(name);
    await act(name, 'edit', edit);
    await sync(name);
    expect([held(taken), await inShopify(name)]).toEqual([total, total]);
    await sync(name);
    expect([amended, await problemsOf(name)]).toEqual([1, []]);
    const [part] = await inShop(shopId, (tx) => tx.part.findMany({ where: { shopId, reference: name } }));
    expect(Number(part?.total)).toBe(total);
  });

  it.each(edits)('%s is named with both totals where it comes too late, until it is taken', async (_what, edit, total) => {
    const name = await place({ lines: [knives], shipping: null });
    await sync(name);
    orders.amend = () => Promise.resolve(late);
    await act(name, 'edit', edit);
    await sync(name);
    expect(await problemsOf(name)).toMatchObject([
      { cause: 'amend-too-late', params: { context: 'total', told: 1000, expected: total, currency: 'EUR' } },
    ]);
    orders.amend = amend!;
    await sync(name);
    expect([held(taken), await problemsOf(name)]).toEqual([total, []]);
  });

  it('is named where the back office takes no changes at all', async () => {
    const name = await place({ lines: [knives], shipping: null });
    await sync(name);
    delete orders.amend;
    await act(name, 'edit', { discounts: [{ sku: knife, amount: 3 }] });
    await sync(name);
    expect((await problemsOf(name)).map(({ cause }) => cause)).toEqual(['amend-too-late']);
  });

  it('isn’t looked for in what went before totals were kept, until that is told of another change', async () => {
    const name = await place({ lines: [{ ...knives, quantity: 2 }], shipping: null });
    await sync(name);
    await inShop(
      shopId,
      (tx) => tx.$executeRaw`UPDATE part SET sent_hash = split_part(sent_hash, ' ', 1) WHERE shop_id = ${shopId}`,
    );
    await act(name, 'edit', { discounts: [{ sku: knife, amount: 3 }] });
    await sync(name);
    expect([amended, await problemsOf(name)]).toEqual([0, []]);
    await act(name, 'edit', { lines: [{ sku: knife, quantity: 3 }] });
    await sync(name);
    expect([amended, held(taken)]).toEqual([1, await inShopify(name)]);
  });

  it.each([
    ['of money alone', { amount: 2, lines: [] }],
    ['of the shipping', { lines: [], shipping: true }],
  ])('isn’t a refund %s', async (_what, refund) => {
    const { lines, ...rest } = refund;
    const name = await place({ ...both, lines: [{ ...knives, quantity: 3, discount: 0.01 }] });
    await sync(name);
    // A third of a cent: with the order's total it is none, and by itself, once money was given back, it is one.
    await act(name, 'edit', { lines: [{ sku: knife, quantity: 1 }] });
    await sync(name);
    expect(amended).toBe(1);
    await act(name, 'refund', { ...rest, ...(lines.length > 0 ? { lines } : {}) });
    await sync(name);
    expect([amended, await problemsOf(name)]).toEqual([1, []]);
  });
});

it('additional fees go with the order, and stay through a change of it', async () => {
  const name = await place({ lines: [knives], shipping: null, fees: [{ name: 'Import fee', price: 7.5 }] });
  await sync(name);
  expect(await problemsOf(name)).toEqual([]);
  expect(taken.get(name)?.charges).toEqual([{ kind: 'fee', title: 'Import fee', amount: 750, discount: 0, taxes: [] }]);
  expect([held(taken), await inShopify(name)]).toEqual([1750, 1750]);
  await act(name, 'edit', { lines: [{ sku: knife, quantity: 2 }] });
  await sync(name);
  expect([held(taken), await inShopify(name)]).toEqual([2750, 2750]);
});

it('an order that doesn’t add up any more after the hand-over is named, and its changes are told all the same', async () => {
  const name = await place({ lines: [knives], shipping: null });
  await sync(name);
  const { runNotingDenied } = world.admin;
  world.admin.runNotingDenied = (async (...given: Parameters<typeof runNotingDenied>) => {
    const answer = (await runNotingDenied(...given)) as { data: { order: Record<string, unknown> }; denied: string[] };
    const money = { amount: '19.99', currencyCode: 'EUR' };
    answer.data.order = { ...answer.data.order, currentTotalPriceSet: { shopMoney: money, presentmentMoney: money } };
    return answer;
  }) as typeof runNotingDenied;
  await act(name, 'edit', { lines: [{ sku: knife, quantity: 2 }] });
  for (let again = 0; again < 2; again += 1) await sync(name);
  expect(await problemsOf(name)).toMatchObject([{ cause: 'totals-differ', params: { expected: 1999, computed: 2000 } }]);
  expect([held(taken), amended]).toEqual([2000, 1]);
  world.admin.runNotingDenied = runNotingDenied;
  await sync(name);
  expect(await problemsOf(name)).toEqual([]);
});

describe.sequential('a back office that makes another total of a part', () => {
  it('is named to the minor unit, until it agrees', async () => {
    const { create } = orders;
    const there = { total: 999 };
    orders.create = async (order) => ({ ...(await create(order)), total: there.total });
    orders.amend = async (id, order) => {
      const verdict = await amend!(id, order);
      return verdict.verdict === 'accepted' ? { ...verdict, order: { ...verdict.order, total: there.total } } : verdict;
    };
    const name = await place({ lines: [knives], shipping: null });
    await sync(name);
    await sync(name);
    expect(await problemsOf(name)).toMatchObject([
      { cause: 'other-total-there', part: name, params: { expected: 1000, told: 999, currency: 'EUR' } },
    ]);
    there.total = 2000;
    await act(name, 'edit', { lines: [{ sku: knife, quantity: 2 }] });
    await sync(name);
    expect(await problemsOf(name)).toEqual([]);
    orders.create = create;
  });
});
