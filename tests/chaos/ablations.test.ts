import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { backOfficeOf } from './back-offices.ts';
import { openChaosShop, type ChaosShop } from './chaos-shop.ts';
import type { OrderInShopify } from './ledgers.ts';
import { openChaosSandbox } from './sandbox.ts';
import { doubleCounting, lostUpdates } from './stock-experiments.ts';

/* The same trials with the design whole and with one part of it switched off: what that part prevents must then happen. */

const { port } = await openChaosSandbox('ablations');
const WITHIN_MS = 60_000;
let shop: ChaosShop;

/** Every process of the app starts again, whole or without a part of the design. */
async function restart(without?: string): Promise<void> {
  await shop.control.post('/restart', { env: without ? { ABLATE: without } : {} });
  await eventually('the app', async () => (await shop.control.get<{ ready: boolean }>('/health')).ready, {
    withinMs: WITHIN_MS,
  });
}

const inShopify = (name: string) => shop.get<OrderInShopify>(`/shopify/orders/${name.slice(1)}`);
const partsOf = async (name: string) =>
  (await shop.readBackOffice()).orders.filter(({ reference }) => reference.split('_')[0] === name);

async function place(quantity: number): Promise<string> {
  const { orders } = await shop.post<{ orders: { name: string }[] }>('/shopify/orders', {
    lines: [{ sku: shop.skus[0], quantity }],
  });
  const name = orders[0]?.name ?? '';
  await eventually(`${name} in the back office`, async () => (await partsOf(name)).length > 0, { withinMs: WITHIN_MS });
  return name;
}

/** Nothing new for a while: no call to Shopify and no webhook under way. */
async function quiet(): Promise<void> {
  let last = -1;
  await eventually(
    'quiet',
    async () => {
      const { calls } = await shop.get<{ calls: { graphql: number } }>('/shopify/ledger?orders=0&levels=0');
      const same = calls.graphql === last;
      last = calls.graphql;
      return same;
    },
    { withinMs: WITHIN_MS, everyMs: 3_000 },
  );
}

/** One order whose news all come several times: how many orders the back office ends up with. */
async function ordersFromRepeatedNews(): Promise<number> {
  await shop.control.post('/faults', { target: 'webhooks', kind: 'duplicate' });
  const name = await place(1);
  await quiet();
  await shop.control.delete('/faults');
  return (await partsOf(name)).length;
}

/** A parcel without a label, and Shopify's answer to it is lost: how many units are fulfilled for the one that left. */
async function unitsFulfilledForOne(): Promise<number> {
  const name = await place(5);
  await quiet();
  await shop.control.post('/faults', { target: 'shopify', match: 'FulfilmentCreate', kind: 'cut-after-commit', times: 1 });
  await shop.post(`/${shop.connector}/ship`, { reference: name, lines: [{ sku: shop.skus[0], quantity: 1 }] });
  const made = async () => (await inShopify(name)).fulfilments.filter((one) => one.status === 'SUCCESS');
  await eventually('the parcel in Shopify', async () => (await made()).length > 0, { withinMs: WITHIN_MS });
  await quiet();
  await shop.control.delete('/faults');
  return (await made()).flatMap((one) => one.lines).reduce((sum, line) => sum + line.quantity, 0);
}

beforeAll(async () => {
  shop = await openChaosShop(port, {
    name: `ablation-${Date.now().toString(36)}`,
    backOffice: backOfficeOf('stockroom'),
    units: 400,
  });
});
afterAll(async () => {
  await shop.control.delete('/faults');
  await restart();
});

describe('with the design whole', () => {
  test('news that comes several times makes one order', async () => {
    expect(await ordersFromRepeatedNews()).toBe(1);
  });
  test('a lost answer makes one fulfilment', async () => {
    expect(await unitsFulfilledForOne()).toBe(1);
  });
  test('sales during a stock write are not lost, and none in flight is counted twice', async () => {
    const lost = await lostUpdates(shop, 300);
    expect(lost.atStake).toBeGreaterThan(0);
    expect(lost.soldAgain).toBe(0);
    const twice = await doubleCounting(shop, 200);
    expect(twice.atStake).toBeGreaterThan(0);
    expect(twice.soldAgain).toBe(0);
  });
});

test('without deduplication the same news makes the order several times', async () => {
  await restart('dedupe');
  expect(await ordersFromRepeatedNews()).toBeGreaterThan(1);
});

test('without writing down what is sent, a lost answer makes the fulfilment twice', async () => {
  await restart('write-recording');
  expect(await unitsFulfilledForOne()).toBeGreaterThan(1);
});

test('without compare-and-set, sales during a stock write are overwritten', async () => {
  await restart('compare-and-set');
  expect((await lostUpdates(shop, 250)).soldAgain).toBeGreaterThan(0);
});

test('without the credit for units in flight, they are sold twice', async () => {
  await restart('in-flight');
  const { atStake, soldAgain } = await doubleCounting(shop, 180);
  expect(soldAgain).toBeGreaterThanOrEqual(atStake);
});
