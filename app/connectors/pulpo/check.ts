import { NeedsMerchantError } from '../../core/errors.ts';
import type { CheckStep } from '../contract/index.ts';
import type { Account } from './account.ts';
import { warehousesOf } from './facilities.ts';
import { findThirdParty, namedCustomer } from './third-parties.ts';
import * as wire from './wire.ts';

const needs = (code: string, message: string, params: Record<string, string | number> = {}) =>
  new NeedsMerchantError(code, message, { scope: 'connection', params });

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
      step: 'login',
      async run() {
        await client.logIn();
        return {};
      },
    },
    {
      step: 'user',
      async run() {
        const { username, id } = await account.me();
        return { detail: username ?? id };
      },
    },
    {
      step: 'warehouses',
      async run() {
        const { all, usable } = await warehousesOf(account);
        if (!all.some(({ active }) => active)) throw needs('pulpo-no-warehouse', 'PULPO has no active warehouse');
        if (usable.length === 0) {
          throw needs('pulpo-user-without-warehouse', 'The PULPO user is assigned to no warehouse', {
            warehouses: all.map(({ name }) => name).join(', '),
          });
        }
        return { detail: usable.map(({ name }) => name).join(', ') };
      },
    },
    {
      step: 'choices',
      async run() {
        const { merchantId, merchantChannelId, defaultSupplier } = settings;
        if (merchantId !== null) {
          const merchants = await client.list('/merchants/', 'merchants', wire.merchant);
          if (!merchants.some(({ id }) => id === String(merchantId)))
            throw needs('pulpo-merchant-unknown', 'No such merchant', { merchant: merchantId });
        }
        if (merchantId !== null && merchantChannelId !== null) {
          const channels = await client.list(`/merchants/${merchantId}/channels`, 'channels', wire.merchant);
          if (!channels.some(({ id }) => id === String(merchantChannelId))) {
            throw needs('pulpo-channel-unknown', 'No such channel', { channel: merchantChannelId, merchant: merchantId });
          }
        }
        if (settings.fallbackCustomer !== '') await namedCustomer(account);
        if (defaultSupplier !== '' && !(await findThirdParty(account, 'S', defaultSupplier))) {
          throw needs('pulpo-supplier-unknown', 'No such supplier', { supplier: defaultSupplier });
        }
        return {};
      },
    },
  ];
}
