import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { accept, clerk, closeDatabase, makeRoom, makeStockedRoom, orderOf } = await import('./room.fixture.ts');
const { acceptOrder } = await import('./accept-order.ts');
const { now } = await import('../core/clock.ts');
const { inShop } = await import('../db/scope.ts');
const { cancelOrder, holdOrder } = await import('./order-steps.ts');
const { getOrder } = await import('./orders.ts');
const { correctTracking, cancelShipment, shipOrder } = await import('./shipping.ts');
const { receiveReturn } = await import('./returns.ts');
const { prisma } = await import('../db/client.ts');
const { personalPlaces } = await import('./personal-places.ts');
const { personalDataOf, purgePersonalData, redactCustomer } = await import('./retention.ts');
const { createToken, findToken, listTokens, revokeToken } = await import('./tokens.ts');

afterAll(async () => {
  await closeDatabase();
  await database.close();
});

const [past, future] = [new Date(now().getTime() - 86_400_000), new Date(now().getTime() + 86_400_000)];
type Stockroom = Awaited<ReturnType<typeof makeStockedRoom>>['room'];

/** An order with a word about its buyer wherever one can be typed. */
async function wordyOrder(room: Stockroom, reference: string, buyer: string): Promise<void> {
  await acceptOrder({
    ...room,
    order: orderOf(reference, { A: 3 }, { note: buyer, customer: { id: `c ${buyer}`, name: buyer, email: null, phone: null } }),
    rules: {},
    actor: clerk,
  });
  const on = { ...room, order: reference, actor: clerk };
  const lines = [{ sku: 'A', quantity: 1 }];
  const tracking = [{ number: `T ${buyer}`, carrier: null, url: null }];
  const [parcel = ''] = await shipOrder({ ...on, lines, tracking, note: `Left with ${buyer}` });
  await correctTracking({ ...room, actor: clerk, shipment: parcel, tracking });
  await receiveReturn({ ...on, lines: [{ sku: 'A', quantity: 1, restocked: false }], note: `${buyer} was not at home` });
  const [again = ''] = await shipOrder({ ...on, lines, tracking: [], note: '' });
  await cancelShipment({ ...room, actor: clerk, shipment: again, reason: `${buyer} refused it` });
  await holdOrder({ ...on, reason: `${buyer} pays later` });
  await prisma.stockroomOrder.updateMany({ where: { shopId: room.shopId, reference }, data: { cancelReason: `For ${buyer}` } });
}

/** Columns of the list that hold something of an order's buyer; what is sealed or hashed only says that it is there. */
async function wordsOf(room: Stockroom, reference: string, buyer: string): Promise<string[]> {
  const found: string[] = [];
  const { id } = await prisma.stockroomOrder.findFirstOrThrow({ where: { shopId: room.shopId, reference } });
  for (const { table, words } of personalPlaces)
    for (const column of Object.keys(words)) {
      const isSealed = ['personal', 'customer_hash'].includes(column);
      const rows = await prisma.$queryRawUnsafe<unknown[]>(
        `SELECT 1 FROM ${table} WHERE shop_id = $1 AND ${isSealed ? `${column} IS NOT NULL AND id = $2::uuid` : `position($2 IN ${column}::text) > 0`}`,
        room.shopId,
        isSealed ? id : buyer,
      );
      if (rows.length > 0) found.push(`${table}.${column}`);
    }
  return found;
}

it('goes by one list of places: what it hands out of a buyer is what it forgets when asked, and when the order’s time is over', async () => {
  const { room } = await makeStockedRoom({ A: 9 });
  await wordyOrder(room, '#1', 'Ada Asked');
  await wordyOrder(room, '#2', 'Otto Over');
  const all = personalPlaces.flatMap(({ table, words }) => Object.keys(words).map((column) => `${table}.${column}`));
  // A place that is new in the list has to get its words above.
  expect(await wordsOf(room, '#1', 'Ada Asked')).toEqual(all);
  const person = { customerId: null, orderIds: ['gid://shopify/Order/1'] };
  const handed = JSON.stringify(await personalDataOf(room.shopId, person));
  const said = ['T ', 'Left with ', ' was not at home', ' refused it', ' pays later', 'For '].map((words) =>
    words.startsWith(' ') ? `Ada Asked${words}` : `${words}Ada Asked`,
  );
  for (const words of said) expect(handed).toContain(words);
  expect(handed).not.toContain('Otto Over');
  await redactCustomer(room.shopId, person);
  expect([await wordsOf(room, '#1', 'Ada Asked'), await wordsOf(room, '#2', 'Otto Over')]).toEqual([[], all]);
  expect(await personalDataOf(room.shopId, person)).toEqual([]);
  expect(await purgePersonalData(room.shopId, past, past)).toBe(0);
  // Nobody closed it, and nothing was heard of it since.
  expect(await purgePersonalData(room.shopId, past, future)).toBeGreaterThan(5);
  expect(await wordsOf(room, '#2', 'Otto Over')).toEqual([]);
  expect(await purgePersonalData(room.shopId, past, future)).toBe(0);
});

