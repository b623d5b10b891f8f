import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestShop } from '../../../sandbox/shopify/testing/open-test-shop.ts';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import type { CustomerCredit } from '../../connectors/contract/index.ts';
import { openOrderWorld } from '../orders/order-world.test-data.ts';

const database = await openTestDatabase();
const standIn = openTestShop({ shop: { catalogue: 'demo', country: 'DE' } });
const world = await openOrderWorld(standIn);
const { writeCredit } = await import('./write-credit.ts');
const { rollingRun } = await import('../runs/runs.ts');
const { stopBoss } = await import('../../jobs/boss.ts');
const { shopId, live, admin, inShop } = world;
afterAll(async () => {
  await stopBoss();
  await world.close();
  await database.close();
});

const wanted = { creditAvailableMetafield: 'custom.credit_available', creditUsedMetafield: 'custom.credit_used' };
let told: CustomerCredit[] = [];
const asked: (string | null)[] = [];
let runId = '';
const write = (since: string | null = null, settings = wanted) => writeCredit({ live, admin, runId, wanted: settings }, since);
const metafields = () =>
  standIn.state.all<{ key: string; type: string; value: string }>(
    `SELECT m.key, m.type, m.value FROM metafields m WHERE m.owner LIKE 'gid://shopify/Customer/%' ORDER BY m.key`,
  );
const sets = () => inShop(shopId, (tx) => tx.write.count({ where: { shopId, kind: 'customer-credit', state: 'landed' } }));
const grant = (scopes: string[]) => inShop(shopId, (tx) => tx.shop.update({ where: { id: shopId }, data: { scopes } }));

beforeAll(async () => {
  await world.place({
    lines: [{ sku: 'KI07-01', quantity: 1 }],
    customer: { firstName: 'Ada', lastName: 'L', email: 'ada@example.com' },
  });
  live.connector.customers = {
    async *credit({ since }) {
      asked.push(since);
      yield { customers: told, cursor: 'next' };
    },
  };
});
beforeEach(async () => {
  await grant(['read_customers', 'write_customers']);
  runId = await inShop(shopId, (tx) => rollingRun(tx, shopId, live.id, 'orders'));
  told = [{ remoteId: 'ACC-1', email: 'ADA@example.com', available: 125_050, used: -1 }];
});

describe('credit of the back office', () => {
  it('goes to the customer with that e-mail address, to the cent, and on from where it was', async () => {
    expect(await write('before')).toBe('next');
    expect(asked.at(-1)).toBe('before');
    expect(metafields()).toEqual([
      { key: 'credit_available', type: 'number_decimal', value: '1250.50' },
      { key: 'credit_used', type: 'number_decimal', value: '-0.01' },
    ]);
  });

  it('is written again only where it differs', async () => {
    const before = await sets();
    await write();
    expect(await sets()).toBe(before);
    told = [{ ...told[0]!, used: 500 }];
    await write();
    expect(await sets()).toBe(before + 1);
    expect(metafields()[1]).toMatchObject({ value: '5.00' });
    told = [{ ...told[0]!, used: -1 }];
    await write();
    expect(metafields()[1]).toMatchObject({ value: '-0.01' });
  });

  it('of a customer whom Shopify doesn’t know is logged, and stops nothing', async () => {
    told = [
      { remoteId: 'ACC-3', email: null, available: 1, used: 1 },
      { remoteId: 'ACC-2', email: 'nobody@example.com', available: 1, used: 1 },
      ...told,
    ];
    expect(await write()).toBe('next');
    const log = await inShop(shopId, (tx) => tx.planItem.findMany({ where: { shopId, runId } }));
    expect(log).toContainEqual(expect.objectContaining({ label: 'ACC-2', outcome: 'skipped' }));
    expect(log).toContainEqual(
      expect.objectContaining({ label: 'ACC-3', reason: { code: 'customer-without-email', params: {} } }),
    );
    expect(JSON.stringify(log)).not.toContain('nobody@example.com');
  });

  it('is left alone where no metafield is named', async () => {
    const calls = asked.length;
    expect(await write('kept', { creditAvailableMetafield: '', creditUsedMetafield: '' })).toBe('kept');
    expect(asked).toHaveLength(calls);
  });

  it('without the permission is a problem that keeps the place, and closes once it works', async () => {
    await grant(['read_customers']);
    expect(await write('kept')).toBe('kept');
    expect(await world.problems()).toContainEqual(expect.objectContaining({ cause: 'credit-not-written' }));
    await grant(['read_customers', 'write_customers']);
    expect(await write('kept')).toBe('next');
    expect((await world.problems()).map(({ cause }) => cause)).not.toContain('credit-not-written');
  });
});
