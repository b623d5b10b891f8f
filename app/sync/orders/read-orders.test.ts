import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop, inSystem } = await import('../../db/scope.ts');
const { prisma } = await import('../../db/client.ts');
const { listOrders } = await import('./read-orders.ts');
const { groupProblems, listProblems } = await import('../problems/read-problems.ts');

const at = new Date('2026-11-20T08:00:00.000Z');
const connectionId = randomUUID();
let shopId = 0;

/** Name, verdict, states of its parts. The later in the list, the later it was placed. */
const orders: [name: string, verdict: string, parts: string[]][] = [
  ['#1001', 'send', []],
  ['#1002', 'hold', []],
  ['#1003', 'send', ['sent']],
  ['#1004', 'send', ['shipped', 'sent']],
  ['#1005', 'send', ['shipped', 'cancelled']],
  ['#1006', 'skip', []],
  ['#1007', 'cancel', ['cancelled']],
  ['#1008', 'send', ['cancelled']],
  // what is there already outweighs a later hold
  ['#1009', 'hold', ['sent']],
];

beforeAll(async () => {
  const data = { domain: 'read.myshopify.com', installedAt: at };
  shopId = (await inSystem('install-shop', (tx) => tx.shop.create({ data }))).id;
  await inShop(shopId, async (tx) => {
    const named = { connector: 'x', name: 'Main', inboundHash: 'i', createdAt: at, updatedAt: at };
    await tx.connection.create({ data: { shopId, id: connectionId, ...named } });
    for (const [index, [name, verdict, parts]] of orders.entries()) {
      const id = `gid://shopify/Order/${index + 1}`;
      const placedAt = new Date(at.getTime() + index * 60_000);
      const facts = { financialStatus: 'PAID', fulfilmentStatus: 'UNFULFILLED', currency: 'EUR', total: 1000n, units: 1 };
      const times = { shopifyUpdatedAt: at, placedAt, firstSeenAt: at, decidedAt: at };
      await tx.order.create({ data: { shopId, id, name, verdict, ...facts, ...times } });
      for (const [part, state] of parts.entries()) {
        const reference = part === 0 ? name : `${name}_${part + 1}`;
        const place = { locationId: 'l', facilityId: 'f', remoteId: `r${index}${part}`, remoteNumber: `W-${index}${part}` };
        await tx.part.create({
          data: { shopId, orderId: id, connectionId, number: part + 1, reference, state, createdAt: at, ...place },
        });
      }
    }
    const problem = { shopId, connectionId, sync: 'orders', subjectKind: 'order', params: {}, openedAt: at, lastSeenAt: at };
    const one = { ...problem, cause: 'shipping-unmapped', detail: 'Drone' };
    await tx.problem.create({ data: { ...one, subjectId: 'gid://shopify/Order/2', subjectLabel: '#1002' } });
    await tx.problem.create({ data: { ...one, subjectId: 'gid://shopify/Order/9', subjectLabel: '#1009' } });
    await tx.problem.create({ data: { ...one, subjectId: 'gid://shopify/Order/3', subjectLabel: '#1003', closedAt: at } });
  });
});

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const names = async (filter: Parameters<typeof listOrders>[1]) => (await listOrders(shopId, filter)).rows.map(({ name }) => name);

describe('the list of orders', () => {
  it('says where each stands, from its verdict and its parts, the newest first', async () => {
    const { rows, hasNext } = await listOrders(shopId, {});
    expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual([
      '#1009 sent',
      '#1008 cancelled',
      '#1007 cancelled',
      '#1006 skipped',
      '#1005 shipped',
      '#1004 partly-shipped',
      '#1003 sent',
      '#1002 held',
      '#1001 waiting',
    ]);
    expect(hasNext).toBe(false);
  });

  it('filters by state and by what needs somebody', async () => {
    expect(await names({ state: 'sent' })).toEqual(['#1009', '#1003']);
    expect(await names({ state: 'cancelled' })).toEqual(['#1008', '#1007']);
    expect(await names({ state: 'waiting' })).toEqual(['#1001']);
    expect(await names({ attention: true })).toEqual(['#1009', '#1002']);
  });

  it('finds an order by its name, a reference and the number there, and takes signs literally', async () => {
    expect(await names({ text: '1004' })).toEqual(['#1004']);
    expect(await names({ text: '#1004_2' })).toEqual(['#1004']);
    expect(await names({ text: 'W-31' })).toEqual(['#1004']);
    expect(await names({ text: '%' })).toEqual([]);
  });

  it('shows nothing of another shop', async () => {
    const other = await inSystem('install-shop', (tx) =>
      tx.shop.create({ data: { domain: 'other.myshopify.com', installedAt: at } }),
    );
    expect((await listOrders(other.id, {})).rows).toEqual([]);
  });
});

describe('open problems', () => {
  it('are grouped by cause and value, without those that are closed', async () => {
    const groups = await groupProblems(shopId, { sync: 'orders' });
    expect(groups).toMatchObject([{ cause: 'shipping-unmapped', detail: 'Drone', count: 2, connectionName: 'Main' }]);
    const { rows } = await listProblems(shopId, { cause: 'shipping-unmapped', detail: 'Drone' });
    expect(rows.map(({ subjectLabel }) => subjectLabel).sort()).toEqual(['#1002', '#1009']);
  });
});
