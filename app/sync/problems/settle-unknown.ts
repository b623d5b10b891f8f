import { now } from '../../core/clock.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { RemoteOrder } from '../../connectors/contract/index.ts';

/** The cause of a hand-over whose answer was lost where the back office can't be asked: somebody has to look there. */
export const OUTCOME_UNKNOWN = 'outcome-unknown';

interface Unknown {
  key: string;
  reference: string;
  facilityId: string;
}

function unknownSends(tx: Tx, shopId: number, orderIds: readonly string[]): Promise<Unknown[]> {
  return tx.$queryRaw<Unknown[]>`
    SELECT w.key, p.reference, p.facility_id AS "facilityId" FROM "write" w JOIN part p ON p.shop_id = w.shop_id AND p.id::text = w.subject_id
    WHERE w.shop_id = ${shopId} AND w.kind = 'order-create' AND w.subject_kind = 'part' AND w.state IN ('sent', 'unknown') AND p.order_id = ANY(${orderIds})
    FOR UPDATE OF w`;
}

/**
 * Somebody has looked in the back office: the orders' lost hand-overs did arrive (`there`), or they didn't. Either way the corridor goes on when it
 * next takes the order: it records the hand-over, or it sends once more.
 */
export async function settleUnknown(shopId: number, orderIds: readonly string[], there: boolean): Promise<void> {
  await inShop(shopId, async (tx) => {
    for (const { key, reference, facilityId } of await unknownSends(tx, shopId, orderIds)) {
      const answer: RemoteOrder = {
        remoteId: reference,
        remoteNumber: null,
        reference,
        state: 'open',
        lines: [],
        total: null,
        facilityId,
        url: null,
      };
      await tx.write.update({
        where: { shopId_key: { shopId, key } },
        data: { state: there ? 'landed' : 'refused', settledAt: now(), ...(there ? { answer: { ...answer } } : {}) },
      });
    }
  });
}
