import { now } from '../core/clock.ts';
import { sha256 } from '../core/crypto.ts';
import type { Tx } from '../db/scope.ts';
import { refusal } from './refusals.ts';
import { asJson, type Room } from './room.ts';

/** A caller's own name for a request, so that sending it again does nothing twice. `body` is what was asked for. */
export interface OnceKey {
  kind: string;
  reference: string;
  body: unknown;
}

/**
 * Runs `work` unless a request of this kind and reference was carried out before: then its answer is given again. Two at once wait
 * for each other. The same reference with another content is refused.
 */
export async function once<T>(tx: Tx, room: Room, key: OnceKey | undefined, work: () => Promise<T>): Promise<T> {
  if (!key) return work();
  const hash = sha256(JSON.stringify(key.body));
  const mine = await tx.$executeRaw`
    INSERT INTO stockroom_request (shop_id, connection_id, kind, reference, hash, result, at)
    VALUES (${room.shopId}, ${room.connectionId}::uuid, ${key.kind}, ${key.reference}, ${hash}, 'null', ${now()})
    ON CONFLICT DO NOTHING`;
  const where = {
    shopId_connectionId_kind_reference: {
      shopId: room.shopId,
      connectionId: room.connectionId,
      kind: key.kind,
      reference: key.reference,
    },
  };
  if (mine === 0) {
    const earlier = await tx.stockroomRequest.findUniqueOrThrow({ where });
    if (earlier.hash !== hash) {
      throw refusal(
        'stockroom-reference-reused',
        `Reference "${key.reference}" was used for another request. Send each new request under a new reference.`,
        {
          field: 'reference',
          params: { reference: key.reference },
        },
      );
    }
    return earlier.result as T;
  }
  const result = await work();
  await tx.stockroomRequest.update({ where, data: { result: asJson(result ?? null) } });
  return result;
}
