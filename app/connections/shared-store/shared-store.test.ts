import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { Room } from '../../stockroom/room.ts';
import { fakeConnector } from '../fake-connector.test-data.ts';

const database = await openTestDatabase();
const { compose } = await import('../../compose.ts');
compose();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { pool: poolJob } = await import('../../jobs/handlers/pool.ts');
const { listAudit } = await import('../../people/audit.ts');
const { acceptOrder } = await import('../../stockroom/accept-order.ts');
const { updateFacility } = await import('../../stockroom/facilities.ts');
const { listOrders } = await import('../../stockroom/order-list.ts');
const { listProducts } = await import('../../stockroom/products.ts');
const { clerk, makeRoom, makeStockedRoom, orderOf } = await import('../../stockroom/room.fixture.ts');
const { shipOrder } = await import('../../stockroom/shipping.ts');
const { adjustStock, countStock, setStock } = await import('../../stockroom/stock-entries.ts');
const { readStock } = await import('../../stockroom/stock.ts');
const { saveStore } = await import('../../stockroom/stores.ts');
const { saveConnection } = await import('../connections.ts');
const { openConnection } = await import('../open-connection.ts');
const { createSyncs } = await import('../syncs.ts');
const { connectors } = await import('../../connectors/registry.ts');
const { connectorDefinition, setConnectors } = await import('../known-connectors.ts');
const { answerShareAsk, readShareCodes } = await import('./answer-share-ask.ts');
const { chooseStore } = await import('./choose-store.ts');
const { leaveAllPools, stopSharing } = await import('./pool.ts');
const { enterShareCode, makeShareCode, revokeShareCode } = await import('./share-code.ts');
const { listSharing } = await import('./sharing.ts');

// One that tells by its account whose stock it counts: what stands before the sign is the tenant, as with many vendors.
const told = { keyOf: ({ account }: Record<string, unknown>) => `fake ${String(account).split('_')[0]}` };
setConnectors([...connectors, { ...fakeConnector({ facilities: [], key: 'right' }), sharedStock: told }]);

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const admin = { userId: '1', userName: 'Ada' };

async function named<R extends Room>(room: R, name: string): Promise<R> {
  await prisma.shop.update({ where: { id: room.shopId }, data: { name } });
  await inShop(room.shopId, (tx) =>
    createSyncs(tx, room.shopId, room.connectionId, connectorDefinition('stockroom').capabilities),
  );
  return room;
}

/** A shop with a store of 10 A, 5 B and 0 C, and another one with an empty Stockroom. */
async function twoRooms() {
  const { room, facilityId } = await makeStockedRoom({ A: 10, B: 5, C: 0 });
  const host = await named(room, 'Harbour');
  const store = await saveStore({ ...host, name: 'Brand' });
  expect(await chooseStore(host.shopId, admin, host.connectionId, store.id)).toEqual({ ok: true });
  const guest = await named(await makeRoom(), 'Guesthouse');
  return { host, guest, facilityId, store };
}

/** What the app would do: every job about shared stores that waits. */
async function doJobs(): Promise<void> {
  for (;;) {
    const jobs = await prisma.$queryRaw<{ id: string; data: Parameters<typeof poolJob>[0] }[]>`
      DELETE FROM pgboss.job WHERE id IN (SELECT id FROM pgboss.job WHERE name = 'pool' ORDER BY created_on LIMIT 1) RETURNING id::text, data`;
    if (jobs.length === 0) return;
    for (const { data } of jobs) await poolJob(data);
  }
}

async function share(host: Room, guest: Room): Promise<void> {
  const { code } = await makeShareCode(host.shopId, admin, host.connectionId);
  await enterShareCode(guest.shopId, admin, guest.connectionId, ` ${code.toLowerCase().replaceAll('-', ' ')} `);
  const { asked } = await readShareCodes(host.shopId, host.connectionId);
  await answerShareAsk(host.shopId, admin, host.connectionId, asked?.id ?? '', true);
  await doJobs();
}

async function levels(room: Room, facilityId?: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const page of readStock({ ...room, ...(facilityId ? { facilityIds: [facilityId] } : {}) }))
    for (const { sku, onHand, reserved, counted } of page) found[sku] = `${onHand}/${reserved}${counted ? '' : ' unknown'}`;
  return found;
}

