import { gid, idOf } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { page } from '../core/paging.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { NotImplemented } from '../core/not-implemented.ts';
import { addFulfillmentService, editLocation, serviceOfLocation } from '../domain/locations.ts';
import {
  dataOf,
  type FulfillmentOrderRow,
  type LevelRow,
  type LocationData,
  type LocationRow,
  type ServiceRow,
} from '../domain/rows.ts';
import { Refused } from '../core/user-error.ts';
import { compileSearch, id, oneOf, text, type Searchable } from '../search/compile.ts';
import { defineMutation } from './mutation.ts';
import { legacyId } from './values.ts';
import { levelsPage } from './inventory.ts';

const SEARCH: Searchable = {
  name: 'locations',
  terms: {
    id: id('l.id'),
    name: text('l.name'),
    active: oneOf({ true: { sql: 'l.active = 1', params: [] }, false: { sql: 'l.active = 0', params: [] } }, 'active'),
  },
  text: text('l.name'),
};
const SORT: Record<string, string | undefined> = { ID: undefined, NAME: 'l.name' };

/** location(s), fulfilment services and their mutations. */
export function locationFields(registry: Registry): void {
  defineLoader('Location', byShop('locations'));
  defineLoader('FulfillmentService', byShop('fulfillment_services'));

  registry.type<unknown>('QueryRoot', {
    location: withArgs(['id'], (_source, args, ctx) => {
      const first = ctx.world.state.get<LocationRow>('SELECT * FROM locations WHERE shop_id = ? ORDER BY priority', ctx.shop.id);
      return refOrNull('Location', args.id === undefined ? first?.id : idOf('Location', args.id));
    }),
    locations: withArgs([...PAGING, 'includeInactive', 'includeLegacy', 'query', 'sortKey'], (_source, args, ctx, info) => {
      const sortKey = String(args.sortKey ?? 'NAME');
      if (!(sortKey in SORT)) throw new NotImplemented(`the sort key ${sortKey} of locations`);
      const search = compileSearch(SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT l.* FROM locations l',
        where: [
          { sql: 'l.shop_id = ?', params: [ctx.shop.id] },
          ...(args.includeInactive ? [] : [{ sql: 'l.active = 1', params: [] }]),
          // locations of other apps' services are "legacy"
          ...(args.includeLegacy
            ? []
            : [
                {
                  sql: 'NOT EXISTS (SELECT 1 FROM fulfillment_services s WHERE s.location_id = l.id AND s.ours = 0)',
                  params: [],
                },
              ]),
          ...(search ? [search] : []),
        ],
        id: 'l.id',
        sort: SORT[sortKey],
        toNode: (row) => ({ __typename: 'Location', ...row }),
      });
    }),
    fulfillmentService: withArgs(['id'], (_source, args) => refOrNull('FulfillmentService', idOf('FulfillmentService', args.id))),
  });

  registry.type<LocationRow>('Location', {
    id: (row) => gid('Location', row.id),
    legacyResourceId: legacyId,
    name: (row) => row.name,
    isActive: (row) => row.active === 1,
    activatable: (row) => row.active === 0,
    deactivatable: (row) => row.active === 1,
    deactivatedAt: (row) => (row.active === 0 ? dateTime(row.updated_at) : null),
    fulfillsOnlineOrders: (row) => row.online === 1,
    shipsInventory: (row) => row.online === 1,
    hasActiveInventory: (row, _args, ctx) =>
      ctx.world.state.get('SELECT 1 FROM levels WHERE location_id = ? AND active = 1 LIMIT 1', row.id) !== undefined,
    hasUnfulfilledOrders: (row, _args, ctx) =>
      ctx.world.state.get<FulfillmentOrderRow>(
        "SELECT 1 FROM fulfillment_orders WHERE location_id = ? AND status NOT IN ('CLOSED', 'CANCELLED') LIMIT 1",
        row.id,
      ) !== undefined,
    isFulfillmentService: (row, _args, ctx) => serviceOfLocation(ctx.world.state, row.id) !== undefined,
    fulfillmentService: (row, _args, ctx) => refOrNull('FulfillmentService', serviceOfLocation(ctx.world.state, row.id)?.id),
    address: (row) => {
      const { address } = dataOf<LocationData>(row);
      return {
        address1: address.address1 ?? null,
        address2: address.address2 ?? null,
        city: address.city ?? null,
        province: address.province ?? null,
        provinceCode: address.provinceCode ?? null,
        zip: address.zip ?? null,
        country: address.country ?? null,
        countryCode: address.countryCode ?? null,
        phone: address.phone ?? null,
        formatted: [address.address1, [address.zip, address.city].filter(Boolean).join(' '), address.country].filter(Boolean),
        latitude: null,
        longitude: null,
      };
    },
    addressVerified: () => true,
    localPickupSettingsV2: (row) => dataOf<LocationData>(row).pickup,
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
    inventoryLevels: withArgs([...PAGING, 'query', 'includeInactive'], (row, args, ctx, info) =>
      levelsPage(ctx, info, args, { sql: 'l.location_id = ?', params: [row.id] }),
    ),
    inventoryLevel: withArgs(['inventoryItemId', 'includeInactive'], (row, args, ctx) => {
      const level = ctx.world.state.get<LevelRow>(
        'SELECT * FROM levels WHERE item_id = ? AND location_id = ?',
        idOf('InventoryItem', args.inventoryItemId) ?? 0,
        row.id,
      );
      return level && (level.active === 1 || args.includeInactive) ? { __typename: 'InventoryLevel', ...level } : null;
    }),
  });

  registry.type<ServiceRow>('FulfillmentService', {
    id: (row) => `${gid('FulfillmentService', row.id)}?id=true`,
    handle: (row) => row.handle,
    serviceName: (row) => row.name,
    type: () => 'THIRD_PARTY',
    callbackUrl: (row) => row.callback_url,
    inventoryManagement: (row) => row.inventory_management === 1,
    trackingSupport: (row) => row.tracking_support === 1,
    requiresShippingMethod: (row) => row.requires_shipping_method === 1,
    permitsSkuSharing: () => true,
    location: (row) => ref('Location', row.location_id),
  });

  defineMutation(registry, 'locationEdit', ['id', 'input'], (change, args) => {
    const locationId = idOf('Location', args.id) ?? 0;
    const input = args.input as { name?: string; fulfillsOnlineOrders?: boolean };
    for (const key of Object.keys(input))
      if (!['name', 'fulfillsOnlineOrders'].includes(key)) throw new NotImplemented(`the input LocationEditInput.${key}`);
    const mine = serviceOfLocation(change.state, locationId);
    if (mine?.ours === 0)
      throw new Refused('The app is not authorized to edit this location.', { field: ['id'], code: 'APP_NOT_AUTHORIZED' });
    editLocation(change, locationId, input);
    return { location: ref('Location', locationId) };
  });

  defineMutation(
    registry,
    'fulfillmentServiceCreate',
    ['name', 'callbackUrl', 'inventoryManagement', 'trackingSupport', 'requiresShippingMethod'],
    (change, args) => {
      const service = addFulfillmentService(change, {
        name: String(args.name),
        callbackUrl: args.callbackUrl as string | null | undefined,
        inventoryManagement: Boolean(args.inventoryManagement),
        trackingSupport: Boolean(args.trackingSupport),
        requiresShippingMethod: args.requiresShippingMethod !== false,
        ours: true,
      });
      return { fulfillmentService: ref('FulfillmentService', service.id) };
    },
  );

  defineMutation(registry, 'fulfillmentServiceDelete', ['id', 'destinationLocationId', 'inventoryAction'], (change, args) => {
    const { state } = change;
    const serviceId = idOf('FulfillmentService', args.id) ?? 0;
    const service = state.get<ServiceRow>(
      'SELECT * FROM fulfillment_services WHERE id = ? AND shop_id = ? AND ours = 1',
      serviceId,
      change.shop.id,
    );
    if (!service) throw new Refused('Fulfillment service could not be found.', { field: ['id'] });
    const action = String(args.inventoryAction ?? 'TRANSFER');
    const open = state.get(
      "SELECT 1 FROM fulfillment_orders WHERE location_id = ? AND status NOT IN ('CLOSED', 'CANCELLED')",
      service.location_id,
    );
    if (open) throw new Refused('The fulfillment service still has open fulfillment orders.', { field: ['id'] });
    const destination = idOf('Location', args.destinationLocationId);
    if (action === 'TRANSFER' && destination === undefined)
      throw new Refused('A destination location is required to transfer inventory.', { field: ['destinationLocationId'] });
    if (action === 'TRANSFER' && destination !== undefined) {
      state.run('UPDATE OR IGNORE levels SET location_id = ? WHERE location_id = ?', destination, service.location_id);
    }
    if (action !== 'KEEP') {
      state.run('DELETE FROM levels WHERE location_id = ?', service.location_id);
      state.run('UPDATE locations SET active = 0 WHERE id = ?', service.location_id);
    }
    state.run('DELETE FROM fulfillment_services WHERE id = ?', serviceId);
    return { deletedId: String(args.id) };
  });
}
