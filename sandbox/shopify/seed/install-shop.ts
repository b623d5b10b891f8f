import { gid } from '../core/gid.ts';
import { shopByDomain, shopById } from '../core/shops.ts';
import type { Plan, Shop, ShopData, World } from '../core/world.ts';
import type { UserData } from '../oauth.ts';
import { revokeTokens } from '../access/tokens.ts';
import { queueWebhook } from '../webhooks/queue.ts';
import { seedCatalogue } from './catalogue.ts';
import { seedDelivery } from './delivery.ts';
import { countryOf } from './countries.ts';
import { seedLocations } from './locations.ts';

export interface InstallOptions {
  /** e.g. `second.myshopify.com` */
  domain: string;
  name?: string;
  plan?: Plan;
  /** ISO 4217; default the country's. */
  currency?: string;
  presentmentCurrencies?: string[];
  /** IANA zone; default the country's. */
  timezone?: string;
  /** ISO 3166; default US. */
  country?: string;
  locale?: string;
  taxesIncluded?: boolean;
  /** e.g. 0.19; default the country's. */
  taxRate?: number;
  /** 'demo' = the whole catalogue, 'small' = a few products, 'none' = locations only. Default small, for the demo shop demo. */
  catalogue?: 'demo' | 'small' | 'none';
  /** What order names begin with; default `#`. */
  prefix?: string;
  /** Without the app: it can be installed later. Default true. */
  install?: boolean;
}

export const DEMO_SHOP = 'crossdock-demo.myshopify.com';

/**
 * Makes a shop with locations, delivery profiles, channels, gateways, an owner, a member of staff and a catalogue, and installs the
 * app with the scopes of its toml (managed installation: nothing to click, token exchange works at once). A shop that is there
 * already is kept as it is; if the app was uninstalled from it, it is installed again.
 */
export function installShop(world: World, options: InstallOptions): Shop {
  if (!/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(options.domain))
    throw new Error(`"${options.domain}" is not a shop's domain: it looks like name.myshopify.com.`);
  const found = shopByDomain(world.state, options.domain);
  const shop = found ?? world.state.transaction(() => makeShop(world, options));
  if (!shop.installed && options.install !== false) installApp(world, shop);
  return shopById(world.state, shop.id) as Shop;
}

/** The merchant installs the app: it has the scopes of its toml from now on. */
export function installApp(world: World, shop: Shop): void {
  world.state.run('UPDATE shops SET installed = 1, scopes = ? WHERE id = ?', JSON.stringify(world.appConfig().scopes), shop.id);
}

/** The merchant uninstalls the app: tokens die, subscriptions made by the API go, app/uninstalled is told. */
export function uninstallApp(world: World, shop: Shop): void {
  world.state.transaction(() => {
    revokeTokens(world, shop);
    world.state.run('DELETE FROM deliveries WHERE shop_id = ?', shop.id);
    queueWebhook(world, shop, 'app/uninstalled', () => shopPayload(shop));
    world.state.run('DELETE FROM subscriptions WHERE shop_id = ?', shop.id);
    world.state.run("UPDATE shops SET installed = 0, scopes = '[]' WHERE id = ?", shop.id);
    // what the app owns in the shop goes with it
    world.state.run("DELETE FROM metafields WHERE shop_id = ? AND namespace LIKE 'app--%'", shop.id);
    world.state.run(
      "UPDATE bulk_operations SET status = 'CANCELING' WHERE shop_id = ? AND status IN ('CREATED', 'RUNNING')",
      shop.id,
    );
  });
  world.wake();
}

/** The merchant grants or takes back scopes (optional ones, or those of a new release); app/scopes_update is told. */
export function changeScopes(world: World, shop: Shop, change: { grant?: string[]; revoke?: string[] }): string[] {
  const allowed = new Set([...world.appConfig().scopes, ...world.appConfig().optionalScopes]);
  const unknown = (change.grant ?? []).filter((scope) => !allowed.has(scope));
  if (unknown.length > 0) throw new Error(`The app's toml asks for no scope ${unknown.join(', ')}: it can't be granted.`);
  const scopes = [...new Set([...shop.scopes, ...(change.grant ?? [])])].filter((scope) => !change.revoke?.includes(scope));
  world.state.run('UPDATE shops SET scopes = ? WHERE id = ?', JSON.stringify(scopes), shop.id);
  queueWebhook(world, { ...shop, scopes }, 'app/scopes_update', () => ({
    id: shop.id,
    previous: shop.scopes,
    current: scopes,
    updated_at: world.clock.iso(),
  }));
  world.wake();
  return scopes;
}

