import type { SharedStock, StoreChoice, StoresPort } from '../contract/index.ts';
import { productStores, type Account } from './account.ts';
import { instanceHost } from './base-url.ts';
import type { Settings } from './settings.ts';

/** A product store. Source: hotwax.md §1.1: a shop links to exactly one. */
export const store: StoreChoice<Settings> = {
  settings: ['productStoreId'],
  required: true,
  idOf: ({ productStoreId }) => productStoreId || null,
  toSettings: (id) => (id !== null && id.length > 20 ? null : { productStoreId: id ?? '' }),
};

/** Stock is counted by product store: whoever connects to it, with whatever user, counts the same. */
export const sharedStock: SharedStock<Settings> = {
  keyOf: ({ baseUrl, productStoreId }) => (productStoreId === '' ? null : `hotwax ${instanceHost(baseUrl)} ${productStoreId}`),
};

export function storesPort({ client }: Account): StoresPort {
  return {
    async list() {
      return (await productStores(client)).map(({ productStoreId: id, storeName }) => ({ id, name: storeName ?? id }));
    },
  };
}
