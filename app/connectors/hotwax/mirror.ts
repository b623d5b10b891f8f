import { NeedsMerchantError } from '../../core/errors.ts';
import type { MirrorPort, ShopRecord } from '../contract/index.ts';
import type { Account } from './account.ts';
import { accessScopes } from './assumptions.ts';
import { mappingsOf, writeMappings } from './mirror-mappings.ts';
import { findShopRecord, shopsPath } from './shop-record.ts';
import * as wire from './wire.ts';

/** HotWax's record of a shop, without its id. What Shopify doesn't tell is left as it is there. */
function recordBody(shop: ShopRecord, productStoreId: string): Partial<Record<keyof wire.ShopRecordRow, string>> {
  const fields: Partial<Record<keyof wire.ShopRecordRow, string | null>> = {
    shopifyShopId: shop.shopifyShopId,
    productStoreId: shop.storeId ?? productStoreId,
    name: shop.name,
    shopOwner: shop.owner,
    timezone: shop.timeZone,
    planName: shop.plan,
    domain: shop.domain,
    myshopifyDomain: shop.domain,
    weightUnit: shop.weightUnit,
    currency: shop.currency,
    countryCode: shop.countryCode,
    isEnabled: 'Y',
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** A missing right concerns the mirror alone: the syncs go on without it. */
async function asRecord<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NeedsMerchantError) || error.code !== 'hotwax-forbidden') throw error;
    const { code, message, params } = error;
    throw new NeedsMerchantError(code, message, { scope: 'record', params, cause: error });
  }
}

/** HotWax's ShopifyShop record with its mappings. Nothing of it can be deleted there: 405. */
export function mirrorPort(account: Account): MirrorPort {
  const { client, settings } = account;

  /** What HotWax lets this shop do stands at the record of its credentials, in a word that must be exactly right. */
  async function accessOf(shopId: string): ReturnType<MirrorPort['register']> {
    const remotes = (await client.list('/oms/systemMessageRemotes', wire.remote, { internalId: shopId })).filter(
      ({ internalId }) => internalId === shopId,
    );
    const scopes = remotes.map(({ accessScopeEnumId }) => accessScopeEnumId);
    const access = scopes.includes(accessScopes.write)
      ? 'read-write'
      : scopes.some((scope) => scope !== accessScopes.none)
        ? 'read'
        : 'none';
    return { recordId: shopId, access, detail: scopes.filter(Boolean).join(', ') };
  }

  async function recordId(): Promise<string> {
    const found = await findShopRecord(account);
    if (found) return found.shopId;
    throw new NeedsMerchantError('hotwax-shop-unregistered', 'HotWax has no record of this shop', {
      params: { shop: account.context.shop.domain },
    });
  }

  return {
    register: (shop) =>
      asRecord(async () => {
        const body = recordBody(shop, settings.productStoreId);
        const found = await findShopRecord(account, shop.shopifyShopId);
        if (!found) {
          // Shopify's own id as the record's: two who register at once make one.
          const made = await client.write('POST', shopsPath, { shopId: shop.shopifyShopId, ...body }, wire.shopMade);
          return accessOf(made.shopId);
        }
        const changed = Object.entries(body).filter(([field, value]) => found[field as keyof wire.ShopRecordRow] !== value);
        // Whether the shop is in use is decided in HotWax.
        const update = Object.fromEntries(changed.filter(([field]) => field !== 'isEnabled'));
        if (Object.keys(update).length > 0) {
          const path = `${shopsPath}/${encodeURIComponent(found.shopId)}`;
          await client.write('PUT', path, { shopId: found.shopId, ...update }, wire.anything);
        }
        return accessOf(found.shopId);
      }),

    read: () =>
      asRecord(async () => {
        const found = await findShopRecord(account);
        return found ? mappingsOf(account, found.shopId) : [];
      }),

    write: (mappings) => asRecord(async () => writeMappings(account, await recordId(), mappings)),
  };
}
