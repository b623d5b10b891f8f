import { NeedsMerchantError } from '../../core/errors.ts';
import type { ReferenceDataPort } from '../contract/index.ts';
import { numericId, type Account } from './account.ts';
import * as wire from './wire.ts';

async function shippingMethods({ client, settings }: Account) {
  const all = await client.list('/shipping/shipping_methods', 'shipping_methods', wire.shippingMethod);
  // In a 3PL tenant a method may belong to one merchant; one without a merchant is everybody's.
  return all.filter(({ merchant_id: merchant }) => merchant === null || merchant === String(settings.merchantId ?? ''));
}

/** The id of a mapped method. What was typed instead of chosen is taken for a name. */
export async function shippingMethodId(account: Account, method: string | null): Promise<number | null> {
  if (method === null) return null;
  const id = numericId(method);
  if (id !== null) return id;
  const named = (await shippingMethods(account)).find(({ name }) => name.trim().toLowerCase() === method.trim().toLowerCase());
  if (named) return numericId(named.id);
  throw new NeedsMerchantError('pulpo-shipping-method-unknown', 'PULPO has no such shipping method', { params: { method } });
}

export function referenceDataPort(account: Account): ReferenceDataPort {
  return {
    kinds: ['shipping-method'],
    async list(kind) {
      if (kind !== 'shipping-method') return [];
      return (await shippingMethods(account)).map(({ id, name, service, carrier }) => ({
        id,
        label: service && service !== name ? `${name} (${service})` : name,
        group: carrier,
      }));
    },
    creates: ['shipping-method'],
    async create(_kind, label) {
      const there = (await shippingMethods(account)).find(({ name }) => name.trim().toLowerCase() === label.trim().toLowerCase());
      const body = { name: label, ...(account.settings.merchantId ? { merchant_id: account.settings.merchantId } : {}) };
      const made = there ?? (await account.client.write('POST', '/shipping/shipping_methods', body, wire.shippingMethod));
      return { id: made.id, label: made.name, group: made.carrier };
    },
  };
}
