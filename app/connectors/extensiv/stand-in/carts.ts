import { json, type World } from './world.ts';

/** What people set for a cart in IM's own pages. */
export interface CartOptions {
  /** Reject Unmapped Shipping Codes. Source: extensiv.md §1.2, §1.3. Disabled by default here; the vendor's default is unknown. */
  rejectUnmapped: boolean;
  /** Order fields that the WMS wants on every order of this cart. Source: extensiv.md §1.2 "WMS settings". */
  requiredFields: string[];
  /** Source: extensiv.md §1.4. */
  itemFilter: { mode: 'whitelist' | 'blacklist'; level: 'item' | 'order'; skus: string[] } | null;
  /** Whether the WMS can be asked to cancel. Source: extensiv.md §1.7 "only with WMS that support it". */
  wmsCancel: boolean;
}

const DEFAULTS: CartOptions = { rejectUnmapped: false, requiredFields: [], itemFilter: null, wmsCancel: true };

export interface Cart {
  pk: number;
  merchant_pk: number;
  order_source: string;
  description: string | null;
}

export function cartRow(world: World, pk: number): Cart {
  const row = world.state.get<Cart>('SELECT pk, merchant_pk, order_source, description FROM carts WHERE pk = ?', pk);
  if (!row) throw new Error(`There is no cart ${pk}.`);
  return row;
}

export const cartBySource = (world: World, merchantPk: number, orderSource: string): Cart | undefined =>
  world.state.get<Cart>(
    'SELECT pk, merchant_pk, order_source, description FROM carts WHERE merchant_pk = ? AND order_source = ?',
    merchantPk,
    orderSource,
  );

export function optionsOf(world: World, cartPk: number): CartOptions {
  const row = world.state.get<{ options: string }>('SELECT options FROM carts WHERE pk = ?', cartPk);
  return { ...DEFAULTS, ...(row ? json<Partial<CartOptions>>(row.options) : {}) };
}

export function setOptions(world: World, cartPk: number, change: Partial<CartOptions>): CartOptions {
  const options = { ...optionsOf(world, cartPk), ...change };
  world.state.run('UPDATE carts SET options = ? WHERE pk = ?', JSON.stringify(options), cartPk);
  return options;
}

/** Struck out by the cart's item filter. */
export function isFiltered({ itemFilter }: CartOptions, item: string): boolean {
  if (!itemFilter) return false;
  return itemFilter.skus.includes(item) === (itemFilter.mode === 'blacklist');
}
