import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../sandbox/kit/random.ts';
import { places, type ChaosShop } from './chaos-shop.ts';
import { settle } from './settle.ts';

const [place] = places;
const STOCK = 4;
const ROUNDS = 6;
const PAUSE_MS = 400;

/** What two channels sold of the same shelf. */
export interface RacePoint {
  safetyStock: number;
  sold: number;
  /** Units that were sold and are not there: the back office had to take orders beyond its stock. */
  beyond: number;
}

interface InventoryPage {
  places: { places: { locationId: string; locationName: string; threshold: number; publishAnyway: boolean }[] };
}

async function keepBack(shop: ChaosShop, safetyStock: number): Promise<void> {
  const [path, route] = [`/app/inventory?connection=${shop.connectionId}`, 'routes/app.inventory'];
  const { places: page } = await shop.merchant.read<InventoryPage>(path, route);
  const shown = page.places.find(({ locationName }) => locationName === place);
  if (!shown) throw new Error(`${place} is not mapped`);
  const { locationId, threshold, publishAnyway } = shown;
  const change = { locationId, source: 'own', facilities: [], safetyStock, threshold, publishAnyway };
  await shop.merchant.act(path, route, { intent: 'places', connectionId: shop.connectionId, excluded: [], places: [change] });
}

/**
 * The race that no synchronisation can win: buyers in Shopify and in another channel want the last units at once, each seeing what it was told last.
 * The same buyers (seed) come for each safety stock, so that the curve shows what keeping units back buys. Stockroom only: its ledger shows back-orders.
 */
export async function raceOverSafetyStock(
  shop: ChaosShop,
  { seed, safetyStocks, settleMs }: { seed: number; safetyStocks: readonly number[]; settleMs: number },
): Promise<RacePoint[]> {
  const points: RacePoint[] = [];
  for (const safetyStock of safetyStocks) {
    await keepBack(shop, safetyStock);
    await shop.post(`/${shop.connector}/stock`, { levels: shop.skus.map((sku) => ({ sku, facility: place, available: STOCK })) });
    await settle(shop, { withinMs: settleMs });
    const random = seededRandom(`race ${seed}`);
    let sold = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { levels } = await shop.readShopify('?orders=0');
      const { stock } = await shop.readBackOffice();
      for (const sku of shop.skus) {
        const here = random.next() < 0.5;
        const offered = levels.find((level) => level.sku === sku && level.location === place)?.available ?? 0;
        const there = stock.find((level) => level.sku === sku && level.facility === place)?.available ?? 0;
        if (here && offered > 0) await shop.post('/shopify/orders', { lines: [{ sku, quantity: 1, location: place }] });
        else if (!here && there > 0) await shop.post(`/${shop.connector}/adjust`, { sku, facility: place, by: -1 });
        else continue;
        sold += 1;
      }
      await sleep(PAUSE_MS);
    }
    await settle(shop, { withinMs: settleMs });
    const { stock } = await shop.readBackOffice();
    const beyond = stock
      .filter((level) => level.facility === place && shop.skus.includes(level.sku))
      .reduce((all, level) => all + Math.max(0, -level.available), 0);
    points.push({ safetyStock, sold, beyond });
  }
  return points;
}
