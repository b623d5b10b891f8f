import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { fakeConnector, type FakeBackOffice } from '../../connections/fake-connector.test-data.ts';
import type { MirroredMapping } from '../../connectors/contract/index.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { setLogLevel } = await import('../../core/logger.ts');
const { NeedsMerchantError } = await import('../../core/errors.ts');
const { setConnectors } = await import('../../connections/known-connectors.ts');
const { createConnection, listConnections } = await import('../../connections/connections.ts');
const { setConnectionState, setDryRun } = await import('../../connections/connection-state.ts');
const { openConnection } = await import('../../connections/open-connection.ts');
const { linkLocation, unlinkLocation } = await import('../../connections/location-links.ts');
const { changeMappings } = await import('../../mappings/change-mappings.ts');
const { importMirrored, previewMirrored } = await import('./import-mirrored.ts');
const { mirrorMappings } = await import('./mirror-mappings.ts');

setLogLevel('silent');
const ada = { userId: '1', userName: 'Ada' };
/** What the back office holds, and what it was asked to write. */
const held = new Map<string, MirroredMapping>();
const asked: string[][] = [];
let refuse: ((mapping: MirroredMapping) => string | null) | 'forbidden' = () => null;
const told = ({ kind, source, carrier, target }: MirroredMapping) =>
  `${kind} ${source} → ${[carrier, target ?? 'gone'].filter(Boolean).join('/')}`;

const backOffice: FakeBackOffice = {
  facilities: [],
  key: 'right-key',
  mirror: {
    register: () => Promise.resolve({ recordId: '1', access: 'read', detail: '' }),
    read: () => Promise.resolve([...held.values()]),
    write(mappings) {
      asked.push(mappings.map(told));
      const no = refuse;
      if (no === 'forbidden')
        return Promise.reject(
          new NeedsMerchantError('not-allowed', 'No right to write', { scope: 'record', params: { right: 'write' } }),
        );
      const refused = mappings.flatMap((mapping) => {
        const vendorText = no(mapping);
        if (vendorText) return [{ mapping, vendorText }];
        held.set(`${mapping.kind} ${mapping.source}`, mapping);
        return [];
      });
      return Promise.resolve(refused);
    },
  },
};
setConnectors([fakeConnector(backOffice)]);

const domain = 'mirror.myshopify.com';
const locationId = 'gid://shopify/Location/77';
let shopId = 0;
let id = '';

