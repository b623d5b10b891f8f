import { randomUUID } from 'node:crypto';
import { now, nowMs } from '../core/clock.ts';
import { randomToken, sha256 } from '../core/crypto.ts';
import { inShop, inSystem, type Tx } from '../db/scope.ts';
import { refusal } from './refusals.ts';
import { isUuid, type Room } from './room.ts';

/** A token of the open API as pages show it; the secret itself is shown once, when it is made. */
export interface ApiToken {
  id: string;
  name: string;
  /** Its last four characters. */
  ending: string;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const fields = {
  id: true,
  name: true,
  ending: true,
  createdBy: true,
  createdAt: true,
  lastUsedAt: true,
  revokedAt: true,
} as const;

/** Writes down who did this to a token, in the same transaction. */
export type NoteToken = (tx: Tx, token: ApiToken) => Promise<unknown>;

/** Issues a token. `secret` is not kept anywhere: whoever loses it makes another. A revoked token's name can be used again. */
export async function createToken(
  input: Room & { name: string; createdBy: string },
  note?: NoteToken,
): Promise<{ token: ApiToken; secret: string }> {
  const { shopId, connectionId, createdBy } = input;
  const name = input.name.trim();
  if (!name || name.length > 100)
    throw refusal('stockroom-value', 'Name the token after what uses it (at most 100 characters).', { field: 'name' });
  const secret = `cdsr_${randomToken(40)}`;
  return inShop(shopId, async (tx) => {
    const where = { shopId_connectionId_name: { shopId, connectionId, name } };
    const same = await tx.stockroomToken.findUnique({ where });
    if (same && !same.revokedAt)
      throw refusal('stockroom-name-taken', `There is a token "${name}" already. Revoke it or choose another name.`, {
        field: 'name',
        params: { name },
      });
    if (same) await tx.stockroomToken.update({ where, data: { name: `${name} (revoked ${randomUUID().slice(0, 8)})` } });
    const data = { shopId, connectionId, name, hash: sha256(secret), ending: secret.slice(-4), createdBy, createdAt: now() };
    const token = await tx.stockroomToken.create({ data, select: fields });
    await note?.(tx, token);
    return { token, secret };
  });
}

/** All tokens of a Stockroom, newest first, revoked ones too. */
export function listTokens({ shopId, connectionId }: Room): Promise<ApiToken[]> {
  return inShop(shopId, (tx) =>
    tx.stockroomToken.findMany({ where: { shopId, connectionId }, select: fields, orderBy: { createdAt: 'desc' } }),
  );
}

/** Ends a token at once. */
export function revokeToken({ shopId, connectionId, id }: Room & { id: string }, note?: NoteToken): Promise<void> {
  return inShop(shopId, async (tx) => {
    const token = isUuid(id) && (await tx.stockroomToken.findFirst({ where: { shopId, connectionId, id }, select: fields }));
    if (!token) throw refusal('stockroom-token-unknown', 'This token does not exist.', { field: 'id' });
    if (token.revokedAt) return;
    await tx.stockroomToken.update({ where: { shopId_id: { shopId, id } }, data: { revokedAt: now() } });
    await note?.(tx, token);
  });
}

/** Whose token this is, and whether it may be used. */
export interface TokenHolder extends Room {
  tokenId: string;
  name: string;
  /** False while its connection is deactivated. */
  active: boolean;
}

const touchEveryMs = 60_000;

/** The Stockroom behind a secret; null when it is unknown or revoked, or the shop has uninstalled. Notes its use, at most once a minute. */
export async function findToken(secret: string): Promise<TokenHolder | null> {
  if (!/^cdsr_[\w-]{40}$/.test(secret)) return null;
  return inSystem('find-api-token', async (tx) => {
    const token = await tx.stockroomToken.findFirst({ where: { hash: sha256(secret), revokedAt: null } });
    if (!token) return null;
    const { shopId, connectionId, id, name, lastUsedAt } = token;
    const connection = await tx.connection.findUnique({
      where: { shopId_id: { shopId, id: connectionId } },
      select: { state: true },
    });
    const shop = await tx.shop.findUnique({ where: { id: shopId }, select: { uninstalledAt: true } });
    if (!connection || !shop || shop.uninstalledAt) return null;
    if (!lastUsedAt || nowMs() - lastUsedAt.getTime() > touchEveryMs) {
      await tx.stockroomToken.update({ where: { shopId_id: { shopId, id } }, data: { lastUsedAt: now() } });
    }
    return { shopId, connectionId, tokenId: id, name, active: connection.state === 'active' };
  });
}
