import { afterAll, expect, inject, test } from 'vitest';
import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { openChaosShop } from './chaos-shop.ts';
import { knownConnectors } from './options.ts';

/* Single stories that the storm found, or could find only by luck. */

const port = inject('chaosPort');
const control = new ControlClient(port);
const MINUTE_MS = 60_000;
afterAll(() => control.delete('/faults'));

const remote = knownConnectors().filter((connector) => connector !== 'stockroom');

test.each(remote)('%s: an order whose hand-over was never answered, and that was edited meanwhile, arrives with the edit', async (connector) => {
  // Order names of its own: the back office's account is one for all shops of this sandbox.
  const prefix = `#E${Date.now().toString(36)}-`;
  const shop = await openChaosShop(port, { name: `edited-${connector}-${Date.now().toString(36)}`, connector, units: 400, prefix });
  const sku = shop.skus[0] ?? '';
  const landed = async () => (await shop.readBackOffice()).orders.find((one) => one.reference.startsWith(prefix));
  // Whatever the back office takes from now on, it says so to nobody; and from the first order on it answers nothing at all.
  await control.post('/faults', { target: connector, kind: 'cut-after-commit' });
  const { orders } = await shop.post<{ orders: { name: string }[] }>('/shopify/orders', { lines: [{ sku, quantity: 1 }] });
  const name = orders[0]?.name ?? '';
  await eventually(`${name} in the back office`, landed, { withinMs: MINUTE_MS, everyMs: 50 });
  await control.delete('/faults');
  await control.post('/faults', { target: connector, kind: 'status', status: 503 });
  await shop.post(`/shopify/orders/${name.slice(1)}/edit`, { lines: [{ sku, quantity: 3 }] });
  await shop.post(`/shopify/orders/${name.slice(1)}/pay`);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await control.delete('/faults');
  await eventually(
    'the edit in the back office',
    async () => {
      // What failed is tried again by the business clock.
      await control.post('/clock', { advanceMs: 11 * MINUTE_MS });
      const order = await landed();
      return order?.lines.reduce((sum, line) => sum + line.quantity, 0) === 3;
    },
    { withinMs: 2 * MINUTE_MS, everyMs: 3_000 },
  );
  const all = (await shop.readBackOffice()).orders.filter((one) => one.reference.startsWith(prefix));
  expect(all.map(({ reference }) => reference)).toEqual([name]);
});
