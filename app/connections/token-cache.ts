import { nowMs } from '../core/clock.ts';
import { inShop } from '../db/scope.ts';
import { vault } from '../db/vault.ts';
import type { TokenCache } from '../connectors/contract/index.ts';
import { placesOf } from './account-gate.ts';

/** Renewed this long before it expires, so that it doesn't lapse on its way. */
const EARLY_MS = 30_000;

const contextOf = (shopId: number, connectionId: string) => `remote_token:${shopId}:${connectionId}`;

interface Held {
  token: string;
  expiresAt: number;
}

async function readToken(shopId: number, connectionId: string): Promise<Held | null> {
  const row = await inShop(shopId, (tx) =>
    tx.remoteToken.findUnique({ where: { shopId_connectionId: { shopId, connectionId } } }),
  );
  return row ? { token: vault().open(row.sealed, contextOf(shopId, connectionId)), expiresAt: row.expiresAt.getTime() } : null;
}

const fresh = (held: Held | null): held is Held => held !== null && held.expiresAt - EARLY_MS > nowMs();

/**
 * A connection's token, sealed, shared by all processes. One of them renews while the others wait for what it gets. The place
 * is held outside a transaction, because renewing calls the vendor; it lapses a minute after its process died.
 */
export function tokenCache(shopId: number, connectionId: string): TokenCache {
  const alone = placesOf({ key: `token ${shopId} ${connectionId}`, concurrency: 1, perSecond: null });
  return {
    async get(renew) {
      const held = await readToken(shopId, connectionId);
      if (fresh(held)) return held.token;
      return alone(async () => {
        const meanwhile = await readToken(shopId, connectionId);
        if (fresh(meanwhile)) return meanwhile.token;
        const { token, expiresAt } = await renew();
        const data = { sealed: vault().seal(token, contextOf(shopId, connectionId)), expiresAt: new Date(expiresAt) };
        await inShop(shopId, (tx) =>
          tx.remoteToken.upsert({
            where: { shopId_connectionId: { shopId, connectionId } },
            create: { shopId, connectionId, ...data },
            update: data,
          }),
        );
        return token;
      });
    },
    async invalidate(token) {
      const held = await readToken(shopId, connectionId);
      if (held?.token !== token) return;
      // By its expiry too: another process may have renewed since it was read.
      await inShop(shopId, (tx) =>
        tx.remoteToken.deleteMany({ where: { shopId, connectionId, expiresAt: new Date(held.expiresAt) } }),
      );
    },
  };
}

/** A token for a connection test of settings that aren't saved yet. */
export function passingTokenCache(): TokenCache {
  let held: Held | null = null;
  return {
    async get(renew) {
      if (!fresh(held)) held = await renew();
      return held.token;
    },
    invalidate(token) {
      if (held?.token === token) held = null;
      return Promise.resolve();
    },
  };
}
