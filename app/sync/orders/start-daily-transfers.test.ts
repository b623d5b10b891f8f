import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { startDailyTransfers } = await import('./start-daily-transfers.ts');
const { lastTimeOfDay } = await import('../../schedules/time-of-day.ts');
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

describe('the daily transfer of orders', () => {
  it.each([
    ['later the same day', '03:00', 'Europe/Berlin', '2026-11-20T10:00:00Z', '2026-11-20T02:00:00.000Z'],
    ['before it: yesterday’s', '03:00', 'Europe/Berlin', '2026-11-20T01:59:00Z', '2026-11-19T02:00:00.000Z'],
    ['in another zone', '23:30', 'America/New_York', '2026-11-20T10:00:00Z', '2026-11-20T04:30:00.000Z'],
    ['over the change of clocks', '03:00', 'Europe/Berlin', '2026-10-26T01:00:00Z', '2026-10-25T02:00:00.000Z'],
  ])('is due %s', (_, time, zone, at, expected) => {
    expect(lastTimeOfDay(time, zone, new Date(at)).toISOString()).toBe(expected);
  });

  it('starts once at its time, some seconds after the regular run, and only where it is wanted', async () => {
    const at = new Date();
    const minute = new Date(at.getTime() - 60_000).toISOString().slice(11, 16);
    const shop = await prisma.shop.create({ data: { domain: 'daily.myshopify.com', installedAt: at } });
    const connection = await prisma.connection.create({
      data: { shopId: shop.id, connector: 'fake', name: 'Main', inboundHash: 'daily', createdAt: at, updatedAt: at },
    });
    const key = { shopId: shop.id, connectionId: connection.id, kind: 'orders' };
    const where = { shopId_connectionId_kind: key };
    await prisma.sync.create({ data: { ...key, enabled: true, settings: { dailyAt: minute } } });
    expect(await startDailyTransfers()).toBe(0);
    await prisma.sync.update({ where, data: { settings: { dailyTransfer: true, dailyAt: minute }, lastRunAt: at } });
    expect(await startDailyTransfers()).toBe(0);
    await prisma.sync.update({ where, data: { lastRunAt: new Date(at.getTime() - 61_000) } });
    expect(await startDailyTransfers()).toBe(1);
    expect(await startDailyTransfers()).toBe(0);
    expect(await prisma.run.findMany({ where: { shopId: shop.id } })).toMatchObject([
      { task: 'daily', sync: 'orders', door: 'schedule' },
    ]);
  });
});
