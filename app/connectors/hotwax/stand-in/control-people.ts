import { Hono } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { facilityByName, productsBySku } from './control-lookup.ts';
import { rowBy } from './finding.ts';
import { AREA_NAMES } from './permissions.ts';
import { addFacility, addUser, linkToStore, STORE } from './seed.ts';
import { setAtp, setLevel } from './stock-levels.ts';
import type { World } from './world.ts';

const yesNo = z.enum(['Y', 'N']).optional();
/** `available: null` takes the product's row at the facility away: nothing is known there, which is not zero. */
const level = z.strictObject({
  sku: z.string(),
  facility: z.string(),
  available: z.int().nullable(),
  minimumStock: z.int().min(0).optional(),
  allowBrokering: yesNo,
  allowPickup: yesNo,
});
const stockBody = z.union([level, z.strictObject({ levels: z.array(level) })]);
const facilityBody = z.strictObject({
  name: z.string().min(1),
  type: z.string().default('WAREHOUSE'),
  externalId: z.string().optional(),
  store: z.string().nullable().default(STORE),
});
const rights = [...AREA_NAMES, ...AREA_NAMES.map((name) => `${name}:read`)] as [string, ...string[]];
const userBody = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1),
  permissions: z.array(z.enum(rights)).optional(),
});

/** What HotWax's people keep in order: stock, facilities, users. */
export function peopleControl(world: World): Hono {
  const app = new Hono();

  app.post('/stock', async (c) => {
    const body = await controlBody(c, stockBody);
    const productOf = productsBySku(world);
    const skipped: { sku: string; facility: string; reason: string }[] = [];
    let set = 0;
    world.state.transaction(() => {
      for (const { sku, facility, available, minimumStock, allowBrokering, allowPickup } of 'levels' in body
        ? body.levels
        : [body]) {
        const productId = productOf(sku);
        const facilityId = world.state.get<{ facilityId: string }>(
          'SELECT facilityId FROM Facility WHERE facilityName = ? OR facilityId = ?',
          facility,
          facility,
        )?.facilityId;
        if (!productId || !facilityId) {
          skipped.push({
            sku,
            facility,
            reason: productId ? `HotWax has no facility ${facility}.` : `HotWax has no product with SKU ${sku}.`,
          });
          continue;
        }
        if (available === null)
          world.state.run('DELETE FROM ProductFacility WHERE productId = ? AND facilityId = ?', productId, facilityId);
        else {
          setAtp(world, productId, facilityId, available);
          setLevel(world, productId, facilityId, available, { minimumStock, allowBrokering, allowPickup });
        }
        set += 1;
      }
    });
    if (!('levels' in body) && skipped[0]) throw new BadRequest(skipped[0].reason, 404);
    return c.json({ set, skipped });
  });

  app.post('/facility', async (c) => {
    const { name, type, externalId, store } = await controlBody(c, facilityBody);
    const known = world.state.get<{ facilityId: string }>('SELECT facilityId FROM Facility WHERE facilityName = ?', name);
    const facilityId =
      known?.facilityId ??
      addFacility(world, { facilityName: name, facilityTypeId: type, ...(externalId ? { externalId } : {}) }, [
        '1 Sandbox Street',
        'Newark',
        '07114',
        'NJ',
      ]);
    if (store && !rowBy(world, 'ProductStoreFacility', { productStoreId: store, facilityId }))
      linkToStore(world, facilityId, store);
    if (store === null)
      world.state.run(
        'UPDATE ProductStoreFacility SET thruDate = ?, lastUpdatedStamp = ? WHERE facilityId = ?',
        world.now(),
        world.now(),
        facilityId,
      );
    return c.json(rowBy(world, 'FacilityAndType', { facilityId: facilityByName(world, name) }), known ? 200 : 201);
  });

  /** Without `permissions` the user may do everything; a known user is changed. */
  app.post('/user', async (c) => {
    const { permissions, ...credentials } = await controlBody(c, userBody);
    addUser(world, { ...credentials, permissions: permissions ?? null });
    return c.json({ username: credentials.username, permissions: permissions ?? 'all' }, 201);
  });
  return app;
}