export function addUser(world: World, shop: Shop, user: UserData): number {
  return world.state.run('INSERT INTO users (shop_id, data) VALUES (?, ?)', shop.id, JSON.stringify(user)).lastId;
}

export const shopPayload = (shop: Shop) => ({
  id: shop.id,
  admin_graphql_api_id: gid('Shop', shop.id),
  name: shop.data.name,
  email: shop.data.email,
  domain: shop.domain,
  myshopify_domain: shop.domain,
  currency: shop.data.currency,
  iana_timezone: shop.data.timezone,
  country_code: shop.data.address.countryCode ?? null,
  plan_name: shop.data.plan,
});

function makeShop(world: World, options: InstallOptions): Shop {
  const country = countryOf(options.country ?? 'US');
  const currency = options.currency ?? country.currency;
  const name =
    options.name ??
    (options.domain === DEMO_SHOP
      ? 'Crossdock Demo'
      : options.domain
          .replace('.myshopify.com', '')
          .replace(/(^|-)(\w)/g, (_all, dash: string, letter: string) => `${dash ? ' ' : ''}${letter.toUpperCase()}`));
  const slug = options.domain.replace('.myshopify.com', '');
  const data: ShopData = {
    name,
    email: `hello@${slug}.example`,
    contactEmail: `support@${slug}.example`,
    owner: 'Olivia Owner',
    plan: options.plan ?? 'standard',
    currency,
    presentmentCurrencies: [...new Set([currency, ...(options.presentmentCurrencies ?? ['USD', 'EUR', 'GBP', 'JPY'])])],
    timezone: options.timezone ?? country.timezone,
    weightUnit: country.metric ? 'KILOGRAMS' : 'POUNDS',
    unitSystem: country.metric ? 'METRIC_SYSTEM' : 'IMPERIAL_SYSTEM',
    locale: options.locale ?? 'en',
    taxesIncluded: options.taxesIncluded ?? country.taxesIncluded,
    taxShipping: country.taxesIncluded,
    taxRate: options.taxRate ?? country.taxRate,
    taxTitle: country.taxTitle,
    prefix: options.prefix ?? '#',
    suffix: '',
    partnerDevelopment: options.domain === DEMO_SHOP,
    address: { company: name, ...country.address, country: country.name, countryCode: country.code },
    gateways: GATEWAYS,
    wallets: ['APPLE_PAY', 'GOOGLE_PAY', 'SHOPIFY_PAY'],
    channels: CHANNELS,
    shopifyPayments: true,
  };
  const { lastId } = world.state.run(
    'INSERT INTO shops (domain, data, created_at) VALUES (?,?,?)',
    options.domain,
    JSON.stringify(data),
    world.clock.now(),
  );
  const shop = shopById(world.state, lastId) as Shop;
  addUser(world, shop, {
    firstName: 'Olivia',
    lastName: 'Owner',
    email: `olivia@${slug}.example`,
    accountOwner: true,
    locale: data.locale,
  });
  addUser(world, shop, {
    firstName: 'Stefan',
    lastName: 'Staff',
    email: `stefan@${slug}.example`,
    accountOwner: false,
    locale: data.locale,
  });
  world.change(shop, (change) => {
    const locations = seedLocations(change);
    seedDelivery(change, locations);
    seedCatalogue(change, locations, options.catalogue ?? (options.domain === DEMO_SHOP ? 'demo' : 'small'));
  });
  return shop;
}

/** How a shop's payments are called on orders: Shopify has no list of them. */
const GATEWAYS: ShopData['gateways'] = [
  { id: 'shopify_payments', label: 'Shopify Payments', manual: false },
  { id: 'paypal', label: 'PayPal Express Checkout', manual: false },
  { id: 'klarna', label: 'Klarna', manual: false },
  { id: 'gift_card', label: 'Gift Card', manual: false },
  { id: 'Cash on Delivery (COD)', label: 'Cash on Delivery (COD)', manual: true },
  { id: 'Bank Deposit', label: 'Bank Deposit', manual: true },
  { id: 'manual', label: 'Manual', manual: true },
  { id: 'cash', label: 'Cash', manual: true },
];

const CHANNELS: ShopData['channels'] = [
  { handle: 'online_store', name: 'Online Store', sourceName: 'web' },
  { handle: 'pos', name: 'Point of Sale', sourceName: 'pos' },
  { handle: 'shop', name: 'Shop', sourceName: '3890849' },
  { handle: 'facebook', name: 'Facebook & Instagram', sourceName: '2329312' },
  { handle: 'draft_orders', name: 'Draft Orders', sourceName: 'shopify_draft_order' },
  { handle: 'amazon', name: 'Amazon by CedCommerce', sourceName: '5278419' },
];
