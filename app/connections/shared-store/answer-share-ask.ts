import { now } from '../../core/clock.ts';
import { inSystem } from '../../db/scope.ts';
import type { Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import { findConnection } from '../connections.ts';
import { joinPool } from './pool.ts';
import { auditAsker, endAsk, refused } from './share-code.ts';
import { readSharing } from './sharing.ts';

export interface ShareCodes {
  /** A code that can still be entered. */
  open: { expiresAt: Date; madeBy: string } | null;
  /** Another shop that entered one and waits for an answer. */
  asked: { id: string; name: string; askedAt: Date; expiresAt: Date } | null;
  /** Whether this connection waits for the answer of another shop. */
  waiting: boolean;
}

/** What is under way about sharing a connection's store. */
export function readShareCodes(shopId: number, connectionId: string): Promise<ShareCodes> {
  return inSystem('shared-stores', async (tx) => {
    const rows = await tx.stockPoolCode.findMany({
      where: { shopId, connectionId, state: { in: ['open', 'asked'] }, expiresAt: { gt: now() } },
      orderBy: { madeAt: 'desc' },
    });
    const open = rows.find(({ state }) => state === 'open');
    const asked = rows.find(({ state }) => state === 'asked');
    const waiting = await tx.stockPoolCode.count({
      where: { askerShopId: shopId, askerConnectionId: connectionId, state: 'asked', expiresAt: { gt: now() } },
    });
    return {
      open: open ? { expiresAt: open.expiresAt, madeBy: open.madeBy } : null,
      asked: asked
        ? { id: asked.id, name: asked.askerName ?? '', askedAt: asked.askedAt ?? asked.madeAt, expiresAt: asked.expiresAt }
        : null,
      waiting: waiting > 0,
    };
  });
}

/**
 * Says yes or no to the shop that entered the code. With a yes both share the store from then on: the one that made the code imports products, the other
 * links to them, and both compare their stock anew. Throws RejectedError where the question is over.
 */
export async function answerShareAsk(
  shopId: number,
  actor: Actor,
  connectionId: string,
  codeId: string,
  yes: boolean,
): Promise<void> {
  await inSystem('shared-stores', async (tx) => {
    const [code] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM stock_pool_code
      WHERE shop_id = ${shopId} AND id = ${codeId}::uuid AND connection_id = ${connectionId}::uuid AND state = 'asked' AND expires_at > ${now()} FOR UPDATE`;
    const row = code && (await tx.stockPoolCode.findUnique({ where: { shopId_id: { shopId, id: code.id } } }));
    const own = await findConnection(tx, shopId, connectionId);
    const [askerShopId, askerConnectionId] = [row?.askerShopId, row?.askerConnectionId];
    if (!row || typeof askerShopId !== 'number' || !askerConnectionId)
      throw refused('share-ask-over', 'Nobody waits for this answer any more');
    const asker = { shopId: askerShopId, connectionId: askerConnectionId };
    const where = { shopId_id: { shopId: asker.shopId, id: asker.connectionId } };
    const theirs = await tx.connection.findUnique({ where, select: { name: true } });
    if (!theirs || (await readSharing(tx, asker.shopId, asker.connectionId)))
      throw refused('share-ask-over', 'Nobody waits for this answer any more');
    const entry = { subject: `connection ${own.name}`, connectionId, after: { shop: row.askerName ?? '' } };
    await endAsk(tx, row, yes ? 'accepted' : 'refused');
    await audit(tx, shopId, actor, { ...entry, action: yes ? 'share-accepted' : 'share-refused' });
    await auditAsker(tx, asker, yes ? 'share-accepted' : 'share-refused');
    if (yes) await joinPool(tx, { own: { shopId, connectionId }, asker, row, connector: own.connector });
  });
}
