import type { z } from 'zod';
import { createHttpClient } from '../../core/http.ts';
import { logger } from '../../core/logger.ts';
import type { ConnectContext, ConnectorDefinition, TokenCache } from './connector.ts';

/* For tests of connectors: what the engine hands to one, without the engine. */

/** A token shared by everybody who holds this cache: renewed by one while the others wait, as the real one does across processes. */
export function memoryTokens(nowMs: () => number = Date.now): TokenCache {
  let held: Promise<{ token: string; expiresAt: number }> | undefined;
  return {
    async get(renew) {
      for (;;) {
        const asked = (held ??= renew());
        try {
          const { token, expiresAt } = await asked;
          if (expiresAt > nowMs()) return token;
        } catch (error) {
          if (held === asked) held = undefined;
          throw error;
        }
        if (held === asked) held = undefined;
      }
    },
    async invalidate(token) {
      const asked = held;
      const known = await asked?.catch(() => undefined);
      if (held === asked && known?.token === token) held = undefined;
    },
  };
}

export interface BatteryContextInput<Schema extends z.ZodObject> {
  definition: ConnectorDefinition<Schema>;
  settings: z.input<Schema>;
  /** Address of the stand-in; a connector that is not remote needs none. */
  baseUrl?: string;
  shopId?: number;
  connectionId?: string;
  storeId?: string | null;
  currency?: string;
  /** Short, so that a lost answer is noticed soon. */
  timeoutMs?: number;
  nowMs?: () => number;
  tokens?: TokenCache;
}

/** A context to connect with in a test. Settings go through the connector's own schema. */
export function batteryContext<Schema extends z.ZodObject>(input: BatteryContextInput<Schema>): ConnectContext<z.infer<Schema>> {
  const { definition, settings, baseUrl = 'http://127.0.0.1:1', nowMs = Date.now, timeoutMs = 2000 } = input;
  return {
    shop: {
      id: input.shopId ?? 1,
      domain: 'battery.myshopify.com',
      name: 'Battery',
      currency: input.currency ?? 'EUR',
      timeZone: 'Europe/Berlin',
    },
    connectionId: input.connectionId ?? '00000000-0000-4000-8000-000000000001',
    storeId: input.storeId ?? null,
    settings: definition.settings.parse(settings),
    http: createHttpClient({ baseUrl, party: definition.label, timeoutMs }),
    tokens: input.tokens ?? memoryTokens(nowMs),
    nowMs,
    logger,
  };
}
