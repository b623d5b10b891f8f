import { afterAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../tests/setup/database.ts';

const database = await openTestDatabase();
const { accept, clerk, closeDatabase, makeRoom, makeStockedRoom } = await import('./room.fixture.ts');
const { now } = await import('../core/clock.ts');
const { inShop } = await import('../db/scope.ts');
const { cancelOrder } = await import('./order-steps.ts');
const { getOrder } = await import('./orders.ts');
const { personalDataOf, purgePersonalData, redactCustomer } = await import('./retention.ts');
const { createToken, findToken, listTokens, revokeToken } = await import('./tokens.ts');

afterAll(async () => {
  await closeDatabase();
  await database.close();
});

it('forgets the buyers of closed orders after a time, and nothing else of the order', async () => {
  const { room } = await makeStockedRoom({ A: 9 });
  await accept(room, '#1', { A: 1 });
  await accept(room, '#2', { A: 1 });
  await cancelOrder({ ...room, order: '#1', actor: clerk });
  expect(await purgePersonalData(room.shopId, new Date(now().getTime() - 1000))).toBe(0);
  expect(await purgePersonalData(room.shopId, new Date(now().getTime() + 1000))).toBe(1);
  const [closed, open] = [await getOrder({ ...room, reference: '#1' }), await getOrder({ ...room, reference: '#2' })];
  expect([closed.personal, closed.units, open.personal?.shipTo?.name]).toEqual([null, 1, 'Grace Hopper']);
});

it('gives out and forgets what it holds of one customer', async () => {
  const { room } = await makeStockedRoom({ A: 9 });
  await accept(room, '#1', { A: 1 });
  const person = { customerId: 'gid://shopify/Customer/1', orderIds: [] };
  expect((await personalDataOf(room.shopId, person)).map(({ reference, data }) => [reference, data.shipTo?.city])).toEqual([
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
