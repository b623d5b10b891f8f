import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openAlertWorld } from '../../tests/setup/alert-world.ts';

const world = await openAlertWorld();
const { prisma, inShop, pass, problem, mend, reconcile } = world;
const { parkConnection, resumeConnection } = await import('../connections/park.ts');
const { TransientError } = await import('../core/errors.ts');
const { causesNow } = await import('./causes.ts');
afterAll(() => world.close());

let shop: { shopId: number; connectionId: string };
beforeEach(async () => {
  shop = await world.openShop('a');
});

const alerts = () => prisma.alert.findMany({ where: { shopId: shop.shopId }, orderBy: { openedAt: 'asc' } });
const open = async () => (await alerts()).filter(({ closedAt }) => closedAt === null);
const down = new TransientError('unreachable', 'down', { params: { party: 'Hall', host: 'erp.example.com' } });
const park = () => inShop(shop.shopId, (tx) => parkConnection(tx, shop.shopId, shop.connectionId, down));
/** Looks until nothing changes any more, as the tick does. */
const settle = async () => {
  await reconcile();
  await pass(3);
  await reconcile();
};

describe('an alert', () => {
  it('opens once for a cause that has lasted for a minute, however many records it concerns', async () => {
    await problem(shop, '#1');
    await reconcile();
    expect(await alerts()).toEqual([]);
    await pass(2);
    await inShop(
      shop.shopId,
      (tx) =>
        tx.$executeRaw`
        INSERT INTO problem (shop_id, connection_id, sync, cause, subject_kind, subject_id, subject_label, params, detail, opened_at, last_seen_at)
        SELECT ${shop.shopId}, ${shop.connectionId}::uuid, 'orders', 'shipping-unmapped', 'order', 'n' || n, '#' || n, '{}'::jsonb, 'method ' || n, ${world.now()}, ${world.now()}
        FROM generate_series(2, 10000) n`,
    );
    await reconcile();
    await reconcile();
    const [alert, ...others] = await open();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ topic: 'problem-orders', cause: 'shipping-unmapped', count: 10_000, severity: 'critical' });
    expect(alert?.labels).toContain('#1');
    expect(alert?.labels).toHaveLength(5);
  });

  it('is one for each cause, connection and sync', async () => {
    await problem(shop, '#1');
    await problem(shop, '#2', { cause: 'payment-unmapped' });
    await problem(shop, 'p1', { kind: 'product', sync: 'products', cause: 'sku-missing' });
    await pass(2);
    await reconcile();
    expect((await open()).map(({ topic, cause }) => `${topic} ${cause}`).sort()).toEqual([
      'problem-orders payment-unmapped',
      'problem-orders shipping-unmapped',
      'problem-products sku-missing',
    ]);
  });

  it('counts what comes and goes without being another one', async () => {
    await problem(shop, '#1');
    await pass(2);
    await reconcile();
    const [before] = await open();
    await problem(shop, '#2');
    await reconcile();
    expect(await open()).toMatchObject([{ id: before?.id, count: 2 }]);
    await mend(shop, '#1');
    await reconcile();
    expect(await open()).toMatchObject([{ id: before?.id, count: 1, labels: ['#2'] }]);
  });

  it('closes when its cause has been gone for a while, and says how we know', async () => {
    await problem(shop, '#1');
    await pass(2);
    await reconcile();
    await mend(shop, '#1');
    await reconcile();
    // Something else makes us look at the shop again meanwhile.
    await problem(shop, '#2', { cause: 'payment-unmapped' });
    await pass(1.5);
    await reconcile();
    expect((await open()).map(({ cause }) => cause)).toEqual(['shipping-unmapped', 'payment-unmapped']);
    await settle();
    expect(await alerts()).toMatchObject([
      { cause: 'shipping-unmapped', evidence: 'order-read-again', closedAt: expect.any(Date) as Date },
      { cause: 'payment-unmapped', closedAt: null },
    ]);
  });

  it('stays the same one when its cause comes back at once', async () => {
    await problem(shop, '#1');
    await pass(2);
    await reconcile();
    await mend(shop, '#1');
    await reconcile();
    await pass(1);
    await problem(shop, '#1');
    await reconcile();
    await pass(10);
    await reconcile();
    expect(await alerts()).toMatchObject([{ closedAt: null, goneSince: null }]);
  });

  it('is opened once by many workers at the same moment', async () => {
    await problem(shop, '#1');
    await pass(2);
    await Promise.all(Array.from({ length: 6 }, () => reconcile()));
    expect(await alerts()).toHaveLength(1);
  });

  it('holds nothing of what another system said in its own words', async () => {
    const words = {
      vendorText: 'Ada Lovelace, ada@example.com',
      message: 'at Main Street 1',
      value: 'call +49 151 99887766',
      reference: '#7',
    };
    await problem(shop, '#7', { cause: 'product-refused', params: words });
    await pass(2);
    await reconcile();
    const said = JSON.stringify(await open());
    expect(said).toContain('#7');
    for (const word of ['Ada', 'example.com', 'Main Street', '99887766']) expect(said).not.toContain(word);
  });
});

