import { now } from '../core/clock.ts';
import { inShop } from '../db/scope.ts';
import { refusal } from './refusals.ts';
import { sameName, type Room } from './room.ts';

/** The name under which goods are sent. `slipNote` is printed at the foot of its packing slips. */
export interface Store {
  id: string;
  name: string;
  slipNote: string;
}

const fields = { id: true, name: true, slipNote: true } as const;

export function listStores({ shopId, connectionId }: Room): Promise<Store[]> {
  return inShop(shopId, (tx) =>
    tx.stockroomStore.findMany({ where: { shopId, connectionId }, select: fields, orderBy: { name: 'asc' } }),
  );
}

/** Makes or changes a store. Refuses an empty name and one that another store has. */
export async function saveStore(input: Room & { id?: string; name: string; slipNote?: string }): Promise<Store> {
  const { shopId, connectionId, id, slipNote } = input;
  const name = input.name.trim();
  if (!name) throw refusal('stockroom-value', 'A store needs a name.', { field: 'name' });
  return inShop(shopId, async (tx) => {
    const stores = await tx.stockroomStore.findMany({ where: { shopId, connectionId } });
    const same = stores.find((store) => sameName(store.name, name));
    if (same && same.id !== id)
      throw refusal('stockroom-name-taken', `There is a store "${same.name}" already.`, {
        field: 'name',
        params: { name: same.name },
      });
    const data = { name, ...(slipNote === undefined ? {} : { slipNote }) };
    if (id === undefined)
      return tx.stockroomStore.create({ data: { shopId, connectionId, createdAt: now(), ...data }, select: fields });
    if (!stores.some((store) => store.id === id))
      throw refusal('stockroom-store-unknown', 'This store does not exist.', { field: 'id' });
    return tx.stockroomStore.update({ where: { shopId_id: { shopId, id } }, data, select: fields });
  });
}
