import { DateTime } from 'luxon';
import { API_VERSION } from '../core/admin-schema.ts';
import { gid } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { defineLoader, ref } from '../core/refs.ts';
import type { Registry } from '../core/registry.ts';
import type { Shop } from '../core/world.ts';
import type { ServiceRow } from '../domain/rows.ts';

/** App ids of the sandbox: the app under test, and Shopify's own. */
export const APP_ID = 2_580_111;

/** Shop, currentAppInstallation, publicApiVersions. */
export function shopFields(registry: Registry): void {
  defineLoader('Shop', (ctx, id) => (id === ctx.shop.id ? { ...ctx.shop } : undefined));
  registry.type<unknown>('QueryRoot', {
    shop: (_source, _args, ctx) => ref('Shop', ctx.shop.id),
    currentAppInstallation: (_source, _args, ctx) => appInstallation(ctx.shop),
    appInstallation: (_source, _args, ctx) => appInstallation(ctx.shop),
    publicApiVersions: () => ['2026-01', '2026-04', '2026-07', API_VERSION, 'unstable'].map((handle) => apiVersion(handle)),
  });
  const data = (read: (data: Shop['data'], shop: Shop) => unknown) => (shop: Shop) => read(shop.data, shop);
  registry.type<Shop>('Shop', {
    id: (shop) => gid('Shop', shop.id),
    name: data((d) => d.name),
    myshopifyDomain: (shop) => shop.domain,
    url: (shop) => `https://${shop.domain}`,
    primaryDomain: (shop) => ({ id: gid('Domain', shop.id), host: shop.domain, url: `https://${shop.domain}`, sslEnabled: true }),
    email: data((d) => d.email),
    contactEmail: data((d) => d.contactEmail),
    shopOwnerName: data((d) => d.owner),
    plan: data((d) => ({
      publicDisplayName: { standard: 'Basic', advanced: 'Advanced', plus: 'Shopify Plus', enterprise: 'Shopify Plus' }[d.plan],
      shopifyPlus: d.plan === 'plus' || d.plan === 'enterprise',
      partnerDevelopment: d.partnerDevelopment,
    })),
    currencyCode: data((d) => d.currency),
    enabledPresentmentCurrencies: data((d) => d.presentmentCurrencies),
    ianaTimezone: data((d) => d.timezone),
    timezoneOffsetMinutes: (shop, _args, ctx) => zoned(shop, ctx.world.clock.now()).offset,
    timezoneOffset: (shop, _args, ctx) => zoned(shop, ctx.world.clock.now()).toFormat('ZZZ'),
    timezoneAbbreviation: (shop, _args, ctx) => zoned(shop, ctx.world.clock.now()).toFormat('ZZZZ'),
    weightUnit: data((d) => d.weightUnit),
    unitSystem: data((d) => d.unitSystem),
    taxesIncluded: data((d) => d.taxesIncluded),
    taxShipping: data((d) => d.taxShipping),
    orderNumberFormatPrefix: data((d) => d.prefix),
    orderNumberFormatSuffix: data((d) => d.suffix),
    shopAddress: data((d, shop) => ({
      id: gid('ShopAddress', shop.id),
      company: d.address.company ?? d.name,
      address1: d.address.address1 ?? null,
      address2: d.address.address2 ?? null,
      city: d.address.city ?? null,
      province: d.address.province ?? null,
      provinceCode: d.address.provinceCode ?? null,
      zip: d.address.zip ?? null,
      country: d.address.country ?? null,
      countryCodeV2: d.address.countryCode ?? null,
      phone: d.address.phone ?? null,
    })),
    resourceLimits: data((d) => ({
      locationLimit: { standard: 10, advanced: 10, plus: 200, enterprise: 200 }[d.plan],
      maxProductVariants: 2048,
      maxProductOptions: 3,
      redirectLimitReached: false,
      skuResourceLimits: { available: 1_000_000, quantityLimit: 1_000_000, quantityUsed: 0 },
    })),
    setupRequired: () => false,
    createdAt: (shop) => dateTime(shop.createdAt),
    paymentSettings: data((d) => ({ supportedDigitalWallets: d.wallets })),
    fulfillmentServices: (shop, _args, ctx) =>
      ctx.world.state
        .all<ServiceRow>('SELECT * FROM fulfillment_services WHERE shop_id = ? ORDER BY id', shop.id)
        .map((row) => ({ __typename: 'FulfillmentService', ...row })),
  });
}

const zoned = (shop: Shop, now: number) => DateTime.fromMillis(now, { zone: shop.data.timezone });

/** ApiVersion */
export const apiVersion = (handle: string) => ({
  handle,
  displayName: handle === API_VERSION ? `${handle} (Latest)` : handle,
  supported: handle !== 'unstable',
});

export const ourApp = () => ({
  __typename: 'App',
  id: gid('App', APP_ID),
  title: 'Crossdock',
  handle: 'crossdock',
  apiKey: null,
});

function appInstallation(shop: Shop) {
  return {
    __typename: 'AppInstallation',
    id: gid('AppInstallation', 600_000_000 + (shop.id % 1_000_000)),
    accessScopes: shop.scopes.map((handle) => ({ handle, description: handle.replaceAll('_', ' ') })),
    app: ourApp(),
    activeSubscriptions: [],
    launchUrl: `https://${shop.domain}/admin/apps/crossdock`,
    uninstallUrl: `https://${shop.domain}/admin/settings/apps`,
  };
}
