import { limitsOf } from './limits.ts';
import type { World } from './world.ts';

/** Units that an order still wants, at the WMS or on their way there. */
const WANTED = `o.status <> 'canceled' AND o.sending_canceled = 0 AND i.filtered = 0 AND i.quantity > i.shipped`;

/** SQL for "in this list", the list being one JSON parameter. */
const IN_LIST = 'IN (SELECT value FROM json_each(?))';

const key = (warehousePk: number, sku: string): string => `${warehousePk} ${sku}`;

/** Open units per warehouse and SKU of every order that was accepted, or only of those the WMS has; of these SKUs, or of all. */
function openUnits(world: World, { atWms, skus }: { atWms: boolean; skus?: readonly string[] }): Map<string, number> {
  const rows = world.state.all<{ warehouse_pk: number; sku: string; n: number }>(
    `SELECT o.warehouse_pk, i.sku, sum(i.quantity - i.shipped) AS n FROM order_items i JOIN orders o ON o.pk = i.order_pk
     WHERE ${WANTED} AND o.warehouse_pk IS NOT NULL ${atWms ? 'AND o.wms_state IS NOT NULL' : ''} ${skus ? `AND i.sku ${IN_LIST}` : ''}
     GROUP BY o.warehouse_pk, i.sku`,
    ...(skus ? [JSON.stringify(skus)] : []),
  );
  return new Map(rows.map(({ warehouse_pk, sku, n }) => [key(warehouse_pk, sku), n]));
}

/** The WMS has a new figure for IM to fetch. Nothing happens for what it doesn't stock. */
export function figureChanged(world: World, warehousePk: number, sku: string): void {
  world.state.run(
    'UPDATE stock SET pickup_at = coalesce(pickup_at, ?) WHERE warehouse_pk = ? AND sku = ?',
    world.clock.now() + limitsOf(world).inventorySeconds * 1000,
    warehousePk,
    sku,
  );
}

/** IM takes over the WMS's figures that are due: on hand, and that less what the WMS's own orders reserve. */
export function pickUpStock(world: World, now: number): void {
  const due = world.state.all<{ warehouse_pk: number; sku: string; on_hand: number }>(
    'SELECT warehouse_pk, sku, on_hand FROM stock WHERE pickup_at <= ?',
    now,
  );
  if (due.length === 0) return;
  const reserved = openUnits(world, { atWms: true, skus: due.map(({ sku }) => sku) });
  for (const { warehouse_pk, sku, on_hand } of due)
    world.state.run(
      'UPDATE stock SET seen_on_hand = ?, seen_available = ?, seen_at = ?, pickup_at = NULL WHERE warehouse_pk = ? AND sku = ?',
      on_hand,
      on_hand - (reserved.get(key(warehouse_pk, sku)) ?? 0),
      now,
      warehouse_pk,
      sku,
    );
}

/** Units of these SKUs in orders that are newer than the WMS's figure, per warehouse. Source: extensiv.md §1.5. */
export function newerUnits(world: World, skus: readonly string[]): (warehousePk: number, sku: string) => number {
  if (limitsOf(world).subtractNewOrders === 0) return () => 0;
  const rows = world.state.all<{ warehouse_pk: number; sku: string; n: number }>(
    `SELECT o.warehouse_pk, i.sku, sum(i.quantity) AS n FROM order_items i JOIN orders o ON o.pk = i.order_pk
     JOIN stock s ON s.warehouse_pk = o.warehouse_pk AND s.sku = i.sku
     WHERE o.status <> 'canceled' AND o.sending_canceled = 0 AND i.filtered = 0 AND (o.delivered_at IS NULL OR o.delivered_at > s.seen_at)
       AND i.sku ${IN_LIST} GROUP BY o.warehouse_pk, i.sku`,
    JSON.stringify(skus),
  );
  const units = new Map(rows.map(({ warehouse_pk, sku, n }) => [key(warehouse_pk, sku), n]));
  return (warehousePk, sku) => units.get(key(warehousePk, sku)) ?? 0;
}

/** Sets what can be sold on top of every accepted order: on hand becomes that plus what those orders still want. */
export function setAvailable(world: World, levels: readonly { warehousePk: number; sku: string; available: number }[]): void {
  const open = openUnits(world, { atWms: false, skus: levels.map(({ sku }) => sku) });
  const pickup = world.clock.now() + limitsOf(world).inventorySeconds * 1000;
  world.state.transaction(() => {
    for (const { warehousePk, sku, available } of levels)
      world.state.run(
        `INSERT INTO stock (warehouse_pk, sku, on_hand, pickup_at) VALUES (?,?,?,?)
         ON CONFLICT (warehouse_pk, sku) DO UPDATE SET on_hand = excluded.on_hand, pickup_at = coalesce(pickup_at, excluded.pickup_at)`,
        warehousePk,
        sku,
        available + (open.get(key(warehousePk, sku)) ?? 0),
        pickup,
      );
  });
}

/** What can be sold, as the people there would count it: on hand less every open order. */
export function sellable(world: World): { sku: string; facility: string; available: number }[] {
  const open = openUnits(world, { atWms: false });
  return world.state
    .all<{ pk: number; name: string; sku: string; on_hand: number }>(
      'SELECT w.pk, w.name, s.sku, s.on_hand FROM stock s JOIN warehouses w ON w.pk = s.warehouse_pk ORDER BY w.pk, s.sku',
    )
    .map(({ pk, name, sku, on_hand }) => ({ sku, facility: name, available: on_hand - (open.get(key(pk, sku)) ?? 0) }));
}
