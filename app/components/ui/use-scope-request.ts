import { useAppBridge } from '@shopify/app-bridge-react';
import { useCallback } from 'react';

/** Has Shopify ask the person for optional scopes, at the moment they are needed. True when all of them are granted. */
export function useScopeRequest(): (scopes: string[]) => Promise<boolean> {
  const shopify = useAppBridge();
  return useCallback(async (scopes) => (await shopify.scopes.request(scopes)).result === 'granted-all', [shopify]);
}
