import type { Change } from '../core/change.ts';
import { toMinor } from '../core/money.ts';
import { ref } from '../core/refs.ts';
import { Refused, type UserError } from '../core/user-error.ts';
import { itemPayload, levelPayload } from '../webhooks/catalogue-payloads.ts';
import { levelOf, levelOrNew, moveQuantity, onHand, variantOfItem } from './inventory.ts';
import { locationById, serviceOfLocation } from './locations.ts';
import { dataOf, type LevelRow, type QuantityName, type VariantData, type VariantRow } from './rows.ts';

export interface QuantityRequest {
  itemId: number | undefined;
  locationId: number | undefined;
  /** The new quantity, or the difference when adjusting. */
  value: number;
  /** What the caller believes is there; null = don't check. */
  changeFrom: number | null;
  field: string[];
}

interface Header {
  name: string;
  reason: string;
  referenceDocumentUri?: string | null;
}

const MOST = 1_000_000_000;
/** What apps may write; `committed` is Shopify's own. */
const SETTABLE = ['available', 'on_hand'];
const ADJUSTABLE = ['available', 'damaged', 'quality_control', 'reserved', 'safety_stock', 'incoming'];
const REASONS = [
  'correction',
  'cycle_count_available',
  'damaged',
  'movement_canceled',
  'movement_created',
  'movement_received',
  'movement_updated',
  'other',
  'promotion',
  'quality_control',
  'received',
  'reservation_created',
  'reservation_deleted',
  'reservation_updated',
  'restock',
  'safety_stock',
  'shrinkage',
];

/**
 * inventorySetQuantities. A stale `changeFrom` refuses the whole batch or, in mode `part`, only its own line; a quantity written
 * where the item isn't active succeeds silently and stocks nothing (facts: shopify.md §4 Inventory). `pretend` makes the first
 * compared line stale without touching it (a fault).
 */
