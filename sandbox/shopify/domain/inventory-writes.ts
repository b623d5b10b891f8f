import type { Change } from '../core/world.ts';
import { ref } from '../core/refs.ts';
import { Refused, type UserError } from '../core/user-error.ts';
import { levelOrNew, moveQuantity, onHand, variantOfItem } from './inventory.ts';
import { locationById } from './locations.ts';
import { type LevelRow, type QuantityName } from './rows.ts';

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
