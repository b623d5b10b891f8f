import type { z } from 'zod';
import { createHttpClient } from '../../core/http.ts';
import { logger } from '../../core/logger.ts';
import type { ConnectContext, ConnectorDefinition, RecordStore, TokenCache } from './connector.ts';

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

/** Documents kept in this process, as JSON, so that nothing survives that the real store would lose. */
export function memoryRecords(nowMs: () => number = Date.now): RecordStore {
  const kinds = new Map<string, Map<string, { text: string; createdAt: number }>>();
  const of = (kind: string) => {
    const found = kinds.get(kind) ?? new Map<string, { text: string; createdAt: number }>();
    kinds.set(kind, found);
    return found;
  };
  return {
    put(kind, key, body) {
      of(kind).set(key, { text: JSON.stringify(body), createdAt: of(kind).get(key)?.createdAt ?? nowMs() });
      return Promise.resolve();
    },
    get(kind, key) {
      const found = of(kind).get(key);
      return Promise.resolve(found ? (JSON.parse(found.text) as unknown) : null);
    },
    change(kind, key, to) {
      const found = of(kind).get(key);
      const body = found ? to(JSON.parse(found.text)) : null;
      if (found && body !== null) found.text = JSON.stringify(body);
      return Promise.resolve(body !== null);
    },
    list(kind, { limit, after }) {
      const all = [...of(kind)].map(([key, { text, createdAt }]) => ({ key, body: JSON.parse(text) as unknown, createdAt }));
      const start = after === undefined ? 0 : all.findIndex(({ key }) => key === after) + 1;
      return Promise.resolve(all.slice(start, start + limit));
    },
    remove(kind, keys) {
      for (const key of keys) of(kind).delete(key);
      return Promise.resolve();
    },
    mayLack: () => false,
  };
}

export interface BatteryContextInput<Schema extends z.ZodObject> {
  definition: ConnectorDefinition<Schema>;
  settings: z.input<Schema>;
  /** Address of the stand-in; a connector that is not remote needs none. */
  baseUrl?: string;
  shopId?: number;
  connectionId?: string;
  currency?: string;
  /** Short, so that a lost answer is noticed soon. */
  timeoutMs?: number;
  nowMs?: () => number;
  tokens?: TokenCache;
  records?: RecordStore;
}

/** A context to connect with in a test. Settings go through the connector's own schema. */
export function batteryContext<Schema extends z.ZodObject>(input: BatteryContextInput<Schema>): ConnectContext<z.infer<Schema>> {
  const { definition, settings, baseUrl = 'http://127.0.0.1:1', nowMs = Date.now, timeoutMs = 2000 } = input;
  const parsed = definition.settings.parse(settings);
  return {
    shop: {
      id: input.shopId ?? 1,
      domain: 'battery.myshopify.com',
      name: 'Battery',
      currency: input.currency ?? 'EUR',
      timeZone: 'Europe/Berlin',
    },
    connectionId: input.connectionId ?? '00000000-0000-4000-8000-000000000001',
    storeId: definition.store?.idOf(parsed) ?? null,
    settings: parsed,
    http: createHttpClient({ baseUrl, party: definition.label, timeoutMs }),
    tokens: input.tokens ?? memoryTokens(nowMs),
    records: input.records ?? memoryRecords(nowMs),
    nowMs,
    logger,
    unread: () => undefined,
  };
}
