import type { Account } from './account.ts';
import * as wire from './wire.ts';

export const shopsPath = '/oms/shopifyShops/shops';

/** HotWax's record of this shop, by its Shopify id where that is known, else by its domain; null without one. */
export async function findShopRecord({ client, context }: Account, shopifyShopId?: string): Promise<wire.ShopRecordRow | null> {
  const { domain } = context.shop;
  const rows = await client.list(shopsPath, wire.shopRecord);
  return (
    rows.find((row) => shopifyShopId !== undefined && row.shopifyShopId === shopifyShopId) ??
    rows.find((row) => row.myshopifyDomain === domain) ??
    null
  );
}
