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

const ada = { userId: '1', userName: 'Ada' };
const office = { facilities: [], key: 'k' };
const { exclusive: _forbidden, ...free } = fakeConnector(office, { id: 'free' });
let shopId = 0;

beforeEach(async () => {
  setConnectors([
    fakeConnector(office, { id: 'till' }),
    // A port is a setting of one of its modes only.
    { ...fakeConnector(office, { id: 'ported' }), exclusive: ['ownPort'] },
    free,
  ]);
  shopId = (await prisma.shop.create({ data: { domain: `a${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

let serial = 0;
async function made(connector: string, more: Record<string, string | number> = {}): Promise<string> {
  serial += 1;
  const settings = { baseUrl: 'https://93.184.215.14/erp', account: 'acme', apiKey: 'right', ...more };
  const result = await createConnection(shopId, ada, { connector, name: `Connection ${serial}`, settings });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.id;
}

describe('an account that its vendor lets one connection use', () => {
  it('is found when two use it, in capitals or not, whatever else differs', async () => {
    const one = await made('till');
    const two = await made('till', { account: 'ACME', apiKey: 'other' });
    await made('till', { account: 'other' });
    expect(await readSharedAccounts(shopId)).toEqual([
      { connector: 'till', fields: ['baseUrl', 'account'], connectionIds: [one, two] },
    ]);
  });

  it('is free again once one of them is deactivated', async () => {
    await made('till');
    const two = await made('till');
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, two, 'deactivated'));
    expect(await readSharedAccounts(shopId)).toEqual([]);
  });

  it('is not one where its setting belongs to another mode', async () => {
    const own = { mode: 'own', ownPort: 7 };
    const [one, two] = [await made('ported', own), await made('ported', own)];
    await made('ported', { ...own, mode: 'cloud' });
    await made('ported', { ...own, mode: 'cloud' });
    expect((await readSharedAccounts(shopId)).map(({ connectionIds }) => connectionIds)).toEqual([[one, two]]);
  });

  it('is nobody’s business of a vendor that forbids nothing, or of another shop', async () => {
    await made('till');
    await made('free');
    await made('free');
    shopId = (await prisma.shop.create({ data: { domain: `b${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
    await made('till');
    expect(await readSharedAccounts(shopId)).toEqual([]);
  });
});
