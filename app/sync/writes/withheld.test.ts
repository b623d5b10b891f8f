import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeConnector } from '../../connections/fake-connector.test-data.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { createConnection } = await import('../../connections/connections.ts');
const { setAccess, setConnectionState, setDryRun } = await import('../../connections/connection-state.ts');
const { openConnection } = await import('../../connections/open-connection.ts');
const { performWrite } = await import('./perform-write.ts');
const { countWithheld, resumeWithheld } = await import('./withheld.ts');
const { readLocationEffects } = await import('../shop/location-effect.ts');

setConnectors([fakeConnector({ facilities: [], key: 'right-key' })]);
const ada = { userId: '1', userName: 'Ada' };
const location = 'gid://shopify/Location/1';
let shopId = 0;
let id = '';
let serial = 0;

beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `w${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
  const settings = { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right-key' };
  const made = await createConnection(shopId, ada, { connector: 'fake', name: 'Main', settings });
  if (!made.ok) throw new Error('not made');
  id = made.id;
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

async function part(orderId: string): Promise<string> {
  serial += 1;
  const { id: partId } = await prisma.part.create({
    data: {
      ...{ shopId, orderId, connectionId: id, number: 1, reference: `#${serial}`, locationId: location, facilityId: 'F' },
      ...{ fulfilmentOrderIds: [], createdAt: new Date() },
    },
  });
  await prisma.partLine.create({
    data: { shopId, partId, lineId: `${serial}`, sku: 'A', locationId: location, quantity: 2, open: 2 },
  });
  return partId;
}
const sent: string[] = [];
const hand = async (partId: string) =>
  performWrite(
    await openConnection(shopId, id),
    {
      target: 'back-office',
      kind: 'order-create',
      subject: { kind: 'part', id: partId },
      key: `create ${partId}`,
      class: 'compensable',
    },
    { send: () => Promise.resolve(sent.push(partId)), ask: () => Promise.resolve(null) },
  );
const due = () => prisma.sync.findMany({ where: { shopId, enabled: true }, select: { nextDue: true } });

describe('what a gate keeps back', () => {
  it('is counted, and goes through the corridor once the gate is lifted; what has gone since does not', async () => {
    await prisma.sync.updateMany({ where: { shopId, kind: { in: ['orders', 'inventory'] } }, data: { enabled: true } });
    await inShop(shopId, (tx) => setDryRun(tx, shopId, ada, id, true));
    const [one, two] = [await part('gid://shopify/Order/1'), await part('gid://shopify/Order/2')];
    await hand(one);
    await hand(two);
    expect(sent).toEqual([]);
    expect(await inShop(shopId, (tx) => countWithheld(tx, shopId, id))).toEqual({
      orders: 2,
      shipments: 0,
      returns: 0,
      levels: 0,
    });
    expect(await due()).toEqual([{ nextDue: null }, { nextDue: null }]);
    await inShop(shopId, (tx) => setDryRun(tx, shopId, ada, id, false));
    expect((await due()).every(({ nextDue }) => nextDue !== null)).toBe(true);
    await hand(two);
    expect(sent).toEqual([two]);
    await resumeWithheld(shopId, id);
    const taken = await prisma.inboxItem.findMany({ where: { shopId }, select: { subjectId: true, handledAt: true } });
    expect(taken).toEqual([{ subjectId: 'gid://shopify/Order/1', handledAt: null }]);
  });

  it.each([
    ['from reading to writing', { access: 'read' }, { access: 'read_write' }, true],
    ['from none to reading', { access: 'none' }, { access: 'read' }, true],
    ['from writing to reading', { access: 'read_write' }, { access: 'read' }, false],
    ['while it is deactivated', { access: 'read', state: 'deactivated' }, { access: 'read_write' }, false],
  ] as const)(
    'access %s: what was missed is due at once only where something moves again',
    async (_what, before, after, isDue) => {
      await prisma.sync.updateMany({ where: { shopId, kind: 'orders' }, data: { enabled: true } });
      await prisma.connection.update({ where: { shopId_id: { shopId, id } }, data: before });
      await inShop(shopId, (tx) => setAccess(tx, shopId, ada, id, after.access));
      expect((await due()).map(({ nextDue }) => nextDue !== null)).toEqual([isDue]);
    },
  );

  it('re-activating has every sync that is on catch up from where it stood', async () => {
    const cursor = { updatedAt: '2026-11-01T00:00:00.000Z', remote: null };
    await prisma.sync.updateMany({ where: { shopId, kind: 'orders' }, data: { enabled: true, cursor } });
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, id, 'deactivated'));
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, id, 'active'));
    const rows = await prisma.sync.findMany({ where: { shopId }, select: { kind: true, nextDue: true, cursor: true } });
    expect(rows.filter(({ nextDue }) => nextDue)).toMatchObject([{ kind: 'orders', cursor }]);
  });
});

describe('what hangs on a location', () => {
  it('is counted before its mapping is changed: open orders, shown levels, and who takes the stock over', async () => {
    const at = new Date();
    for (const [n, name] of [
      [1, 'Main'],
      [2, 'Outlet'],
    ] as const) {
      const locationId = `gid://shopify/Location/${n}`;
      await prisma.location.create({
        data: { shopId, id: locationId, name, active: true, fulfillsOnline: true, address: {}, importedAt: at },
      });
      await prisma.locationLink.create({
        data: { shopId, locationId, connectionId: id, facilityId: 'F', carriesStock: n === 1, createdAt: at },
      });
    }
    await part('gid://shopify/Order/1');
    const gone = await part('gid://shopify/Order/2');
    await prisma.part.update({ where: { shopId_id: { shopId, id: gone } }, data: { state: 'cancelled' } });
    const level = { shopId, locationId: location, available: 3, committed: 0, active: true, readAt: at };
    await prisma.stockLevel.create({ data: { ...level, inventoryItemId: 'gid://shopify/InventoryItem/1', publishedAt: at } });
    await prisma.stockLevel.create({ data: { ...level, inventoryItemId: 'gid://shopify/InventoryItem/2' } });
    expect(
      await inShop(shopId, (tx) =>
        readLocationEffects(tx, shopId, [location, 'gid://shopify/Location/2', 'gid://shopify/Location/9']),
      ),
    ).toEqual([
      { locationId: location, name: 'Main', openOrders: 1, levels: 1, heir: 'Outlet' },
      { locationId: 'gid://shopify/Location/2', name: 'Outlet', openOrders: 0, levels: 0, heir: null },
    ]);
  });
});