beforeEach(async () => {
  held.clear();
  asked.length = 0;
  refuse = () => null;
  await prisma.shop.deleteMany({ where: { domain } });
  shopId = (await prisma.shop.create({ data: { domain, shopifyId: '7', installedAt: new Date() } })).id;
  const settings = { baseUrl: 'https://93.184.215.14/api', account: 'acme', apiKey: 'right-key' };
  const made = await createConnection(shopId, ada, { connector: 'fake', name: 'Main', settings });
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  id = made.id;
  const at = new Date();
  await prisma.location.create({
    data: { shopId, id: locationId, name: 'Annex', active: true, fulfillsOnline: true, address: {}, importedAt: at },
  });
  await prisma.facility.create({
    data: { shopId, connectionId: id, id: 'F1', name: 'F1', kind: 'warehouse', active: true, readAt: at },
  });
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const mirror = async () => mirrorMappings(await openConnection(shopId, id));
const save = (kind: 'shipping' | 'payment' | 'channel', source: string, target: object, match: 'exact' | 'starts' = 'exact') =>
  inShop(shopId, (tx) => changeMappings(tx, shopId, ada, { connectionId: id, kind, save: [{ match, source, target }] }));
const remove = async (source: string) => {
  const row = await prisma.mapping.findFirstOrThrow({ where: { shopId, source } });
  await inShop(shopId, (tx) =>
    changeMappings(tx, shopId, ada, { connectionId: id, kind: row.kind as 'shipping', remove: [row.id] }),
  );
};
const link = () => inShop(shopId, (tx) => linkLocation(tx, shopId, ada, { locationId, connectionId: id, facilityId: 'F1' }));
const row = () => prisma.mirroredMapping.findFirst({ where: { shopId } });

describe('mappings in a back office that keeps them', () => {
  it('are written there, links of locations too, and not again while nothing changes; rules stay here', async () => {
    await save('shipping', 'Express', { carrier: 'DHL', method: 'EXP' });
    await save('shipping', 'UPS', { method: 'X' }, 'starts');
    await save('channel', 'web', { value: 'WEB' });
    await link();
    await mirror();
    expect(asked).toEqual([['location 77 → F1', 'shipping-method Express → DHL/EXP', 'channel web → WEB']]);
    await mirror();
    expect(asked).toHaveLength(1);
    await save('channel', 'web', { value: 'WEB2' });
    await mirror();
    expect(asked[1]).toEqual(['channel web → WEB2']);
  });

  it('are retired there when they are removed here, and what people made there is left alone', async () => {
    held.set('channel pos', { kind: 'channel', source: 'pos', target: 'POS', carrier: null });
    await save('channel', 'web', { value: 'WEB' });
    await link();
    await mirror();
    await remove('web');
    await inShop(shopId, (tx) => unlinkLocation(tx, shopId, ada, locationId));
    await mirror();
    expect(asked[1]?.sort()).toEqual(['channel web → gone', 'location 77 → gone']);
    expect(await prisma.mirroredMapping.count({ where: { shopId } })).toBe(0);
  });

  it('that are refused keep its words, and are tried again', async () => {
    refuse = () => 'One mapping a key.';
    await save('channel', 'web', { value: 'WEB' });
    await mirror();
    expect(await row()).toMatchObject({ kind: 'channel', source: 'web', refused: 'One mapping a key.' });
    refuse = () => null;
    await mirror();
    expect(await row()).toMatchObject({ refused: null });
  });

  it('are kept here alone without the right, and the connection says so until it is there', async () => {
    refuse = 'forbidden';
    await save('channel', 'web', { value: 'WEB' });
    await mirror();
    const registration = async () => (await listConnections(shopId))[0]?.registration?.mappings;
    expect(await registration()).toEqual({ code: 'not-allowed', params: { right: 'write' } });
    expect(await row()).toBeNull();
    refuse = () => null;
    await mirror();
    expect(await registration()).toBeNull();
    expect(await row()).toMatchObject({ target: 'WEB' });
  });

  it('are not touched in a dry run or while the connection is deactivated', async () => {
    await save('channel', 'web', { value: 'WEB' });
    await inShop(shopId, (tx) => setDryRun(tx, shopId, ada, id, true));
    await mirror();
    await inShop(shopId, (tx) => setDryRun(tx, shopId, ada, id, false));
    await inShop(shopId, (tx) => setConnectionState(tx, shopId, ada, id, 'deactivated'));
    await mirror();
    expect(asked).toEqual([]);
  });
});

describe('mappings that people made there', () => {
  it('are offered where they stand otherwise here, and taken over when somebody chooses them', async () => {
    const there: MirroredMapping[] = [
      { kind: 'location', source: '77', target: 'F1', carrier: null },
      { kind: 'location', source: '99', target: 'F9', carrier: null },
      { kind: 'shipping-method', source: 'Express', target: 'EXP', carrier: 'DHL' },
      { kind: 'channel', source: 'web', target: 'WEB', carrier: null },
      { kind: 'payment-method', source: 'paypal', target: 'PP', carrier: null },
    ];
    for (const one of there) held.set(`${one.kind} ${one.source}`, one);
    await save('channel', 'web', { value: 'OTHER' });
    await save('payment', 'paypal', { method: 'PP' });
    const live = await openConnection(shopId, id);
    expect(await previewMirrored(live, ['location', 'shipping-method', 'channel', 'payment-method'])).toEqual([
      { kind: 'location', source: '77', label: 'Annex', there: 'F1', here: null },
      { kind: 'shipping-method', source: 'Express', label: 'Express', there: 'DHL · EXP', here: null },
      { kind: 'channel', source: 'web', label: 'web', there: 'WEB', here: 'OTHER' },
    ]);
    expect(
      await importMirrored(live, ada, [
        { kind: 'location', source: '77' },
        { kind: 'shipping-method', source: 'Express' },
      ]),
    ).toBe(2);
    expect(await prisma.locationLink.findFirst({ where: { shopId } })).toMatchObject({ facilityId: 'F1' });
    expect((await prisma.mapping.findFirstOrThrow({ where: { shopId, source: 'Express' } })).target).toEqual({
      carrier: 'DHL',
      method: 'EXP',
    });
    expect((await prisma.mapping.findFirstOrThrow({ where: { shopId, source: 'web' } })).target).toEqual({ value: 'OTHER' });
  });
});
