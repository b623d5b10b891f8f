import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { dueSyncs } = await import('./due-syncs.ts');

let shopId = 0;
let connectionId = '';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

beforeEach(async () => {
  await prisma.sync.deleteMany({});
  shopId = (await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
  const at = new Date();
  connectionId = (
    await prisma.connection.create({
      data: { shopId, connector: 'fake', name: 'Main', inboundHash: `${Math.random()}`, createdAt: at, updatedAt: at },
    })
  ).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const sync = (kind: string, nextDue: Date | null, enabled = true) =>
  prisma.sync.create({ data: { shopId, connectionId, kind, enabled, nextDue, intervalMinutes: 10 } });

describe('what is due', () => {
  it('is claimed once by one of many workers, however many look at the same moment', async () => {
    for (const kind of ['products', 'orders', 'inventory', 'shipments', 'returns']) await sync(kind, minutesAgo(1));
    const claims = await Promise.all(Array.from({ length: 8 }, () => dueSyncs()));
    expect(
      claims
        .flat()
        .map((due) => due.sync)
        .sort(),
    ).toEqual(['inventory', 'orders', 'products', 'returns', 'shipments']);
    expect(await dueSyncs()).toEqual([]);
  });

  it('is not claimed a second time while the first claim is still under way', async () => {
    await sync('orders', minutesAgo(1));
    let second: Promise<unknown[]> = Promise.resolve([]);
    const first = dueSyncs({
      open: async () => {
        second = dueSyncs();
        await new Promise((done) => setTimeout(done, 200));
      },
    });
    expect(await first).toHaveLength(1);
    expect(await second).toEqual([]);
  });

  it('that was missed for a day comes once and goes on in its rhythm', async () => {
    const missed = minutesAgo(24 * 60 + 3);
    await sync('orders', missed);
    expect(await dueSyncs()).toEqual([{ shopId, connectionId, sync: 'orders' }]);
    expect(await dueSyncs()).toEqual([]);
    const row = await prisma.sync.findFirstOrThrow({ where: { shopId } });
    expect((row.nextDue?.getTime() ?? 0) - Date.now()).toBeGreaterThan(0);
    expect((row.nextDue?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(600_000);
    expect(((row.nextDue?.getTime() ?? 0) - missed.getTime()) % 600_000).toBe(0);
    expect(row.lastRunAt).not.toBeNull();
  });

  it('leaves out what is off, not yet due, or waits for the merchant', async () => {
    await sync('orders', minutesAgo(1), false);
    await sync('inventory', new Date(Date.now() + 60_000));
    await sync('products', minutesAgo(1));
    const connection = (data: object) => prisma.connection.update({ where: { shopId_id: { shopId, id: connectionId } }, data });
    await connection({ state: 'deactivated' });
    expect(await dueSyncs()).toEqual([]);
    await connection({ state: 'active', access: 'none' });
    expect(await dueSyncs()).toEqual([]);
    await connection({ access: 'read', blocked: { code: 'x', retryAt: new Date(Date.now() + 60_000).toISOString() } });
    expect(await dueSyncs()).toEqual([]);
    await connection({ blocked: { code: 'x', retryAt: minutesAgo(1).toISOString() } });
    await prisma.shop.update({ where: { id: shopId }, data: { uninstalledAt: new Date() } });
    expect(await dueSyncs()).toEqual([]);
    await prisma.shop.update({ where: { id: shopId }, data: { uninstalledAt: null } });
    expect(await dueSyncs()).toHaveLength(1);
  });

  it('is due again when what it should start could not be started', async () => {
    await sync('orders', minutesAgo(1));
    await expect(dueSyncs({ open: () => Promise.reject(new Error('no run')) })).rejects.toThrow('no run');
    expect(await dueSyncs()).toHaveLength(1);
  });

  it('comes in portions, the longest overdue first', async () => {
    await sync('orders', minutesAgo(1));
    await sync('products', minutesAgo(9));
    expect((await dueSyncs({ limit: 1 })).map((due) => due.sync)).toEqual(['products']);
    expect((await dueSyncs({ limit: 1 })).map((due) => due.sync)).toEqual(['orders']);
  });
});
