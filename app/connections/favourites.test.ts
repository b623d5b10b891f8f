import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { createConnection, listConnections } = await import('./connections.ts');
const { favouritesFirst, readFavourites, setFavourite } = await import('./favourites.ts');
const { removeStaff, whoIs } = await import('../people/staff.ts');

setConnectors([fakeConnector({ facilities: [], key: 'right-key' })]);
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
const ids: string[] = [];

beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `f${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
  ids.length = 0;
  for (const name of ['Alpha', 'Beta', 'Gamma']) {
    const settings = { baseUrl: 'https://93.184.215.14', account: name, apiKey: 'right-key' };
    const made = await createConnection(shopId, ada, { connector: 'fake', name, settings });
    if (made.ok) ids.push(made.id);
  }
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const seenBy = async (userId: string) =>
  favouritesFirst(await listConnections(shopId), await inShop(shopId, (tx) => readFavourites(tx, shopId, userId))).map(
    ({ name, favourite }) => (favourite ? `*${name}` : name),
  );

describe('favourites', () => {
  it('come first for the person who marked them, and for nobody else', async () => {
    await setFavourite(shopId, '1', ids[2] ?? '', true);
    await setFavourite(shopId, '1', ids[2] ?? '', true);
    expect(await seenBy('1')).toEqual(['*Gamma', 'Alpha', 'Beta']);
    expect(await seenBy('2')).toEqual(['Alpha', 'Beta', 'Gamma']);
    await setFavourite(shopId, '1', ids[2] ?? '', false);
    expect(await seenBy('1')).toEqual(['Alpha', 'Beta', 'Gamma']);
  });

  it('of a connection that is not there, or not of this shop, are refused', async () => {
    const other = await prisma.shop.create({ data: { domain: `o${Math.random()}.myshopify.com`, installedAt: new Date() } });
    await expect(setFavourite(other.id, '1', ids[0] ?? '', true)).rejects.toMatchObject({ code: 'connection-gone' });
  });

  it('go with the person', async () => {
    const owner = await whoIs(shopId, { id: '1', name: 'Ada', accountOwner: true });
    await whoIs(shopId, { id: '2', name: 'Bob', accountOwner: false });
    await setFavourite(shopId, '2', ids[0] ?? '', true);
    await inShop(shopId, (tx) => removeStaff(tx, shopId, owner, '2'));
    expect(await prisma.favourite.count({ where: { shopId } })).toBe(0);
  });
});
