import type { Connection } from '@prisma/client';
import { sha256 } from '../core/crypto.ts';
import { BugError } from '../core/errors.ts';
import { inSystem } from '../db/scope.ts';
import { vault } from '../db/vault.ts';

const contextOf = (shopId: number, connectionId: string) => `connection_inbound:${shopId}:${connectionId}`;

/**
 * The secret part of the address that a back office calls, as it is stored: it opens buyers' addresses (a back office may fetch orders with nothing else),
 * so that whoever reads the database must not have it. Found by its hash, which needs no salt as it is random.
 */
export const sealInboundToken = (shopId: number, connectionId: string, token: string) => ({
  inboundHash: sha256(token),
  inboundSealed: vault().seal(token, contextOf(shopId, connectionId)),
  inboundToken: null,
});

type Sealed = Pick<Connection, 'shopId' | 'id' | 'inboundSealed'>;

/** The token itself, for the merchant or the back office. */
export function openInboundToken({ shopId, id, inboundSealed }: Sealed): string {
  if (!inboundSealed) throw new BugError('unexpected', `Connection ${id} has no inbound token that could be opened`);
  return vault().open(inboundSealed, contextOf(shopId, id));
}

/** Seals the tokens from before they were sealed; each start does, and finds none after the first. Returns how many there were. */
export function sealInboundTokens(): Promise<number> {
  return inSystem('seal-inbound-tokens', async (tx) => {
    // Locked: processes that start at once don't wait for each other.
    const rows = await tx.$queryRaw<{ shop_id: number; id: string; inbound_token: string }[]>`
      SELECT shop_id, id, inbound_token FROM connection WHERE inbound_token IS NOT NULL FOR UPDATE SKIP LOCKED`;
    for (const { shop_id: shopId, id, inbound_token: token } of rows)
      await tx.connection.update({ where: { shopId_id: { shopId, id } }, data: sealInboundToken(shopId, id, token) });
    return rows.length;
  });
}