it('forgets the buyers of closed orders after a time, and nothing else of the order', async () => {
  const { room } = await makeStockedRoom({ A: 9 });
  await accept(room, '#1', { A: 1 });
  await accept(room, '#2', { A: 1 });
  await cancelOrder({ ...room, order: '#1', actor: clerk });
  expect(await purgePersonalData(room.shopId, past, past)).toBe(0);
  expect(await purgePersonalData(room.shopId, future, past)).toBe(1);
  const [closed, open] = [await getOrder({ ...room, reference: '#1' }), await getOrder({ ...room, reference: '#2' })];
  expect([closed.personal, closed.units, open.personal?.shipTo?.name]).toEqual([null, 1, 'Grace Hopper']);
});

it('gives out and forgets what it holds of one customer', async () => {
  const { room } = await makeStockedRoom({ A: 9 });
  await accept(room, '#1', { A: 1 });
  const person = { customerId: 'gid://shopify/Customer/1', orderIds: [] };
  expect((await personalDataOf(room.shopId, person)).map(({ reference, data }) => [reference, data?.shipTo?.city])).toEqual([
    ['#1', 'Hamburg'],
  ]);
  expect(await redactCustomer(room.shopId, { customerId: 'gid://shopify/Customer/2', orderIds: [] })).toBe(0);
  expect(await redactCustomer(room.shopId, person)).toBe(1);
  expect(await personalDataOf(room.shopId, { ...person, orderIds: ['gid://shopify/Order/1'] })).toEqual([]);
});

it('issues tokens that are kept as a hash, work until they are revoked, and end with the shop', async () => {
  const room = await makeRoom();
  const noted: string[] = [];
  const note =
    (word: string) =>
    (_tx: unknown, { name }: { name: string }) =>
      Promise.resolve(noted.push(`${word} ${name}`));
  const { token, secret } = await createToken({ ...room, name: 'Scanner', createdBy: 'Ada' }, note('made'));
  expect(await findToken(secret)).toMatchObject({ ...room, name: 'Scanner', active: true });
  expect(await findToken(`${secret.slice(0, -1)}?`)).toBeNull();
  await expect(createToken({ ...room, name: 'Scanner', createdBy: 'Ada' })).rejects.toMatchObject({
    code: 'stockroom-name-taken',
  });
  const stored = await inShop(
    room.shopId,
    (tx) => tx.$queryRaw<{ text: string }[]>`SELECT row_to_json(t)::text AS text FROM stockroom_token t`,
  );
  expect(stored[0]?.text).not.toContain(secret);
  expect((await listTokens(room))[0]).toMatchObject({
    name: 'Scanner',
    ending: secret.slice(-4),
    lastUsedAt: expect.any(Date) as Date,
  });
  await revokeToken({ ...room, id: token.id }, note('revoked'));
  await revokeToken({ ...room, id: token.id }, note('revoked'));
  expect(noted).toEqual(['made Scanner', 'revoked Scanner']);
  expect(await findToken(secret)).toBeNull();
  const again = await createToken({ ...room, name: 'Scanner', createdBy: 'Ada' });
  await inShop(room.shopId, (tx) => tx.connection.updateMany({ where: { shopId: room.shopId }, data: { state: 'deactivated' } }));
  expect(await findToken(again.secret)).toMatchObject({ active: false });
  await inShop(room.shopId, (tx) => tx.shop.update({ where: { id: room.shopId }, data: { uninstalledAt: now() } }));
  expect(await findToken(again.secret)).toBeNull();
});
