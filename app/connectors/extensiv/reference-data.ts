import type { ReferenceDataPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import * as wire from './wire.ts';

/** The WMS's shipping methods, preloaded for some WMS only: with an empty list codes are typed. */
export function referenceDataPort({ client }: Account): ReferenceDataPort {
  return {
    kinds: ['shipping-method'],
    async list(kind) {
      if (kind !== 'shipping-method') return [];
      const methods = await client.get('cart', '/wms/shipmethod/list', wire.shipMethod.array());
      const byCode = new Map(methods.map((method) => [method.code, method]));
      return [...byCode.values()].map(({ code, description, carrier }) => ({
        id: code,
        label: description ?? code,
        group: carrier,
      }));
    },
  };
}
