import type { Context } from 'hono';
import { FACTS } from './facts.ts';
import { refuseMoqui, refuseOfbiz } from './refusals.ts';
import type { World } from './world.ts';

/**
 * What a user may be given or denied, by the paths it covers. HotWax's own rights by path are not published, so the cut is a guess; that a
 * missing one answers 403 is [X] hotwax.md §3.1.
 */
const AREAS = {
  shopify: /^\/oms\/(shopifyShops|ShopFacilityMappings|systemMessageRemotes)/,
  facilities: /^\/(oms|admin)\/(facilities|facilityContactMechs|facilityTypes|facilityGroups)/,
  stores: /^\/(oms|admin)\/productStores/,
  products: /^\/(oms\/(products|productVariant)|api\/solr-query)/,
  orders: /^\/(oms|poorti)\/orders/,
  customers: /^\/oms\/(parties|customers)/,
  inventory:
    /^\/(oms\/(productFacilities|inventoryLogs|inventoryItem|getProductOnlineAtp)|poorti\/getInventory|ofbiz-oms-usl|api\/service\/updateInventory)/,
  shipments: /^\/poorti\/(shipments|shipmentPackage|updateShipment)/,
  returns: /^\/(oms\/returns|api\/createReturn)/,
  graphql: /^\/graphql$/,
} as const;

export const AREA_NAMES = Object.keys(AREAS) as (keyof typeof AREAS)[];

/** 403 where the caller's rights are listed and don't cover the path; `<area>` covers reading and writing, `<area>:read` only reading. */
export function checkPermission(world: World, c: Context, username: string): void {
  const text = world.state.get<{ permissions: string | null }>(
    'SELECT permissions FROM users WHERE username = ?',
    username,
  )?.permissions;
  if (!text) return;
  const area = AREA_NAMES.find((name) => AREAS[name].test(c.req.path));
  const held = JSON.parse(text) as string[];
  if (!area || held.includes(area) || (c.req.method === 'GET' && held.includes(`${area}:read`))) return;
  const words = `User ${username} is not authorized for ${c.req.method === 'GET' ? 'View' : 'Update'} on ${c.req.path}`;
  throw c.req.path.startsWith('/api/') ? refuseOfbiz(FACTS.noPermission, words) : refuseMoqui(FACTS.noPermission, 403, words);
}
