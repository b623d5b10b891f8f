import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { fakeConnector } from '../../connections/fake-connector.test-data.ts';
import type { InboundPort } from '../../connectors/contract/index.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { createConnection, revealInboundToken } = await import('../../connections/connections.ts');
const { acceptInbound } = await import('./accept-inbound.ts');

const inbound: InboundPort = {
  receive: () =>
    Promise.resolve({ hints: [], response: { status: 200, contentType: 'text/plain', body: 'Ada Lovelace, 12 Dorset Street' } }),
};
setConnectors([fakeConnector({ facilities: [], key: 'right-key', inbound })]);
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
let token = '';

beforeEach(async () => {
  const shop = await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } });
  shopId = shop.id;
  const settings = { baseUrl: 'https://93.184.215.14/api', account: 'acme', apiKey: 'right-key' };
  const made = await createConnection(shopId, ada, { connector: 'fake', name: 'Main', settings });
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  token = await revealInboundToken(shopId, ada, made.id);
});

afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

async function call(secret = token): Promise<{ status: number; text: string }> {
  const response = await acceptInbound(new Request(`http://localhost/inbound/${secret}/orders`), null);
  return { status: response.status, text: await response.text() };
}

const uninstalled = (at: Date | null) => prisma.shop.update({ where: { id: shopId }, data: { uninstalledAt: at } });

it('the back office is answered at the address that was made for it', async () => {
  expect(await call()).toEqual({ status: 200, text: 'Ada Lovelace, 12 Dorset Street' });
});

it('after an uninstall it is answered as at an address that nobody has, until the app is back', async () => {
  await uninstalled(new Date());
  expect(await call()).toEqual(await call('nobodys-token'));
  expect((await call()).status).toBe(404);
  await uninstalled(null);
  expect((await call()).status).toBe(200);
});
