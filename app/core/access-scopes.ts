import { NeedsMerchantError } from './errors.ts';

/** What the app asks for when it is installed; a test compares it with shopify.app.toml. */
export const baseScopes = [
  'read_customers',
  'read_fulfillments',
  'read_inventory',
  'read_locations',
  'read_merchant_managed_fulfillment_orders',
  'read_orders',
  'read_products',
  'read_publications',
  'read_returns',
  'read_shipping',
  'write_inventory',
  'write_merchant_managed_fulfillment_orders',
  'write_orders',
  'write_returns',
] as const;

/**
 * What the app asks for at the moment a switch needs it, and works without. A setting names its own by `.meta({ scope })`, an operation
 * by the first line of its file (`# Needs write_products`); texts are `scopes.<scope>.…`. A test compares them with shopify.app.toml.
 */
export const optionalScopes = [
  'read_all_orders',
  'write_customers',
  'write_locations',
  'write_order_edits',
  'write_products',
] as const;

export type OptionalScope = (typeof optionalScopes)[number];

/** Whether a shop has granted it; whoever may write may read. */
export function hasScope(granted: readonly string[], scope: string): boolean {
  return granted.includes(scope) || (scope.startsWith('read_') && granted.includes(scope.replace('read_', 'write_')));
}

/** Stops the record at hand, not the connection, where a scope was taken back after its switch was turned on. */
export function requireScope(granted: readonly string[], scope: OptionalScope): void {
  if (hasScope(granted, scope)) return;
  throw new NeedsMerchantError('shopify-scope-missing', `The shop has not granted ${scope}`, {
    params: { scope },
    scope: 'record',
  });
}
