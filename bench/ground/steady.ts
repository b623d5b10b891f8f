import { setTimeout as sleep } from 'node:timers/promises';
import { knockOrders } from './knock.ts';
import type { BenchShop } from './shops.ts';
import type { World } from './world-client.ts';

/**
 * News of orders at `rate` a second for `seconds`, each at its own moment however long the others take. `shopOf` says whose the `index`th is, `first` numbers
 * them. Resolves, once the back office has them all, with the seconds that each took.
 */
export async function knockSteadily(
  world: World,
  { shopOf, first, rate, seconds }: { shopOf: (index: number) => BenchShop; first: number; rate: number; seconds: number },
): Promise<number[]> {
  const knocked = new Map<string, number>();
  const open: Promise<void>[] = [];
  const count = Math.round(rate * seconds);
  const started = performance.now();
  for (let index = 0; index < count; index += 1) {
    const early = started + (index / rate) * 1000 - performance.now();
    if (early > 1) await sleep(early);
    const n = first + index;
    knocked.set(`#${n}`, Date.now());
    open.push(knockOrders([{ shop: shopOf(index), n }]));
  }
  await Promise.all(open);
  for (let waited = 0; ; waited += 100) {
    const arrivals = await world.arrivals();
    const waits = [...knocked].map(([reference, at]) => ((arrivals.get(reference) ?? NaN) - at) / 1000);
    const missing = waits.filter(Number.isNaN).length;
    if (missing === 0) return waits;
    if (waited > 60_000) throw new Error(`${missing} of ${count} orders did not come to the back office within a minute`);
    await sleep(100);
  }
}
