import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { fakeConnector } from './fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { createConnection } = await import('./connections.ts');
const { readRefundUpload } = await import('./refund-upload.ts');
const { readSync, saveSyncSettings } = await import('./syncs.ts');

const office = { facilities: [], key: 'right-key' };
setConnectors([fakeConnector(office), fakeConnector(office, { id: 'returning', returns: true })]);
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;

beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `u${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

async function made(connector: string): Promise<string> {
  const settings = { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right-key' };
  const result = await createConnection(shopId, ada, { connector, name: connector, settings });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.id;
}
const read = (id: string) => inShop(shopId, (tx) => readRefundUpload(tx, shopId, id));

describe('uploading refunds to Shopify', () => {
  it('is not offered where the back office tells of no returns, and says so', async () => {
    expect(await read(await made('fake'))).toEqual({
      on: false,
      reason: { code: 'returns-not-offered', params: { backOffice: 'Fake ERP' } },
    });
  });

  it('waits for the returns sync, and is that sync’s own setting', async () => {
    const id = await made('returning');
    expect(await read(id)).toEqual({ on: false, reason: { code: 'returns-sync-off', params: {} } });
    await prisma.sync.updateMany({ where: { shopId, kind: 'returns' }, data: { enabled: true } });
    expect(await read(id)).toEqual({ on: false, reason: null });
    await inShop(shopId, async (tx) => {
      const { settings } = await readSync(tx, shopId, id, 'returns');
      await saveSyncSettings(tx, shopId, ada, id, 'returns', { ...settings, refund: true });
    });
    expect(await read(id)).toEqual({ on: true, reason: null });
  });
});
