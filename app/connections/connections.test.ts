import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector, type FakeBackOffice } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors, connectorDefinition } = await import('./known-connectors.ts');
const {
  createConnection,
  saveConnection,
  listConnections,
  readConnectionForm,
  findConnectionByInboundToken,
  revealInboundToken,
  rotateInboundToken,
  resealCredentials,
} = await import('./connections.ts');
const { sealInboundTokens } = await import('./inbound-token.ts');
const { testConnection, testSettings } = await import('./test-connection.ts');
const { openConnection } = await import('./open-connection.ts');
const { sealCredentials } = await import('./credentials.ts');
const { setConnectionState, setAccess, setDryRun } = await import('./connection-state.ts');
const { connectionsServing } = await import('./connections-serving.ts');
const { parkConnection, resumeConnection, resumeWhatShopifyBlocked } = await import('./park.ts');
const { listAudit } = await import('../people/audit.ts');
const { NeedsMerchantError } = await import('../core/errors.ts');

const backOffice: FakeBackOffice = { facilities: [], key: 'right-key' };
setConnectors([fakeConnector(backOffice)]);
const ada = { userId: '1', userName: 'Ada' };
const form = { baseUrl: 'https://93.184.215.14/api', account: 'acme', apiKey: 'right-key' };
let shopId = 0;

beforeEach(async () => {
  const shop = await prisma.shop.create({
    data: { domain: `s${Date.now()}${Math.random()}.myshopify.com`, installedAt: new Date() },
  });
  shopId = shop.id;
});

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

async function made(settings: Record<string, string> = {}, name = 'Main warehouse'): Promise<string> {
  const result = await createConnection(shopId, ada, { connector: 'fake', name, settings: { ...form, ...settings } });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.id;
}

const rowOf = (id: string) => prisma.connection.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } });

describe('making a connection', () => {
  it('keeps secrets sealed, plain settings readable, and switches nothing on', async () => {
    const id = await made({ pageSize: '250', sandboxMode: 'on' });
    const row = await rowOf(id);
    expect(row.settings).toEqual({ baseUrl: form.baseUrl, account: 'acme', pageSize: 250, sandboxMode: true });
    expect(Buffer.from(row.credentials ?? []).toString('latin1')).not.toContain('right-key');
    expect(await prisma.sync.count({ where: { shopId, connectionId: id, enabled: false } })).toBe(5);
    const live = await openConnection(shopId, id);
    expect(live.settings).toMatchObject({ apiKey: 'right-key', mode: 'cloud', region: 'eu' });
  });

  it('names every wrong field at once and stores nothing', async () => {
    const result = await createConnection(shopId, ada, {
      connector: 'fake',
      name: ' ',
      settings: { baseUrl: 'nowhere', account: 'ab', apiKey: '', pageSize: 'many', mode: 'tape' },
    });
    expect(result).toEqual({
      ok: false,
      errors: {
        name: { code: 'required', params: {} },
        baseUrl: { code: 'not-a-url', params: {} },
        account: { code: 'too-short', params: { minimum: 3 } },
        apiKey: { code: 'required', params: {} },
        pageSize: { code: 'not-a-number', params: {} },
        mode: { code: 'not-a-choice', params: {} },
      },
    });
    expect(await prisma.connection.count({ where: { shopId } })).toBe(0);
  });

  it('refuses an address inside our own network at its field', async () => {
    for (const baseUrl of [
      'http://127.0.0.1:5432/',
      'http://169.254.169.254/latest',
      'http://[::ffff:10.0.0.1]/',
      'http://2130706433/',
    ]) {
      const result = await createConnection(shopId, ada, { connector: 'fake', name: 'x', settings: { ...form, baseUrl } });
      expect(result).toMatchObject({ ok: false, errors: { baseUrl: { code: 'address-not-allowed' } } });
    }
  });

  it('refuses a name that is taken, whatever its case', async () => {
    await made();
    expect(await createConnection(shopId, ada, { connector: 'fake', name: 'MAIN warehouse', settings: form })).toMatchObject({
      errors: { name: { code: 'name-taken' } },
    });
  });

  it('never hands a secret out: not in the list, not in the form, not in the audit log', async () => {
    const id = await made();
    await saveConnection(shopId, ada, id, { settings: { apiKey: 'second-key' } });
    const shown = JSON.stringify([
      await listConnections(shopId),
      await readConnectionForm(shopId, id),
      await inShop(shopId, (tx) => listAudit(tx, shopId)),
    ]);
    expect(shown).not.toContain('right-key');
    expect(shown).not.toContain('second-key');
    expect((await readConnectionForm(shopId, id)).secretsSet).toEqual(['apiKey']);
  });
});

