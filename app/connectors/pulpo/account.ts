import type { z } from 'zod';
import { NeedsMerchantError } from '../../core/errors.ts';
import type { ConnectContext } from '../contract/index.ts';
import { createClient, type PulpoClient } from './client.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

export type PulpoContext = ConnectContext<Settings>;

/** What every port works with. */
export interface Account {
  context: PulpoContext;
  settings: Settings;
  client: PulpoClient;
  /** The API user, asked for once. */
  me(): Promise<z.output<typeof wire.user>>;
  /** 3PL fields of a record that is written; empty without a merchant. */
  owner: { merchant_id?: number; merchant_channel_id?: number };
  /** The same as a filter. */
  ownerFilter: { merchant_id?: number };
}

/** Asks once and keeps the answer; a failure is asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let held: Promise<T> | undefined;
  return () => {
    held ??= ask().catch((error: unknown) => {
      held = undefined;
      throw error;
    });
    return held;
  };
}

export function openAccount(context: PulpoContext): Account {
  const { settings } = context;
  const client = createClient(context);
  const { merchantId, merchantChannelId } = settings;
  const ownerFilter = merchantId === null ? {} : { merchant_id: merchantId };
  return {
    context,
    settings,
    client,
    ownerFilter,
    owner: { ...ownerFilter, ...(merchantChannelId === null ? {} : { merchant_channel_id: merchantChannelId }) },
    me: once(async () => {
      const user = await client.get('/iam/users/me', wire.user);
      if (!user)
        throw new NeedsMerchantError('pulpo-forbidden', 'PULPO shows no user', {
          scope: 'connection',
          params: { path: '/iam/users/me' },
        });
      return user;
    }),
  };
}

/** An id as PULPO takes it in a body: a number, or null where it can't be one. */
export function numericId(id: string): number | null {
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}
