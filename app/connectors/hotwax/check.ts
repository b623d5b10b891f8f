import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { CheckStep } from '../contract/index.ts';
import type { Account } from './account.ts';
import { assertGroup, findFacilities } from './facilities.ts';
import * as wire from './wire.ts';

/** Lists that the syncs read; the user must be let see each. */
const readings = ['/oms/orders', '/oms/products', '/oms/productFacilities', '/poorti/shipments', '/oms/returns'];

const missing = (error: unknown) =>
  error instanceof RejectedError && ['hotwax-record-gone', 'hotwax-not-offered'].includes(error.code);

/** Step by step from the address to what the settings name; each fails with its own fix. */
export function checkSteps(account: Account): CheckStep[] {
  const { client, settings } = account;
  return [
    {
      step: 'reachable',
      async run() {
        const { oms, moqui, front } = await client.reach();
        return { detail: new URL(front === 'oms' ? oms : moqui).host };
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
      step: 'profile',
      async run() {
        const profile =
          (await client.get('/admin/user/profile', wire.profile)) ?? (await client.get('/user-profile', wire.profile, {}, 'oms'));
        if (!profile) {
          throw new NeedsMerchantError('hotwax-session-refused', 'HotWax shows no user', {
            scope: 'connection',
            params: { path: '/admin/user/profile', host: new URL(settings.baseUrl).host },
          });
        }
        return {
          detail: profile.userFullName ?? profile.partyName ?? profile.userLoginId ?? profile.username ?? settings.username,
        };
      },
    },
    {
      step: 'version',
      async run() {
        // Not every release tells, and not every user may ask.
        const found = await client.get('/admin/maarg', wire.instance).catch((error: unknown) => {
          if (missing(error) || (error instanceof NeedsMerchantError && error.code === 'hotwax-forbidden')) return null;
          throw error;
        });
        const { graphql } = await client.session();
        const oms = found?.components.find(({ name }) => name === 'oms')?.version;
        const parts = [
          found?.instanceInfo?.instanceName,
          found?.instanceInfo?.componentRelease ?? oms,
          graphql ? 'GraphQL' : null,
        ];
        return { detail: parts.filter(Boolean).join(' · ') };
      },
    },
    {
      step: 'store',
      async run() {
        const store = await account.store();
        return { detail: store.storeName ?? store.productStoreId };
      },
    },
    {
      step: 'facilities',
      async run() {
        const { real, queue } = await findFacilities(account);
        if (real.length === 0)
          throw new NeedsMerchantError('hotwax-no-facility', 'HotWax has no facility', { scope: 'connection', params: {} });
        if (!queue) {
          throw new NeedsMerchantError('hotwax-queue-unknown', 'HotWax has no such brokering queue', {
            scope: 'connection',
            params: { facility: settings.queueFacilityId },
          });
        }
        if (settings.onlineTotal === 'hotwax') await assertGroup(account);
        return { detail: real.map(({ facilityName, facilityId }) => facilityName ?? facilityId).join(', ') };
      },
    },
    {
      step: 'permissions',
      async run() {
        for (const path of readings) await client.page(path, wire.anything, {}, 0, 1);
        return {};
      },
    },
  ];
}
