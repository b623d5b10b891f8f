import { rowBy } from './finding.ts';
import { create, store, update } from './records.ts';
import { nextId, type World } from './world.ts';

/** The brokering queue: a facility that holds no goods. Source: hotwax.md §1.5, §2.3. */
export const QUEUE = '_NA_';

interface Movement {
  productId: string;
  facilityId: string;
  /** Change of what can be promised; a reservation lowers only this. */
  atp: number;
  /** Change of what lies there. */
  qoh: number;
  reason?: string;
  orderId?: string;
  orderItemSeqId?: string;
}

/**
 * Books a change of stock: the inventory item, its history, and the product's row at the facility. ATP may go below zero. A product that has
 * no row at the facility gets one by the first movement there. Source: hotwax.md §2.3, §3.7.
 */
export function moveStock(world: World, { productId, facilityId, atp, qoh, reason, ...order }: Movement): void {
  const item = rowBy(world, 'InventoryItem', { productId, facilityId });
  const inventoryItemId = String(
    item?.['inventoryItemId'] ??
      create(world, 'InventoryItem', {
        productId,
        facilityId,
        availableToPromiseTotal: 0,
        quantityOnHandTotal: 0,
        locationSeqId: 'TLTLTLLL01',
      })['inventoryItemId'],
  );
  const after = {
    availableToPromiseTotal: Number(item?.['availableToPromiseTotal'] ?? 0) + atp,
    quantityOnHandTotal: Number(item?.['quantityOnHandTotal'] ?? 0) + qoh,
  };
  update(world, 'InventoryItem', { inventoryItemId, ...after });
  create(world, 'InventoryItemDetail', {
    inventoryItemId,
    inventoryItemDetailSeqId: nextId(world, 'InventoryItemDetail'),
    productId,
    facilityId,
    effectiveDate: world.now(),
    availableToPromiseDiff: atp,
    quantityOnHandDiff: qoh,
    reasonEnumId: reason,
    lastAvailableToPromise: after.availableToPromiseTotal,
    lastQuantityOnHand: after.quantityOnHandTotal,
    ...order,
  });
  setLevel(world, productId, facilityId, after.availableToPromiseTotal);
}

/** What a facility holds back and whether orders are sent there. */
export interface LevelRules {
  minimumStock?: number | undefined;
  allowBrokering?: string | undefined;
  allowPickup?: string | undefined;
}

/** Writes the product's row at the facility: ATP as it is, and what is left of it above the safety stock. */
export function setLevel(world: World, productId: string, facilityId: string, atp: number, rules: LevelRules = {}): void {
  const row = rowBy(world, 'ProductFacility', { productId, facilityId });
  const minimumStock = rules.minimumStock ?? Number(row?.['minimumStock'] ?? 0);
  store(world, 'ProductFacility', {
    productId,
    facilityId,
    lastInventoryCount: atp,
    minimumStock,
    computedLastInventoryCount: Math.max(atp - minimumStock, 0),
    ...(rules.allowBrokering === undefined ? {} : { allowBrokering: rules.allowBrokering }),
    ...(rules.allowPickup === undefined ? {} : { allowPickup: rules.allowPickup }),
  });
}

/** Brings ATP to a number, however much is reserved. */
export function setAtp(world: World, productId: string, facilityId: string, atp: number): void {
  const row = rowBy(world, 'InventoryItem', { productId, facilityId });
  const delta = atp - Number(row?.['availableToPromiseTotal'] ?? 0);
  if (delta !== 0) moveStock(world, { productId, facilityId, atp: delta, qoh: delta, reason: 'VAR_MANUAL' });
  else setLevel(world, productId, facilityId, atp);
}