const audited = async ({ shopId }: Room) =>
  (await inShop(shopId, (tx) => listAudit(tx, shopId))).rows.map(({ action }) => action);

describe('a code to share a store', () => {
  it('is asked with, shown with the other shop’s name, and shares nothing before the yes', async () => {
    const { host, guest } = await twoRooms();
    const { code } = await makeShareCode(host.shopId, admin, host.connectionId);
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    expect(JSON.stringify(await prisma.stockPoolCode.findMany())).not.toContain(code);
    await enterShareCode(guest.shopId, admin, guest.connectionId, code);
    const { asked, open } = await readShareCodes(host.shopId, host.connectionId);
    expect([asked?.name, open]).toEqual([expect.stringContaining('Guesthouse'), null]);
    expect(await readShareCodes(guest.shopId, guest.connectionId)).toMatchObject({ waiting: true, asked: null });
    expect([await listSharing(host.shopId, host.connectionId), await listSharing(guest.shopId, guest.connectionId)]).toEqual([
      null,
      null,
    ]);
    await answerShareAsk(host.shopId, admin, host.connectionId, asked?.id ?? '', true);
    await doJobs();
    const members = [
      { name: expect.stringContaining('Harbour') as unknown, imports: true, own: true },
      { name: expect.stringContaining('Guesthouse') as unknown, imports: false, own: false },
    ];
    expect(await listSharing(host.shopId, host.connectionId)).toMatchObject({ storeName: 'Brand', imports: true, members });
    expect(await listSharing(guest.shopId, guest.connectionId)).toMatchObject({ imports: false });
    expect(await audited(host)).toEqual(expect.arrayContaining(['share-code-made', 'share-asked-by', 'share-accepted']));
    expect(await audited(guest)).toEqual(expect.arrayContaining(['share-asked', 'share-accepted']));
    // Who asked isn't kept with the code.
    expect(await prisma.stockPoolCode.count({ where: { askerName: { not: null } } })).toBe(0);
  });

  it('works once, for a day, for another shop, and not after it was ended', async () => {
    const { host, guest } = await twoRooms();
    const enter = (code: string, room = guest) => enterShareCode(room.shopId, admin, room.connectionId, code);
    await expect(enter('ABCD-EFGH-JKLM')).rejects.toMatchObject({ code: 'share-code-unknown', field: 'code' });
    const first = await makeShareCode(host.shopId, admin, host.connectionId);
    await expect(enter(first.code, host)).rejects.toMatchObject({ code: 'share-code-own' });
    const second = await makeShareCode(host.shopId, admin, host.connectionId);
    await expect(enter(first.code)).rejects.toMatchObject({ code: 'share-code-unknown' });
    await enter(second.code);
    await expect(enter(second.code, await named(await makeRoom(), 'Third'))).rejects.toMatchObject({
      code: 'share-code-unknown',
    });
    const { asked } = await readShareCodes(host.shopId, host.connectionId);
    await answerShareAsk(host.shopId, admin, host.connectionId, asked?.id ?? '', false);
    await expect(answerShareAsk(host.shopId, admin, host.connectionId, asked?.id ?? '', true)).rejects.toMatchObject({
      code: 'share-ask-over',
    });
    const ended = await makeShareCode(host.shopId, admin, host.connectionId);
    await revokeShareCode(host.shopId, admin, host.connectionId);
    await expect(enter(ended.code)).rejects.toMatchObject({ code: 'share-code-unknown' });
    const late = await makeShareCode(host.shopId, admin, host.connectionId);
    await prisma.stockPoolCode.updateMany({ data: { expiresAt: new Date(0) } });
    await expect(enter(late.code)).rejects.toMatchObject({ code: 'share-code-unknown' });
    expect(await prisma.stockPoolMember.count({ where: { shopId: { in: [host.shopId, guest.shopId] } } })).toBe(0);
    expect(await audited(host)).toEqual(expect.arrayContaining(['share-code-revoked', 'share-refused']));
    expect(await audited(guest)).toEqual(expect.arrayContaining(['share-refused']));
  });

  it('can only be answered in the shop that made it', async () => {
    const { host, guest } = await twoRooms();
    const { code } = await makeShareCode(host.shopId, admin, host.connectionId);
    await enterShareCode(guest.shopId, admin, guest.connectionId, code);
    const { asked } = await readShareCodes(host.shopId, host.connectionId);
    await expect(answerShareAsk(guest.shopId, admin, guest.connectionId, asked?.id ?? '', true)).rejects.toMatchObject({
      code: 'share-ask-over',
    });
  });

  it('needs a store to be chosen, and a connection that counts the same stock', async () => {
    const { host } = await twoRooms();
    const bare = await named(await makeRoom(), 'Bare');
    await expect(makeShareCode(bare.shopId, admin, bare.connectionId)).rejects.toMatchObject({ code: 'share-store-missing' });
    const settings = { baseUrl: 'https://93.184.215.14', apiKey: 'right' };
    const connect = async (account: string) => {
      const room = await makeRoom();
      await prisma.connection.updateMany({ where: { shopId: room.shopId }, data: { connector: 'fake' } });
      await inShop(room.shopId, (tx) =>
        createSyncs(tx, room.shopId, room.connectionId, connectorDefinition('fake').capabilities),
      );
      expect(await saveConnection(room.shopId, admin, room.connectionId, { settings: { ...settings, account } })).toEqual({
        ok: true,
      });
      return room;
    };
    const [one, same, other] = [await connect('north_api'), await connect('north_shop2'), await connect('south_api')];
    const { code } = await makeShareCode(one.shopId, admin, one.connectionId);
    await expect(enterShareCode(other.shopId, admin, other.connectionId, code)).rejects.toMatchObject({
      code: 'share-other-store',
    });
    await expect(enterShareCode(host.shopId, admin, host.connectionId, code)).rejects.toMatchObject({
      code: 'share-other-store',
    });
    await enterShareCode(same.shopId, admin, same.connectionId, code);
    const { asked } = await readShareCodes(one.shopId, one.connectionId);
    await answerShareAsk(one.shopId, admin, one.connectionId, asked?.id ?? '', true);
    await doJobs();
    // Neither may wander off with the others still counting on it; what leaves the stock the same is free.
    const move = (account: string) =>
      saveConnection(same.shopId, admin, same.connectionId, { settings: { account, apiKey: 'right' } });
    await expect(move('south_api')).rejects.toMatchObject({ code: 'share-store-locked' });
    expect(await move('north_third')).toEqual({ ok: true });
  });
});