export function setQuantities(
  change: Change,
  header: Header,
  requests: QuantityRequest[],
  stale: { mode: 'whole' | 'part'; pretend: boolean },
): { groupId: number | null; errors: UserError[] } {
  checkHeader(header, SETTABLE);
  const levels = requests.map((request) => checkedLevel(change, request));
  refuseDuplicates(requests, 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR');
  let pretend = stale.pretend;
  const errors: UserError[] = [];
  const outdated = new Set<number>();
  requests.forEach((request, index) => {
    if (request.value > MOST)
      throw new Refused('The quantity is too high.', {
        field: [...request.field, 'quantity'],
        code: 'INVALID_QUANTITY_TOO_HIGH',
      });
    if (request.value < -MOST)
      throw new Refused('The quantity is too low.', { field: [...request.field, 'quantity'], code: 'INVALID_QUANTITY_TOO_LOW' });
    const current = valueOf(levels[index], header.name);
    if (request.changeFrom === null || (request.changeFrom === current && !pretend)) return;
    pretend = false;
    outdated.add(index);
    errors.push({
      field: [...request.field, 'changeFromQuantity'],
      message: 'The changeFromQuantity value does not match the persisted value.',
      code: 'CHANGE_FROM_QUANTITY_STALE',
    });
  });
  if (errors.length > 0 && stale.mode === 'whole') throw Refused.all(errors);
  const moves = requests.flatMap((request, index) => {
    const level = levels[index];
    if (outdated.has(index) || !level) return [];
    return [{ level, delta: request.value - valueOf(level, header.name) }];
  });
  return { groupId: record(change, header, moves), errors };
}

/** inventoryAdjustQuantities: all or nothing. */
export function adjustQuantities(change: Change, header: Header, requests: QuantityRequest[]): number | null {
  checkHeader(header, ADJUSTABLE);
  const levels = requests.map((request) => checkedLevel(change, request));
  const moves = requests.flatMap((request, index) => {
    const level = levels[index];
    if (request.changeFrom !== null && request.changeFrom !== valueOf(level, header.name)) {
      throw new Refused('The changeFromQuantity value does not match the persisted value.', {
        field: [...request.field, 'changeFromQuantity'],
        code: 'CHANGE_FROM_QUANTITY_STALE',
      });
    }
    return level ? [{ level, delta: request.value }] : [];
  });
  return record(change, header, moves);
}

function checkHeader(header: Header, names: readonly string[]): void {
  if (!names.includes(header.name))
    throw new Refused(`The quantity name must be one of: ${names.join(', ')}.`, {
      field: ['input', 'name'],
      code: names === SETTABLE ? 'INVALID_NAME' : 'INVALID_QUANTITY_NAME',
    });
  if (!REASONS.includes(header.reason))
    throw new Refused('The reason is invalid.', { field: ['input', 'reason'], code: 'INVALID_REASON' });
  const uri = header.referenceDocumentUri;
  if (uri && (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(uri) || uri.startsWith('gid://shopify/'))) {
    throw new Refused('The reference document URI is invalid.', {
      field: ['input', 'referenceDocumentUri'],
      code: 'INVALID_REFERENCE_DOCUMENT',
    });
  }
}

/** The level a request means; where the item was never stocked an inactive one keeps the number, and nothing is stocked by it. */
function checkedLevel(change: Change, request: QuantityRequest): LevelRow {
  const variant = request.itemId === undefined ? undefined : variantOfItem(change.state, request.itemId);
  if (!variant || variant.shop_id !== change.shop.id)
    throw new Refused('The specified inventory item could not be found.', {
      field: [...request.field, 'inventoryItemId'],
      code: 'INVALID_INVENTORY_ITEM',
    });
  const location = request.locationId === undefined ? undefined : locationById(change.state, change.shop.id, request.locationId);
  if (!location)
    throw new Refused('The specified location could not be found.', {
      field: [...request.field, 'locationId'],
      code: 'INVALID_LOCATION',
    });
  if (variant.requires_components === 1) {
    throw new Refused('The quantity of a bundle can’t be changed: it follows from its components.', {
      field: [...request.field, 'inventoryItemId'],
      code: 'NON_MUTABLE_INVENTORY_ITEM',
    });
  }
  return levelOrNew(change, variant.item_id, location.id);
}

function refuseDuplicates(requests: QuantityRequest[], code: string): void {
  const seen = new Set<string>();
  for (const request of requests) {
    const pair = `${request.itemId} ${request.locationId}`;
    if (seen.has(pair))
      throw new Refused('The combination of inventoryItemId and locationId must be unique.', {
        field: [...request.field, 'locationId'],
        code,
      });
    seen.add(pair);
  }
}

const valueOf = (level: LevelRow | undefined, name: string): number =>
  level === undefined ? 0 : name === 'on_hand' ? onHand(level) : level[name as QuantityName];

/** Does the moves and records them; null when nothing changed. */
function record(change: Change, header: Header, moves: { level: LevelRow; delta: number }[]): number | null {
  const changes: unknown[] = [];
  for (const { level, delta } of moves) {
    // untracked items keep whatever number they are given, and inactive levels too: neither is stocked by it
    if (delta === 0) continue;
    const column: QuantityName = header.name === 'on_hand' ? 'available' : (header.name as QuantityName);
    moveQuantity(change, level, column, delta);
    const told = (name: string, after: number) => ({
      name,
      delta,
      quantityAfterChange: after,
      ledgerDocumentUri: null,
      item: ref('InventoryItem', level.item_id),
      location: ref('Location', level.location_id),
    });
    changes.push(told(column, level[column]));
    if (column !== 'incoming') changes.push(told('on_hand', onHand(level)));
  }
  if (changes.length === 0) return null;
  return change.state.run(
    'INSERT INTO adjustment_groups (shop_id, reason, reference, changes, created_at) VALUES (?,?,?,?,?)',
    change.shop.id,
    header.reason,
    header.referenceDocumentUri ?? null,
    JSON.stringify(changes),
    change.at,
  ).lastId;
}

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

/** inventoryItemUpdate */
export function updateItem(change: Change, itemId: number | undefined, input: Record<string, unknown>): number {
  const { state } = change;
  const variant = state.get<VariantRow>('SELECT * FROM variants WHERE item_id = ? AND shop_id = ?', itemId ?? 0, change.shop.id);
  if (!variant) throw new Refused('The specified inventory item could not be found.', { field: ['id'] });
  const data = dataOf<VariantData>(variant);
  if (input.cost !== undefined) data.cost = input.cost === null ? null : toMinor(input.cost, change.shop.data.currency);
  if (input.countryCodeOfOrigin !== undefined) data.countryOfOrigin = input.countryCodeOfOrigin as string | null;
  if (input.provinceCodeOfOrigin !== undefined) data.provinceOfOrigin = input.provinceCodeOfOrigin as string | null;
  if (input.harmonizedSystemCode !== undefined) data.hsCode = input.harmonizedSystemCode as string | null;
  state.run(
    'UPDATE variants SET tracked = ?, sku = ?, requires_shipping = ?, data = ?, item_updated_at = ?, updated_at = ? WHERE id = ?',
    typeof input.tracked === 'boolean' ? (input.tracked ? 1 : 0) : variant.tracked,
    input.sku === undefined ? variant.sku : (input.sku as string | null),
    typeof input.requiresShipping === 'boolean' ? (input.requiresShipping ? 1 : 0) : variant.requires_shipping,
    JSON.stringify(data),
    change.at,
    change.at,
    variant.id,
  );
  change.productTouched(variant.product_id);
  change.tell('inventory_items/update', () => itemPayload(change.world, variant.item_id));
  return variant.item_id;
}

/** A change made in Shopify's admin by a person: the level becomes active and its `available` is as said. */
export function setLevelByMerchant(change: Change, itemId: number, locationId: number, available: number): LevelRow {
  const level = activateLevel(change, itemId, locationId, undefined);
  moveQuantity(change, level, 'available', available - level.available);
  return level;
}