describe('changing a connection', () => {
  it('an empty secret keeps the one that is stored, a new one replaces it and forgets test, token and block', async () => {
    const id = await made();
    await testConnection(shopId, id);
    await saveConnection(shopId, ada, id, { settings: { account: 'acme', apiKey: '' } });
    expect((await openConnection(shopId, id)).settings['apiKey']).toBe('right-key');
    expect((await listConnections(shopId))[0]?.health?.ok).toBe(true);
    await prisma.remoteToken.create({ data: { shopId, connectionId: id, sealed: Buffer.from('x'), expiresAt: new Date() } });
    await inShop(shopId, (tx) => parkConnection(tx, shopId, id, new NeedsMerchantError('wrong-credentials', 'no')));
    await saveConnection(shopId, ada, id, { settings: { apiKey: 'new-key' } });
    expect((await openConnection(shopId, id)).settings['apiKey']).toBe('new-key');
    expect((await listConnections(shopId))[0]).toMatchObject({ health: null, blocked: null });
    expect(await prisma.remoteToken.count({ where: { shopId } })).toBe(0);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'credentials-changed' }));
    expect(rows).toMatchObject([{ userName: 'Ada', connectionId: id, after: { replaced: ['apiKey'] } }]);
  });

  it('one shop cannot see or change another shop’s connection', async () => {
    const id = await made();
    const other = await prisma.shop.create({ data: { domain: `o${Math.random()}.myshopify.com`, installedAt: new Date() } });
    await expect(openConnection(other.id, id)).rejects.toMatchObject({ code: 'connection-gone' });
    await expect(saveConnection(other.id, ada, id, { name: 'Mine now' })).rejects.toMatchObject({ code: 'connection-gone' });
    expect(await listConnections(other.id)).toEqual([]);
  });

  it('settings that a newer version no longer accepts block the connection with the field named', async () => {
    const id = await made();
    await prisma.connection.update({ where: { shopId_id: { shopId, id } }, data: { settings: { baseUrl: form.baseUrl } } });
    await expect(openConnection(shopId, id)).rejects.toMatchObject({
      kind: 'needs-merchant',
      scope: 'connection',
      code: 'settings-incomplete',
      params: { fields: 'account' },
    });
    expect(await testConnection(shopId, id)).toMatchObject({ ok: false, code: 'settings-incomplete' });
  });

  it('credentials are sealed again with the newest key', async () => {
    const id = await made();
    const before = (await rowOf(id)).credentials;
    expect(await resealCredentials(shopId)).toBe(1);
    expect(Buffer.from((await rowOf(id)).credentials ?? []).equals(Buffer.from(before ?? []))).toBe(false);
    expect((await openConnection(shopId, id)).settings['apiKey']).toBe('right-key');
  });

  it('credentials that are saved while they are sealed again stay saved', async () => {
    const id = await made();
    let end = (): void => undefined;
    const held = new Promise<void>((done) => (end = done));
    const saving = inShop(shopId, async (tx) => {
      const credentials = sealCredentials(shopId, id, { apiKey: 'new-key' });
      await tx.connection.update({ where: { shopId_id: { shopId, id } }, data: { credentials } });
      await held;
    });
    await new Promise((done) => setTimeout(done, 200));
    const sealing = resealCredentials(shopId);
    await new Promise((done) => setTimeout(done, 500));
    end();
    await Promise.all([saving, sealing]);
    expect((await openConnection(shopId, id)).settings['apiKey']).toBe('new-key');
  });
});

