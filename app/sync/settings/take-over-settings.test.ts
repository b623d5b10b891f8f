import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fakeConnector, type FakeBackOffice } from '../../connections/fake-connector.test-data.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { createConnection, saveConnection } = await import('../../connections/connections.ts');
const { openConnection } = await import('../../connections/open-connection.ts');
const { planTakeOver } = await import('../../connections/plan-take-over.ts');
const { exportSettings, readSettingsFile } = await import('../../connections/settings-file.ts');
const { readSync, saveSyncSettings } = await import('../../connections/syncs.ts');
const { loadRules, saveMapping } = await import('../../mappings/mapping-store.ts');
const { listAudit } = await import('../../people/audit.ts');
const { saveSchedule } = await import('../../schedules/sync-schedule.ts');
const { changeSyncSettings } = await import('./change-sync-settings.ts');
const { planRestore } = await import('./plan-restore.ts');
const { restoreSettings } = await import('./restore-settings.ts');
const { takeOverSettings } = await import('./take-over-settings.ts');

const backOffice: FakeBackOffice = { facilities: [], key: 'right-key', lists: { 'shipping-method': ['DHL', 'UPS'] } };
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
let from = '';
let to = '';

async function newShop(): Promise<number> {
  return (await prisma.shop.create({ data: { domain: `t${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
}
async function made(shop: number, name: string, connector = 'fake', more: Record<string, string | number> = {}): Promise<string> {
  const settings = { baseUrl: 'https://93.184.215.14', account: name, apiKey: 'right-key', ...more };
  const result = await createConnection(shop, ada, { connector, name, settings });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.id;
}
const map = (connectionId: string, kind: 'shipping' | 'payment', source: string, target: object) =>
  inShop(shopId, (tx) => saveMapping(tx, shopId, ada, { connectionId, kind, source, target }));
const rules = (connectionId: string, kind: 'shipping' | 'payment') =>
  inShop(shopId, (tx) => loadRules(tx, shopId, connectionId, kind));
const orders = async (connectionId: string) =>
  (await inShop(shopId, (tx) => readSync(tx, shopId, connectionId, 'orders'))).settings;

beforeEach(async () => {
  setConnectors([
    fakeConnector(backOffice),
    fakeConnector(backOffice, { id: 'other', mappingKinds: ['shipping'], minimumIntervalMinutes: 30 }),
  ]);
  shopId = await newShop();
  from = await made(shopId, 'From', 'fake', { pageSize: 250, region: 'us' });
  to = await made(shopId, 'Target');
  await inShop(shopId, async (tx) => {
    const { settings } = await readSync(tx, shopId, from, 'orders');
    await saveSyncSettings(tx, shopId, ada, from, 'orders', { ...settings, excludedTags: ['wholesale'], editWindowMinutes: 30 });
  });
  await map(from, 'shipping', 'Standard', { carrier: null, method: 'DHL' });
  await map(from, 'shipping', 'Pigeon', { carrier: null, method: 'PIGEON' });
  await map(from, 'payment', 'paypal', { method: 'PAYPAL' });
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

describe('a file of settings', () => {
  it('holds neither a secret nor the account, and is read back as it was', async () => {
    const text = JSON.stringify(await exportSettings(shopId, from));
    expect(text).not.toContain('right-key');
    expect(text).not.toContain('93.184');
    expect(readSettingsFile(`\uFEFF${text}`)).toEqual({ ok: true, file: JSON.parse(text) as unknown });
  });

  it.each([
    ['no file of ours', 'hello', 'settings-file-unreadable'],
    ['something else in the same form', '{"orders": []}', 'settings-file-other'],
    ['one of a newer version', '{"crossdock": "connection-settings", "version": 99}', 'settings-file-newer'],
    ['one that was damaged', '{"crossdock": "connection-settings", "version": 1, "syncs": 3}', 'settings-file-wrong'],
  ])('%s is refused with its reason', (_what, text, code) => {
    expect(readSettingsFile(text)).toMatchObject({ ok: false, fault: { code } });
  });

  it('of another shop changes what it says there, and names what does not fit', async () => {
    const file = await exportSettings(shopId, from);
    file.settings['colour'] = 'red';
    const { schedule } = file.syncs.inventory ?? {};
    if (schedule) file.syncs.inventory = { schedule, settings: { brakePercent: 900, minimumLevel: 4 } };
    const other = await newShop();
    const there = await made(other, 'There');
    const plan = await planTakeOver(other, { connectionId: there, file });
    expect(plan.left).toMatchObject([
      { section: { of: 'connection' }, name: 'baseUrl account apiKey', reason: { code: 'own-account' } },
      { name: 'colour', reason: { code: 'not-known' } },
      { section: { of: 'sync', kind: 'inventory' }, name: 'brakePercent', reason: { code: 'not-valid' } },
      { section: { of: 'sync', kind: 'returns' }, reason: { code: 'sync-not-offered' } },
      {
        section: { of: 'mapping', kind: 'shipping' },
        name: 'Pigeon',
        reason: { code: 'not-there', params: { value: 'PIGEON' } },
      },
    ]);
    expect(await takeOverSettings(other, ada, { connectionId: there, file, expected: plan.changes, unlisted: false })).toBe(
      plan.changes.length,
    );
    const live = await openConnection(other, there);
    expect(live.settings).toMatchObject({ pageSize: 250, region: 'us', account: 'There', apiKey: 'right-key' });
  });
});

describe('settings of another connection', () => {
  it.each([
    ['of another instance', 'account', ['baseUrl account apiKey', 'region', 'pageSize'], []],
    ['of the same instance', 'baseUrl', ['baseUrl account apiKey', 'region'], ['pageSize']],
  ] as const)('leave the store alone; ids %s: as they fit', async (_what, instance, left, changed) => {
    const plain = fakeConnector(backOffice);
    const store = { settings: ['region'], required: false, idOf: () => null, toSettings: () => null };
    const records = { settings: ['pageSize'], instanceOf: (settings: Record<string, unknown>) => String(settings[instance]) };
    setConnectors([{ ...plain, store, records }]);
    const file = await exportSettings(shopId, from);
    expect(file.settings).not.toHaveProperty('region');
    expect(JSON.stringify(file)).not.toContain('93.184');
    const plan = await planTakeOver(shopId, {
      connectionId: to,
      file: { ...file, settings: { ...file.settings, region: 'us' } },
    });
    const own = <Line extends { section: { of: string } }>(lines: Line[]) =>
      lines.filter(({ section }) => section.of === 'connection');
    expect(own(plan.left).map(({ name }) => name)).toEqual(left);
    expect(own(plan.changes).map(({ name }) => name)).toEqual(changed);
  });

  it('are shown one by one before anything changes, and taken over as if made by hand', async () => {
    const file = await exportSettings(shopId, from);
    const plan = await planTakeOver(shopId, { connectionId: to, file });
    expect(plan.changes).toMatchObject([
      { section: { of: 'connection' }, name: 'pageSize', now: 100, then: 250 },
      { name: 'region', now: 'eu', then: 'us' },
      { section: { of: 'sync', kind: 'orders' }, name: 'editWindowMinutes', now: 0, then: 30 },
      { name: 'excludedTags', now: [], then: ['wholesale'] },
      { section: { of: 'mapping', kind: 'shipping' }, name: 'Standard', now: null },
      { section: { of: 'mapping', kind: 'payment' }, name: 'paypal', now: null, then: { method: 'PAYPAL' } },
    ]);
    expect((await orders(to)).editWindowMinutes).toBe(0);
    await takeOverSettings(shopId, ada, { connectionId: to, file, expected: plan.changes, unlisted: false });
    expect(await orders(to)).toMatchObject({ editWindowMinutes: 30, excludedTags: ['wholesale'] });
    expect(await rules(to, 'shipping')).toMatchObject([{ source: 'Standard', target: { method: 'DHL' } }]);
    expect(await rules(to, 'payment')).toHaveLength(1);
    expect((await planTakeOver(shopId, { connectionId: to, file })).changes).toEqual([]);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { connectionId: to }));
    expect(rows.map(({ action }) => action).sort()).toEqual([
      'connection-changed',
      'connection-created',
      'mapping-added',
      'mapping-added',
      'settings-taken-over',
      'sync-settings-changed',
    ]);
  });

  it('that changed after they were shown are not taken over unseen', async () => {
    const file = await exportSettings(shopId, from);
    const { changes } = await planTakeOver(shopId, { connectionId: to, file });
    await saveConnection(shopId, ada, to, { settings: { pageSize: 300 } });
    const take = takeOverSettings(shopId, ada, { connectionId: to, file, expected: changes, unlisted: false });
    await expect(take).rejects.toMatchObject({ code: 'changed-meanwhile' });
    expect((await orders(to)).editWindowMinutes).toBe(0);
  });

  it('may name values that are not listed there, when somebody asks for it', async () => {
    const file = await exportSettings(shopId, from);
    const plan = await planTakeOver(shopId, { connectionId: to, file, unlisted: true });
    expect(plan.changes.map(({ name }) => name)).toContain('Pigeon');
  });

  it('of another back office leave its own settings, what it does not offer, and intervals it does not take', async () => {
    await inShop(shopId, (tx) =>
      tx.sync.updateMany({
        where: { shopId, connectionId: from, kind: 'orders' },
        data: { schedule: 'interval', intervalMinutes: 15 },
      }),
    );
    const other = await made(shopId, 'Other', 'other');
    const plan = await planTakeOver(shopId, { connectionId: other, file: await exportSettings(shopId, from) });
    expect(plan.left.map(({ reason }) => reason.code)).toEqual(
      expect.arrayContaining(['other-back-office', 'sync-not-offered', 'kind-not-offered', 'not-valid']),
    );
    expect(plan.changes.map(({ section }) => section.of)).not.toContain('connection');
  });
});

describe('an earlier version of settings', () => {
  const entry = async (action: string, nth = 0) =>
    (await inShop(shopId, (tx) => listAudit(tx, shopId, { connectionId: from, action }))).rows[nth]?.id ?? '';
  const restore = async (id: string) => restoreSettings(shopId, ada, id, (await planRestore(shopId, id)).changes);

  it('of a sync comes back, with later changes taken back too, and the restoring can be taken back itself', async () => {
    const { settings } = await inShop(shopId, (tx) => readSync(tx, shopId, from, 'orders'));
    await changeSyncSettings(shopId, ada, {
      connectionId: from,
      kind: 'orders',
      settings: { ...settings, editWindowMinutes: 60 },
    });
    const first = await entry('sync-settings-changed', 1);
    const plan = await planRestore(shopId, first);
    expect(plan.later).toBe(1);
    expect(plan.changes).toMatchObject([
      { name: 'editWindowMinutes', now: 60, then: 0 },
      { name: 'excludedTags', now: ['wholesale'], then: [] },
    ]);
    expect(await restore(first)).toBe(2);
    expect(await orders(from)).toMatchObject({ editWindowMinutes: 0, excludedTags: [] });
    expect((await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'settings-restored' }))).total).toBe(1);
    await restore(await entry('sync-settings-changed', 0));
    expect(await orders(from)).toMatchObject({ editWindowMinutes: 60, excludedTags: ['wholesale'] });
  });

  it('of a schedule comes back', async () => {
    const at = (schedule: object) =>
      inShop(shopId, (tx) => saveSchedule(tx, shopId, ada, { connectionId: from, kind: 'orders' }, { ...schedule }));
    await at({ mode: 'interval', intervalMinutes: 20, dailyAt: null, quietFrom: '22:00', quietTo: '06:00' });
    await at({ mode: 'off', dailyAt: null, quietFrom: null, quietTo: null });
    expect((await planRestore(shopId, await entry('schedule-changed'))).changes).toMatchObject([
      { section: { of: 'schedule', kind: 'orders' }, name: 'mode', now: 'off', then: 'interval' },
      { name: 'quietFrom', now: null, then: '22:00' },
      { name: 'quietTo', now: null, then: '06:00' },
    ]);
    await restore(await entry('schedule-changed'));
    const { schedule } = await inShop(shopId, (tx) => readSync(tx, shopId, from, 'orders'));
    expect(schedule).toEqual({ mode: 'interval', intervalMinutes: 20, dailyAt: null, quietFrom: '22:00', quietTo: '06:00' });
  });

  it('of a connection comes back without its secrets', async () => {
    await saveConnection(shopId, ada, from, { name: 'Renamed', settings: { pageSize: 10, apiKey: 'newer-key' } });
    await restore(await entry('credentials-changed'));
    const live = await openConnection(shopId, from);
    expect(live).toMatchObject({ name: 'From', settings: { pageSize: 250, apiKey: 'newer-key' } });
  });

  it('of a mapping comes back: changed, added or removed', async () => {
    await map(from, 'shipping', 'Standard', { carrier: 'DHL', method: 'UPS' });
    await restore(await entry('mapping-changed'));
    expect(await rules(from, 'shipping')).toMatchObject([
      { source: 'Pigeon' },
      { source: 'Standard', target: { carrier: null, method: 'DHL' } },
    ]);
    await restore(await entry('mapping-added', 0));
    expect(await rules(from, 'payment')).toEqual([]);
    await restore(await entry('mapping-removed'));
    expect(await rules(from, 'payment')).toMatchObject([{ source: 'paypal', target: { method: 'PAYPAL' } }]);
  });

  it('is not restored unseen, and nothing else is taken for one', async () => {
    const id = await entry('sync-settings-changed');
    const { changes } = await planRestore(shopId, id);
    await changeSyncSettings(shopId, ada, {
      connectionId: from,
      kind: 'orders',
      settings: { ...(await orders(from)), editWindowMinutes: 5 },
    });
    await expect(restoreSettings(shopId, ada, id, changes)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    await expect(planRestore(shopId, await entry('connection-created'))).rejects.toMatchObject({ code: 'restore-not-possible' });
  });
});
