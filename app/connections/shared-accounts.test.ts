import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { createConnection } = await import('./connections.ts');
const { setConnectionState } = await import('./connection-state.ts');
const { readSharedAccounts } = await import('./shared-accounts.ts');
const { connectors } = await import('../connectors/registry.ts');

const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
const address = 'https://93.184.215.14/OWAPI';

beforeEach(async () => {
  setConnectors([fakeConnector({ facilities: [], key: 'k' }), ...connectors]);
  shopId = (await prisma.shop.create({ data: { domain: `a${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

let serial = 0;
async function made(connector: string, settings: Record<string, string | number>): Promise<string> {
  serial += 1;
  const result = await createConnection(shopId, ada, { connector, name: `Connection ${serial}`, settings });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.id;
}
const session = (sessionId: number, more: Record<string, string | number> = {}) =>
  made('orderwise', { mode: 'rest', baseUrl: address, username: 'api', password: 'secret', sessionId, ...more });

describe('an account that its vendor lets one connection use', () => {
  it('is found when two use it, in whatever way its address is written', async () => {
    const one = await session(7);
    const two = await session(7, { baseUrl: `${address.toUpperCase()}/`, username: 'other' });
    await session(8);
    expect(await readSharedAccounts(shopId)).toEqual([
      { connector: 'orderwise', fields: ['baseUrl', 'sessionId'], connectionIds: [one, two] },
    ]);
  });

  it('is free again once one of them is deactivated', async () => {
    await session(7);
    const two = await session(7);
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, two, 'deactivated'));
    expect(await readSharedAccounts(shopId)).toEqual([]);
  });

  it('is not one where nothing of it is used: a classic session calls each connection at its own address', async () => {
    await made('orderwise', { mode: 'classic' });
    await made('orderwise', { mode: 'classic' });
    expect(await readSharedAccounts(shopId)).toEqual([]);
  });

  it('is nobody’s business of another connector or shop', async () => {
    await made('fake', { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right' });
    await made('pulpo', { environment: 'live', username: 'tenant_user', password: 'x' });
    await made('pulpo', { environment: 'live', username: 'tenant_user', password: 'x' });
    expect(await readSharedAccounts(shopId)).toEqual([]);
  });
});
