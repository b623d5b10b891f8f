import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { RejectedError } from '../../core/errors.ts';

const database = await openTestDatabase();
const { openOrderWorld } = await import('./order-world.test-data.ts');
const { openProblem } = await import('../problems/problems.ts');
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn, {}, { amend: true, cancel: true, handOver: 'fulfilmentOrder' });
const { shopId, live, inShop } = world;
const { orders } = live.connector;
orders.cancel = (id) => {
  const there = { remoteId: id, remoteNumber: null, total: null, facilityId: null, url: null } as const;
  return Promise.resolve({ verdict: 'accepted', order: { ...there, reference: id.slice(2), lines: [], state: 'cancelled' } });
};
afterAll(async () => {
  await world.close();
  await database.close();
});

const sku = 'KI07-01';
for (const location of ['Main Warehouse', 'East Warehouse'])
  await standIn.control('/shopify/levels', { sku, location, available: 50 });

const causes = async (name: string) =>
  (await world.problems()).filter(({ subjectId }) => subjectId === world.idOf(name)).map(({ cause }) => cause);

const open = (name: string, cause: string) =>
  inShop(shopId, (tx) =>
    openProblem(tx, shopId, {
      ...{ connectionId: live.id, sync: 'orders', cause },
      subject: { kind: 'order', id: world.idOf(name), label: name },
    }),
  );

/** An order that was handed over, with a problem that is open on it. */
async function sentWith(cause: string): Promise<string> {
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.sync(name);
  await open(name, cause);
  return name;
}

it('a failed hand-over is over though who handed it over at last died before it said so, and all has left since', async () => {
  const name = await sentWith('server-error');
  await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
  const [part] = await world.parts(name);
  await inShop(shopId, (tx) =>
    tx.partLine.updateMany({ where: { shopId, partId: part?.id ?? '' }, data: { shipped: 2, open: 0 } }),
  );
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

it('what one part was refused for stays named though the next part was taken', async () => {
  const { create } = orders;
  orders.create = (order) =>
    order.lines[0]?.facilityId === 'F1' ? Promise.reject(new RejectedError('vendor-refused', 'It is refused')) : create(order);
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  await world.act(name, 'fulfilment-orders/1/move', { location: 'East Warehouse', lines: [{ sku, quantity: 1 }] });
  await world.sync(name);
  orders.create = create;
  expect(Object.values(world.given(name)).flat()).toEqual([`${sku}×1@F2`]);
  expect(await causes(name)).toEqual(['vendor-refused']);
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

describe('what the back office did to an order that Shopify waits for', () => {
  it.each(['cancelled-in-back-office', 'order-in-trouble', 'cancel-refused-by-shopify', 'refunded-in-back-office'])(
    '%s stays named while it waits, and is over once the order is cancelled',
    async (cause) => {
      const name = await sentWith(cause);
      await world.sync(name);
      expect(await causes(name)).toEqual([cause]);
      await world.act(name, 'cancel', {});
      await world.sync(name);
      expect(await causes(name)).toEqual([]);
    },
  );

  it('a refund that it waits for is still to be made when all has left', async () => {
    const name = await sentWith('refunded-in-back-office');
    await world.act(name, 'fulfil', { fulfilmentOrder: 1 });
    await world.sync(name);
    expect(await causes(name)).toEqual(['refunded-in-back-office']);
  });
});

it('that an order could not be marked stays named while it is to be marked', async () => {
  await world.store({ tagBackOrder: 'late' });
  const name = await sentWith('write-back-failed');
  await world.sync(name);
  expect(await causes(name)).toEqual(['write-back-failed']);
  await world.store({});
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

it('a line that Shopify refuses to fulfil stays one problem, however often it is tried, and is over once it is fulfilled', async () => {
  const { changeMappings } = await import('../../mappings/change-mappings.ts');
  const { product_type: source } = standIn.state.get<{ product_type: string }>(
    'SELECT product_type FROM products p JOIN variants v ON v.product_id = p.id WHERE v.sku = ?',
    sku,
  ) ?? { product_type: '' };
  const map = (target: object) =>
    inShop(shopId, (tx) =>
      changeMappings(tx, shopId, { userId: '1', userName: 'Ada' }, {
        ...{ connectionId: live.id, kind: 'product-type' as const },
        save: [{ source, target }],
      } as never),
    );
  await map({ class: 'service', lines: 'complete' });
  onTestFinished(() => map({ class: 'physical' }).then(() => undefined));
  const name = await world.place({ lines: [{ sku, quantity: 1 }] });
  const refusing = {
    ...world.admin,
    run: ((document: unknown, ...rest: unknown[]) =>
      String(document).includes('mutation FulfilmentCreate')
        ? Promise.reject(new RejectedError('shopify-refused', 'It is refused'))
        : (world.admin.run as (...given: unknown[]) => unknown)(document, ...rest)) as never,
  };
  const { syncOrder } = await import('./sync-order.ts');
  for (let time = 0; time < 3; time += 1) await syncOrder({ ...world.pass(name), admin: refusing });
  const named = await inShop(shopId, (tx) => tx.problem.findMany({ where: { shopId, subjectId: world.idOf(name) } }));
  expect(named).toMatchObject([{ cause: 'shopify-refused', occurrences: 3, closedAt: null }]);
  await world.sync(name);
  expect(await causes(name)).toEqual([]);
});

it('of an order that was deleted only what the back office still ships stays named', async () => {
  const name = await sentWith('server-error');
  const id = world.idOf(name);
  await open(name, 'shipping-unmapped');
  orders.cancel = () => Promise.resolve({ verdict: 'too-late', state: 'picking', text: 'It is being picked' });
  const gone = {
    ...world.admin,
    run: () => Promise.resolve({ order: null }),
    runNotingDenied: () => Promise.resolve({ data: { order: null }, denied: [] }),
  };
  const { syncOrder } = await import('./sync-order.ts');
  await syncOrder({ ...world.pass(name), admin: gone as never });
  const left = (await world.problems()).filter(({ subjectId }) => subjectId === id).map(({ cause }) => cause);
  expect(left).toEqual(['cancel-too-late']);
});

it('who lost the order to another worker says nothing of what went wrong with it', async () => {
  const { create } = orders;
  const name = await world.place({ lines: [{ sku, quantity: 2 }] });
  orders.create = async () => {
    await inShop(
      shopId,
      (tx) => tx.$executeRaw`UPDATE lease SET fence = fence + 1 WHERE shop_id = ${shopId} AND holder IS NOT NULL`,
    );
    throw new RejectedError('vendor-refused', 'It is refused');
  };
  await expect(world.sync(name)).rejects.toMatchObject({ code: 'lease-lost' });
  orders.create = create;
  expect(await causes(name)).toEqual([]);
});
