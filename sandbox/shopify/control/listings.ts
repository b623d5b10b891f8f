import { gid } from '../core/gid.ts';
import { fixed } from '../core/money.ts';
import type { Shop, World } from '../core/world.ts';
import { documents } from '../domain/documents.ts';
import type { LevelRow, LocationRow, ProductRow, VariantRow } from '../domain/rows.ts';

/** The catalogue as a person looks at it: products with variants and what is available where. */
export function productList(world: World, shop: Shop) {
  const { state } = world;
  const names = new Map(
    state.all<LocationRow>('SELECT * FROM locations WHERE shop_id = ?', shop.id).map((row) => [row.id, row.name]),
  );
  const metafieldsOf = (owner: string): Record<string, string> =>
    Object.fromEntries(
      state
        .all<{ name: string; value: string }>(
          "SELECT namespace || '.' || key AS name, value FROM metafields WHERE owner = ? ORDER BY id",
          owner,
        )
        .map(({ name, value }) => [name, value]),
    );
  return state.all<ProductRow>('SELECT * FROM products WHERE shop_id = ? ORDER BY id LIMIT 1000', shop.id).map((row) => ({
    id: gid('Product', row.id),
    handle: row.handle,
    title: row.title,
    vendor: row.vendor,
    productType: row.product_type,
    status: row.status,
    tags: JSON.parse(row.tags) as string[],
    metafields: metafieldsOf(gid('Product', row.id)),
    variants: state.all<VariantRow>('SELECT * FROM variants WHERE product_id = ? ORDER BY position', row.id).map((variant) => ({
      id: gid('ProductVariant', variant.id),
      title: variant.title,
      sku: variant.sku,
      price: fixed(variant.price, shop.data.currency),
      tracked: variant.tracked === 1,
      requiresShipping: variant.requires_shipping === 1,
      levels: state
        .all<LevelRow>('SELECT * FROM levels WHERE item_id = ? ORDER BY location_id', variant.item_id)
        .map((level) => ({
          location: names.get(level.location_id) ?? '',
          available: level.available,
          committed: level.committed,
          active: level.active === 1,
        })),
    })),
  }));
}

/** What forms offer: locations, gateways, channels, shipping methods, currencies. */
export function choicesOf(world: World, shop: Shop) {
  const methods = documents(world.state, shop.id, 'deliveryProfile').flatMap(({ data }) =>
    data.groups.flatMap((group) => group.zones.flatMap((zone) => zone.methods)),
  );
  return {
    locations: world.state
      .all<LocationRow>('SELECT * FROM locations WHERE shop_id = ? ORDER BY priority', shop.id)
      .map((row) => ({ id: gid('Location', row.id), name: row.name, active: row.active === 1, online: row.online === 1 })),
    gateways: shop.data.gateways,
    channels: shop.data.channels,
    shipping: methods
      .filter((method) => method.active)
      .flatMap((method) =>
        'price' in method.rate
          ? [{ title: method.name, code: method.name, price: fixed(method.rate.price, shop.data.currency) }]
          : method.rate.services.map((service) => ({
              title: `${method.name} ${service.name}`,
              code: `${method.name.toLowerCase().replace(/ /g, '_')}_${service.name.toLowerCase().replace(/ /g, '_')}`,
              price: fixed(1500, shop.data.currency),
            })),
      ),
    currencies: shop.data.presentmentCurrencies,
    deliveries: ['shipping', 'pickup', 'local', 'pickup_point', 'none', 'retail'],
    financialStatuses: ['paid', 'pending', 'authorized', 'partially_paid', 'expired', 'voided'],
    scopes: shop.scopes,
  };
}

/** The shop's places, shipping methods, gateways and channels by name, as the ledger lists them. */
export function namesOf(world: World, shop: Shop) {
  const { locations, shipping, gateways, channels } = choicesOf(world, shop);
  return {
    locations,
    shippingMethods: shipping.map(({ title, code }) => ({ title, code })),
    gateways: gateways.map((gateway) => gateway.id),
    channels: channels.map((channel) => channel.handle),
  };
}
