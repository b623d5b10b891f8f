import { joinShelf, leaveShelf, settleShelf } from '../../stockroom/shared-shelf.ts';
import { listStores, saveStore } from '../../stockroom/stores.ts';
import type { StoreChoice, StoresPort } from '../contract/index.ts';
import { roomOf, type StockroomContext } from './room.ts';
import type { Settings } from './settings.ts';

export const store: StoreChoice<Settings> = {
  settings: ['storeId'],
  required: false,
  idOf: ({ storeId }) => storeId || null,
  toSettings: (id) => ({ storeId: id ?? '' }),
};

export function storesPort(context: StockroomContext): StoresPort {
  const room = roomOf(context);
  return {
    async list() {
      return (await listStores(room)).map(({ id, name }) => ({ id, name }));
    },
    async create(name) {
      const { id, name: called } = await saveStore({ ...room, name });
      return { id, name: called };
    },
    shelf: {
      join: (store) => joinShelf({ ...room, store }),
      leave: () => leaveShelf(room),
      settle: () => settleShelf(room),
    },
  };
}
