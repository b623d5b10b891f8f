import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector } from '../connections/fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('../connections/known-connectors.ts');
const { createSyncs, listSyncs, readSync, saveSyncInterval } = await import('../connections/syncs.ts');
const { dueSyncs } = await import('./due-syncs.ts');
const { saveSchedule } = await import('./sync-schedule.ts');
const { noteQuietHours } = await import('../sync/runs/runs.ts');
const { listAudit } = await import('../people/audit.ts');
const { appItself } = await import('../people/actor.ts');
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const connector = fakeConnector({ facilities: [], key: 'right-key' });
setConnectors([connector]);
let shopId = 0;
let connectionId = '';

beforeEach(async () => {
  await prisma.sync.deleteMany({});
  const at = new Date();
  shopId = (await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: at } })).id;
  const data = { shopId, connector: connector.id, name: 'Main', inboundHash: `${Math.random()}`, createdAt: at, updatedAt: at };
  connectionId = (await prisma.connection.create({ data })).id;
  await inShop(shopId, (tx) => createSyncs(tx, shopId, connectionId, connector.capabilities));
});

const usual = { mode: 'interval', intervalMinutes: 30, dailyAt: null, quietFrom: null, quietTo: null };
const save = (given: object) =>
  inShop(shopId, (tx) => saveSchedule(tx, shopId, appItself, { connectionId, kind: 'orders' }, { ...usual, ...given }));
const orders = () => inShop(shopId, (tx) => readSync(tx, shopId, connectionId, 'orders'));
const set = (data: object) =>
  prisma.sync.update({ where: { shopId_connectionId_kind: { shopId, connectionId, kind: 'orders' } }, data });
const errorsOf = async (given: object) => {
  const result = await save(given);
  return result.ok ? null : Object.fromEntries(Object.entries(result.errors).map(([name, { code }]) => [name, code]));
};
/** Times of the shop's day (UTC) round now. */
const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);

describe('the schedule of a sync', () => {
  it('is automatic at first, with the interval that suits each sync and the back office', async () => {
    const syncs = await inShop(shopId, (tx) => listSyncs(tx, shopId, connectionId));
    expect(syncs.map(({ schedule }) => schedule.mode)).toEqual(Array(5).fill('automatic'));
    expect(syncs.find(({ kind }) => kind === 'products')?.schedule.intervalMinutes).toBe(60);
  });

  it('set to an interval it is due so long after the last run, and says who changed what', async () => {
    const last = new Date(Date.now() - 5 * 60_000);
    await set({ enabled: true, lastRunAt: last, nextDue: new Date() });
    expect(await save({ intervalMinutes: 30 })).toEqual({ ok: true });
    const sync = await orders();
    expect(sync.schedule).toMatchObject({ mode: 'interval', intervalMinutes: 30 });
    expect(sync.nextDue?.getTime()).toBe(last.getTime() + 30 * 60_000);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'schedule-changed' }));
    expect(rows[0]).toMatchObject({ before: { mode: 'automatic' }, after: { mode: 'interval', intervalMinutes: 30 } });
  });

  it('automatic again it takes back the interval that suits it, whatever was entered', async () => {
    await save({ intervalMinutes: 700 });
    await save({ mode: 'automatic', intervalMinutes: 5000 });
    expect((await orders()).schedule).toMatchObject({ mode: 'automatic', intervalMinutes: 10 });
  });

  it('counts as the merchant’s own when the interval alone is set', async () => {
    await inShop(shopId, (tx) => saveSyncInterval(tx, shopId, appItself, connectionId, 'orders', 45));
    expect((await orders()).schedule).toMatchObject({ mode: 'interval', intervalMinutes: 45 });
  });

  it.each([
    ['less than the back office allows', { intervalMinutes: 0 }, { intervalMinutes: 'too-small' }],
    ['more than a day', { intervalMinutes: 1441 }, { intervalMinutes: 'too-large' }],
    ['half a minute', { intervalMinutes: 1.5 }, { intervalMinutes: 'not-a-whole-number' }],
    ['no interval', { intervalMinutes: null }, { intervalMinutes: 'required' }],
    ['quiet hours without an end', { quietFrom: '22:00' }, { quietTo: 'required' }],
    ['quiet hours without a start', { quietTo: '06:00' }, { quietFrom: 'required' }],
    ['quiet hours all day', { quietFrom: '22:00', quietTo: '22:00' }, { quietTo: 'same-times' }],
    ['a time that is none', { quietFrom: '25:00', quietTo: '06:00' }, { quietFrom: 'wrong-format' }],
    [
      'a daily run in the quiet hours',
      { intervalMinutes: 1440, dailyAt: '23:00', quietFrom: '22:00', quietTo: '06:00' },
      { dailyAt: 'in-quiet-hours' },
    ],
  ])('refuses %s at its field and stores nothing', async (_, given, expected) => {
    expect(await errorsOf(given)).toEqual(expected);
    expect((await orders()).schedule.mode).toBe('automatic');
  });
});

describe('what the clock starts', () => {
  const due = async () => {
    const waits: Date[] = [];
    const started = await dueSyncs({
      wait: async (tx, one, until) => {
        waits.push(until);
        await noteQuietHours(tx, shopId, one, until);
      },
    });
    return { started: started.map(({ sync }) => sync), waits };
  };

  it('is nothing by itself where the schedule is off, but once after somebody switched it on again', async () => {
    await save({ mode: 'off' });
    await set({ enabled: true, nextDue: new Date(Date.now() - 1000) });
    expect((await due()).started).toEqual(['orders']);
    expect((await orders()).nextDue).toBeNull();
    expect((await due()).started).toEqual([]);
  });

  it('waits in quiet hours for their end, says so once, and does not count as a run', async () => {
    const quiet = { quietFrom: clock(-60), quietTo: clock(60) };
    await save({ ...quiet, intervalMinutes: 10 });
    const last = new Date(Date.now() - 600_000);
    await set({ enabled: true, lastRunAt: last, nextDue: new Date(Date.now() - 1000) });
    const { started, waits } = await due();
    expect([started, waits.length]).toEqual([[], 1]);
    expect((await due()).waits).toEqual([]);
    const sync = await orders();
    expect(sync.nextDue).toEqual(waits[0]);
    expect(waits[0]?.toISOString().slice(11, 16)).toBe(quiet.quietTo);
    expect(sync.lastRunAt).toEqual(last);
    const runs = await prisma.run.findMany({ where: { shopId } });
    expect(runs).toMatchObject([{ state: 'cancelled', door: 'schedule', reason: { code: 'quiet-hours' } }]);
  });

  it('starts at once when quiet hours lie at another time', async () => {
    await save({ quietFrom: clock(60), quietTo: clock(120) });
    await set({ enabled: true, nextDue: new Date(Date.now() - 1000) });
    expect((await due()).started).toEqual(['orders']);
  });
});
