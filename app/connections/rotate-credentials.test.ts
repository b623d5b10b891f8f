import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector, type FakeBackOffice } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { createConnection } = await import('./connections.ts');
const { openConnection } = await import('./open-connection.ts');
const { parkConnection } = await import('./park.ts');
const { readSecrets, reconnect, replaceCredentials } = await import('./rotate-credentials.ts');
const { testConnection } = await import('./test-connection.ts');
const { listAudit } = await import('../people/audit.ts');
const { NeedsMerchantError } = await import('../core/errors.ts');

const backOffice: FakeBackOffice = { facilities: [], key: 'first-key' };
setConnectors([fakeConnector(backOffice)]);
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
let id = '';

beforeEach(async () => {
  backOffice.key = 'first-key';
  shopId = (await prisma.shop.create({ data: { domain: `r${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
  const made = await createConnection(shopId, ada, {
    connector: 'fake',
    name: 'Main',
    settings: { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'first-key' },
  });
  if (!made.ok) throw new Error('not made');
  id = made.id;
  await testConnection(shopId, id);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const keyInUse = async () => (await openConnection(shopId, id)).settings['apiKey'];

describe('credentials', () => {
  it('are replaced once the back office has accepted the new ones; the log says who, and neither tells them', async () => {
    backOffice.key = 'second-key';
    expect(await replaceCredentials(shopId, ada, id, { apiKey: 'second-key' })).toEqual({ ok: true });
    expect(await keyInUse()).toBe('second-key');
    expect(await readSecrets(shopId, id)).toEqual([
      { name: 'apiKey', stored: true, replacedAt: expect.any(String) as string, replacedBy: 'Ada' },
    ]);
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'credentials-changed' }));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('-key');
  });

  it('that are refused leave the old ones in use', async () => {
    expect(await replaceCredentials(shopId, ada, id, { apiKey: 'wrong-key' })).toMatchObject({
      ok: false,
      health: { ok: false, code: 'wrong-credentials' },
    });
    expect(await keyInUse()).toBe('first-key');
    expect(await prisma.connection.findFirst({ where: { shopId }, select: { health: true } })).toMatchObject({
      health: { ok: true },
    });
  });

  it('must be given, and fit the form', async () => {
    expect(await replaceCredentials(shopId, ada, id, {})).toEqual({
      ok: false,
      errors: { apiKey: { code: 'required', params: {} } },
    });
    expect(await replaceCredentials(shopId, ada, id, { apiKey: 'abc', account: 'other' })).toMatchObject({
      errors: { apiKey: { code: 'too-short' } },
    });
  });
});

describe('connecting again', () => {
  it('forgets the token and the block, tests anew, and stands in the log', async () => {
    await prisma.remoteToken.create({
      data: { shopId, connectionId: id, sealed: Buffer.from('x'), expiresAt: new Date(Date.now() + 60_000) },
    });
    const error = new NeedsMerchantError('wrong-credentials', 'refused', { scope: 'connection' });
    await inShop(shopId, (tx) => parkConnection(tx, shopId, id, error));
    expect(await reconnect(shopId, ada, id)).toMatchObject({ ok: true });
    expect(await prisma.remoteToken.count({ where: { shopId } })).toBe(0);
    expect(await prisma.connection.findFirst({ where: { shopId }, select: { blocked: true } })).toEqual({ blocked: null });
    expect((await inShop(shopId, (tx) => listAudit(tx, shopId, { action: 'connection-reconnected' }))).total).toBe(1);
  });
});