describe('a shared shelf', () => {
  let host: Room;
  let guest: Room;
  let facilityId: string;
  beforeAll(async () => {
    ({ host, guest, facilityId } = await twoRooms());
    await share(host, guest);
  });

  it('is one for both: facilities by the same id, products by SKU, numbers the same', async () => {
    expect((await openConnection(guest.shopId, guest.connectionId)).storeId).not.toBeNull();
    const facilities = await (await openConnection(guest.shopId, guest.connectionId)).connector.facilities.list();
    expect(facilities).toMatchObject([{ id: facilityId, name: 'Main', active: true, address: null }]);
    expect(await levels(guest)).toEqual({ A: '10/0', B: '5/0', C: '0/0' });
    expect(await levels(host)).toEqual({ A: '10/0', B: '5/0', C: '0/0' });
    // A title is the other shop's own word.
    const { products } = await listProducts({ ...guest, page: { number: 1, size: 10 } });
    expect(products.map(({ sku, title }) => [sku, title])).toEqual(['A', 'B', 'C'].map((sku) => [sku, sku]));
  });

  it('loses what either sells, counts what either counts, and neither sees the other’s orders', async () => {
    await acceptOrder({ ...guest, order: orderOf('#G1', { A: 3 }, { facility: facilityId }), actor: clerk });
    await acceptOrder({ ...host, order: orderOf('#H1', { A: 2 }, { facility: facilityId }), actor: clerk });
    expect([await levels(host), await levels(guest)]).toMatchObject([{ A: '10/5' }, { A: '10/5' }]);
    await shipOrder({ ...guest, order: '#G1', actor: clerk });
    expect([await levels(host), await levels(guest)]).toMatchObject([{ A: '7/2' }, { A: '7/2' }]);
    await countStock({ ...host, lines: [{ sku: 'A', facility: 'main', counted: 20 }], actor: clerk });
    await adjustStock({ ...guest, reason: 'broken', lines: [{ sku: 'A', facility: facilityId, change: -4 }], actor: clerk });
    expect([await levels(host), await levels(guest)]).toMatchObject([{ A: '16/2' }, { A: '16/2' }]);
    await setStock({ ...guest, lines: [{ sku: 'B', facility: facilityId, available: 2 }], actor: clerk });
    expect([await levels(host), await levels(guest)]).toMatchObject([{ B: '2/0' }, { B: '2/0' }]);
    await expect(
      adjustStock({ ...guest, reason: 'gone', lines: [{ sku: 'A', facility: facilityId, change: -17 }], actor: clerk }),
    ).rejects.toMatchObject({ code: 'stockroom-stock-negative', params: { onHand: 16 } });
    const refuse = acceptOrder({
      ...guest,
      order: orderOf('#G2', { A: 15 }, { facility: facilityId }),
      rules: { beyondStock: 'refuse' },
      actor: clerk,
    });
    await expect(refuse).rejects.toMatchObject({ code: 'stockroom-out-of-stock' });
    const seen = async (room: Room) =>
      (await listOrders({ ...room, page: { number: 1, size: 9 } })).orders.map(({ reference }) => reference);
    expect([await seen(host), await seen(guest)]).toEqual([['#H1'], ['#G1']]);
  });

  it('never sells the same unit twice, however both come at once', async () => {
    await setStock({ ...host, lines: [{ sku: 'C', facility: 'main', available: 6 }], actor: clerk });
    const orders = Array.from({ length: 12 }, (_, n) =>
      acceptOrder({
        ...(n % 2 === 0 ? host : guest),
        order: orderOf(`#C${n}`, { C: 1 }, { facility: facilityId }),
        rules: { beyondStock: 'refuse' },
        actor: clerk,
      }).then(
        () => 1,
        () => 0,
      ),
    );
    expect((await Promise.all(orders)).reduce<number>((sum, one) => sum + one, 0)).toBe(6);
    expect([await levels(host), await levels(guest)]).toMatchObject([{ C: '6/6' }, { C: '6/6' }]);
  });

  it('tells the other shop which SKUs moved, through its own inbox', async () => {
    await inShop(guest.shopId, (tx) => tx.sync.updateMany({ where: { kind: 'inventory' }, data: { enabled: true } }));
    const variant = { id: 'gid://shopify/ProductVariant/1', inventoryItemId: 'gid://shopify/InventoryItem/1', sku: 'A' };
    const words = { productId: 'p', productTitle: 'A', title: '', productType: '', vendor: '', tags: [], status: 'ACTIVE' };
    const flags = { tracked: true, requiresShipping: true, isGiftCard: false, hasComponents: false, whenOutOfStock: 'deny' };
    const at = new Date();
    await prisma.variant.create({
      data: { shopId: guest.shopId, ...variant, ...words, ...flags, price: 1n, shopifyUpdatedAt: at, readAt: at },
    });
    await prisma.inboxItem.deleteMany();
    await prisma.$executeRaw`DELETE FROM pgboss.job WHERE name = 'pool'`;
    await setStock({ ...host, lines: [{ sku: 'A', facility: 'main', onHand: 30 }], actor: clerk });
    await doJobs();
    const heard = await prisma.inboxItem.findMany({ where: { shopId: guest.shopId } });
    expect(heard.map(({ subjectId }) => subjectId)).toEqual([`${guest.connectionId} shared-stock`]);
    expect(await prisma.notedLevel.findMany({ where: { shopId: guest.shopId } })).toMatchObject([
      { inventoryItemId: variant.inventoryItemId },
    ]);
  });

  it('follows the facility’s name, and takes in what the host adds later', async () => {
    await updateFacility({ ...host, facility: 'main', name: 'Quay' });
    const { connector } = await openConnection(guest.shopId, guest.connectionId);
    await connector.stores?.shelf?.join({
      id: (await openConnection(host.shopId, host.connectionId)).storeId ?? '',
      name: 'Brand',
    });
    expect(await connector.facilities.list()).toMatchObject([{ name: 'Quay' }]);
  });
});

