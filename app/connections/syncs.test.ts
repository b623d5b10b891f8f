import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { createConnection } = await import('./connections.ts');
const { testConnection } = await import('./test-connection.ts');
const { readSync, listSyncs, saveSyncSettings, saveSyncInterval, switchSync, saveCursor } = await import('./syncs.ts');
const { listAudit } = await import('../people/audit.ts');

setConnectors([fakeConnector({ facilities: [], key: 'right-key' })]);
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
let id = '';

beforeEach(async () => {
  const shop = await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } });
  shopId = shop.id;
  const made = await createConnection(shopId, ada, {
    connector: 'fake',
    name: 'Main',
    settings: { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right-key' },
  });
  if (!made.ok) throw new Error('not made');
  id = made.id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const read = <Kind extends 'orders' | 'inventory' | 'returns'>(kind: Kind) =>
  inShop(shopId, (tx) => readSync(tx, shopId, id, kind));
const save = (kind: 'orders' | 'inventory', given: Record<string, unknown>) =>
  inShop(shopId, (tx) => saveSyncSettings(tx, shopId, ada, id, kind, given));
const turn = (kind: 'orders' | 'products' | 'returns', on: boolean) =>
  inShop(shopId, (tx) => switchSync(tx, shopId, ada, id, kind, on));

describe('settings of a sync', () => {
  it('start at the defaults, the payment states at the connector’s own', async () => {
    const { settings, enabled, enabledAt, cursor } = await read('orders');
    expect(settings).toMatchObject({
      financialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
      requiredTags: [],
      requiredTagsMode: 'all',
      excludedTags: [],
      earliestOrderDate: null,
      editWindowMinutes: 0,
      unmappedShipping: 'hold',
      unmappedPayment: 'send',
      tagImported: '',
      orderNote: true,
    });
    expect({ enabled, enabledAt, cursor }).toEqual({ enabled: false, enabledAt: null, cursor: null });
  });

  it('are stored when all are right, with an audit entry of what changed', async () => {
    expect(
      await save('orders', { excludedTags: [' wholesale '], editWindowMinutes: 30, earliestOrderDate: '2026-11-01' }),
    ).toEqual({ ok: true });
    expect((await read('orders')).settings).toMatchObject({
      excludedTags: ['wholesale'],
      editWindowMinutes: 30,
      earliestOrderDate: '2026-11-01',
    });
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'sync-settings-changed' }));
    expect(rows).toMatchObject([
      {
        subject: 'sync orders',
        connectionId: id,
        before: { excludedTags: [], editWindowMinutes: 0, earliestOrderDate: null },
        after: { excludedTags: ['wholesale'], editWindowMinutes: 30, earliestOrderDate: '2026-11-01' },
      },
    ]);
    expect(Object.keys(rows[0]?.after ?? {})).toHaveLength(3);
  });

  it('are refused with the field named, and nothing is stored', async () => {
    expect(
      await save('orders', {
        editWindowMinutes: -1,
        financialStatuses: [],
        earliestOrderDate: 'soon',
        unmappedShipping: 'maybe',
      }),
    ).toEqual({
      ok: false,
      errors: {
        editWindowMinutes: { code: 'too-small', params: { minimum: 0 } },
        financialStatuses: { code: 'required', params: {} },
        earliestOrderDate: { code: 'wrong-format', params: {} },
        unmappedShipping: { code: 'not-a-choice', params: {} },
      },
    });
    expect(await save('inventory', { minimumLevel: 1.5, brakePercent: 'half' })).toMatchObject({
      errors: { minimumLevel: { code: 'not-a-whole-number' }, brakePercent: { code: 'not-a-number' } },
    });
    expect((await read('orders')).settings.editWindowMinutes).toBe(0);
  });

  it('that an older version stored and this one refuses fall back alone', async () => {
    await prisma.sync.updateMany({
      where: { shopId, kind: 'inventory' },
      data: { settings: { minimumLevel: 'lots', brakePercent: 20, gone: true } },
    });
    expect((await read('inventory')).settings).toMatchObject({
      minimumLevel: 0,
      brakePercent: 20,
      brakeUnits: 1000,
      activateLevels: true,
    });
  });
});

