import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../sandbox/control-client.ts';
import { places, type ChaosShop } from './chaos-shop.ts';

const [place] = places;

interface Seen {
  sku: string;
  /** What Shopify offers. */
  offered: number;
  /** What can be sold: the back office's stock, less what is sold in Shopify and not reserved there yet. */
  sellable: number;
}

/** Both sides' numbers of the suite's goods at one place. Nothing may move meanwhile. */
async function look(shop: ChaosShop): Promise<Seen[]> {
  const [{ levels }, { stock, orders }] = await Promise.all([shop.readShopify('?orders=0'), shop.readBackOffice()]);
  return shop.skus.map((sku) => {
    const level = levels.find((one) => one.sku === sku && one.location === place);
    const there = stock.find((one) => one.sku === sku && one.facility === place);
    const reserved = orders
      .filter((order) => order.state !== 'cancelled' && order.facility === place)
      .flatMap((order) => order.lines)
      .reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
    const inFlight = Math.max(0, (level?.committed ?? 0) - reserved);
    return { sku, offered: level?.available ?? 0, sellable: Math.max(0, (there?.available ?? 0) - inFlight) };
  });
}

const order = (shop: ChaosShop, sku: string) => shop.post('/shopify/orders', { lines: [{ sku, quantity: 1, location: place }] });

const count = (shop: ChaosShop, available: number) =>
  shop.post(`/${shop.connector}/stock`, { levels: shop.skus.map((sku) => ({ sku, facility: place, available })) });

/** No news reaches the app: what the back office doesn't know yet, it doesn't know for as long as the experiment lasts. */
const silence = (shop: ChaosShop) => shop.control.post('/faults', { target: 'webhooks', kind: 'drop' });

const stockWrites = async (shop: ChaosShop): Promise<number> => {
  const calls = await shop.control.get<{ operation?: string; shop?: string }[]>('/calls?target=shopify&limit=20000');
  return calls.filter((call) => call.operation === 'InventorySet' && call.shop === shop.domain).length;
};

/** Waits for the writes that a count in the warehouse leads to, until no more come. */
async function untilPublished(shop: ChaosShop, writesBefore: number): Promise<void> {
  await eventually('the new stock in Shopify', async () => (await stockWrites(shop)) > writesBefore, { withinMs: 60_000 });
  for (let last = -1, now = await stockWrites(shop); now !== last; now = await stockWrites(shop)) {
    last = now;
    await sleep(2_500);
  }
}

/** Units that Shopify offers beyond what there is to sell, over all goods. */
const tooMany = (seen: Seen[]): number => seen.reduce((sum, { offered, sellable }) => sum + Math.max(0, offered - sellable), 0);

export interface StockNumber {
  /** How many units were sold at the moment in question: how many could have been miscounted. */
  atStake: number;
  /** How many of them Shopify sells once more. */
  soldAgain: number;
}

/**
 * Lost updates: buyers buy while a stock write is on its way. Shopify is slow to take the write, so that sales fall between the app's reading and
 * its writing; a write that overwrites them sells those units again.
 */
export async function lostUpdates(shop: ChaosShop, available: number): Promise<StockNumber> {
  await silence(shop);
  await shop.control.post('/faults', { target: 'shopify', match: 'InventorySet', kind: 'delay', ms: 1_500, times: 1 });
  const before = await stockWrites(shop);
  await count(shop, available);
  let atStake = 0;
  // Until the first write has been answered (the call log tells), one unit of each article after the other is sold.
  for (let round = 0; (await stockWrites(shop)) === before && round < 60; round += 1) {
    await Promise.all(shop.skus.map((sku) => order(shop, sku)));
    atStake += shop.skus.length;
    await sleep(300);
  }
  await untilPublished(shop, before);
  await shop.control.delete('/faults');
  return { atStake, soldAgain: tooMany(await look(shop)) };
}

/**
 * In-flight double counting: units are sold whose orders have not reached the back office; then the warehouse counts, and its number still holds
 * them. An app that publishes that number as it is sells them again.
 */
export async function doubleCounting(shop: ChaosShop, available: number): Promise<StockNumber> {
  await silence(shop);
  const each = 2;
  for (let round = 0; round < each; round += 1) await Promise.all(shop.skus.map((sku) => order(shop, sku)));
  const before = await stockWrites(shop);
  await count(shop, available);
  await untilPublished(shop, before);
  await shop.control.delete('/faults');
  return { atStake: each * shop.skus.length, soldAgain: tooMany(await look(shop)) };
}
