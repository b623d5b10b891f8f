import type { Change } from '../core/world.ts';
import { Refused } from '../core/user-error.ts';
import { levelPayload } from '../webhooks/catalogue-payloads.ts';
import { levelOf, levelOrNew, moveQuantity, variantOfItem } from './inventory.ts';
import { locationById, serviceOfLocation } from './locations.ts';
import { type LevelRow } from './rows.ts';

/** inventoryActivate: keeps the old quantity when `available` is left out; refuses it on a level that is active already. */
export function activateLevel(
  change: Change,
  itemId: number | undefined,
  locationId: number | undefined,
  available: number | undefined,
): LevelRow {
  const variant = itemId === undefined ? undefined : variantOfItem(change.state, itemId);
  if (!variant || variant.shop_id !== change.shop.id)
    throw new Refused('The product couldn’t be stocked because it wasn’t found.', { field: ['inventoryItemId'] });
  const location = locationId === undefined ? undefined : locationById(change.state, change.shop.id, locationId);
  if (!location)
    throw new Refused('The product couldn’t be stocked because the location wasn’t found.', { field: ['locationId'] });
  if (location.active === 0)
    throw new Refused(`The product couldn’t be stocked at ${location.name} because the location isn’t active.`, {
      field: ['locationId'],
    });
  const found = levelOf(change.state, variant.item_id, location.id);
  if (found?.active === 1) {
    if (available !== undefined)
      throw new Refused('Not allowed to set available quantity when the item is already active at the location.', {
        field: ['available'],
      });
    return found;
  }
  const level = levelOrNew(change, variant.item_id, location.id);
  change.state.run('UPDATE levels SET active = 1, updated_at = ? WHERE id = ?', change.at, level.id);
  level.active = 1;
  if (available !== undefined) moveQuantity(change, level, 'available', available - level.available);
  change.tell('inventory_levels/connect', () => levelPayload(change.world, level.id));
  return level;
}

/** inventoryDeactivate: refused while units are committed, reserved or on their way, or at the only location. */
export function deactivateLevel(change: Change, levelId: number | undefined, field: string[]): void {
  const level = change.state.get<LevelRow>('SELECT * FROM levels WHERE id = ? AND shop_id = ?', levelId ?? 0, change.shop.id);
  if (!level) throw new Refused('The inventory level was not found.', { field, code: 'LOCATION_NOT_FOUND' });
  if (level.committed > 0)
    throw new Refused('The product couldn’t be unstocked because it has committed inventory there.', {
      field,
      code: 'COMMITTED_INVENTORY_AT_LOCATION',
    });
  if (level.incoming > 0)
    throw new Refused('The product couldn’t be unstocked because it has incoming inventory there.', {
      field,
      code: 'INCOMING_INVENTORY_AT_LOCATION',
    });
  if (level.reserved > 0)
    throw new Refused('The product couldn’t be unstocked because it has reserved inventory there.', {
      field,
      code: 'RESERVED_INVENTORY_AT_LOCATION',
    });
  const others = change.state.get<{ n: number }>(
    'SELECT count(*) AS n FROM levels WHERE item_id = ? AND active = 1 AND id <> ?',
    level.item_id,
    level.id,
  )?.n;
  if (!others)
    throw new Refused('The product couldn’t be unstocked because it must be stocked in at least one location.', {
      field,
      code: 'CANNOT_DEACTIVATE_FROM_ONLY_LOCATION',
    });
  change.state.run('UPDATE levels SET active = 0, updated_at = ? WHERE id = ?', change.at, level.id);
  change.tell('inventory_levels/disconnect', () => ({ inventory_item_id: level.item_id, location_id: level.location_id }));
}

/** inventoryBulkToggleActivation: one item, many locations. */
export function toggleLevels(
  change: Change,
  itemId: number | undefined,
  updates: { locationId: number | undefined; activate: boolean }[],
): LevelRow[] {
  const variant = itemId === undefined ? undefined : variantOfItem(change.state, itemId);
  if (!variant || variant.shop_id !== change.shop.id)
    throw new Refused('The inventory item was not found.', { field: ['inventoryItemId'], code: 'INVENTORY_ITEM_NOT_FOUND' });
  return updates.flatMap((update, index) => {
    const field = ['inventoryItemUpdates', String(index), 'locationId'];
    const location = update.locationId === undefined ? undefined : locationById(change.state, change.shop.id, update.locationId);
    if (!location) throw new Refused('The location was not found.', { field, code: 'LOCATION_NOT_FOUND' });
    const service = serviceOfLocation(change.state, location.id);
    if (service?.ours === 0 && update.activate)
      throw new Refused('The inventory is managed by another app there.', { field, code: 'INVENTORY_MANAGED_BY_3RD_PARTY' });
    if (update.activate) {
      if (location.active === 0)
        throw new Refused('The item couldn’t be stocked at an inactive location.', {
          field,
          code: 'FAILED_TO_STOCK_AT_LOCATION',
        });
      return [activateLevel(change, variant.item_id, location.id, undefined)];
    }
    const level = levelOf(change.state, variant.item_id, location.id);
    if (level?.active === 1) deactivateLevel(change, level.id, field);
    return [];
  });
}

/** A change made in Shopify's admin by a person: the level becomes active and its `available` is as said. */
export function setLevelByMerchant(change: Change, itemId: number, locationId: number, available: number): LevelRow {
  const level = activateLevel(change, itemId, locationId, undefined);
  moveQuantity(change, level, 'available', available - level.available);
  return level;
}
