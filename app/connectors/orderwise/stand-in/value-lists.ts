import { query, idOf, type Api } from './api.ts';
import { FACTS } from './facts.ts';
import { refuseMessage } from './refusals.ts';
import type { World } from './world.ts';

/** The numbers of the lists. Source: orderwise.md §5 "Value lists" [C S4]. */
export const LISTS = {
  currency: 1,
  taxRate: 2,
  stockLocation: 4,
  orderType: 15,
  deliveryMethod: 18,
  paymentMethod: 20,
  priceList: 56,
} as const;

export interface ListValue {
  id: number;
  name: string;
  /** A tax rate's code (`T1`), a currency's (`GBP`). */
  code: string | null;
  /** 0.2 for 20 %; of tax rates only. */
  rate: number | null;
}

export const listValues = (world: World, list: number): ListValue[] =>
  world.state.all<ListValue>('SELECT id, name, code, rate FROM list_values WHERE list = ? ORDER BY id', list);

export const listValue = (world: World, list: number, id: number): ListValue | undefined =>
  world.state.get<ListValue>('SELECT id, name, code, rate FROM list_values WHERE list = ? AND id = ?', list, id);

/** A value by its exact name. */
export const listValueNamed = (world: World, list: number, name: string): ListValue | undefined =>
  world.state.get<ListValue>('SELECT id, name, code, rate FROM list_values WHERE list = ? AND name = ?', list, name);

/** The tax rate with this code. */
export const taxRateCoded = (world: World, code: string): ListValue | undefined =>
  world.state.get<ListValue>('SELECT id, name, code, rate FROM list_values WHERE list = ? AND code = ?', LISTS.taxRate, code);

/** Some lists call the text `name`, others `description`. Source: orderwise.md §5 `[{id,name|description}]`; which is which is a guess. */
const DESCRIBED: readonly number[] = [LISTS.deliveryMethod, LISTS.paymentMethod, LISTS.taxRate];

/** `/value-lists/:n` and `/system/stock-locations`. */
export function valueLists(api: Api, world: World): void {
  api.get('/value-lists/:id', (c) => {
    query(c);
    const list = idOf(c, 'value list');
    if (!Object.values<number>(LISTS).includes(list))
      throw refuseMessage(FACTS.valueList, 404, `Value list ${list} was not found.`);
    return c.json(
      listValues(world, list).map(({ id, name }) => (DESCRIBED.includes(list) ? { id, description: name } : { id, name })),
    );
  });
  api.get('/system/stock-locations', (c) => {
    query(c);
    return c.json(listValues(world, LISTS.stockLocation).map(({ id, name }) => ({ id, name })));
  });
}
