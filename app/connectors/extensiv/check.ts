import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { CheckStep } from '../contract/index.ts';
import type { Account } from './account.ts';
import { inventoryPages } from './inventory.ts';
import * as wire from './wire.ts';

const needs = (code: string, message: string, params: Record<string, string | number> = {}) =>
  new NeedsMerchantError(code, message, { scope: 'connection', params });

/** A refusal at this step is about the keys, whatever its words. */
async function withKeys<Answer>(code: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RejectedError) throw needs(code, 'The keys may not do this', { vendorText: error.vendorText });
    throw error;
  }
}

/** Step by step from the address to what the settings name; each fails with its own fix. */
export function checkSteps(account: Account): CheckStep[] {
  const { client, settings } = account;
  return [
    {
      step: 'reachable',
      async run() {
        await client.reach();
        return {};
      },
    },
    {
      step: 'cartKeys',
      async run() {
        const methods = await withKeys('extensiv-not-cart-keys', () =>
          client.get('cart', '/wms/shipmethod/list', wire.shipMethod.array()),
        );
        return { detail: String(methods.length) };
      },
    },
    {
      step: 'inventory',
      async run() {
        await withKeys('extensiv-no-inventory', () =>
          client.page('merchant', '/merchant/inventory', wire.inventoryRow, { limit: 1, page: 1 }),
        );
        return {};
      },
    },
    {
      step: 'warehouses',
      async run() {
        const names = new Set<string>();
        const aliases = new Set<string>();
        let rows = 0;
        for await (const page of inventoryPages(account)) {
          rows += page.rows.length;
          for (const row of page.rows) {
            for (const [pk, { warehouse }] of Object.entries(row.warehouses)) names.add(warehouse ?? pk);
            for (const type of Object.keys(row.aliases)) aliases.add(type);
          }
        }
        if (rows === 0 || (settings.stockFrom === 'per-warehouse' && names.size === 0))
          throw needs('extensiv-no-warehouse', 'IM shows no stock');
        if (settings.aliasType !== '' && !aliases.has(settings.aliasType)) {
          throw needs('extensiv-alias-unknown', 'No product has an alias of this type', {
            alias: settings.aliasType,
            aliases: [...aliases].join(', ') || '–',
          });
        }
        return { detail: [...names].join(', ') };
      },
    },
  ];
}