describe('switching a sync', () => {
  const locationLink = async () => {
    await prisma.location.create({
      data: { shopId, id: 'L', name: 'L', active: true, fulfillsOnline: true, address: {}, importedAt: new Date() },
    });
    await prisma.locationLink.create({
      data: { shopId, locationId: 'L', connectionId: id, facilityId: 'F', createdAt: new Date() },
    });
  };

  it('on is refused with everything that is missing', async () => {
    expect(await turn('orders', true)).toEqual({
      ok: false,
      missing: [
        { code: 'connection-not-tested', params: {} },
        { code: 'no-location-mapped', params: {} },
      ],
    });
    expect((await read('orders')).enabled).toBe(false);
  });

  it('on is refused where the back office does not offer it', async () => {
    await testConnection(shopId, id);
    expect(await turn('returns', true)).toEqual({
      ok: false,
      missing: [{ code: 'returns-not-offered', params: { backOffice: 'Fake ERP' } }],
    });
  });

  it('on makes it due at once; off and on again keeps the day it began', async () => {
    await testConnection(shopId, id);
    await locationLink();
    expect(await turn('orders', true)).toEqual({ ok: true });
    const first = await read('orders');
    expect(first.enabled).toBe(true);
    expect(first.nextDue?.getTime()).toBeLessThanOrEqual(Date.now());
    await turn('orders', false);
    expect(await read('orders')).toMatchObject({ enabled: false, nextDue: null, enabledAt: first.enabledAt });
    await turn('orders', true);
    expect((await read('orders')).enabledAt).toEqual(first.enabledAt);
  });

  it('a location that was deactivated in Shopify does not count as mapped', async () => {
    await testConnection(shopId, id);
    await locationLink();
    await prisma.location.updateMany({ where: { shopId }, data: { active: false } });
    expect(await turn('orders', true)).toMatchObject({ ok: false, missing: [{ code: 'no-location-mapped' }] });
  });
});

describe('settings that another setting needs', () => {
  it.each([
    [{ customer: 'fixed' }, 'fallbackCustomerName'],
    [{ customer: 'metafield' }, 'customerMetafield'],
    [{ preOrders: 'split' }, 'preOrderTags'],
  ])('%j is refused at the field that is missing, and keeps orders from being switched on', async (given, field) => {
    expect(await save('orders', given)).toMatchObject({ ok: false, errors: { [field]: { code: 'required' } } });
    // As an older version may have stored it.
    await inShop(shopId, (tx) =>
      tx.sync.update({
        where: { shopId_connectionId_kind: { shopId, connectionId: id, kind: 'orders' } },
        data: { settings: given },
      }),
    );
    const result = await turn('orders', true);
    expect(result.ok ? [] : result.missing.map(({ code }) => code)).toContain(field);
  });

  it('names stored settings that are no longer valid before a sync is switched on', async () => {
    await inShop(shopId, (tx) =>
      tx.sync.update({
        where: { shopId_connectionId_kind: { shopId, connectionId: id, kind: 'orders' } },
        data: { settings: { editWindowMinutes: -1 } },
      }),
    );
    const result = await turn('orders', true);
    expect(result.ok ? [] : result.missing).toContainEqual({ code: 'settings-invalid', params: { fields: 'editWindowMinutes' } });
  });
});

describe('interval and cursor', () => {
  const interval = (minutes: number) => inShop(shopId, (tx) => saveSyncInterval(tx, shopId, ada, id, 'orders', minutes));

  it('an interval keeps to the connector’s minimum and to once a day', async () => {
    for (const minutes of [4, 1441, 7.5, Number.NaN]) {
      await expect(interval(minutes)).rejects.toMatchObject({
        code: 'interval-out-of-range',
        field: 'intervalMinutes',
        params: { minimum: 5, maximum: 1440 },
      });
    }
    await interval(5);
    expect((await read('orders')).intervalMinutes).toBe(5);
  });

  it('a shorter interval counts from the last run', async () => {
    const lastRunAt = new Date('2026-11-20T10:00:00Z');
    await prisma.sync.updateMany({
      where: { shopId, kind: 'orders' },
      data: { enabled: true, lastRunAt, nextDue: new Date('2026-11-20T11:00:00Z') },
    });
    await interval(15);
    expect((await read('orders')).nextDue).toEqual(new Date('2026-11-20T10:15:00Z'));
  });

  it('a cursor is kept as it was given, and can be taken back', async () => {
    await inShop(shopId, (tx) => saveCursor(tx, shopId, id, 'orders', { updatedAt: '2026-11-20T10:00:00Z' }));
    expect((await read('orders')).cursor).toEqual({ updatedAt: '2026-11-20T10:00:00Z' });
    await inShop(shopId, (tx) => saveCursor(tx, shopId, id, 'orders', null));
    expect((await read('orders')).cursor).toBeNull();
  });

  it('all five syncs are listed in the order of the pages', async () => {
    expect((await inShop(shopId, (tx) => listSyncs(tx, shopId, id))).map(({ kind }) => kind)).toEqual([
      'products',
      'orders',
      'inventory',
      'shipments',
      'returns',
    ]);
  });
});
