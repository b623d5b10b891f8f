import type { SharedStock, Store, StoreChoice, StoresPort } from '../contract/index.ts';
import { RejectedError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { baseUrlOf } from './base-url.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

/** A merchant of a 3PL tenant, `7`, or one of its channels, `7/3`. Source: pulpo.md §2, "3PL tenants". */
export const store: StoreChoice<Settings> = {
  settings: ['merchantId', 'merchantChannelId'],
  required: false,
  idOf: ({ merchantId, merchantChannelId }) =>
    merchantId === null ? null : [merchantId, ...(merchantChannelId === null ? [] : [merchantChannelId])].join('/'),
  toSettings(id) {
    if (id === null) return { merchantId: null, merchantChannelId: null };
    const [, merchant, channel] = /^([1-9]\d{0,14})(?:\/([1-9]\d{0,14}))?$/.exec(id) ?? [];
    return merchant ? { merchantId: Number(merchant), merchantChannelId: channel ? Number(channel) : null } : null;
  },
};

/** The tenant is the first word of the user's name (`tenant_user`), which the documents show and don't promise. */
export const tenantOf = (given: Settings): string =>
  `pulpo ${new URL(baseUrlOf(given)).host} ${given.username.split('_')[0]?.toLowerCase() ?? ''}`;

/** Stock belongs to a tenant and, in 3PL, to a merchant; its channels sell the same goods. */
export const sharedStock: SharedStock<Settings> = {
  keyOf: (given) => `${tenantOf(given)} ${given.merchantId ?? ''}`,
};

export function storesPort({ client }: Account): StoresPort {
  return {
    async list() {
      let merchants;
      try {
        merchants = await client.list('/merchants/', 'merchants', wire.merchant);
      } catch (error) {
        // A tenant that works for itself has no such list.
        if (error instanceof RejectedError) return [];
        throw error;
      }
      const stores: Store[] = [];
      for (const { id, name } of merchants) {
        stores.push({ id, name: name ?? id });
        for (const channel of await client.list(`/merchants/${id}/channels`, 'channels', wire.merchant))
          stores.push({ id: `${id}/${channel.id}`, name: `${name ?? id} · ${channel.name ?? channel.id}` });
      }
      return stores;
    },
  };
}
