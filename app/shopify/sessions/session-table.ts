import type { Session } from '@prisma/client';
import { z } from 'zod';
import { now } from '../../core/clock.ts';
import { logger } from '../../core/logger.ts';
import { inSystem } from '../../db/scope.ts';
import { vault } from '../../db/vault.ts';

/** A Shopify session as it lies sealed in the table. Times are epoch milliseconds. */
const storedSession = z.object({
  id: z.string(),
  shop: z.string(),
  state: z.string(),
  isOnline: z.boolean(),
  scope: z.string().optional(),
  expires: z.number().optional(),
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  refreshTokenExpires: z.number().optional(),
  /** What Shopify tells about the member of staff; only on online sessions. */
  onlineAccessInfo: z.unknown().optional(),
});

export type StoredSession = z.infer<typeof storedSession>;

/** The id under which the library keeps a shop's offline session. */
export function offlineSessionId(domain: string): string {
  return `offline_${domain}`;
}

/** Writes the whole session in one statement: an access token never stands beside another's refresh token. */
export async function saveSession(session: StoredSession): Promise<void> {
  const sealed = vault().seal(JSON.stringify(session), `session:${session.id}`);
  const online = session.onlineAccessInfo as { associated_user?: { id?: number } } | undefined;
  const row = {
    shopDomain: session.shop,
    isOnline: session.isOnline,
    userId: online?.associated_user?.id === undefined ? null : String(online.associated_user.id),
    scope: session.scope ?? null,
    expires: session.expires === undefined ? null : new Date(session.expires),
    sealed,
    keyVersion: vault().currentVersion,
    updatedAt: now(),
  };
  await inSystem('sessions', (tx) =>
    tx.session.upsert({ where: { id: session.id }, create: { id: session.id, ...row }, update: row }),
  );
}

function open(row: { id: string; sealed: Uint8Array }): StoredSession | undefined {
  try {
    return storedSession.parse(JSON.parse(vault().open(row.sealed, `session:${row.id}`)));
  } catch (error) {
    logger.error(
      { sessionId: row.id, err: error },
      "A stored Shopify session can't be opened; was an encryption key removed too early?",
    );
    return undefined;
  }
}

export async function loadSession(id: string): Promise<StoredSession | undefined> {
  const row = await inSystem('sessions', (tx) => tx.session.findUnique({ where: { id } }));
  return row ? open(row) : undefined;
}

export async function findSessions(domain: string): Promise<StoredSession[]> {
  const rows = await inSystem('sessions', (tx) =>
    tx.session.findMany({ where: { shopDomain: domain }, orderBy: { updatedAt: 'desc' }, take: 25 }),
  );
  return rows.flatMap((row) => open(row) ?? []);
}

export async function deleteSessions(ids: string[]): Promise<void> {
  await inSystem('sessions', (tx) => tx.session.deleteMany({ where: { id: { in: ids } } }));
}

/** After an uninstall: Shopify has revoked every token of the shop. */
export async function deleteSessionsOfShop(domain: string): Promise<void> {
  await inSystem('sessions', (tx) => tx.session.deleteMany({ where: { shopDomain: domain } }));
}

/**
 * Offline sessions that expire before `before` (epoch ms), for the daily refresh of idle shops: a refresh token that nobody used for 90
 * days is dead, and only the merchant can mend that.
 */
export async function domainsExpiringBefore(before: number, limit = 1000): Promise<string[]> {
  const rows = await inSystem('sessions', (tx) =>
    tx.session.findMany({
      where: { isOnline: false, expires: { lt: new Date(before) } },
      select: { shopDomain: true },
      orderBy: { expires: 'asc' },
      take: limit,
    }),
  );
  return rows.map((row) => row.shopDomain);
}

const page = (after: string, limit: number) =>
  inSystem('sessions', (tx) =>
    tx.session.findMany({
      where: { keyVersion: { lt: vault().currentVersion }, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: limit,
    }),
  );

/** Seals again, with the newest key, sessions sealed with an older one. Returns how many, and how many none of the keys opens. */
export async function resealSessions(limit = 500): Promise<{ done: number; unopened: number }> {
  const current = vault().currentVersion;
  let [done, unopened] = [0, 0];
  for (let rows = await page('', limit); rows.length > 0; rows = await page(rows.at(-1)?.id ?? '', limit)) {
    const resealed = await resealEach(rows, current);
    done += resealed.done;
    unopened += resealed.unopened;
  }
  return { done, unopened };
}

async function resealEach(rows: Session[], current: number): Promise<{ done: number; unopened: number }> {
  let [done, unopened] = [0, 0];
  for (const row of rows) {
    const session = open(row);
    if (!session) {
      unopened += 1;
      continue;
    }
    const sealed = vault().seal(JSON.stringify(session), `session:${row.id}`);
    // only if nobody stored a newer token meanwhile
    const { count } = await inSystem('sessions', (tx) =>
      tx.session.updateMany({
        where: { id: row.id, keyVersion: row.keyVersion, updatedAt: row.updatedAt },
        data: { sealed, keyVersion: current },
      }),
    );
    done += count;
  }
  return { done, unopened };
}
