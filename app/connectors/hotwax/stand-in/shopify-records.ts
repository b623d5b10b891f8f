import { param, readBody, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { list, one } from './finding.ts';
import { create, remove, store, update } from './records.ts';
import { refuseMoqui } from './refusals.ts';
import type { World } from './world.ts';

/** What HotWax keeps of a Shopify shop: the shop, its locations, methods and values, and the remote's access. Source: hotwax.md §3.4. */
export function shopifyRecords(api: Api, world: World): void {
  const base = '/oms/shopifyShops';
  api.get(`${base}/shops`, (c) => list(world, c, 'ShopifyShop'));
  api.post(`${base}/shops`, async (c) => c.json(create(world, 'ShopifyShop', await readBody(c))));
  api.get(`${base}/shops/:id`, (c) => one(world, c, 'ShopifyShop', { shopId: param(c, 'id') }));
  api.put(`${base}/shops/:id`, async (c) =>
    c.json(update(world, 'ShopifyShop', { ...(await readBody(c)), shopId: param(c, 'id') })),
  );

  api.get(`${base}/locations`, (c) => list(world, c, 'ShopifyShopLocation'));
  api.post(`${base}/locations`, async (c) => c.json(store(world, 'ShopifyShopLocation', await readBody(c))));
  api.get(`${base}/carrierShipments`, (c) => list(world, c, 'ShopifyShopCarrierShipment'));
  api.post(`${base}/carrierShipments`, async (c) =>
    c.json(create(world, 'ShopifyShopCarrierShipment', await readBody(c), FACTS.mappingTaken)),
  );
  api.get(`${base}/typeMappings`, (c) => list(world, c, 'ShopifyShopTypeMapping'));
  api.post(`${base}/typeMappings`, async (c) => c.json(store(world, 'ShopifyShopTypeMapping', await readBody(c))));
  api.get(`${base}/mappingTypes`, (c) => list(world, c, 'Enumeration'));
  api.get('/oms/ShopFacilityMappings', (c) => list(world, c, 'ShopifyShopLocationView'));

  api.get('/oms/systemMessageRemotes', (c) => list(world, c, 'SystemMessageRemote'));
  api.post('/oms/systemMessageRemotes', async (c) => c.json(create(world, 'SystemMessageRemote', await readBody(c))));
  api.put('/oms/systemMessageRemotes/:id', async (c) =>
    c.json(update(world, 'SystemMessageRemote', { ...(await readBody(c)), systemMessageRemoteId: param(c, 'id') })),
  );
  api.delete('/oms/systemMessageRemotes/:id', (c) => {
    remove(world, 'SystemMessageRemote', { systemMessageRemoteId: param(c, 'id') });
    return c.json({});
  });

  // every other verb on these is 405: no DELETE, no PUT on mappings, no GET of one remote
  for (const path of ['shops', 'shops/:id', 'locations', 'carrierShipments', 'typeMappings', 'mappingTypes'].map(
    (one) => `${base}/${one}`,
  ))
    api.all(path, (c) => {
      throw notAllowed(c.req.method, c.req.path);
    });
  for (const path of ['/oms/ShopFacilityMappings', '/oms/systemMessageRemotes', '/oms/systemMessageRemotes/:id'])
    api.all(path, (c) => {
      throw notAllowed(c.req.method, c.req.path);
    });
}

const notAllowed = (method: string, path: string): Error =>
  refuseMoqui(FACTS.methodNotAllowed, 405, `Method ${method} not supported at ${path}`);