describe('whoever leaves a shared store', () => {
  async function soldByBoth() {
    const made = await twoRooms();
    await share(made.host, made.guest);
    const sell = async (room: Room, reference: string, units: Record<string, number>) => {
      await acceptOrder({ ...room, order: orderOf(reference, units, { facility: made.facilityId }), actor: clerk });
      await shipOrder({ ...room, order: reference, actor: clerk });
    };
    await sell(made.guest, '#G1', { A: 3 });
    await sell(made.host, '#H1', { A: 1 });
    return made;
  }

  it('leaves what it moved with the store: the numbers of the one that stays don’t change, and it compares everything anew', async () => {
    const { host, guest } = await soldByBoth();
    await inShop(host.shopId, (tx) => tx.sync.updateMany({ where: { kind: 'inventory' }, data: { enabled: true } }));
    const pools = (await prisma.stockPoolMember.findMany({ where: { shopId: host.shopId } })).map(({ poolId }) => poolId);
    await stopSharing(guest.shopId, admin, guest.connectionId);
    expect(await levels(host)).toMatchObject({ A: '6/0', B: '5/0' });
    await doJobs();
    expect(await levels(host)).toMatchObject({ A: '6/0', B: '5/0' });
    expect(await levels(guest)).toEqual({ A: '0/0 unknown', B: '0/0 unknown', C: '0/0 unknown' });
    expect(await listSharing(host.shopId, host.connectionId)).toBeNull();
    expect(await prisma.stockPool.count({ where: { id: { in: pools } } })).toBe(0);
    const runs = await prisma.run.findMany({ where: { shopId: host.shopId, sync: 'inventory' } });
    expect(runs.map(({ task }) => task)).toContain('full');
    expect(await audited(host)).toContain('share-left-by');
    expect(await audited(guest)).toContain('share-left');
  });

  it('is sent away by the shop that imports, which keeps the store', async () => {
    const { host, guest } = await soldByBoth();
    await stopSharing(host.shopId, admin, host.connectionId);
    await doJobs();
    expect(await levels(host)).toMatchObject({ A: '6/0' });
    expect(await listSharing(guest.shopId, guest.connectionId)).toBeNull();
    expect(await audited(host)).toContain('share-stopped');
  });

  it('may be the shop that made the store: the other one has the goods, the facility and the import then', async () => {
    const { host, guest, facilityId } = await soldByBoth();
    await leaveAllPools(host.shopId);
    await doJobs();
    expect(await levels(guest, facilityId)).toMatchObject({ A: '6/0', B: '5/0' });
    expect(await levels(host)).toMatchObject({ A: '0/0 unknown' });
    await countStock({ ...guest, lines: [{ sku: 'A', facility: facilityId, counted: 4 }], actor: clerk });
    expect(await levels(guest, facilityId)).toMatchObject({ A: '4/0' });
  });

  it('whose Stockroom can’t be opened stays in its stores, unless the shop is to be forgotten', async () => {
    const { host, guest } = await soldByBoth();
    await prisma.connection.updateMany({ where: { shopId: guest.shopId }, data: { connector: 'gone-by-now' } });
    await expect(leaveAllPools(guest.shopId)).rejects.toThrow('gone-by-now');
    expect(await prisma.stockPoolMember.count({ where: { shopId: guest.shopId } })).toBe(1);
    await leaveAllPools(guest.shopId, { whatever: true });
    expect(await prisma.stockPoolMember.count({ where: { shopId: guest.shopId } })).toBe(0);
    expect(await audited(host)).toContain('share-left-by');
    await doJobs();
    expect(await listSharing(host.shopId, host.connectionId)).toBeNull();
  });

  it('changes nothing by leaving twice, and a killed leaving goes on where it stopped', async () => {
    const { host, guest } = await soldByBoth();
    const { connector } = await openConnection(guest.shopId, guest.connectionId);
    await connector.stores?.shelf?.leave();
    await connector.stores?.shelf?.leave();
    expect(await levels(host)).toMatchObject({ A: '6/0' });
    await leaveAllPools(guest.shopId);
    await leaveAllPools(guest.shopId);
    await doJobs();
    await doJobs();
    expect(await levels(host)).toMatchObject({ A: '6/0' });
  });
});

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
