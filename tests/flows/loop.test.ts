import { beforeAll, expect, inject, test } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { switchSyncs } from '../../sandbox/set-up-shop.ts';
import { Lookout, openFlowShop, type FlowShop, type InShopify } from './flow-shop.ts';
import { costsTheSame, fulfilled, onePart } from './order-kind.ts';

/* The whole loop of one shop, from outside, one step after the other. */

const WITHIN_MS = 90_000;
const [mug, knife] = ['MU06-02', 'KI07-02'];
const place = 'Main Warehouse';
let shop: FlowShop;
let look: Lookout;

const order = async (lines: { sku: string; quantity: number; price?: number }[]): Promise<string> => {
  const { orders } = await shop.control.post<{ orders: { name: string }[] }>(shop.at('/shopify/orders'), { lines });
  return orders[0]?.name ?? '';
};
const inShopify = (name: string, action: string, body = {}) =>
  shop.control.post<InShopify>(shop.at(`/shopify/orders/${name.slice(1)}/${action}`), body);
const inStockroom = (name: string, action: string, body = {}) =>
  shop.stockroom('POST', `/orders/${encodeURIComponent(name)}/${action}`, body);
const available = async (sku: string): Promise<number | undefined> => {
  const { levels } = await shop.control.get<{ levels: { sku: string; location: string; available: number }[] }>(
    shop.at('/shopify/ledger?orders=0'),
  );
  return levels.find((level) => level.sku === sku && level.location === place)?.available;
};
const stockIs = (sku: string, units: number) =>
  eventually(`${units} of ${sku} in Shopify`, async () => (await available(sku)) === units, { withinMs: WITHIN_MS });
const putStock = (sku: string, units: number) =>
  shop.stockroom('PUT', '/stock', { lines: [{ sku, facility: place, available: units }] });
const nowThere = async () => (await shop.control.get<{ now: string }>('/clock')).now;

beforeAll(async () => {
  shop = await openFlowShop(inject('sandboxPort'), `loop-${Date.now().toString(36)}`, {
    syncs: [],
    prepare: async ({ control, at }) => {
      for (const sku of [mug, knife]) await control.post(at('/shopify/levels'), { sku, location: place, available: 100 });
    },
  });
  look = new Lookout(shop, 300);
  const { levels } = await shop.control.get<{
    levels: { sku: string | null; location: string; available: number; active: boolean }[];
  }>(shop.at('/shopify/ledger?orders=0'));
  const lines = levels.flatMap(({ sku, location, available: units, active }) =>
    sku?.trim() && active && location === place ? [{ sku: sku.trim(), facility: location, available: Math.max(0, units) }] : [],
  );
  await shop.stockroom('PUT', '/stock', { lines: [...new Map(lines.map((line) => [line.sku, line])).values()] });
  await switchSyncs(shop.merchant, shop.connectionId, ['orders', 'inventory', 'shipments', 'returns']);
});

test('an order goes to Stockroom, leaves in two parcels, and Shopify shows both with tracking, once each', async () => {
  const name = await order([
    { sku: mug, quantity: 2 },
    { sku: knife, quantity: 1 },
  ]);
  costsTheSame(await look.until(name, onePart(`${mug}×2`, `${knife}×1`)));
  await inStockroom(name, 'ship', { lines: [{ sku: mug, quantity: 1 }], tracking: [{ number: 'LOOP-1', carrier: 'DHL' }] });
  await look.until(name, fulfilled(['LOOP-1', `${mug}×1`]));
  await inStockroom(name, 'ship', { tracking: [{ number: 'LOOP-2', carrier: 'UPS' }] });
  const view = await look.until(name, (now) => {
    expect(now.app?.state).toBe('shipped');
    expect(now.shopify.fulfilments).toHaveLength(2);
  });
  const tracking = view.shopify.fulfilments.map((one) => one.tracking[0]);
  expect(tracking).toMatchObject([{ number: 'LOOP-1' }, { number: 'LOOP-2' }]);
  expect(view.shopify.lines.every((line) => line.fulfilled === line.quantity)).toBe(true);
});

test('stock that changes in Stockroom changes in Shopify', async () => {
  await putStock(mug, 41);
  await stockIs(mug, 41);
});

test('an order does not change the number twice: what is committed is not subtracted again', async () => {
  await putStock(knife, 30);
  await stockIs(knife, 30);
  const name = await order([{ sku: knife, quantity: 4 }]);
  await look.until(name, onePart(`${knife}×4`));
  await stockIs(knife, 26);
});

