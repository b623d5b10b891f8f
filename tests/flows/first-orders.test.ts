import { expect, inject, test } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { openFlowShop, type InApp } from './flow-shop.ts';
import { goods } from './order-kind.ts';

const DAY_MS = 86_400_000;
const control = 'routes/app.sync-control';

test(
  'orders are asked from when on before they are first switched on; the first run reaches back exactly to that day',
  { timeout: 300_000 },
  async () => {
    const shop = await openFlowShop(inject('sandboxPort'), `first-orders-${Date.now().toString(36)}`, { syncs: [] });
    const { merchant, connectionId, at } = shop;
    const today = Date.parse((await shop.control.get<{ now: string }>('/clock')).now);
    const daysAgo = (days: number) => new Date(today - days * DAY_MS).toISOString();
    await shop.control.post(at('/shopify/levels'), { sku: goods.blanket, location: 'Main Warehouse', available: 50 });
    const place = async (days: number) => {
      const body = { lines: [{ sku: goods.blanket, quantity: 1 }], createdAt: daysAgo(days) };
      return (await shop.control.post<{ orders: { name: string }[] }>(at('/shopify/orders'), body)).orders[0]!.name;
    };
    const [ancient, old, recent] = [await place(90), await place(40), await place(5)];
    const range = { connectionId, to: '', numbers: [] };
    const counted = (days: number) =>
      merchant.act<{ count: number; cutOff: string | null }>('/app/sync-control', control, {
        ...{ intent: 'count', ...range, from: daysAgo(days).slice(0, 10) },
      });
    expect((await counted(30)).result).toEqual({ count: 1, cutOff: null });
    // Without read_all_orders Shopify hides what is older than 60 days, and the page says so.
    expect((await counted(100)).result).toMatchObject({ count: 2, cutOff: expect.any(String) as string });

    const from = daysAgo(30).slice(0, 10);
    await merchant.act('/app/sync-control', control, { intent: 'switch', connectionId, sync: 'orders', on: true, from });
    const rows = async () =>
      (await merchant.read<{ records: { rows: InApp[] } }>('/app/orders', 'routes/app.orders._index')).records.rows;
    const rowOf = async (name: string) => (await rows()).find((row) => row.name === name);
    await eventually(`${recent} to be sent`, async () => (await rowOf(recent))?.state === 'sent', { withinMs: 120_000 });
    expect(await rowOf(ancient)).toBeUndefined();

    await shop.control.post(at(`/shopify/orders/${old.slice(1)}/update`), { tags: ['touched'] });
    const left = await eventually(`${old} to be listed`, () => rowOf(old), { withinMs: 60_000 });
    expect(left).toMatchObject({ state: 'skipped', reason: { code: 'too-old' } });

    // Moving the day back looks at it again.
    const settings = { earliestOrderDate: daysAgo(50).slice(0, 10) };
    const saved = await merchant.act('/app/sync-control', control, {
      ...{ intent: 'settings', connectionId, sync: 'orders', settings, intervalMinutes: 10 },
    });
    expect(saved.done).toBe('done.savedRejudging');
    await eventually(`${old} to be sent`, async () => (await rowOf(old))?.state === 'sent', { withinMs: 120_000 });
  },
);
