import type { Context } from 'hono';
import { onlyKnown, param, readBody, type Api } from './api.ts';
import { list, one } from './finding.ts';
import { create, remove, store, update } from './records.ts';
import { keyOfDelete } from './reference-data.ts';
import type { World } from './world.ts';

/** Product stores, what they sell from and how they ship. Source: hotwax.md §3.3. */
export function productStores(api: Api, world: World): void {
  const own = (c: Context) => ({ productStoreId: param(c, 'id') });
  for (const base of ['/admin/productStores', '/oms/productStores']) {
    api.get(base, (c) => list(world, c, 'ProductStore'));
    api.get(`${base}/:id`, (c) => one(world, c, 'ProductStore', own(c)));
    api.put(`${base}/:id`, async (c) => c.json(update(world, 'ProductStore', { ...(await readBody(c)), ...own(c) })));
    api.get(`${base}/:id/settings`, (c) => list(world, c, 'ProductStoreSetting', own(c)));
    api.post(`${base}/:id/settings`, async (c) =>
      c.json(store(world, 'ProductStoreSetting', { ...(await readBody(c)), ...own(c) })),
    );
    api.get(`${base}/:id/facilities`, (c) => list(world, c, 'ProductStoreFacilityDetail', own(c)));
  }
  api.post('/admin/productStores/:id/facilities/:facility/association', async (c) => {
    const body = onlyKnown(await readBody(c), ['productStoreId', 'facilityId', 'fromDate', 'thruDate'], 'a store’s facility');
    return c.json(store(world, 'ProductStoreFacility', { ...body, ...own(c), facilityId: param(c, 'facility') }));
  });
  api.post('/oms/productStores/:id/facilities', async (c) =>
    c.json(store(world, 'ProductStoreFacility', { ...(await readBody(c)), ...own(c) })),
  );

  const methods = '/oms/productStores/:id/shipmentMethods';
  api.get(methods, (c) => list(world, c, 'ProductStoreShipmentMeth', own(c)));
  api.post(methods, async (c) => c.json(create(world, 'ProductStoreShipmentMeth', { ...(await readBody(c)), ...own(c) })));
  api.put(methods, async (c) => c.json(update(world, 'ProductStoreShipmentMeth', { ...(await readBody(c)), ...own(c) })));
  api.delete(methods, async (c) => {
    remove(world, 'ProductStoreShipmentMeth', { ...(await keyOfDelete(c)), ...own(c) });
    return c.json({});
  });
}
