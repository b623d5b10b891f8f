import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { facility, fakeConnector, type FakeBackOffice } from '../../connections/fake-connector.test-data.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { createConnection } = await import('../../connections/connections.ts');
const { openConnection } = await import('../../connections/open-connection.ts');
const { refreshFacilities } = await import('../../connections/facilities.ts');
const { importLocations, listLocationLinks } = await import('../../connections/locations.ts');
const { observeValues } = await import('../../mappings/observed-values.ts');
const { loadRules } = await import('../../mappings/mapping-store.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { acceptSuggestions } = await import('./accept-suggestions.ts');
const { readSetup } = await import('./read-setup.ts');
const { readSuggestions } = await import('./suggestions.ts');

const backOffice: FakeBackOffice = { facilities: [], key: 'right-key' };
setConnectors([fakeConnector(backOffice), fakeConnector(backOffice, { id: 'closed', createsFacilities: false })]);
const ada = { userId: '1', userName: 'Ada' };
let shopId = 0;
let id = '';

const place = (at: string, name: string) => ({
  ...{ id: `gid://shopify/Location/${at}`, name, active: true, fulfillsOnline: true, serviceName: null, address: {} },
});

async function connect(connector: string, read = true): Promise<void> {
  const made = await createConnection(shopId, ada, {
    ...{ connector, name: connector },
    settings: { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right-key' },
  });
  if (!made.ok) throw new Error('not made');
  id = made.id;
  if (read) await refreshFacilities(await openConnection(shopId, id));
}

beforeEach(async () => {
  shopId = (await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } })).id;
  backOffice.facilities = [facility('F1', 'North')];
  await importLocations(shopId, [place('1', 'north'), place('2', 'Shop')]);
  await inShop(shopId, (tx) =>
    observeValues(tx, shopId, [
      { kind: 'shipping', value: 'Express', label: 'Express', origin: 'order' },
      { kind: 'payment', value: 'paypal', label: 'PayPal', origin: 'order' },
      { kind: 'product-type', value: 'Gift vouchers', label: 'Gift vouchers', origin: 'catalogue' },
    ]),
  );
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const suggestions = async () => readSuggestions(await openConnection(shopId, id));
const accept = async (keys: string[]) => acceptSuggestions(await openConnection(shopId, id), ada, keys);
const links = () => inShop(shopId, (tx) => listLocationLinks(tx, shopId, id));
const setup = () => inShop(shopId, (tx) => readSetup(tx, shopId, id));

describe('suggestions for a new connection', () => {
  it('are read from both sides and change nothing by being read', async () => {
    await connect('fake');
    const { locations, mappings, open } = await suggestions();
    expect(locations.map(({ name, facility: to }) => [name, to?.name ?? 'new'])).toEqual([
      ['Shop', 'new'],
      ['north', 'North'],
    ]);
    expect(mappings.map(({ kind, label, target }) => [kind, label, target])).toEqual([
      ['product-type', 'Gift vouchers', { class: 'gift-card' }],
      ['shipping', 'Express', { method: 'Express' }],
      ['payment', 'PayPal', { method: 'PayPal' }],
    ]);
    expect(open).toEqual([]);
    expect(await links()).toEqual([]);
    expect(await setup()).toMatchObject({ locationsMapped: 0, methodsMapped: 0, methodsUnmapped: 2 });
  });

  it('know the back office’s own places before anybody has asked for them, and name its queue', async () => {
    backOffice.facilities = [facility('F1', 'North'), { ...facility('Q', 'Waiting room'), kind: 'queue' }];
    await connect('fake', false);
    const { locations, queue } = await suggestions();
    expect(locations.map(({ name, facility: to }) => [name, to?.name ?? 'new'])).toEqual([
      ['Shop', 'new'],
      ['north', 'North'],
    ]);
    expect(queue).toBe('Waiting room');
  });

  it('are taken over with one yes: places linked or made, values mapped', async () => {
    await connect('fake');
    const { locations, mappings } = await suggestions();
    expect(await accept([...locations, ...mappings].map(({ key }) => key))).toBe(5);
    expect((await links()).map(({ locationName, facilityName }) => [locationName, facilityName])).toEqual([
      ['Shop', 'Shop'],
      ['north', 'North'],
    ]);
    const rules = await inShop(shopId, (tx) => loadRules(tx, shopId, id, 'product-type'));
    expect(rules.map(({ source, target }) => [source, target])).toMatchObject([['Gift vouchers', { class: 'gift-card' }]]);
    expect(await setup()).toMatchObject({
      typesOpen: 0,
      locationsMapped: 2,
      locationsUnmapped: 0,
      methodsMapped: 2,
      methodsUnmapped: 0,
    });
    expect(await suggestions()).toEqual({ locations: [], mappings: [], queue: null, open: [] });
  });

  it('that somebody didn’t see are not taken over', async () => {
    await connect('fake');
    const { locations } = await suggestions();
    // Meanwhile another facility of that name came to be, and the first one went.
    backOffice.facilities = [facility('F9', 'North')];
    await refreshFacilities(await openConnection(shopId, id));
    const seen = locations.find(({ name }) => name === 'north');
    expect(await accept([seen?.key ?? '', 'shipping Express {"method":"Other"}'])).toBe(0);
    expect(await links()).toEqual([]);
  });

  it('leave to people what nothing fits, where no place can be made', async () => {
    await connect('closed');
    const { locations, open } = await suggestions();
    expect(locations.map(({ name }) => name)).toEqual(['north']);
    expect(open).toEqual([{ kind: 'location', label: 'Shop' }]);
  });
});

describe('how far setting up has come', () => {
  it('follows the first order to its tracking', async () => {
    await connect('fake');
    expect((await setup()).testOrder).toBeNull();
    const at = new Date();
    const order = 'gid://shopify/Order/1';
    const part = await inShop(shopId, async (tx) => {
      await tx.sync.update({
        where: { shopId_connectionId_kind: { shopId, connectionId: id, kind: 'orders' } },
        data: { enabledAt: new Date(at.getTime() - 1000) },
      });
      const facts = {
        financialStatus: 'PAID',
        fulfilmentStatus: 'UNFULFILLED',
        currency: 'EUR',
        total: 0n,
        units: 1,
        verdict: 'send',
      };
      await tx.order.create({
        data: {
          ...{ shopId, id: order, name: '#1', shopifyUpdatedAt: at, placedAt: at, firstSeenAt: at, decidedAt: at },
          ...facts,
        },
      });
      return tx.part.create({
        data: {
          ...{ shopId, orderId: order, connectionId: id, number: 1, reference: '#1', state: 'sent', remoteId: 'r1' },
          ...{ locationId: 'L', facilityId: 'F1', createdAt: at },
        },
      });
    });
    expect((await setup()).testOrder).toEqual({ id: order, name: '#1', stage: 'sent' });
    const shipment = await inShop(shopId, (tx) =>
      tx.shipment.create({
        data: {
          ...{ shopId, connectionId: id, remoteId: 's1', reference: '#1', partId: part.id, orderId: order, state: 'seen' },
          ...{ lines: [], tracking: [], fulfilmentIds: [], hash: '', shippedAt: at, seenAt: at },
        },
      }),
    );
    expect((await setup()).testOrder?.stage).toBe('shipped');
    await inShop(shopId, (tx) =>
      tx.shipment.update({ where: { shopId_id: { shopId, id: shipment.id } }, data: { state: 'mirrored' } }),
    );
    expect((await setup()).testOrder?.stage).toBe('fulfilled');
  });
});
