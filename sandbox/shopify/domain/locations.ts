import type { State } from '../../kit/state.ts';
import type { Change, Address, Shop } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { Refused } from '../core/user-error.ts';
import { dateTime } from '../core/moment.ts';
import { dataOf, type LocationData, type LocationRow, type ServiceRow } from './rows.ts';

export const locationById = (state: State, shopId: number, id: number): LocationRow | undefined =>
  state.get<LocationRow>('SELECT * FROM locations WHERE id = ? AND shop_id = ?', id, shopId);

/** By name (as the control API names locations) or by global id; throws naming the ones there are. */
export function locationByName(state: State, shop: Shop, name: string): LocationRow {
  const rows = state.all<LocationRow>('SELECT * FROM locations WHERE shop_id = ? ORDER BY id', shop.id);
  const found = rows.find((row) => row.name === name || gid('Location', row.id) === name || String(row.id) === name);
  if (!found) throw new Refused(`${shop.domain} has no location "${name}". It has: ${rows.map((row) => row.name).join(', ')}.`);
  return found;
}

export const serviceOfLocation = (state: State, locationId: number): ServiceRow | undefined =>
  state.get<ServiceRow>('SELECT * FROM fulfillment_services WHERE location_id = ?', locationId);

/** Adds a location; it stands last in the fulfilment priority unless told otherwise. */
export function addLocation(
  change: Change,
  {
    name,
    address,
    active = true,
    online = true,
    pos = false,
    pickup = null,
  }: { name: string; address: Address; active?: boolean; online?: boolean; pos?: boolean; pickup?: LocationData['pickup'] },
): LocationRow {
  const { state, shop, at } = change;
  const priority =
    (state.get<{ n: number | null }>('SELECT max(priority) AS n FROM locations WHERE shop_id = ?', shop.id)?.n ?? 0) + 1;
  const data: LocationData = { address, pos, pickup, serviceId: null };
  const { lastId } = state.run(
    'INSERT INTO locations (shop_id, name, active, online, priority, data, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?)',
    shop.id,
    name,
    active ? 1 : 0,
    online ? 1 : 0,
    priority,
    JSON.stringify(data),
    at,
    at,
  );
  change.tell('locations/create', () => locationPayload(state, lastId));
  return locationById(state, shop.id, lastId) as LocationRow;
}

/** Changes a location's switch or name; a fulfilment service's location always serves online orders (shopify.md §4 Shop, locations). */
export function editLocation(
  change: Change,
  id: number,
  edit: { name?: string | null; fulfillsOnlineOrders?: boolean | null; active?: boolean },
): void {
  const { state } = change;
  const location = locationById(state, change.shop.id, id);
  if (!location) throw new Refused('Location not found.', { field: ['id'], code: 'NOT_FOUND' });
  if (edit.fulfillsOnlineOrders === false && serviceOfLocation(state, id)) {
    throw new Refused('Online order fulfillment can’t be changed for a fulfillment service location.', {
      field: ['input', 'fulfillsOnlineOrders'],
      code: 'CANNOT_MODIFY_ONLINE_ORDER_FULFILLMENT_FOR_FS_LOCATION',
    });
  }
  if (edit.fulfillsOnlineOrders === false) {
    const others = state.get<{ n: number }>(
      'SELECT count(*) AS n FROM locations WHERE shop_id = ? AND id <> ? AND active = 1 AND online = 1',
      change.shop.id,
      id,
    )?.n;
    if (!others) {
      throw new Refused('Online order fulfillment can’t be disabled: no other location fulfills online orders.', {
        field: ['input', 'fulfillsOnlineOrders'],
        code: 'CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT',
      });
    }
  }
  if (edit.name) state.run('UPDATE locations SET name = ? WHERE id = ?', edit.name, id);
  if (edit.fulfillsOnlineOrders !== undefined && edit.fulfillsOnlineOrders !== null)
    state.run('UPDATE locations SET online = ? WHERE id = ?', edit.fulfillsOnlineOrders ? 1 : 0, id);
  if (edit.active !== undefined && edit.active !== (location.active === 1)) {
    state.run('UPDATE locations SET active = ? WHERE id = ?', edit.active ? 1 : 0, id);
    change.tell(edit.active ? 'locations/activate' : 'locations/deactivate', () => locationPayload(state, id));
  }
  state.run('UPDATE locations SET updated_at = ? WHERE id = ?', change.at, id);
  change.tell('locations/update', () => locationPayload(state, id));
}

/** A fulfilment service with its own location. `ours`: the app under test made it; else it is another app's. */
export function addFulfillmentService(
  change: Change,
  options: {
    name: string;
    callbackUrl?: string | null;
    inventoryManagement?: boolean;
    trackingSupport?: boolean;
    requiresShippingMethod?: boolean;
    ours: boolean;
  },
): ServiceRow {
  const { state, shop } = change;
  if (!options.name.trim()) throw new Refused('Name can’t be blank', { field: ['name'] });
  if (state.get('SELECT 1 FROM fulfillment_services WHERE shop_id = ? AND name = ?', shop.id, options.name))
    throw new Refused('Name has already been taken', { field: ['name'] });
  const location = addLocation(change, { name: options.name, address: shop.data.address });
  const handle = options.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const { lastId } = state.run(
    `INSERT INTO fulfillment_services (shop_id, location_id, handle, name, callback_url, inventory_management, tracking_support, requires_shipping_method, ours)
     VALUES (?,?,?,?,?,?,?,?,?)`,
    shop.id,
    location.id,
    handle,
    options.name,
    options.callbackUrl ?? null,
    options.inventoryManagement ? 1 : 0,
    options.trackingSupport ? 1 : 0,
    (options.requiresShippingMethod ?? true) ? 1 : 0,
    options.ours ? 1 : 0,
  );
  state.run(
    'UPDATE locations SET data = ? WHERE id = ?',
    JSON.stringify({ ...dataOf<LocationData>(location), serviceId: lastId }),
    location.id,
  );
  return state.get<ServiceRow>('SELECT * FROM fulfillment_services WHERE id = ?', lastId) as ServiceRow;
}

export function locationPayload(state: State, id: number): unknown {
  const row = state.get<LocationRow>('SELECT * FROM locations WHERE id = ?', id);
  if (!row) return { id };
  const { address } = dataOf<LocationData>(row);
  return {
    id,
    admin_graphql_api_id: gid('Location', id),
    name: row.name,
    active: row.active === 1,
    legacy: false,
    address1: address.address1 ?? null,
    city: address.city ?? null,
    zip: address.zip ?? null,
    country_code: address.countryCode ?? null,
    province_code: address.provinceCode ?? null,
    created_at: dateTime(row.created_at),
    updated_at: dateTime(row.updated_at),
  };
}
