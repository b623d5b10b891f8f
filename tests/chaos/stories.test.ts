import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { backOffices } from './back-offices.ts';
import { A_SYNC_LATER_MS, openChaosShop, type ChaosShop } from './chaos-shop.ts';
import { orderNameOf } from './ledgers.ts';
import { readMerchantsView } from './merchants-view.ts';
import { openChaosSandbox } from './sandbox.ts';

/* Single stories that the storm found, or could find only by luck. */

const { port } = await openChaosSandbox('stories');
const control = new ControlClient(port);
const MINUTE_MS = 60_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
afterAll(() => control.delete('/faults'));

const withApi = backOffices.filter(({ hasApi }) => hasApi);

describe.each(withApi)('$name', (backOffice) => {
  const { connector } = backOffice;
  let shop: ChaosShop;
  let sku = '';
  /** The calls by which an order is handed over. */
  let writes: string[] = [];

  const landed = async (name: string) => (await shop.readBackOffice()).orders.find((one) => one.reference === name);
  const causesOf = async (name: string) =>
    (await readMerchantsView(shop)).problems.filter(({ label }) => label === name).map(({ cause }) => cause);
  const buy = async () => {
    const { orders } = await shop.post<{ orders: { name: string }[] }>('/shopify/orders', { lines: [{ sku, quantity: 1 }] });
    return orders[0]?.name ?? '';
  };
  const place = async () => {
    const name = await buy();
    await eventually(`${name} in the back office`, () => landed(name), { withinMs: MINUTE_MS, everyMs: 50 });
    return name;
  };
  /** The business clock goes on until every sync is due, again and again: what failed is tried again by it. */
  const inTime = (what: string, look: () => Promise<boolean>) =>
    eventually(
      what,
      async () => {
        await control.post('/clock', { advanceMs: A_SYNC_LATER_MS });
        return look();
      },
      { withinMs: 3 * MINUTE_MS, everyMs: 3_000 },
    );

  beforeAll(async () => {
    shop = await openChaosShop(port, { name: `stories-${connector}-${Date.now().toString(36)}`, backOffice, units: 400 });
    sku = shop.skus[0] ?? '';
    // A first order tells how this back office is written to.
    const { now: since } = await control.get<{ now: string }>('/clock');
    await place();
    await pause(1_000);
    const calls = await control.get<{ method: string; operation?: string }[]>(`/calls?target=${connector}&since=${since}`);
    const all = [...new Set(calls.flatMap(({ method, operation }) => (method === 'GET' ? [] : (operation ?? []))))];
    // Customers and addresses that go before it are not the story.
    writes = all.filter((name) => /order/i.test(name));
  });
  // Nothing of this shop goes on while the next one is looked at.
  afterAll(() => shop.post('/uninstall'));

  test('an order whose hand-over was never answered, and that was edited meanwhile, is there once, with the edit or with its name', async () => {
    expect(writes.length).toBeGreaterThan(0);
    // Nobody hears that it arrived, and then the back office answers nothing at all.
    for (const match of writes) await control.post('/faults', { target: connector, kind: 'cut-after-commit', match });
    const name = await place();
    await control.delete('/faults');
    await control.post('/faults', { target: connector, kind: 'status', status: 503 });
    await shop.post(`/shopify/orders/${name.slice(1)}/edit`, { lines: [{ sku, quantity: 3 }] });
    await shop.post(`/shopify/orders/${name.slice(1)}/pay`);
    await pause(2_000);
    await control.delete('/faults');
    const unitsThere = async () => (await landed(name))?.lines.reduce((sum, line) => sum + line.quantity, 0);
    await inTime(backOffice.amends ? 'the edit in the back office' : 'the edit to be named', async () => {
      // One that takes no change has the edit only where nothing had arrived before it.
      if ((await unitsThere()) === 3) return true;
      return !backOffice.amends && (await causesOf(name)).includes('amend-too-late');
    });
    const all = (await shop.readBackOffice()).orders.filter((one) => orderNameOf(one.reference) === name);
    expect(all.map(({ reference }) => reference)).toEqual([name]);
  });

  test.each([
    ['refuses an order', { kind: 'refuse' }],
    ['turns us away though the password is right', { kind: 'status', status: 401 }],
  ])('an order that comes while it %s is named, and goes over by itself once that is mended', async (_what, fault) => {
    for (const match of writes) await control.post('/faults', { target: connector, match, ...fault });
    const name = await buy();
    await inTime('a name for what is wrong', async () => (await causesOf(name)).length > 0);
    expect(await landed(name)).toBeUndefined();
    await control.delete('/faults');
    await inTime('the order in the back office and nothing left to name', async () => {
      if (!(await landed(name))) return false;
      return (await causesOf(name)).length === 0;
    });
  });
});
