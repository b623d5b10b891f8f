import { exponentOf } from '../../core/money.ts';
import type { SalesOrder } from '../contract/index.ts';
import { closedItemStates } from './assumptions.ts';
import { tailOf } from './ids.ts';
import { itemsOf } from './order-state.ts';
import type { OrderToChange } from './wire.ts';

type Item = ReturnType<typeof itemsOf>[number];

const gone = ['ITEM_CANCELLED', 'ITEM_REJECTED'];
/** NaN, which is no number of units anybody wants, where HotWax doesn't tell. */
const unitsOf = ({ quantity, cancelQuantity }: Item) => Math.max(0, (quantity ?? NaN) - (cancelQuantity ?? 0));

/** Which items together are so many units; null where none are. Few: HotWax splits a line for each facility that ships of it. */
function itemsOfUnits(items: readonly Item[], units: number): Item[] | null {
  if (units === 0) return [];
  for (const [index, item] of items.entries()) {
    if (unitsOf(item) > units) continue;
    const rest = itemsOfUnits(items.slice(index + 1), units - unitsOf(item));
    if (rest) return [item, ...rest];
  }
  return null;
}

/** A line of the order as both sides know it: Shopify's line and the product, for a kit's components share the line. */
export const lineKey = (line: string | null, sku: string): string => `${line ?? ''} ${sku}`;

const keysOf = ({ lines }: SalesOrder) => Map.groupBy(lines, ({ lineId, sku }) => lineKey(tailOf(lineId), sku));

/**
 * What must be cancelled so that an order of HotWax's has the lines of ours; an English sentence where that can't be had: HotWax cancels whole
 * items, and adds none.
 */
export function itemsToCancel(row: OrderToChange, order: SalesOrder, skuOf: ReadonlyMap<string, string>): Item[] | string {
  const wanted = keysOf(order);
  const live = itemsOf(row).filter(({ statusId }) => !gone.includes(statusId ?? ''));
  const there = Map.groupBy(live, ({ externalId, productId }) => lineKey(externalId, skuOf.get(productId ?? '') ?? ''));
  const units = (key: string) => (wanted.get(key) ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  if ([...wanted.keys()].some((key) => !there.has(key))) return 'HotWax takes no lines that are added to an order.';
  const cancel: Item[] = [];
  for (const [key, items] of there) {
    const less = items.reduce((sum, item) => sum + unitsOf(item), 0) - units(key);
    if (less < 0) return 'HotWax takes no units that are added to an order.';
    const open = items.filter(({ statusId }) => !closedItemStates.includes(statusId ?? ''));
    const found = itemsOfUnits(open, less);
    if (!found) return 'HotWax cancels whole lines only, and nothing that has left.';
    cancel.push(...found);
  }
  return cancel;
}

/** The items that still have to leave when these are cancelled. */
export function itemsLeft(row: OrderToChange, without: readonly Item[]): Item[] {
  const dropped = new Set(without.map(({ orderItemSeqId }) => orderItemSeqId));
  return itemsOf(row).filter((item) => !closedItemStates.includes(item.statusId ?? '') && !dropped.has(item.orderItemSeqId));
}

/** Whether what is left of the order without these items comes to our total: HotWax takes no new prices, discounts or charges. */
export function comesToTotal(row: OrderToChange, without: readonly Item[], { total }: SalesOrder): boolean {
  const dropped = new Set(without.map(({ orderItemSeqId }) => orderItemSeqId));
  const left = itemsOf(row).filter((item) => !gone.includes(item.statusId ?? '') && !dropped.has(item.orderItemSeqId));
  const kept = new Set(left.map(({ orderItemSeqId }) => orderItemSeqId));
  const minor = (amount: number) => Math.round(amount * 10 ** exponentOf(total.currency));
  const goods = left.reduce((sum, item) => sum + minor(item.unitPrice ?? 0) * unitsOf(item), 0);
  const beside = row.adjustments
    .filter(({ orderItemSeqId }) => orderItemSeqId === null || orderItemSeqId === '_NA_' || kept.has(orderItemSeqId))
    .reduce((sum, { amount }) => sum + minor(amount ?? 0), 0);
  return goods + beside === total.amount;
}

/** A ship group, what is left of it, and the one place that we want all of it at; null where its lines belong to several. */
export interface GroupPlace {
  shipGroupSeqId: string;
  facilityId: string | null;
  keys: string[];
  wanted: string | null;
}

/** The ship groups that still have to leave, and stand where none, or not all, of their lines are wanted. */
export function misplacedGroups(
  row: OrderToChange,
  without: readonly Item[],
  order: SalesOrder,
  skuOf: ReadonlyMap<string, string>,
): GroupPlace[] {
  const wanted = keysOf(order);
  const open = itemsLeft(row, without);
  return row.shipGroups.flatMap(({ shipGroupSeqId, facilityId }): GroupPlace[] => {
    const keys = open
      .filter((item) => item.shipGroupSeqId === shipGroupSeqId)
      .map(({ externalId, productId }) => lineKey(externalId, skuOf.get(productId ?? '') ?? ''));
    const places = keys.map((key) => new Set((wanted.get(key) ?? []).map((line) => line.facilityId)));
    if (places.every((some) => some.has(facilityId ?? ''))) return [];
    const all = new Set(places.flatMap((some) => [...some]));
    return [{ shipGroupSeqId, facilityId, keys, wanted: all.size === 1 ? ([...all][0] ?? null) : null }];
  });
}
