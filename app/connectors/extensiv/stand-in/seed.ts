import type { Level } from './api.ts';
import { putProducts } from './product-record.ts';
import { addWarehouse } from './warehouses.ts';
import type { World } from './world.ts';

/** What a merchant types into the connection form: the cart's keys, and the merchant's, which are optional. Source: extensiv.md §2.1. */
export const CREDENTIALS = {
  apiUser: 'crossdock_cart',
  apiKey: 'extensiv-sandbox-cart',
  merchantApiUser: 'crossdock_merchant',
  merchantApiKey: 'extensiv-sandbox-merchant',
};

/** The cart that those keys belong to. */
export const ORDER_SOURCE = 'Crossdock Demo';
const WAREHOUSE_KEY = { apiUser: 'crossdock_3pl', apiKey: 'extensiv-sandbox-3pl' };

/** The same names as the demo shop's locations in Shopify; one is excluded from sync (extensiv.md §1.5). */
const WAREHOUSES = [
  { name: 'Main Warehouse', isDefault: true },
  { name: 'East Warehouse' },
  { name: 'Downtown Store' },
  { name: 'Old Depot', excluded: true },
];

/** code, description, carrier: one has none, as in the vendor's own list. */
const SHIP_METHODS = [
  ['01', 'USPS First Class Parcel', 'USPS'],
  ['09', 'USPS Priority Mail', 'USPS'],
  ['20', 'UPS Ground', 'UPS'],
  ['28', 'UPS Next Day Air', 'UPS'],
  ['50', 'FedEx Ground', 'FEDEX'],
  ['DHL_EXPRESS', 'DHL Express Worldwide', 'DHL'],
  ['DB', 'DHLGM Parcel Intl Standard', ''],
];

/**
 * What lies in every warehouse from the start and no shop sells: a warehouse shows up in IM's API only beside its stock (§2.4), so that an
 * empty one could not be found. Few enough to be taken for nobody's stock.
 */
const LEAFLET = { sku: 'ZZ-LEAFLET', name: 'Leaflet put into each parcel', each: 2 };

/** Fills an empty state; a state that has a merchant is left alone. */
export function seed(world: World): void {
  if (world.state.get('SELECT 1 FROM merchants')) return;
  world.state.transaction(() => {
    const merchant = world.state.run('INSERT INTO merchants (name) VALUES (?)', 'Crossdock Demo Merchant').lastId;
    const other = world.state.run('INSERT INTO merchants (name) VALUES (?)', 'Another Merchant').lastId;
    const cart = addCart(world, merchant, ORDER_SOURCE);
    addCart(world, other, 'Another Shop');
    addKey(world, { ...CREDENTIALS, level: 'cart', cartPk: cart, merchantPk: merchant });
    addKey(world, {
      apiUser: CREDENTIALS.merchantApiUser,
      apiKey: CREDENTIALS.merchantApiKey,
      level: 'merchant',
      merchantPk: merchant,
    });
    addKey(world, { ...WAREHOUSE_KEY, level: 'warehouse' });
    putProducts(world, merchant, [LEAFLET]);
    const now = world.clock.now();
    for (const warehouse of WAREHOUSES)
      world.state.run(
        'INSERT INTO stock (warehouse_pk, sku, on_hand, seen_on_hand, seen_available, seen_at) VALUES (?,?,?,?,?,?)',
        ...[addWarehouse(world, merchant, warehouse), LEAFLET.sku, LEAFLET.each, LEAFLET.each, LEAFLET.each, now],
      );
    addWarehouse(world, other, { name: 'Elsewhere', isDefault: true });
    for (const [code = '', description = '', carrier = ''] of SHIP_METHODS)
      world.state.run('INSERT INTO ship_methods (code, description, carrier) VALUES (?,?,?)', code, description, carrier);
  });
}

export const addCart = (world: World, merchantPk: number, orderSource: string): number =>
  world.state.run(
    'INSERT INTO carts (merchant_pk, order_source, description) VALUES (?,?,?)',
    merchantPk,
    orderSource,
    `${orderSource} (API Access)`,
  ).lastId;

export function addKey(
  world: World,
  key: { apiUser: string; apiKey: string; level: Level; cartPk?: number; merchantPk?: number },
): void {
  world.state.run(
    'INSERT INTO keys (api_user, api_key, level, cart_pk, merchant_pk) VALUES (?,?,?,?,?)',
    key.apiUser,
    key.apiKey,
    key.level,
    key.cartPk ?? null,
    key.merchantPk ?? null,
  );
}
