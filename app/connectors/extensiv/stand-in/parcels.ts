import { limitsOf } from './limits.ts';
import { dataOf, itemsOf, orderRow, type OrderRow } from './order-record.ts';
import { figureChanged } from './stock-levels.ts';
import type { World } from './world.ts';

export interface ParcelLine {
  /** `order_items.pk` */
  itemPk: number;
  quantity: number;
  lot?: string | undefined;
}

export interface Parcel {
  lines: ParcelLine[];
  tracking?: string | undefined;
  carrier?: string | undefined;
  weightLbs?: number | undefined;
}

const TRACKING_PAGES: Record<string, string> = {
  UPS: 'https://www.ups.com/track?tracknum=',
  FEDEX: 'https://www.fedex.com/fedextrack/?trknbr=',
  USPS: 'https://tools.usps.com/go/TrackConfirmAction?tLabels=',
  DHL: 'https://www.dhl.com/en/express/tracking.html?AWB=',
};

/** The warehouse ships cartons; IM hears of each at its next pickup. The order must be at the WMS. */
export function shipParcels(world: World, order: OrderRow, parcels: readonly Parcel[]): void {
  const now = world.clock.now();
  const { working_ship_code: method } = dataOf(order);
  const carrier = world.state.get<{ carrier: string }>(
    'SELECT carrier FROM ship_methods WHERE code = ?',
    String(method),
  )?.carrier;
  const items = new Map(itemsOf(world, order.pk).map((item) => [item.pk, item]));
  world.state.transaction(() => {
    for (const parcel of parcels) {
      const by = parcel.carrier ?? carrier ?? null;
      const tracking = parcel.tracking ?? `IM${String(world.random.between(100_000_000, 999_999_999))}`;
      const page = by === null ? undefined : TRACKING_PAGES[by.toUpperCase()];
      const { lastId } = world.state.run(
        `INSERT INTO shipments (order_pk, carrier, method, tracking_no, tracking_url, warehouse_pk, weight_lbs, shipped_at, due_at) VALUES (?,?,?,?,?,?,?,?,?)`,
        order.pk,
        by,
        typeof method === 'string' ? method : null,
        tracking,
        page ? page + encodeURIComponent(tracking) : null,
        order.warehouse_pk,
        parcel.weightLbs ?? null,
        now,
        now + limitsOf(world).shipmentSeconds * 1000,
      );
      const cartons = new Map<string, { quantity: number; lot: string | null }>();
      for (const { itemPk, quantity, lot } of parcel.lines) {
        const item = items.get(itemPk);
        if (!item) throw new Error(`There is no line ${itemPk} in ${order.cust_ref}.`);
        world.state.run('UPDATE order_items SET shipped = shipped + ? WHERE pk = ?', quantity, itemPk);
        world.state.run(
          'UPDATE stock SET on_hand = on_hand - ? WHERE warehouse_pk = ? AND sku = ?',
          quantity,
          order.warehouse_pk,
          item.sku,
        );
        figureChanged(world, order.warehouse_pk ?? 0, item.sku);
        // two lines of one SKU leave as one: a carton knows SKUs only
        const key = JSON.stringify([item.item, lot ?? null]);
        cartons.set(key, { quantity: (cartons.get(key)?.quantity ?? 0) + quantity, lot: lot ?? null });
      }
      for (const [key, { quantity, lot }] of cartons)
        world.state.run(
          'INSERT INTO shipment_items (shipment_pk, item, quantity, carton_num, lot_code) VALUES (?,?,?,1,?)',
          lastId,
          (JSON.parse(key) as string[])[0] ?? '',
          quantity,
          lot,
        );
    }
    const open = itemsOf(world, order.pk).some((item) => item.filtered === 0 && item.shipped < item.quantity);
    if (!open) world.state.run("UPDATE orders SET wms_state = 'shipped' WHERE pk = ?", order.pk);
  });
}

/** IM picks a carton's tracking up. The order is shipped once nothing is left to come. */
export function loadShipment(world: World, shipmentPk: number, at: number): void {
  world.state.run('UPDATE shipments SET loaded_at = ? WHERE pk = ?', at, shipmentPk);
  const row = world.state.get<{ order_pk: number }>('SELECT order_pk FROM shipments WHERE pk = ?', shipmentPk);
  if (!row) return;
  const order = orderRow(world, row.order_pk);
  const waiting = world.state.get('SELECT 1 FROM shipments WHERE order_pk = ? AND loaded_at IS NULL', order.pk);
  const status = order.wms_state === 'shipped' && !waiting && order.status === 'at_wms' ? 'shipped' : order.status;
  world.state.run('UPDATE orders SET status = ?, shipped_at = ?, updated_at = ? WHERE pk = ?', status, at, at, order.pk);
}

/** Tells IM that the cart has the tracking: all of it, or these numbers. Returns numbers that the order doesn't have. */
export function confirmShipments(world: World, order: OrderRow, numbers: readonly string[] | null): string[] {
  const loaded = world.state.all<{ pk: number; tracking_no: string | null }>(
    'SELECT pk, tracking_no FROM shipments WHERE order_pk = ? AND loaded_at IS NOT NULL',
    order.pk,
  );
  const strange = (numbers ?? []).filter((number) => !loaded.some((one) => one.tracking_no === number));
  if (strange.length > 0) return strange;
  const now = world.clock.now();
  world.state.transaction(() => {
    for (const { pk, tracking_no } of loaded)
      if (numbers === null || numbers.includes(tracking_no ?? ''))
        world.state.run('UPDATE shipments SET confirmed_at = coalesce(confirmed_at, ?) WHERE pk = ?', now, pk);
    const open = world.state.get('SELECT 1 FROM shipments WHERE order_pk = ? AND confirmed_at IS NULL', order.pk);
    if (order.status === 'shipped' && !open)
      world.state.run(
        "UPDATE orders SET status = 'confirmed', confirmed_at = ?, updated_at = ? WHERE pk = ?",
        now,
        now,
        order.pk,
      );
  });
  return [];
}
