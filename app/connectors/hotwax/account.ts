import type { z } from 'zod';
import { NeedsMerchantError } from '../../core/errors.ts';
import type { ConnectContext } from '../contract/index.ts';
import { createClient, type HotwaxClient } from './client.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

export type HotwaxContext = ConnectContext<Settings>;

/** What every port works with. */
export interface Account {
  context: HotwaxContext;
  settings: Settings;
  client: HotwaxClient;
  /** The product store of the settings, asked for once. */
  store(): Promise<z.output<typeof wire.productStore>>;
  /** The party that sells: of the settings, else of the store. */
  company(): Promise<string>;
  /** SKUs of products that were read already, by product id. */
  skus: Map<string, string>;
}

/** Asks once and keeps the answer; a failure is asked again. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined;
  return () => {
    held ??= ask().catch((error: unknown) => {
      held = undefined;
      throw error;
    });
    return held;
  };
}

export function openAccount(context: HotwaxContext): Account {
  const { settings } = context;
  const client = createClient(context);
  const store = once(async () => {
    const { productStoreId } = settings;
    if (productStoreId === '')
      throw new NeedsMerchantError('hotwax-store-missing', 'No product store is chosen', { scope: 'connection', params: {} });
    const found = (await productStores(client, { productStoreId })).find((one) => one.productStoreId === productStoreId);
    if (found) return found;
    throw new NeedsMerchantError('hotwax-store-unknown', 'HotWax has no such product store', {
      scope: 'connection',
      params: { store: productStoreId },
    });
  });
  return {
    context,
    settings,
    client,
    store,
    company: async () => settings.companyPartyId || ((await store()).payToPartyId ?? 'COMPANY'),
    skus: new Map(),
  };
}

/** Product stores; older releases have the list under another path. */
export async function productStores(client: HotwaxClient, query: Record<string, string> = {}) {
  return firstOffered(
    () => client.list('/admin/productStores', wire.productStore, query),
    () => client.list('/oms/productStores', wire.productStore, query),
  );
}

/** The first of several ways that the release at hand offers. */
export async function firstOffered<T>(way: () => Promise<T>, other: () => Promise<T>): Promise<T> {
  try {
    return await way();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code !== 'hotwax-record-gone' && code !== 'hotwax-not-offered') throw error;
    return other();
  }
}
