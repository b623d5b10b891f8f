import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { Shipment } from '../../connectors/contract/index.ts';
import { TransientError } from '../../core/errors.ts';

/* The database was put back to a backup: what went over since is there, and nobody here remembers it. */

const TOMORROW = new Date(Date.now() + 86_400_000);
process.env['RESTORED_AT'] = TOMORROW.toISOString();
const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const { recordShipment } = await import('../shipments/record-shipment.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true, handOver: 'fulfilmentOrder' });
const { orders } = world.live.connector;
const { amend } = orders;
afterAll(async () => {
  delete process.env['RESTORED_AT'];
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
const take = orders.create.bind(orders);
let tellsLines = true;
let made = 0;
// As every back office has to: what is there under the reference is the answer, and nothing is made.
orders.create = async (order) => {
  const there = await orders.find(order.reference);
  if (!there) {
    made += 1;
    return take(order);
  }
  return tellsLines ? there : { ...there, lines: [] };
};
const { find: findOpen } = orders;
orders.find = async (reference) => {
  const there = await findOpen.call(orders, reference);
  const left = (parcels.get(`r ${reference}`) ?? [])
    .flatMap(({ lines }) => lines)
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const units = there?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  return there && left > 0 ? { ...there, state: left < units ? 'partly-shipped' : 'shipped' } : there;
};
/** Parcels that the back office tells of an order. */
const parcels = new Map<string, Shipment[]>();
const ofOrder = (remoteId: string) => Promise.resolve(parcels.get(remoteId) ?? []);
Object.assign(world.live.connector, { shipments: { ofOrder } });
await world.inShop(world.shopId, (tx) =>
  tx.sync.create({ data: { shopId: world.shopId, connectionId: world.live.id, kind: 'shipments', enabled: true, settings: {} } }),
);
beforeEach(() => void (made = 0));

/** A parcel of an order has left and is in Shopify. */
async function leave(name: string, units: number, { reference = name, location = 1 } = {}): Promise<void> {
  await world.act(name, 'fulfil', { lines: [{ sku, quantity: units }], fulfilmentOrder: location, tracking: `P ${reference}` });
  const parcel = {
    remoteId: `parcel ${reference}`,
    reference,
    facilityId: `F${location}`,
    lines: [{ lineId: null, sku, quantity: units }],
  };
  const label = { number: `P ${reference}`, carrier: 'DHL', url: null };
  parcels.set(`r ${reference}`, [
    { ...parcel, tracking: [label], shippedAt: new Date().toISOString(), note: null, cancelled: false },
  ]);
}

async function place(lines: { sku: string; quantity: number; location?: string }[]): Promise<string> {
  for (const location of ['Main Warehouse', 'East Warehouse'])
    await standIn.control('/shopify/levels', { sku, location, available: 50 });
  return world.place({ lines });
}

/** An order that went over, and of which our database knows nothing any more. */
async function forgotten(units: number, more: { sku: string; quantity: number; location: string }[] = []): Promise<string> {
  const name = await place([{ sku, quantity: units }, ...more]);
  await world.sync(name);
  made = 0;
  const { shopId } = world;
  await world.inShop(shopId, async (tx) => {
    await tx.$executeRaw`DELETE FROM write WHERE shop_id = ${shopId}`;
    await tx.$executeRaw`DELETE FROM part_line WHERE shop_id = ${shopId}`;
    await tx.$executeRaw`DELETE FROM part WHERE shop_id = ${shopId}`;
  });
  return name;
}
/** Who adds something pays for it. */
async function edit(name: string): Promise<void> {
  await world.act(name, 'edit', { lines: [{ sku, quantity: 5 }] });
  await world.act(name, 'pay', {});
}
const causesOf = async (name: string) =>
  (await world.problems()).filter(({ subjectLabel }) => subjectLabel === name).map(({ cause }) => cause);

describe('an order that went over before the database was put back to an older backup', () => {
  it('is taken up as it is there, and told what changed since', async () => {
    const same = await forgotten(2);
    let amended = 0;
    orders.amend = (remoteId, order) => ((amended += 1), amend!.call(orders, remoteId, order));
    await world.sync(same);
    // Nobody knows where it was told to go, so it is told once more, with what is there already.
    expect([await world.parts(same), amended, made, await causesOf(same)]).toMatchObject([
      [{ state: 'sent', remoteId: `r ${same}` }],
      ...[1, 0, []],
    ]);
    await world.sync(same);
    expect(amended).toBe(1);

    const edited = await forgotten(2);
    await edit(edited);
    await world.sync(edited);
    expect([world.given(edited), amended]).toEqual([{ [edited]: [`${sku}×5@F1`] }, 2]);
    expect((await world.parts(edited))[0]?.sentHash).not.toBeNull();
  });

  it('is named where it was edited, and the back office neither tells what it has nor takes a change', async () => {
    tellsLines = false;
    delete orders.amend;
    const [same, edited] = [await forgotten(2), await forgotten(2)];
    await edit(edited);
    for (const name of [same, edited]) await world.sync(name);
    expect([await causesOf(same), (await causesOf(edited)).sort()]).toEqual([
      ['address-unknown-there'],
      ['address-unknown-there', 'amend-too-late'],
    ]);
    await world.sync(same);
    expect(await causesOf(same)).toEqual(['address-unknown-there']);
    await leave(same, 2);
    const [part] = await world.parts(same);
    await world.inShop(world.shopId, (tx) =>
      tx.partLine.updateMany({ where: { shopId: world.shopId, partId: part?.id ?? '' }, data: { shipped: 2, open: 0 } }),
    );
    await world.inShop(world.shopId, (tx) => tx.shipment.deleteMany({ where: { shopId: world.shopId } }));
    parcels.clear();
    await world.sync(same);
    expect(await causesOf(same)).toEqual([]);
  });

  it('is taken up with all its units where a parcel has left, and where all has', async () => {
    for (const gone of [1, 3]) {
      const name = await forgotten(3);
      await leave(name, gone);
      await world.sync(name);
      const [part, ...others] = await world.parts(name);
      expect(part).toMatchObject({ remoteId: `r ${name}`, lines: [{ quantity: 3 }] });
      // Of what has yet to leave nobody can tell where it goes.
      const causes = gone < 3 ? ['address-unknown-there'] : [];
      expect([others, made, world.given(name), await causesOf(name)]).toEqual([[], 0, { [name]: [`${sku}×3@F1`] }, causes]);
      expect(await world.shipments(name)).toMatchObject([{ reference: name, partId: part?.id, state: 'seen' }]);
    }
  });

  it('keeps the numbers of its parts where one of them has left', async () => {
    const name = await forgotten(2, [{ sku, quantity: 4, location: 'East Warehouse' }]);
    await leave(name, 2);
    await world.sync(name);
    expect((await world.parts(name)).map(({ reference, facilityId, remoteId }) => [reference, facilityId, remoteId])).toEqual([
      [name, 'F1', `r ${name}`],
      [`${name}_2`, 'F2', `r ${name}_2`],
    ]);
    expect([made, world.given(name)]).toEqual([0, { [name]: [`${sku}×2@F1`], [`${name}_2`]: [`${sku}×4@F2`] }]);
  });

  it('is cancelled there where it was cancelled in Shopify meanwhile', async () => {
    const name = await forgotten(2);
    await world.act(name, 'cancel', {});
    await world.sync(name);
    expect([world.cancelled.has(name), made, await world.parts(name)]).toMatchObject([true, 0, [{ state: 'cancelled' }]]);
  });
});

describe('the parcels of an order that is known', () => {
  const runs = (slot: Date | null) =>
    world.inShop(world.shopId, (tx) =>
      tx.run.create({
        data: {
          ...{
            shopId: world.shopId,
            connectionId: world.live.id,
            sync: 'shipments',
            door: 'schedule',
            slot,
            state: 'finished',
            counts: {},
          },
          createdAt: new Date(TOMORROW.getTime() + 1),
        },
      }),
    );

  it('are heard of before what is fulfilled counts as gone elsewhere, until a run has read what left', async () => {
    tellsLines = true;
    for (const [rolling, heard] of [
      [new Date(), 1],
      [null, 0],
    ] as const) {
      const name = await place([{ sku, quantity: 3 }]);
      await world.sync(name);
      await leave(name, 1);
      await runs(rolling);
      await world.sync(name);
      expect(await world.shipments(name)).toHaveLength(heard);
    }
  });

  it('are tied to an order that was taken up after they were read', async () => {
    await runs(null);
    const name = await forgotten(3);
    await leave(name, 1);
    const [report] = parcels.get(`r ${name}`) ?? [];
    if (report) await world.inShop(world.shopId, (tx) => recordShipment(tx, world.live, report));
    expect(await world.shipments(name)).toEqual([]);
    await world.sync(name);
    expect(await world.shipments(name)).toMatchObject([{ reference: name, state: 'seen' }]);
    expect([world.given(name), await causesOf(name)]).toEqual([{ [name]: [`${sku}×3@F1`] }, ['address-unknown-there']]);
    await world.inShop(world.shopId, (tx) => tx.run.deleteMany({ where: { shopId: world.shopId } }));
  });
});

describe('an order from before that never went over', () => {
  it('is not sent where others have shipped it, and what they left of it is', async () => {
    const [whole, rest] = [await place([{ sku, quantity: 2 }]), await place([{ sku, quantity: 3 }])];
    await world.act(whole, 'fulfil', { lines: [{ sku, quantity: 2 }] });
    await world.act(rest, 'fulfil', { lines: [{ sku, quantity: 1 }] });
    for (const name of [whole, rest]) await world.sync(name);
    expect([await world.parts(whole), world.given(whole), world.given(rest)]).toEqual([[], {}, { [rest]: [`${sku}×2@F1`] }]);
  });

  it('waits where the back office is left alone for the moment, and is looked for later', async () => {
    const name = await forgotten(2);
    await leave(name, 1);
    const { find } = orders;
    orders.find = () => Promise.reject(new TransientError('no-answer', 'It is down'));
    await expect(world.sync(name)).rejects.toThrow('It is down');
    expect(await world.parts(name)).toEqual([]);
    orders.find = find;
    await world.sync(name);
    expect(await world.parts(name)).toMatchObject([{ remoteId: `r ${name}`, lines: [{ quantity: 2 }] }]);
  });
});
