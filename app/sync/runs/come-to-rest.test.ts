import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { IntendedWrite } from '../writes/perform-write.ts';

const database = await openTestDatabase();
const { prisma } = await import('../../db/client.ts');
const { inShop } = await import('../../db/scope.ts');
const { setConnectionState } = await import('../../connections/connection-state.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { withLease } = await import('../inbox/lease.ts');
const { testShop } = await import('../inventory/shop.fixture.ts');
const { performWrite } = await import('../writes/perform-write.ts');
const { comeToRest, restRun, riseAgain } = await import('./come-to-rest.ts');
const { openRun, showLife } = await import('./runs.ts');
const { pauseRun } = await import('./plan-states.ts');

const ada = { userId: '1', userName: 'Ada' };
let shop: Awaited<ReturnType<typeof testShop>>;
beforeEach(async () => {
  shop = await testShop();
});
afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

const open = (task: string) =>
  inShop(shop.shopId, (tx) => openRun(tx, shop.shopId, { connectionId: shop.live.id, sync: 'orders', door: 'button', task }));
const deactivate = () => inShop(shop.shopId, (tx) => setConnectionState(tx, shop.shopId, ada, shop.live.id, 'deactivated'));
const stateOf = (id: string) =>
  inShop(
    shop.shopId,
    async (tx) => (await tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId: shop.shopId, id } } })).state,
  );

it('waits for the work in hand, of its runs and of records, and for no other connection’s', async () => {
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => (release = resolve));
  let ended = 0;
  const work = (key: string) => withLease(shop.shopId, key, () => held.then(() => void (ended += 1)));
  const mine = [work(`sync ${shop.live.id} orders`), work('order gid://shopify/Order/1')];
  const anothers = withLease(
    shop.shopId,
    'sync 00000000-0000-4000-8000-0000000000aa orders',
    () => new Promise((go) => setTimeout(go, 3_000)),
  );
  await new Promise((go) => setTimeout(go, 300));
  await deactivate();
  setTimeout(release, 700);
  expect(await comeToRest(shop.shopId, shop.live.id)).toBe(true);
  expect(ended).toBe(2);
  await Promise.all([...mine, anothers]);
});

it('stops a run at its next look, and lets no write begin that was prepared before', async () => {
  const id = await open('full');
  const look = () => inShop(shop.shopId, (tx) => showLife(tx, shop.shopId, id));
  await look();
  await deactivate();
  await expect(look()).rejects.toMatchObject({ code: 'connection-deactivated', params: { connection: 'Warehouse' } });
  let sent = 0;
  const subject = { kind: 'level', id: '1' };
  const write: IntendedWrite = { target: 'shopify', kind: 'stock-set', subject, key: 'stock 1', class: 'reversible' };
  const outcome = await performWrite(shop.live, write, { send: () => Promise.resolve((sent += 1)), ask: null });
  expect(outcome).toEqual({ outcome: 'withheld', reason: { code: 'connection-deactivated', params: {} } });
  expect(sent).toBe(0);
});

it('pauses imports, and lets go on with it only those that nobody paused himself', async () => {
  const [going, paused] = [await open('import'), await open('import')];
  await inShop(shop.shopId, (tx) => pauseRun(tx, shop.shopId, paused));
  await deactivate();
  await comeToRest(shop.shopId, shop.live.id);
  expect([await stateOf(going), await stateOf(paused)]).toEqual(['paused', 'paused']);
  await riseAgain(shop.shopId, shop.live.id);
  expect([await stateOf(going), await stateOf(paused)]).toEqual(['queued', 'paused']);
});

it('pauses an import that somebody resumes while the connection is deactivated, and ends any other run', async () => {
  await deactivate();
  const runs = [await open('import'), await open('full')];
  await inShop(shop.shopId, async (tx) => {
    for (const id of runs) await restRun(tx, shop.shopId, id);
  });
  expect([await stateOf(runs[0]!), await stateOf(runs[1]!)]).toEqual(['paused', 'failed']);
  await riseAgain(shop.shopId, shop.live.id);
  expect(await stateOf(runs[0]!)).toBe('queued');
});
