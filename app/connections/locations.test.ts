import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';
import { facility, fakeConnector, type FakeBackOffice } from './fake-connector.test-data.ts';
import type { ShopifyLocation } from './locations.ts';

const database = await openTestDatabase();
const { prisma } = await import('../db/client.ts');
const { inShop } = await import('../db/scope.ts');
const { setConnectors } = await import('./known-connectors.ts');
const { createConnection } = await import('./connections.ts');
const { openConnection } = await import('./open-connection.ts');
const { importLocations, listLocationLinks, listLocations } = await import('./locations.ts');
const { linkLocation, unlinkLocation, setStockCarrier } = await import('./location-links.ts');
const { refreshFacilities, createFacilityFromLocation, listFacilities } = await import('./facilities.ts');
const { listAudit } = await import('../people/audit.ts');

const backOffice: FakeBackOffice = { facilities: [], key: 'right-key' };
setConnectors([fakeConnector(backOffice), fakeConnector(backOffice, { id: 'closed', createsFacilities: false })]);
const ada = { userId: '1', userName: 'Ada' };
const at = (id: string, name = id, rest: Partial<ShopifyLocation> = {}): ShopifyLocation => ({
  id,
  name,
  active: true,
  fulfillsOnline: true,
  serviceName: null,
  address: { city: 'Leeds' },
  ...rest,
});
let shopId = 0;
let id = '';

