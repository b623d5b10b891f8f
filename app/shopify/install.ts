import { now } from '../core/clock.ts';
import { logger } from '../core/logger.ts';
import { inSystem, type Tx } from '../db/scope.ts';
import { adminFor } from './client.ts';
import { GrantedScopesDocument, ShopDetailsDocument } from './operations/generated/graphql.ts';
import type { ShopRef } from './shop-ref.ts';

/** A shop's row as far as a request needs it. */
export interface InstalledShop extends ShopRef {
  timeZone: string;
  currency: string;
  scopes: string[];
}

export interface Installation {
  shop: ShopRef;
  /** False when the shop comes back after an uninstall: its connections are still there. */
  first: boolean;
}

/** Runs in the transaction that writes the shop's row, so that what it enqueues exists exactly if the shop does. */
export type InstalledHook = (tx: Tx, installation: Installation) => Promise<void>;

let installedHook: InstalledHook = () => Promise.resolve();

/** Says what happens when a shop was installed or has come back. Called once, at start, before the first request. */
export function onInstalled(hook: InstalledHook): void {
  installedHook = hook;
}

const row = { id: true, domain: true, timeZone: true, currency: true, scopes: true, uninstalledAt: true } as const;

/** The shop while it has the app installed, else null. */
export async function findInstalledShop(domain: string): Promise<InstalledShop | null> {
  const found = await inSystem('find-shop-by-domain', (tx) => tx.shop.findUnique({ where: { domain }, select: row }));
  if (!found || found.uninstalledAt) return null;
  const { uninstalledAt: _, ...shop } = found;
  return shop;
}

/** The shop's id, also after an uninstall (compliance webhooks come days later). Null when it was never here or has been redacted. */
export async function findShopId(domain: string): Promise<number | null> {
  const found = await inSystem('find-shop-by-domain', (tx) => tx.shop.findUnique({ where: { domain }, select: { id: true } }));
  return found?.id ?? null;
}

/** What Shopify says about the shop, in our columns. Also for `shop/update` and `app/scopes_update`. */
export async function readShopDetails(domain: string) {
  // a shop without a row has no id yet, and the client needs only the domain
  const admin = adminFor({ id: 0, domain });
  const [{ shop }, { currentAppInstallation }] = await Promise.all([
    admin.run(ShopDetailsDocument, {}, { priority: 'page' }),
    admin.run(GrantedScopesDocument, {}, { priority: 'page' }),
  ]);
  return {
    shopifyId: shop.id.split('/').at(-1) ?? '',
    name: shop.name,
    ownerName: shop.shopOwnerName,
    plan: shop.plan.publicDisplayName,
    country: shop.shopAddress.countryCodeV2 ?? '',
    currency: shop.currencyCode,
    timeZone: shop.ianaTimezone,
    weightUnit: shop.weightUnit,
    taxesIncluded: shop.taxesIncluded,
    scopes: currentAppInstallation.accessScopes.map(({ handle }) => handle).sort(),
  };
}

/** Installs the shop, or lets it resume after an uninstall. Can be called twice at once, and again at any time. */
export async function installShop(domain: string): Promise<InstalledShop> {
  const details = await readShopDetails(domain);
  const installed = await inSystem('install-shop', async (tx) => {
    // two first requests come side by side; the second waits here and finds the row
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('install'), hashtext(${domain}))`;
    const before = await tx.shop.findUnique({ where: { domain }, select: { id: true, uninstalledAt: true } });
    const shop = before
      ? await tx.shop.update({ where: { domain }, data: { ...details, uninstalledAt: null }, select: row })
      : await tx.shop.create({ data: { domain, ...details, installedAt: now() }, select: row });
    const arrived = !before || before.uninstalledAt !== null;
    if (arrived) await installedHook(tx, { shop: { id: shop.id, domain }, first: !before });
    return { shop, arrived, first: !before };
  });
  if (installed.arrived) logger.info({ shop: domain, first: installed.first }, 'A shop has installed the app');
  const { uninstalledAt: _, ...shop } = installed.shop;
  return shop;
}