describe('testing a connection', () => {
  it('names the step that failed and why, and keeps that', async () => {
    const id = await made({ apiKey: 'wrong-key' });
    const health = await testConnection(shopId, id);
    expect(health).toMatchObject({
      ok: false,
      step: 'login',
      code: 'wrong-credentials',
      params: { backOffice: 'Fake ERP' },
      steps: [
        { step: 'reach', ok: true, detail: form.baseUrl },
        { step: 'login', ok: false },
      ],
    });
    expect((await listConnections(shopId))[0]?.health).toEqual(health);
  });

  it('a good test lifts the block and what waited is due at once', async () => {
    const id = await made();
    await prisma.sync.updateMany({
      where: { shopId, connectionId: id, kind: 'orders' },
      data: { enabled: true, nextDue: new Date(Date.now() + 3_600_000) },
    });
    await inShop(shopId, (tx) => parkConnection(tx, shopId, id, new NeedsMerchantError('wrong-credentials', 'no')));
    expect((await openConnection(shopId, id)).blocked?.code).toBe('wrong-credentials');
    expect((await testConnection(shopId, id)).ok).toBe(true);
    expect((await openConnection(shopId, id)).blocked).toBeNull();
    const sync = await prisma.sync.findFirstOrThrow({ where: { shopId, kind: 'orders' } });
    expect(sync.nextDue?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('what stands in the form can be tested before it is saved, with the stored secret where the field is empty and the address the same', async () => {
    const id = await made();
    expect(await testSettings(shopId, ada, { connector: 'fake', settings: { ...form, apiKey: 'wrong-key' } })).toMatchObject({
      ok: true,
      health: { ok: false, step: 'login' },
    });
    expect(
      await testSettings(shopId, ada, { connector: 'fake', connectionId: id, settings: { ...form, apiKey: '' } }),
    ).toMatchObject({
      ok: true,
      health: { ok: true },
    });
    expect(await testSettings(shopId, ada, { connector: 'fake', settings: { ...form, apiKey: '' } })).toMatchObject({
      ok: false,
      errors: { apiKey: { code: 'required' } },
    });
    expect((await listConnections(shopId))[0]?.health).toBeNull();
  });

  it('a stored secret goes to no other address and for no other account: it has to be entered again', async () => {
    const id = await made();
    const again = { ok: false, errors: { apiKey: { code: 'password-again', params: {} } } };
    for (const moved of [{ baseUrl: 'https://93.184.215.15/api' }, { account: 'other' }]) {
      for (const secret of [{}, { apiKey: '' }]) {
        delete backOffice.context;
        const settings = { ...moved, ...secret };
        expect(await testSettings(shopId, ada, { connector: 'fake', connectionId: id, settings })).toEqual(again);
        expect(await saveConnection(shopId, ada, id, { settings })).toEqual(again);
        expect(backOffice.context).toBeUndefined();
      }
      expect(await saveConnection(shopId, ada, id, { settings: { ...form, ...moved } })).toEqual({ ok: true });
      expect(await saveConnection(shopId, ada, id, { settings: form })).toEqual({ ok: true });
    }
    expect(await saveConnection(shopId, ada, id, { settings: { pageSize: '200', apiKey: '' } })).toEqual({ ok: true });
  });

  it('a test of what stands in the form is in the audit log: where it went, whether it passed, and no secret', async () => {
    const id = await made();
    const settings = { ...form, baseUrl: 'https://93.184.215.15/api', apiKey: 'wrong-key' };
    await testSettings(shopId, ada, { connector: 'fake', connectionId: id, settings });
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'settings-tested' }));
    const after = { baseUrl: settings.baseUrl, account: 'acme', apiKey: '••••', testPassed: false };
    expect(rows).toMatchObject([{ userName: 'Ada', connectionId: id, after }]);
  });

  it('nothing travels unencrypted', async () => {
    const settings = { ...form, baseUrl: 'http://93.184.215.14/api' };
    const errors = { baseUrl: { code: 'address-unencrypted' } };
    expect(await testSettings(shopId, ada, { connector: 'fake', settings })).toMatchObject({ ok: false, errors });
    expect(await createConnection(shopId, ada, { connector: 'fake', name: 'x', settings })).toMatchObject({ ok: false, errors });
  });

  it('is resumed when Shopify answers again, if Shopify was the cause, and not when the back office was', async () => {
    const id = await made();
    const park = (code: string) => inShop(shopId, (tx) => parkConnection(tx, shopId, id, new NeedsMerchantError(code, 'no')));
    const blocked = async () => (await openConnection(shopId, id)).blocked;
    await park('wrong-credentials');
    await inShop(shopId, (tx) => resumeWhatShopifyBlocked(tx, shopId));
    expect(await blocked()).toMatchObject({ code: 'wrong-credentials' });
    await park('shopify-reconnect');
    await inShop(shopId, (tx) => resumeWhatShopifyBlocked(tx, shopId));
    expect(await blocked()).toBeNull();
  });

  it('a block keeps the moment it began while the cause stays the same', async () => {
    const id = await made();
    const park = (code: string) => inShop(shopId, (tx) => parkConnection(tx, shopId, id, new NeedsMerchantError(code, 'no')));
    await park('wrong-credentials');
    const first = (await openConnection(shopId, id)).blocked;
    await new Promise((done) => setTimeout(done, 5));
    await park('wrong-credentials');
    expect((await openConnection(shopId, id)).blocked?.since).toBe(first?.since);
    await park('account-closed');
    expect((await openConnection(shopId, id)).blocked?.since).not.toBe(first?.since);
    expect(await inShop(shopId, (tx) => resumeConnection(tx, shopId, id))).toBe(true);
    expect(await inShop(shopId, (tx) => resumeConnection(tx, shopId, id))).toBe(false);
  });
});

