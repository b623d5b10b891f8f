import type { Return, ReturnsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { atOnce } from './at-once.ts';
import { changesSince } from './changes.ts';
import { returnOf } from './convert-parcel.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { orderReader } from './sales-orders-read.ts';
import * as wire from './wire.ts';

/** Goods received as a return of one of our orders. What names no order can't be anybody's refund and is only logged. */
export function returnsPort(account: Account, pageSize?: number): ReturnsPort {
  const { client, context } = account;
  return {
    async *pull({ since }) {
      const start = readCursor(since);
      const orderOf = orderReader(account);
      const cursor = (time: number | null) => writeCursor({ since: time, waiting: [] }, context.nowMs());
      const list = {
        ...{
          path: '/reception/incoming_goods',
          key: 'incoming_goods',
          row: wire.incomingGood,
          by: 'inserted_at' as const,
          pageSize,
        },
        query: { document_type: 'return' },
      };
      yield { returns: [], cursor: cursor(start.since) };
      for await (const { rows, upTo } of changesSince(client, list, start.since)) {
        const found = await atOnce(rows, async (goods): Promise<Return | null> => {
          const known = await orderOf(goods.sales_order_id);
          if (!known && goods.sales_order_id === null)
            context.logger.info({ incomingGood: goods.id }, 'A return in PULPO names no sales order');
          return known && returnOf(goods, known);
        });
        const returns = found.filter((one) => one !== null && one.lines.length > 0) as Return[];
        yield { returns, cursor: cursor(Math.max(upTo, start.since ?? 0)) };
      }
    },
  };
}
