import { inShop } from '../../db/scope.ts';
import { appItself } from '../../people/actor.ts';
import { resumeWhatShopifyBlocked } from '../../connections/park.ts';
import { importLocations } from '../../connections/locations.ts';
import { adminFor } from '../../shopify/client.ts';
import { readShopDetails } from '../../shopify/install.ts';
import { discoverValues } from './discover-values.ts';
import { readLocations } from './read-locations.ts';
import { storeScopes } from './refresh-scopes.ts';

/** Reads again what Shopify says of the shop itself (plan, currency, scopes …) or of its locations. */
export async function refreshShop(shop: { id: number; domain: string }, what: 'shop' | 'location'): Promise<void> {
  if (what === 'location') {
    await importLocations(shop.id, await readLocations(adminFor(shop)));
    return;
  }
  const { scopes, ...details } = await readShopDetails(shop.domain);
  await inShop(shop.id, async (tx) => {
    await tx.shop.update({ where: { id: shop.id }, data: details });
    await resumeWhatShopifyBlocked(tx, shop.id);
  });
  await storeScopes(shop.id, appItself, scopes);
  await discoverValues(shop);
}