describe('state, access and dry run', () => {
  it('each change is audited with before and after, and an unchanged one is not', async () => {
    const id = await made();
    await inShop(shopId, (tx) => setAccess(tx, shopId, ada, id, 'read'));
    await inShop(shopId, (tx) => setAccess(tx, shopId, ada, id, 'read'));
    await inShop(shopId, (tx) => setDryRun(tx, shopId, ada, id, true));
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, id, 'deactivated'));
    expect(await openConnection(shopId, id)).toMatchObject({ access: 'read', dryRun: true, state: 'deactivated' });
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId));
    expect(rows.map(({ action, before, after }) => ({ action, before, after })).toReversed()).toMatchObject([
      { action: 'connection-created' },
      { action: 'access-changed', before: { access: 'read_write' }, after: { access: 'read' } },
      { action: 'dry-run-changed', before: { dryRun: false }, after: { dryRun: true } },
      { action: 'connection-state-changed', before: { state: 'active' }, after: { state: 'deactivated' } },
    ]);
  });

  it('only connections that may work serve, and coming back catches up at once', async () => {
    const id = await made();
    await prisma.sync.updateMany({
      where: { shopId, connectionId: id, kind: { in: ['orders', 'products'] } },
      data: { enabled: true, nextDue: new Date(Date.now() + 3_600_000) },
    });
    const serving = () => inShop(shopId, (tx) => connectionsServing(tx, shopId));
    expect(await serving()).toMatchObject([
      { id, enabledSyncs: expect.arrayContaining(['orders', 'products']) as unknown, locationIds: [] },
    ]);
    await inShop(shopId, (tx) => setAccess(tx, shopId, ada, id, 'none'));
    expect(await serving()).toEqual([]);
    await inShop(shopId, (tx) => setAccess(tx, shopId, ada, id, 'read_write'));
    expect(await prisma.sync.count({ where: { shopId, nextDue: { lte: new Date() } } })).toBe(2);
  });
});

describe('the address that a back office calls', () => {
  it('finds the connection by its token alone; a rotated one no longer works; copying it is audited', async () => {
    const id = await made();
    const token = await revealInboundToken(shopId, ada, id);
    expect(await findConnectionByInboundToken(token)).toEqual({ shopId, connectionId: id });
    const next = await rotateInboundToken(shopId, ada, id);
    expect(await findConnectionByInboundToken(token)).toBeNull();
    expect(await findConnectionByInboundToken(next)).toEqual({ shopId, connectionId: id });
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId));
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['inbound-address-copied', 'inbound-address-rotated']),
    );
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('stands nowhere in the database as it is', async () => {
    const id = await made();
    const token = await revealInboundToken(shopId, ada, id);
    const row = () => prisma.$queryRaw<{ text: string }[]>`SELECT c::text AS text FROM connection c WHERE id = ${id}::uuid`;
    expect((await row())[0]?.text).not.toContain(token);
    const next = await rotateInboundToken(shopId, ada, id);
    expect((await row())[0]?.text).not.toContain(next);
    expect(await revealInboundToken(shopId, ada, id)).toBe(next);
  });

  it('from before it was sealed goes on working, and is sealed when the app starts', async () => {
    const id = await made();
    // As the migration leaves a row.
    await prisma.$executeRaw`
      UPDATE connection SET inbound_token = 'from-before', inbound_hash = encode(sha256('from-before'), 'hex'), inbound_sealed = NULL
      WHERE id = ${id}::uuid`;
    expect(await findConnectionByInboundToken('from-before')).toEqual({ shopId, connectionId: id });
    expect(await sealInboundTokens()).toBe(1);
    expect(await sealInboundTokens()).toBe(0);
    expect(await prisma.connection.findFirstOrThrow({ where: { id } })).toMatchObject({ inboundToken: null });
    expect(await findConnectionByInboundToken('from-before')).toEqual({ shopId, connectionId: id });
    expect(await revealInboundToken(shopId, ada, id)).toBe('from-before');
  });
});

it('an unknown connector is our own mistake', () => {
  expect(() => connectorDefinition('nobody')).toThrow(
    expect.objectContaining({ kind: 'bug', code: 'connector-unknown' }) as Error,
  );
});
