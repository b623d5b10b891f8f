import { afterAll, expect, inject, test } from 'vitest';
import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { backOffices } from './back-offices.ts';
import { openChaosShop } from './chaos-shop.ts';
import { orderNameOf } from './ledgers.ts';
import { readMerchantsView } from './merchants-view.ts';

/* Single stories that the storm found, or could find only by luck. */

const port = inject('chaosPort');
const control = new ControlClient(port);
const MINUTE_MS = 60_000;
afterAll(() => control.delete('/faults'));

const withApi = backOffices.filter(({ hasApi }) => hasApi);

test.each(withApi)(
  '$name: an order whose hand-over was never answered, and that was edited meanwhile, is there once, with the edit or with its name',
  async (backOffice) => {
    const { connector } = backOffice;
    // Order names of its own: the back office's account is one for all shops of this sandbox.
    const prefix = `#E${Date.now().toString(36)}-`;
    const shop = await openChaosShop(port, {
      name: `edited-${connector}-${Date.now().toString(36)}`,
      backOffice,
      units: 400,
      prefix,
    });
    const sku = shop.skus[0] ?? '';
    const place = async () => {
      const { orders } = await shop.post<{ orders: { name: string }[] }>('/shopify/orders', { lines: [{ sku, quantity: 1 }] });
      const name = orders[0]?.name ?? '';
      const landed = async () => (await shop.readBackOffice()).orders.find((one) => one.reference === name);
      await eventually(`${name} in the back office`, landed, { withinMs: MINUTE_MS, everyMs: 50 });
      return { name, landed };
    };
    // A first order tells how this back office is written to.
    const { now: since } = await control.get<{ now: string }>('/clock');
    await place();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const calls = await control.get<{ method: string; operation?: string }[]>(`/calls?target=${connector}&since=${since}`);
    const writes = new Set(calls.flatMap(({ method, operation }) => (method === 'GET' ? [] : (operation ?? []))));
    expect(writes.size).toBeGreaterThan(0);
    // Of the second one nobody hears that it arrived, and then the back office answers nothing at all.
    for (const match of writes) await control.post('/faults', { target: connector, kind: 'cut-after-commit', match });
    const { name, landed } = await place();
    await control.delete('/faults');
    await control.post('/faults', { target: connector, kind: 'status', status: 503 });
    await shop.post(`/shopify/orders/${name.slice(1)}/edit`, { lines: [{ sku, quantity: 3 }] });
    await shop.post(`/shopify/orders/${name.slice(1)}/pay`);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await control.delete('/faults');
    const unitsThere = async () => (await landed())?.lines.reduce((sum, line) => sum + line.quantity, 0);
    const named = async () =>
      (await readMerchantsView(shop)).problems.some(({ cause, label }) => cause === 'amend-too-late' && label === name);
    await eventually(
      backOffice.amends ? 'the edit in the back office' : 'the edit to be named',
      async () => {
        // What failed is tried again by the business clock.
        await control.post('/clock', { advanceMs: 11 * MINUTE_MS });
        // One that takes no change has the edit only where nothing had arrived before it.
        return (await unitsThere()) === 3 || (!backOffice.amends && (await named()));
      },
      { withinMs: 2 * MINUTE_MS, everyMs: 3_000 },
    );
    const all = (await shop.readBackOffice()).orders.filter((one) => orderNameOf(one.reference) === name);
    expect(all.map(({ reference }) => reference)).toEqual([name]);
    await shop.post('/uninstall');
  },
);
