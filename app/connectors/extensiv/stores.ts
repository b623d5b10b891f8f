import type { SharedStock, StoreChoice, StoresPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { baseUrlOf } from './base-url.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

/** The "Client" of the cart, which the warehouse is shown as order source. Source: extensiv.md §1.2. */
export const store: StoreChoice<Settings> = {
  settings: ['orderSource'],
  required: false,
  idOf: ({ orderSource }) => orderSource || null,
  toSettings: (id) => ({ orderSource: id ?? '' }),
};

/** IM keeps stock by merchant, and hands all of it to each of the merchant's carts. A cart's own keys don't say whose it is. */
export const sharedStock: SharedStock<Settings> = {
  keyOf: (given) => (given.merchantApiUser === '' ? null : `extensiv ${new URL(baseUrlOf(given)).host} ${given.merchantApiUser}`),
};

export function storesPort({ client, settings }: Account): StoresPort {
  return {
    async list() {
      // Only the merchant's keys may ask for its carts.
      if (settings.merchantApiUser === '') return null;
      const carts = await client.get('merchant', '/cart/list', wire.cart.array());
      return carts.map(({ order_source: id, description }) => ({ id, name: description ? `${id} · ${description}` : id }));
    },
  };
}
