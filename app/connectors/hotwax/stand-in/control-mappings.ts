import { Hono } from 'hono';
import { z } from 'zod';
import { controlBody } from './control-body.ts';
import { facilityByName } from './control-lookup.ts';
import { store } from './records.ts';
import { withoutNulls } from './values.ts';
import type { World } from './world.ts';

const mappingsBody = z.strictObject({
  shopId: z.string(),
  locations: z.array(z.strictObject({ shopifyLocationId: z.string(), facility: z.string() })).default([]),
  carrierShipments: z
    .array(z.strictObject({ shopifyShippingMethod: z.string(), carrierPartyId: z.string(), shipmentMethodTypeId: z.string() }))
    .default([]),
  typeMappings: z.array(z.strictObject({ mappedTypeId: z.string(), mappedKey: z.string(), mappedValue: z.string() })).default([]),
});
const accessBody = z.strictObject({ shopId: z.string(), accessScopeEnumId: z.string() });

/** Seeing the Shopify records as they lie there, and making mappings as HotWax's people would. */
export function mappingControl(world: World): Hono {
  const app = new Hono();
  const all = (entity: string) => world.state.all<Record<string, unknown>>(`SELECT * FROM ${entity}`).map(withoutNulls);
  const everything = () => ({
    shops: all('ShopifyShop'),
    remotes: all('SystemMessageRemote'),
    locations: all('ShopifyShopLocation'),
    carrierShipments: all('ShopifyShopCarrierShipment'),
    typeMappings: all('ShopifyShopTypeMapping'),
  });
  app.get('/mappings', (c) => c.json(everything()));
  app.post('/mappings', async (c) => {
    const { shopId, locations, carrierShipments, typeMappings } = await controlBody(c, mappingsBody);
    world.state.transaction(() => {
      for (const { facility, ...location } of locations)
        store(world, 'ShopifyShopLocation', { shopId, ...location, facilityId: facilityByName(world, facility) });
      for (const mapping of carrierShipments) store(world, 'ShopifyShopCarrierShipment', { shopId, ...mapping });
      for (const mapping of typeMappings) store(world, 'ShopifyShopTypeMapping', { shopId, ...mapping });
    });
    return c.json(everything());
  });
  /** The level of access that HotWax grants itself to the shop, on the shop's remote. */
  app.post('/access', async (c) => {
    const { shopId, accessScopeEnumId } = await controlBody(c, accessBody);
    const known = world.state.get<{ systemMessageRemoteId: string }>(
      'SELECT systemMessageRemoteId FROM SystemMessageRemote WHERE internalId = ?',
      shopId,
    );
    store(world, 'SystemMessageRemote', {
      systemMessageRemoteId: known?.systemMessageRemoteId ?? `SHOPIFY_${shopId}`,
      internalId: shopId,
      accessScopeEnumId,
    });
    return c.json(everything());
  });
  return app;
}
