import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector, type FakeBackOffice } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setLogLevel } = await import('../core/logger.ts');
const { NeedsMerchantError } = await import('../core/errors.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { openInboundToken } = await import('./inbound-token.ts');
const { createConnection, listConnections, rotateInboundToken } = await import('./connections.ts');
const { setAccess, setConnectionState, setDryRun } = await import('./connection-state.ts');
const { openConnection } = await import('./open-connection.ts');
const { register, unregister } = await import('./registration.ts');
const { testConnection } = await import('./test-connection.ts');

setLogLevel('silent');
const ada = { userId: '1', userName: 'Ada' };
const calls: string[] = [];
let refuse: string | null = null;

/** A back office that may refuse, and notes what it is asked. */
function answer<T>(name: string, subject: string, value: T): Promise<T> {
  calls.push(`${name} ${subject}`);
  return refuse === name
    ? Promise.reject(new NeedsMerchantError('not-allowed', `No right to ${name}`, { params: { right: name } }))
    : Promise.resolve(value);
}

const pathOf = (address: string) => new URL(address).pathname.split('/')[1] ?? '';
const backOffice: FakeBackOffice = {
  facilities: [],
  key: 'right-key',
  inbound: {
    receive: () => Promise.reject(new Error('not part of this test')),
    subscribe: (address) => answer('subscribe', pathOf(address), undefined),
    unsubscribe: (address) => answer('unsubscribe', address, undefined),
  },
  mirror: {
    register: ({ domain }) => answer('record', domain, { recordId: '10000', access: 'read', detail: 'SHOP_READ' } as const),
    read: () => Promise.resolve([]),
    write: () => Promise.resolve([]),
  },
};
setConnectors([fakeConnector(backOffice)]);

let shopId = 0;
let id = '';
const domain = 'registering.myshopify.com';

beforeEach(async () => {
  calls.length = 0;
  refuse = null;
  await prisma.shop.deleteMany({ where: { domain } });
  shopId = (await prisma.shop.create({ data: { domain, shopifyId: '77', installedAt: new Date() } })).id;
  const settings = { baseUrl: 'https://93.184.215.14/api', account: 'acme', apiKey: 'right-key' };
  const made = await createConnection(shopId, ada, { connector: 'fake', name: 'Main', settings });
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  id = made.id;
});

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const registration = async () => (await listConnections(shopId))[0]?.registration;

describe('what is arranged in the back office', () => {
  it('a test that passed arranges its calls and the shop’s record, and says what that record allows', async () => {
    await testConnection(shopId, id);
    expect(calls).toEqual(['subscribe inbound', `record ${domain}`]);
    expect(await registration()).toMatchObject({
      calls: 'arranged',
      record: { id: '10000', access: 'read', detail: 'SHOP_READ' },
      failure: null,
    });
  });

  it('a test that failed arranges nothing', async () => {
    await prisma.connection.updateMany({ where: { shopId, id }, data: { credentials: null } });
    await testConnection(shopId, id);
    expect(calls).toEqual([]);
    expect(await registration()).toBeNull();
  });

  it.each([
    ['subscribe', { calls: 'refused', record: { id: '10000' } }],
    ['record', { calls: 'arranged', record: null }],
  ])('a refused %s is kept with its cause, the rest is arranged all the same', async (what, expected) => {
    refuse = what;
    const health = await testConnection(shopId, id);
    expect(health.ok).toBe(true);
    expect(await registration()).toMatchObject({ ...expected, failure: { code: 'not-allowed', params: { right: what } } });
  });

  it.each([
    ['deactivated', () => inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, id, 'deactivated'))],
    ['without access', () => inShop(shopId, (tx) => setAccess(tx, shopId, ada, id, 'none'))],
    ['in a dry run', () => inShop(shopId, (tx) => setDryRun(tx, shopId, ada, id, true))],
  ])('a connection %s arranges nothing', async (_state, set) => {
    await set();
    await register(await openConnection(shopId, id));
    expect(calls).toEqual([]);
  });

  it('the old address is taken back before a new one is arranged', async () => {
    const before = await prisma.connection.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } });
    await unregister(shopId, id);
    await rotateInboundToken(shopId, ada, id);
    expect(calls[0]).toMatch(new RegExp(`^unsubscribe https?://.*/inbound/${openInboundToken(before)}$`));
  });

  it('a back office that can’t be reached doesn’t keep anybody from deactivating', async () => {
    refuse = 'unsubscribe';
    await expect(unregister(shopId, id)).resolves.toBeUndefined();
  });
});
