import { changedReturns } from '../../stockroom/parcel-reading.ts';
import type { ReturnsPort } from '../contract/index.ts';
import { returned } from './convert.ts';
import { startAt, withCursors } from './cursor.ts';
import { roomOf, type StockroomContext } from './room.ts';

export function returnsPort(context: StockroomContext): ReturnsPort {
  return {
    async *pull({ since }) {
      const pages = changedReturns({ ...roomOf(context), ...startAt(since) });
      for await (const { rows, cursor } of withCursors(pages, since ?? '0')) yield { returns: rows.map(returned), cursor };
    },
  };
}