beforeEach(async () => {
  const shop = await prisma.shop.create({ data: { domain: `s${Math.random()}.myshopify.com`, installedAt: new Date() } });
  shopId = shop.id;
  backOffice.facilities = [facility('F1', 'North'), facility('F2', 'South')];
  id = await connection('fake', 'Main');
  await refreshFacilities(await openConnection(shopId, id));
  await importLocations(shopId, [at('L1', 'north '), at('L2', 'Shop'), at('L3', 'Third', { serviceName: 'Amazon' })]);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

async function connection(connector: string, name: string): Promise<string> {
  const made = await createConnection(shopId, ada, {
    connector,
    name,
    settings: { baseUrl: 'https://93.184.215.14', account: 'acme', apiKey: 'right-key' },
  });
  if (!made.ok) throw new Error('not made');
  return made.id;
}

const link = (locationId: string, facilityId: string, share = false) =>
  inShop(shopId, (tx) => linkLocation(tx, shopId, ada, { locationId, connectionId: id, facilityId, share }));
const links = () => inShop(shopId, (tx) => listLocationLinks(tx, shopId));
const locations = () => inShop(shopId, (tx) => listLocations(tx, shopId));
const carriers = async () => (await links()).filter(({ carriesStock }) => carriesStock).map(({ locationId }) => locationId);

describe('importing Shopify’s locations', () => {
  it('keeps links; an unlinked one that is gone is forgotten, a linked one is shown as removed', async () => {
    await link('L1', 'F1');
    expect(await importLocations(shopId, [at('L4', 'New'), at('L5', 'Closed', { active: false })])).toEqual({
      added: 2,
      changed: 0,
      removed: 3,
    });
    expect((await locations()).map(({ id: one, state, link: found }) => [one, state, found?.facilityId ?? null])).toEqual([
      ['L4', 'active', null],
      ['L5', 'inactive', null],
      ['L1', 'removed', 'F1'],
    ]);
    expect(await links()).toMatchObject([{ locationId: 'L1', locationActive: false, facilityId: 'F1' }]);
    await importLocations(shopId, [at('L1', 'North again')]);
    expect(await locations()).toMatchObject([{ id: 'L1', name: 'North again', state: 'active', link: { facilityId: 'F1' } }]);
  });

  it('counts what changed', async () => {
    expect(
      await importLocations(shopId, [at('L1', 'Renamed'), at('L2', 'Shop'), at('L3', 'Third', { serviceName: 'Amazon' })]),
    ).toEqual({ added: 0, changed: 1, removed: 0 });
  });

  it('suggests a facility of the same name, and only for locations that are ours to map', async () => {
    expect((await locations()).map((row) => [row.id, row.suggestions.map(({ facilityId }) => facilityId)])).toEqual([
      ['L2', []],
      ['L3', []],
      ['L1', ['F1']],
    ]);
    await link('L2', 'F1');
    expect((await locations()).flatMap((row) => row.suggestions)).toEqual([]);
  });
});

describe('mapping a location', () => {
  it('is one to one unless the merchant says otherwise; then exactly one location carries the stock', async () => {
    await link('L1', 'F1');
    await expect(link('L2', 'F1')).rejects.toMatchObject({
      code: 'facility-taken',
      field: 'facilityId',
      params: { facility: 'North', location: 'north ' },
    });
    await link('L2', 'F1', true);
    expect(await carriers()).toEqual(['L1']);
    await inShop(shopId, (tx) => setStockCarrier(tx, shopId, ada, 'L2'));
    expect(await carriers()).toEqual(['L2']);
  });

  it('the stock passes on when its carrier is mapped elsewhere or unmapped', async () => {
    await link('L1', 'F1');
    await link('L2', 'F1', true);
    await link('L1', 'F2');
    expect((await links()).map((row) => [row.locationId, row.facilityId, row.carriesStock])).toEqual([
      ['L1', 'F2', true],
      ['L2', 'F1', true],
    ]);
    await link('L1', 'F1', true);
    expect(await carriers()).toEqual(['L2']);
    await inShop(shopId, (tx) => unlinkLocation(tx, shopId, ada, 'L2'));
    expect(await carriers()).toEqual(['L1']);
  });

  it('the database itself refuses a second carrier', async () => {
    await link('L1', 'F1');
    await link('L2', 'F1', true);
    await expect(prisma.locationLink.updateMany({ where: { shopId }, data: { carriesStock: true } })).rejects.toThrow();
  });

  it('many at once still leave exactly one carrier', async () => {
    await importLocations(
      shopId,
      Array.from({ length: 8 }, (_, index) => at(`M${index}`)),
    );
    await Promise.all(Array.from({ length: 8 }, (_, index) => link(`M${index}`, 'F1', true)));
    expect(await carriers()).toHaveLength(1);
    await Promise.all(
      Array.from({ length: 7 }, (_, index) => inShop(shopId, (tx) => unlinkLocation(tx, shopId, ada, `M${index}`))),
    );
    expect(await carriers()).toEqual(['M7']);
  });

  it('refuses a location of a fulfilment service, an unknown one, and a facility that is not listed', async () => {
    await expect(link('L3', 'F1')).rejects.toMatchObject({ code: 'location-of-service' });
    await expect(link('L9', 'F1')).rejects.toMatchObject({ code: 'location-unknown' });
    await expect(link('L1', 'F9')).rejects.toMatchObject({ code: 'facility-unknown' });
    await expect(inShop(shopId, (tx) => unlinkLocation(tx, shopId, ada, 'L1'))).rejects.toMatchObject({
      code: 'location-not-mapped',
    });
  });

  it('every change is audited; the same mapping again is none', async () => {
    await link('L1', 'F1');
    await link('L1', 'F1');
    await link('L1', 'F2');
    await inShop(shopId, (tx) => unlinkLocation(tx, shopId, ada, 'L1'));
    const { rows } = await inShop(shopId, (tx) => listAudit(tx, shopId, { text: 'location' }));
    expect(rows.toReversed().map(({ action, before, after }) => [action, before, after])).toEqual([
      ['location-mapped', null, { connectionId: id, facilityId: 'F1', safetyStock: 0 }],
      ['location-remapped', { facilityId: 'F1' }, { facilityId: 'F2' }],
      ['location-unmapped', { connectionId: id, facilityId: 'F2', safetyStock: 0 }, null],
    ]);
  });
});

describe('facilities', () => {
  it('one that the back office no longer lists is forgotten, or shown as gone while a location hangs on it', async () => {
    await link('L1', 'F1');
    backOffice.facilities = [facility('F3', 'East')];
    const rows = await refreshFacilities(await openConnection(shopId, id));
    expect(rows.map((row) => [row.id, row.active, row.listed])).toEqual([
      ['F3', true, true],
      ['F1', false, false],
    ]);
    expect((await locations()).find((row) => row.id === 'L1')?.link?.facilityState).toBe('removed');
  });

  const landed: Parameters<typeof createFacilityFromLocation>[3] = async (_live, _write, act) => ({
    outcome: 'landed',
    answer: await act.send(),
    again: false,
  });

  it('is made from a location with its name and mapped to it, through the one gate for writes', async () => {
    const result = await createFacilityFromLocation(await openConnection(shopId, id), 'L2', ada, landed);
    expect(result).toEqual({ outcome: 'created', facilityId: 'f-Shop' });
    expect(await links()).toMatchObject([{ locationId: 'L2', facilityId: 'f-Shop', facilityName: 'Shop', carriesStock: true }]);
    expect((await inShop(shopId, (tx) => listFacilities(tx, shopId, id))).every(({ listed }) => listed)).toBe(true);
  });

  it('is not made twice: one of that name is named instead', async () => {
    backOffice.facilities.push(facility('F7', 'Shop'));
    await expect(createFacilityFromLocation(await openConnection(shopId, id), 'L2', ada, landed)).rejects.toMatchObject({
      code: 'facility-exists',
    });
  });

  it('after a lost answer the one that was made is found and mapped', async () => {
    const asked: Parameters<typeof createFacilityFromLocation>[3] = async (_live, _write, act) => {
      await act.send();
      const answer = await act.ask();
      if (!answer) throw new Error('not found');
      return { outcome: 'landed', answer, again: true };
    };
    await createFacilityFromLocation(await openConnection(shopId, id), 'L2', ada, asked);
    expect(backOffice.facilities.filter(({ name }) => name === 'Shop')).toHaveLength(1);
    expect(await links()).toMatchObject([{ locationId: 'L2', facilityId: 'f-Shop' }]);
  });

  it('stays a plan where the gate withholds it, and is refused where the back office does not offer it', async () => {
    const withheld: Parameters<typeof createFacilityFromLocation>[3] = () =>
      Promise.resolve({ outcome: 'withheld', reason: { code: 'dry-run', params: {} } });
    expect(await createFacilityFromLocation(await openConnection(shopId, id), 'L2', ada, withheld)).toEqual({
      outcome: 'withheld',
      reason: { code: 'dry-run', params: {} },
    });
    expect(await links()).toEqual([]);
    const closed = await openConnection(shopId, await connection('closed', 'Other'));
    await expect(createFacilityFromLocation(closed, 'L2', ada, landed)).rejects.toMatchObject({ code: 'facility-not-creatable' });
  });
});
