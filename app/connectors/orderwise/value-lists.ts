import { NeedsMerchantError } from '../../core/errors.ts';
import { valueLists } from './assumptions.ts';
import type { OrderwiseClient } from './client.ts';
import * as wire from './wire.ts';
import { same } from './words.ts';

export type ListName = keyof typeof valueLists;

export interface ValueLists {
  /** As it is now. */
  all(list: ListName): Promise<{ id: string; name: string }[]>;
  /** The id of what was chosen (an id) or typed (a name). Throws NeedsMerchantError where the list has no such name. */
  idOf(list: ListName, typed: string): Promise<number>;
  /** The id of an id or a name that may be something else; null then. */
  idIfAny(list: ListName, typed: string): Promise<number | null>;
  /** The same, but an id is looked up, too. */
  mustHave(list: ListName, typed: string): Promise<void>;
}

/** OrderWise's lists: merchants know the names, the API takes ids. For names each list is asked for once. */
export function openValueLists(client: OrderwiseClient): ValueLists {
  const held = new Map<ListName, Promise<{ id: string; name: string }[]>>();
  const all = (list: ListName) => client.list(`/value-lists/${valueLists[list]}`, wire.listValue);
  function once(list: ListName): Promise<{ id: string; name: string }[]> {
    const found = held.get(list) ?? all(list);
    held.set(list, found);
    found.catch(() => held.delete(list));
    return found;
  }
  const among = (values: { id: string; name: string }[], typed: string) =>
    values.find(({ id }) => id === typed) ?? values.find(({ name }) => same(name, typed));
  async function find(list: ListName, typed: string): Promise<{ id: string; name: string }> {
    const values = await once(list);
    const found = among(values, typed);
    if (found) return found;
    const params = { list, value: typed, values: values.map(({ name }) => name).join(', ') };
    throw new NeedsMerchantError('orderwise-choice-unknown', `OrderWise has no ${list} "${typed}"`, { params });
  }
  return {
    all,
    idOf: async (list, typed) => (/^\d{1,9}$/.test(typed) ? Number(typed) : Number((await find(list, typed)).id)),
    async idIfAny(list, typed) {
      const found = among(await once(list), typed);
      return found ? Number(found.id) : null;
    },
    mustHave: async (list, typed) => void (await find(list, typed)),
  };
}
