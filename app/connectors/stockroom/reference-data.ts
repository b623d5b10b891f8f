import { listStores } from '../../stockroom/stores.ts';
import type { ReferenceDataPort } from '../contract/index.ts';
import { roomOf, type StockroomContext } from './room.ts';

/** Stockroom prints whatever carrier and method an order names, so only stores are a list. */
export function referenceDataPort(context: StockroomContext): ReferenceDataPort {
  return {
    kinds: ['store'],
    async list(kind) {
      if (kind !== 'store') return [];
      return (await listStores(roomOf(context))).map(({ id, name }) => ({ id, label: name, group: null }));
    },
  };
}
