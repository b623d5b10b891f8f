import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { followClockFile } = await import('../core/clock.ts');
const { watchSilence } = await import('./watch-silence.ts');
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clockFile = path.join(mkdtempSync(path.join(os.tmpdir(), 'crossdock-clock-')), 'clock');
writeFileSync(clockFile, '0');
followClockFile(clockFile);

/** It is so late now: a Thursday unless a case says otherwise. */
async function itIs(at: string): Promise<void> {
  writeFileSync(clockFile, String(Date.parse(at) - Date.now()));
  await new Promise((done) => setTimeout(done, 30));
}

let shopId = 0;
let connectionId = '';
beforeEach(async () => {
  await prisma.shop.updateMany({ data: { uninstalledAt: new Date() } });
});

async function openShop(zone = 'UTC'): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  const shop = { domain: `s${Math.random()}.myshopify.com`, installedAt: at, timeZone: zone };
  shopId = (await prisma.shop.create({ data: shop })).id;
  const connection = { shopId, connector: 'fake', name: 'Main', inboundHash: `${Math.random()}`, createdAt: at, updatedAt: at };
  connectionId = (await prisma.connection.create({ data: connection })).id;
  await prisma.sync.create({ data: { shopId, connectionId, kind: 'orders', enabled: true } });
  await prisma.alertSettings.create({ data: { shopId, watchingSince: at } });
}

const settings = (given: object) => prisma.alertSettings.update({ where: { shopId }, data: { settings: given } });

let made = 0;
/** Orders at an even pace between two moments. */
async function orders(from: number, to: number, perHour: number): Promise<void> {
  const times: Date[] = [];
  for (let at = from; at < to; at += HOUR / perHour) times.push(new Date(at));
  await prisma.$executeRaw`
    INSERT INTO shop_order (shop_id, id, name, shopify_updated_at, placed_at, financial_status, fulfilment_status, currency, total, units, tags, verdict, first_seen_at, decided_at)
    SELECT ${shopId}, 'o' || (${made}::int + n), '#' || n, t, t, 'PAID', 'UNFULFILLED', 'EUR', 100, 1, '{}', 'send', t, t
    FROM unnest(${times}::timestamptz[]) WITH ORDINALITY AS x (t, n)`;
  made += times.length;
}

/** Every day of some weeks, between two hours of the day, until a moment. */
async function habit(
  until: string,
  { weeks = 5, perHour = 20, from = 0, to = 24, days = [0, 1, 2, 3, 4, 5, 6] } = {},
): Promise<void> {
  const end = Date.parse(until);
  const midnight = Date.parse(`${until.slice(0, 10)}T00:00:00Z`);
  for (let day = weeks * 7; day >= 0; day -= 1) {
    const start = midnight - day * DAY;
    if (!days.includes(new Date(start).getUTCDay())) continue;
    await orders(start + from * HOUR, Math.min(start + to * HOUR, end), perHour);
  }
}

const silent = async () => {
  await watchSilence();
  const { silentSince, silence } = await prisma.alertSettings.findUniqueOrThrow({ where: { shopId } });
  return silentSince ? (silence as { since: string; expected: number }) : null;
};