describe('what is wrong', () => {
  const topics = async () => {
    await pass(2);
    await reconcile();
    return (await open()).map(({ topic, cause, severity, count }) => ({ topic, cause, severity, count }));
  };

  it('a back office that is down is one alert, whatever its runs say of it, and closes when it works again', async () => {
    await park();
    await problem(shop, `${shop.connectionId} orders`, { kind: 'sync', cause: 'unreachable' });
    expect(await topics()).toEqual([{ topic: 'connection', cause: 'unreachable', severity: 'critical', count: 1 }]);
    await inShop(shop.shopId, (tx) => resumeConnection(tx, shop.shopId, shop.connectionId));
    await mend(shop, `${shop.connectionId} orders`, 'sync');
    await settle();
    expect(await alerts()).toMatchObject([{ evidence: 'back-office-answers' }]);
  });

  it('failed runs of a connection for one reason are one alert', async () => {
    for (const sync of ['orders', 'inventory'])
      await problem(shop, `${shop.connectionId} ${sync}`, { kind: 'sync', cause: 'server-error' });
    expect(await topics()).toEqual([{ topic: 'failed-run', cause: 'server-error', severity: 'critical', count: 2 }]);
  });

  it('a stock run that waits for a yes is one, an undo that somebody asked for is none', async () => {
    const run = {
      shopId: shop.shopId,
      connectionId: shop.connectionId,
      sync: 'inventory',
      door: 'schedule',
      counts: {},
      createdAt: world.now(),
    };
    const reason = { code: 'brake', params: { writes: 90, zeroes: 12 } };
    const made = await prisma.run.create({ data: { ...run, state: 'awaiting_approval', reason } });
    await prisma.run.create({ data: { ...run, state: 'awaiting_approval', task: 'undo' } });
    expect(await topics()).toEqual([{ topic: 'braked', cause: 'run-awaits-approval', severity: 'critical', count: 1 }]);
    expect((await open())[0]?.params).toMatchObject({ writes: 90, zeroes: 12 });
    await prisma.run.updateMany({ where: { id: made.id }, data: { state: 'queued' } });
    await settle();
    expect(await alerts()).toMatchObject([{ evidence: 'run-decided' }]);
  });

  it('the gap of a statement counts its records; webhooks that fell silent are silence', async () => {
    await problem(shop, 'c', { cause: 'statement-gap', params: { count: 17 } });
    await problem(shop, 'c', { cause: 'webhooks-silent', params: { count: 3 } });
    expect((await topics()).map(({ topic, count }) => [topic, count]).sort()).toEqual([
      ['gap', 17],
      ['silence', 1],
    ]);
  });

  it('records by which goods may go wrong are critical, others are not', async () => {
    await problem(shop, '#1');
    await problem(shop, '#2', { cause: 'outcome-unknown' });
    expect((await topics()).map(({ cause, severity }) => [cause, severity]).sort()).toEqual([
      ['outcome-unknown', 'critical'],
      ['shipping-unmapped', 'warning'],
    ]);
  });

  it('a deactivated connection is quiet on purpose: its alerts close', async () => {
    await problem(shop, '#1');
    await pass(2);
    await reconcile();
    await prisma.connection.updateMany({ where: { id: shop.connectionId }, data: { state: 'deactivated' } });
    await settle();
    await settle();
    expect(await alerts()).toMatchObject([{ evidence: 'connection-off' }]);
  });

  it('of another shop is never seen', async () => {
    const other = await world.openShop('b');
    await problem(other, '#9');
    const seen = await inShop(shop.shopId, (tx) => tx.$queryRaw<unknown[]>`SELECT * FROM (${causesNow()}) c`);
    expect(seen).toEqual([]);
  });
});
