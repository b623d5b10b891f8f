import { expect, test } from 'vitest';
import { backOfficeOf } from './back-offices.ts';
import { burst, burstText, isAbsorbed } from './burst.ts';
import { openChaosShop, startingUnits } from './chaos-shop.ts';
import { openChaosSandbox } from './sandbox.ts';

/* `npm run chaos -- --burst 14400` is the same with as many orders as a shop can sell in a minute. */

const ORDERS = 250;
const { port } = await openChaosSandbox('burst');

test('many orders at once are all taken in, each goes over once, a parcel does not wait for them, and Home tells how long it takes', async () => {
  const shop = await openChaosShop(port, {
    name: 'burst',
    backOffice: backOfficeOf('stockroom'),
    units: startingUnits(ORDERS),
  });
  const result = await burst(shop, { orders: ORDERS, withinMs: 300_000 });
  expect(isAbsorbed(result), burstText(result)).toBe(true);
  const references = (await shop.readBackOffice()).orders.map(({ reference }) => reference);
  expect(new Set(references).size).toBe(references.length);
  expect(references).toHaveLength(ORDERS + 1);
  // Shipments go first: most of the burst still waited when the parcel was in Shopify.
  expect(result.waitedBehindParcel, burstText(result)).toBeGreaterThan(0);
  expect(result.told.length, burstText(result)).toBeGreaterThan(0);
});