describe('silence', () => {
  it('twenty orders an hour are usual, none for two hours: that is told, with how many would be usual', async () => {
    await openShop();
    await habit('2026-11-19T12:00:00Z');
    await itIs('2026-11-19T13:55:00Z');
    expect(await silent()).toBeNull();
    await itIs('2026-11-19T14:00:00Z');
    const found = await silent();
    expect(found?.since).toBe('2026-11-19T11:57:00Z');
    expect(found?.expected).toBeGreaterThanOrEqual(39);
    expect(found?.expected).toBeLessThanOrEqual(42);
  });

  it('is over with the next order', async () => {
    await openShop();
    await habit('2026-11-19T12:00:00Z');
    await itIs('2026-11-19T15:00:00Z');
    expect(await silent()).not.toBeNull();
    await orders(Date.parse('2026-11-19T15:01:00Z'), Date.parse('2026-11-19T15:02:00Z'), 1);
    await itIs('2026-11-19T15:05:00Z');
    expect(await silent()).toBeNull();
  });

  it.each([
    ['a shop that sells by day is quiet at night', { from: 8, to: 20 }, '2026-11-18T20:00:00Z', '2026-11-19T07:30:00Z', false],
    [
      'a shop that sells by day is silent in the morning',
      { from: 8, to: 20 },
      '2026-11-18T20:00:00Z',
      '2026-11-19T10:00:00Z',
      true,
    ],
    [
      'a shop that sells on weekdays is quiet on Sunday',
      { days: [1, 2, 3, 4, 5] },
      '2026-11-21T00:00:00Z',
      '2026-11-22T20:00:00Z',
      false,
    ],
    [
      'a shop that sells on weekdays is silent on Monday',
      { days: [1, 2, 3, 4, 5] },
      '2026-11-21T00:00:00Z',
      '2026-11-23T03:00:00Z',
      true,
    ],
    [
      'a small shop isn’t nagged after a day without an order',
      { perHour: 3 / 24 },
      '2026-11-18T12:00:00Z',
      '2026-11-19T20:00:00Z',
      false,
    ],
    [
      'a small shop is asked after it once ten would have been usual',
      { perHour: 3 / 24 },
      '2026-11-14T12:00:00Z',
      '2026-11-18T20:00:00Z',
      true,
    ],
    ['a tiny shop is never asked', { perHour: 1 / 168, days: [1] }, '2026-10-01T00:00:00Z', '2026-11-19T12:00:00Z', false],
    ['what is known for one week only proves nothing', { weeks: 1 }, '2026-11-19T12:00:00Z', '2026-11-19T20:00:00Z', false],
    ['two weeks are enough', { weeks: 2 }, '2026-11-19T12:00:00Z', '2026-11-19T20:00:00Z', true],
  ])('%s', async (_, usual, last, now, expected) => {
    await openShop();
    await habit(last, usual);
    await itIs(now);
    expect((await silent()) !== null).toBe(expected);
  });

  it('one week of a sale teaches nothing', async () => {
    await openShop();
    await habit('2026-11-19T12:00:00Z', { perHour: 1 });
    // The same Thursday hours a week ago, a hundred times as many.
    await orders(Date.parse('2026-11-12T12:00:00Z'), Date.parse('2026-11-12T18:00:00Z'), 100);
    await itIs('2026-11-19T17:00:00Z');
    expect(await silent()).toBeNull();
  });

  it('knows the hours of the shop’s own zone, and keeps to them when clocks change', async () => {
    await openShop('America/New_York');
    // 9 to 17 in New York: 13 to 21 UTC until the first of November, 14 to 22 after it.
    for (let week = 6; week >= 1; week -= 1) {
      const day = Date.parse('2026-11-19T00:00:00Z') - week * 7 * DAY;
      const shift = day < Date.parse('2026-11-01T06:00:00Z') ? 13 : 14;
      await orders(day + shift * HOUR, day + (shift + 8) * HOUR, 30);
    }
    await settings({ silenceMinutes: 30, silenceWeeks: 6 });
    await itIs('2026-11-19T13:58:00Z');
    expect(await silent()).toBeNull();
    await itIs('2026-11-19T14:45:00Z');
    expect(await silent()).not.toBeNull();
  });

  it('is judged as the merchant tuned it: minutes, usual orders, weeks, or not at all', async () => {
    await openShop();
    await habit('2026-11-19T12:00:00Z', { perHour: 4 });
    await itIs('2026-11-19T14:10:00Z');
    expect(await silent()).toBeNull();
    await settings({ silenceFloor: 8 });
    expect(await silent()).not.toBeNull();
    await settings({ silenceFloor: 8, silenceMinutes: 180 });
    expect(await silent()).toBeNull();
    await settings({ silenceFloor: 8, silenceAlarm: false });
    expect(await silent()).toBeNull();
  });

  it('learns from as many weeks as it is told', async () => {
    await openShop();
    // Busy until a month ago, hardly anything since.
    await habit('2026-10-22T00:00:00Z', { weeks: 6, perHour: 40 });
    await habit('2026-11-19T12:00:00Z', { weeks: 3, perHour: 1 });
    await itIs('2026-11-19T17:00:00Z');
    await settings({ silenceWeeks: 3 });
    expect(await silent()).toBeNull();
    await settings({ silenceWeeks: 9 });
    expect(await silent()).not.toBeNull();
  });

  it('isn’t told while news of orders waits to be handled, or while nobody reads orders', async () => {
    await openShop();
    await habit('2026-11-19T12:00:00Z');
    await itIs('2026-11-19T15:00:00Z');
    const news = { shopId, key: 'k', door: 'webhook', topic: 'orders/create', subjectKind: 'order', subjectId: '1' };
    const { id } = await prisma.inboxItem.create({ data: { ...news, receivedAt: new Date('2026-11-19T14:00:00Z') } });
    expect(await silent()).toBeNull();
    await prisma.inboxItem.updateMany({ where: { id }, data: { handledAt: new Date() } });
    expect(await silent()).not.toBeNull();
    await prisma.connection.updateMany({ where: { id: connectionId }, data: { state: 'deactivated' } });
    expect(await silent()).toBeNull();
    // Switched on again, orders are expected from then on and not for the time before.
    await prisma.connection.updateMany({ where: { id: connectionId }, data: { state: 'active' } });
    expect(await silent()).toBeNull();
    await itIs('2026-11-19T17:01:00Z');
    expect(await silent()).not.toBeNull();
  });
});
