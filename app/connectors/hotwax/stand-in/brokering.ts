import { rowBy } from './finding.ts';
import {
  groupOf,
  groupsOf,
  itemsOf,
  openItems,
  orderRow,
  setItemStatus,
  setOrderStatus,
  type GroupRow,
  type ItemRow,
} from './order-record.ts';
import { create, update } from './records.ts';
import { moveStock, QUEUE } from './stock-levels.ts';
import { nextId, type World } from './world.ts';

/** Whether goods lie there: virtual facilities (the brokering queue, the parkings) hold none. */
export function holdsGoods(world: World, facilityId: string | null): boolean {
  if (!facilityId) return false;
  return rowBy(world, 'FacilityAndType', { facilityId })?.['parentTypeId'] !== 'VIRTUAL_FACILITY';
}

/**
 * Reserves or releases an item's open quantity where it lies. HotWax reserves when an order is brokered, that is when an *approved* item
 * comes to a facility with goods; an order in the queue or one that was only created reserves nothing. Source: hotwax.md §1.5, §3.6 "no
 * reservation on create"; that approving an item that already names its facility reserves there is a guess.
 */
export function reserve(world: World, item: ItemRow, facilityId: string | null, quantity: number, sign: 1 | -1): void {
  if (item.statusId !== 'ITEM_APPROVED' || !facilityId || quantity === 0 || !holdsGoods(world, facilityId)) return;
  moveStock(world, {
    productId: item.productId,
    facilityId,
    atp: -sign * quantity,
    qoh: 0,
    reason: sign === 1 ? 'RESERVED' : 'RELEASED',
    orderId: item.orderId,
    orderItemSeqId: item.orderItemSeqId,
  });
}

/** ORDER_CREATED becomes ORDER_APPROVED with its items; those at a facility are reserved there. */
export function approve(world: World, orderId: string): void {
  if (!['ORDER_CREATED', 'ORDER_HOLD'].includes(orderRow(world, orderId).statusId)) return;
  world.state.transaction(() => {
    setOrderStatus(world, orderId, 'ORDER_APPROVED');
    for (const item of openItems(world, orderId)) {
      if (item.statusId === 'ITEM_APPROVED') continue;
      setItemStatus(world, item, 'ITEM_APPROVED');
      reserve(world, { ...item, statusId: 'ITEM_APPROVED' }, groupOf(world, item)?.facilityId ?? null, item.quantity, 1);
    }
  });
}

export interface Portion {
  orderItemSeqId: string;
  quantity: number;
}

/**
 * Sends portions of items to a facility (or back to the queue): a ship group that goes whole keeps its number, anything else gets a new one.
 * A part of an item becomes an item of its own with the same externalId. Answers the portions under the items they are now. Source:
 * hotwax.md §3.12 [G].
 */
export function moveItems(
  world: World,
  orderId: string,
  portions: readonly Portion[],
  facilityId: string,
  reason: string,
): Portion[] {
  return world.state.transaction(() => {
    const moved: Portion[] = [];
    for (const group of groupsOf(world, orderId)) {
      const here = itemsOf(world, orderId).filter((item) => item.shipGroupSeqId === group.shipGroupSeqId);
      const wanted = portions.filter(({ orderItemSeqId }) => here.some((item) => item.orderItemSeqId === orderItemSeqId));
      if (wanted.length === 0) continue;
      if (group.facilityId === facilityId) {
        moved.push(...wanted);
        continue;
      }
      const items = wanted.map(({ orderItemSeqId, quantity }) =>
        split(world, here.find((item) => item.orderItemSeqId === orderItemSeqId) as ItemRow, quantity),
      );
      const staying = itemsOf(world, orderId).filter(
        (item) =>
          item.shipGroupSeqId === group.shipGroupSeqId &&
          item.statusId !== 'ITEM_CANCELLED' &&
          !items.some(({ orderItemSeqId }) => orderItemSeqId === item.orderItemSeqId),
      );
      const target = staying.length === 0 ? group.shipGroupSeqId : newGroup(world, group);
      update(world, 'OrderItemShipGroup', { orderId, shipGroupSeqId: target, facilityId });
      for (const item of items) {
        reserve(world, item, group.facilityId, item.quantity, -1);
        update(world, 'OrderItem', { orderId, orderItemSeqId: item.orderItemSeqId, shipGroupSeqId: target });
        reserve(world, item, facilityId, item.quantity, 1);
        create(world, 'OrderFacilityChange', {
          orderFacilityChangeId: nextId(world, 'OrderFacilityChange'),
          orderId,
          orderItemSeqId: item.orderItemSeqId,
          shipGroupSeqId: target,
          fromFacilityId: group.facilityId,
          facilityId,
          changeReasonEnumId: reason,
          changeDatetime: world.now(),
        });
        moved.push({ orderItemSeqId: item.orderItemSeqId, quantity: item.quantity });
      }
    }
    return moved;
  });
}

/** The facility a store would send these to: the first with enough of everything, else the first of all. */
export function bestFacility(world: World, productStoreId: string | null, items: readonly ItemRow[]): string {
  const places = world.state.all<{ facilityId: string }>(
    `SELECT l.facilityId FROM ProductStoreFacility l JOIN FacilityAndType f ON f.facilityId = l.facilityId
     WHERE l.productStoreId = ? AND l.thruDate IS NULL AND coalesce(f.parentTypeId, '') <> 'VIRTUAL_FACILITY' AND f.facilityTypeId <> 'CONFIGURATION'
     ORDER BY l.sequenceNum, l.facilityId`,
    productStoreId,
  );
  const enough = places.find(({ facilityId }) =>
    items.every((item) => {
      const level = rowBy(world, 'ProductFacility', { productId: item.productId, facilityId });
      return level && level['allowBrokering'] !== 'N' && Number(level['computedLastInventoryCount'] ?? 0) >= item.quantity;
    }),
  );
  return (enough ?? places[0])?.facilityId ?? QUEUE;
}

function newGroup(world: World, group: GroupRow): string {
  const { shipGroupSeqId: _old, lastUpdatedStamp: _stamp, ...rest } = group as GroupRow & { lastUpdatedStamp?: number };
  return String(create(world, 'OrderItemShipGroup', { ...rest })['shipGroupSeqId']);
}

/** Takes a quantity out of an item as an item of its own; the whole quantity is the item itself. */
export function split(world: World, item: ItemRow, quantity: number): ItemRow {
  if (quantity >= item.quantity) return item;
  update(world, 'OrderItem', { orderId: item.orderId, orderItemSeqId: item.orderItemSeqId, quantity: item.quantity - quantity });
  const { orderItemSeqId: _old, lastUpdatedStamp: _stamp, ...rest } = item as ItemRow & { lastUpdatedStamp?: number };
  const { orderItemSeqId } = create(world, 'OrderItem', { ...rest, quantity });
  return { ...item, orderItemSeqId: String(orderItemSeqId), quantity };
}