test('a return is refunded exactly once where the merchant has switched that on, and not before', async () => {
  const name = await order([{ sku: mug, quantity: 2, price: 12 }]);
  await look.until(name, onePart(`${mug}×2`));
  await inStockroom(name, 'ship', { tracking: [{ number: 'RET-1', carrier: 'DHL' }] });
  await look.until(name, fulfilled(['RET-1', `${mug}×2`]));
  const settings = {
    intent: 'settings',
    connectionId: shop.connectionId,
    sync: 'returns',
    settings: { refund: true },
    intervalMinutes: 15,
  };
  await shop.merchant.act('/app/sync-control', 'routes/app.sync-control', settings);
  await inStockroom(name, 'returns', { reference: 'R-1', lines: [{ sku: mug, quantity: 1 }] });
  await inStockroom(name, 'returns', { reference: 'R-1', lines: [{ sku: mug, quantity: 1 }] });
  const refunded = (view: { shopify: InShopify }) => {
    expect(view.shopify.refunds).toHaveLength(1);
    expect(view.shopify.refunds[0]?.lines).toMatchObject([{ sku: mug, quantity: 1 }]);
  };
  await look.until(name, refunded);
  await shop.merchant.act('/app/sync-control', 'routes/app.sync-control', {
    intent: 'start',
    connectionId: shop.connectionId,
    sync: 'returns',
  });
  await eventually('the run of the returns sync', async () => {
    const { page } = await shop.merchant.read<{ page: { runs: { state: string; trigger?: string }[] } | null }>(
      '/app/returns',
      'routes/app.returns',
    );
    return page?.runs.every((run) => !['queued', 'running', 'planned'].includes(run.state));
  }).catch(() => undefined);
  refunded(await look.until(name, refunded));
});

test('an edit and a cancellation after the hand-over follow; one that is too late is a named problem', async () => {
  const [edited, cancelled, late] = [
    await order([{ sku: mug, quantity: 2 }]),
    await order([{ sku: mug, quantity: 1 }]),
    await order([{ sku: mug, quantity: 3 }]),
  ];
  await look.until(edited, onePart(`${mug}×2`));
  await look.until(cancelled, onePart(`${mug}×1`));
  await look.until(late, onePart(`${mug}×3`));
  await shop.stockroom('POST', '/picking/start', { orders: [late] });
  await inShopify(edited, 'edit', { lines: [{ sku: mug, quantity: 1 }] });
  await inShopify(cancelled, 'cancel');
  await inShopify(late, 'edit', { lines: [{ sku: mug, quantity: 1 }] });
  await look.until(edited, onePart(`${mug}×1`));
  await look.until(cancelled, (view) => expect(view.parts[0]?.state).toBe('cancelled'));
  await look.until(late, (view) => expect(view.app?.problem).toBe('amend-too-late'));
});

test('an order edited to and fro ends as it was last', async () => {
  const name = await order([{ sku: mug, quantity: 2 }]);
  await look.until(name, onePart(`${mug}×2`));
  for (const quantity of [1, 2, 1]) {
    await inShopify(name, 'edit', { lines: [{ sku: mug, quantity }] });
    await look.until(name, onePart(`${mug}×${quantity}`));
  }
});

test('a webhook with a wrong signature is turned away with 401 and changes nothing', async () => {
  const since = await nowThere();
  const response = await fetch(`http://localhost:${shop.port - 100}/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shopify-hmac-sha256': Buffer.from('not the signature').toString('base64'),
      'x-shopify-topic': 'app/uninstalled',
      'x-shopify-shop-domain': shop.domain,
      'x-shopify-webhook-id': 'forged',
    },
    body: '{}',
  });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain('signature');
  expect((await nowThere()) >= since).toBe(true);
  await expect(shop.merchant.open()).resolves.toContain('<html');
});

test('a page asked for with a wrong id token is refused', async () => {
  const url = `http://localhost:${shop.port - 100}/app/orders?_data=routes%2Fapp.orders._index`;
  const forged = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify({ dest: `https://${shop.domain}`, exp: 4e9 })).toString('base64url')}.bm90IHNpZ25lZA`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${forged}`, 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/140.0.0.0' },
    redirect: 'manual',
  });
  expect(response.status).toBe(401);
  expect(await response.text()).not.toContain('#10');
});

test('a catalogue that is no product export is refused with what is wrong with it', async () => {
  const response = await fetch(`http://127.0.0.1:${shop.port}/_sandbox/shopify/catalog?shop=${shop.domain}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: 'Name,Amount\n"Mug,3\n',
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/no Shopify product export.*Handle/);
});
