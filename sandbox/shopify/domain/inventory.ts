import type { State } from '../../kit/state.ts';
import type { Change } from '../core/world.ts';
import { QUANTITY_NAMES, type LevelRow, type QuantityName, type VariantRow } from './rows.ts';

/** on_hand is what lies there: everything but what is still on its way. */
export const onHand = (level: LevelRow): number =>
  level.available + level.committed + level.reserved + level.damaged + level.safety_stock + level.quality_control;

export const levelOf = (state: State, itemId: number, locationId: number): LevelRow | undefined =>
  state.get<LevelRow>('SELECT * FROM levels WHERE item_id = ? AND location_id = ?', itemId, locationId);

export const variantOfItem = (state: State, itemId: number): VariantRow | undefined =>
  state.get<VariantRow>('SELECT * FROM variants WHERE item_id = ?', itemId);

/** The level of an item at a location; made as an inactive one when it was never stocked there. */
export function levelOrNew(change: Change, itemId: number, locationId: number, active = 0): LevelRow {
  const found = levelOf(change.state, itemId, locationId);
  if (found) return found;
  change.state.run(
    'INSERT INTO levels (shop_id, item_id, location_id, active, created_at, updated_at) VALUES (?,?,?,?,?,?)',
    change.shop.id,
    itemId,
    locationId,
    active,
    change.at,
    change.at,
  );
  return levelOf(change.state, itemId, locationId) as LevelRow;
}

/** Moves one named quantity by `delta`. A changed `available` of an active level is told by webhook. */
export function moveQuantity(change: Change, level: LevelRow, name: QuantityName, delta: number): void {
  if (delta === 0) return;
  if (!QUANTITY_NAMES.includes(name)) throw new Error(`There is no quantity called ${name}.`);
  change.state.run(`UPDATE levels SET ${name} = ${name} + ?, updated_at = ? WHERE id = ?`, delta, change.at, level.id);
  level[name] += delta;
  if (name === 'available' && level.active === 1) change.levelTouched(level.id);
}

const tracked = (state: State, itemId: number | null): itemId is number =>
  itemId !== null && variantOfItem(state, itemId)?.tracked === 1;

/** An order takes units: available → committed. It may go below zero (overselling is the merchant's choice). */
export function commitStock(change: Change, itemId: number | null, locationId: number, quantity: number): void {
  if (!tracked(change.state, itemId)) return;
  const level = levelOrNew(change, itemId, locationId);
  moveQuantity(change, level, 'available', -quantity);
  moveQuantity(change, level, 'committed', quantity);
}

/** Units an order no longer needs go back: committed → available. */
export function releaseStock(change: Change, itemId: number | null, locationId: number, quantity: number): void {
  if (!tracked(change.state, itemId)) return;
  const level = levelOrNew(change, itemId, locationId);
  moveQuantity(change, level, 'committed', -quantity);
  moveQuantity(change, level, 'available', quantity);
}

/** Committed units leave the building (shipped, or written off). */
export function shipStock(change: Change, itemId: number | null, locationId: number, quantity: number): void {
  if (!tracked(change.state, itemId)) return;
  moveQuantity(change, levelOrNew(change, itemId, locationId), 'committed', -quantity);
}

/** Shipped units that were not shipped after all are committed again. */
export function unshipStock(change: Change, itemId: number | null, locationId: number, quantity: number): void {
  if (!tracked(change.state, itemId)) return;
  moveQuantity(change, levelOrNew(change, itemId, locationId), 'committed', quantity);
}

/** Units come back and can be sold again. */
export function restock(change: Change, itemId: number | null, locationId: number, quantity: number): void {
  if (!tracked(change.state, itemId)) return;
  moveQuantity(change, levelOrNew(change, itemId, locationId), 'available', quantity);
}
