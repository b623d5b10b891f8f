import { catchUpShelf } from '../../stockroom/shared-shelf.ts';
import { setStock } from '../../stockroom/stock-entries.ts';
import { readStock } from '../../stockroom/stock.ts';
import type { StockPort } from '../contract/index.ts';
import { crossdock, roomOf, type StockroomContext } from './room.ts';

/** A level is stamped when its change begins, and can be seen when it commits: never later than this. */
const overlapMs = 120_000;

/** `pageSize` is smaller in tests. */
export function stockPort(context: StockroomContext, pageSize = 5000): StockPort {
  return {
    async *pull({ facilityIds, since, skus }) {
      await catchUpShelf(roomOf(context));
      const changedSince = since === null ? {} : { changedSince: new Date(since - overlapMs) };
      const pages = readStock({
        ...roomOf(context),
        facilityIds,
        countedOnly: true,
        size: pageSize,
        ...changedSince,
        ...(skus ? { skus } : {}),
      });
      for (;;) {
        const asOf = context.nowMs();
        const { value, done } = await pages.next();
        if (done) return;
        yield {
          asOf,
          levels: value.map(({ facilityId, sku, productId, available }) => ({
            facilityId,
            sku,
            remoteProductId: productId,
            available,
          })),
        };
      }
    },

    async setOnHand(levels) {
      const lines = levels.map(({ facilityId, sku, onHand }) => ({ sku, facility: facilityId, onHand }));
      // a change of ours: nobody is told of it
      const { refused } = await setStock({ ...roomOf(context), lines, reason: 'Starting stock', actor: crossdock });
      return { refused: refused.map(({ facility, sku, text }) => ({ facilityId: facility, sku, vendorText: text })) };
    },
  };
}
