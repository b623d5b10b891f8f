import { emit } from './events.ts';
import { embeddedProduct } from './product-record.ts';
import { IN_LIST, type World } from './world.ts';

type Place = 'storage' | 'reception' | 'return' | 'packing';

interface Level {
  product_id: number;
  sku: string;
  name: string;
  storage: number;
  reception: number;
  return: number;
  packing: number;
  /** Wanted by orders in `queue` and `picking`, and not yet taken from storage. */
  reserved: number;
  last_movement: string | null;
}

export const locationOf = (world: World, warehouseId: number, place: Place): number =>
  world.state.get<{ id: number }>('SELECT id FROM locations WHERE warehouse_id = ? AND type = ?', warehouseId, place)?.id ?? 0;

/** available = storage − reserved; may be negative. Source: pulpo.md §2.7. */
export const available = (level: Pick<Level, 'storage' | 'reserved'>): number => level.storage - level.reserved;

/** Levels by product, summed over the warehouses given (none: all). Every product has one, at 0 if need be. */
export function levels(
  world: World,
  { products, warehouses }: { products?: readonly number[]; warehouses?: readonly number[] },
): Level[] {
  const own = products ? ` AND product_id ${IN_LIST}` : '';
  const there = warehouses ? ` AND warehouse_id ${IN_LIST}` : '';
  const lists = [...(products ? [JSON.stringify(products)] : []), ...(warehouses ? [JSON.stringify(warehouses)] : [])];
  const sum = (place: Place) => `sum(CASE WHEN l.type = '${place}' THEN s.quantity ELSE 0 END) AS "${place}"`;
  return world.state.all<Level>(
    `SELECT p.id AS product_id, p.sku, p.name, coalesce(h.storage, 0) AS storage, coalesce(h.reception, 0) AS reception, coalesce(h."return", 0) AS "return",
       coalesce(h.packing, 0) AS packing, coalesce(r.reserved, 0) AS reserved, h.last_movement
     FROM products p
     LEFT JOIN (SELECT s.product_id, ${sum('storage')}, ${sum('reception')}, ${sum('return')}, ${sum('packing')}, max(s.updated_at) AS last_movement
       FROM stocks s JOIN locations l ON l.id = s.location_id WHERE 1${own}${there} GROUP BY s.product_id) h ON h.product_id = p.id
     LEFT JOIN (SELECT i.product_id, sum(i.quantity - i.picked_quantity) AS reserved FROM sales_items i JOIN sales_orders o ON o.id = i.sales_order_id
       WHERE o.state IN ('queue', 'picking')${own}${there} GROUP BY i.product_id) r ON r.product_id = p.id
     ${products ? `WHERE p.id ${IN_LIST}` : ''} ORDER BY p.id`,
    ...lists,
    ...lists,
    ...(products ? [JSON.stringify(products)] : []),
  );
}

/** Adds `delta` (may be negative) to what lies in a location; below 0 it stops and returns what was missing. */
export function move(world: World, productId: number, locationId: number, delta: number): number {
  const before =
    world.state.get<{ quantity: number }>(
      'SELECT quantity FROM stocks WHERE product_id = ? AND location_id = ?',
      productId,
      locationId,
    )?.quantity ?? 0;
  const after = Math.max(0, before + delta);
  const now = world.now();
  world.state.run(
    `INSERT INTO stocks (product_id, location_id, quantity, inserted_at, updated_at) VALUES (?,?,?,?,?)
     ON CONFLICT (product_id, location_id) DO UPDATE SET quantity = excluded.quantity, updated_at = excluded.updated_at`,
    productId,
    locationId,
    after,
    now,
    now,
  );
  return after - (before + delta);
}

export interface Correction {
  productId: number;
  locationId: number;
  delta: number;
}

/** Books corrections in one warehouse and tells about them once. Source: pulpo.md §2.9 `stock_correction_finished`. */
export function correct(world: World, warehouseId: number, corrections: readonly Correction[]): void {
  world.state.transaction(() => {
    for (const { productId, locationId, delta } of corrections) move(world, productId, locationId, delta);
    emit(world, 'stock_correction_finished', warehouseId, {
      warehouse_id: warehouseId,
      items: corrections.map(({ productId, locationId, delta }) => ({
        product_id: productId,
        location_id: locationId,
        quantity: delta,
        product: embeddedProduct(world, productId),
      })),
    });
  });
}

/** Brings storage to where `available` shows the wanted number, however much is reserved. */
export function setAvailable(
  world: World,
  warehouseId: number,
  wanted: readonly { productId: number; available: number }[],
): void {
  const locationId = locationOf(world, warehouseId, 'storage');
  const now = new Map(
    levels(world, { products: wanted.map(({ productId }) => productId), warehouses: [warehouseId] }).map((level) => [
      level.product_id,
      level,
    ]),
  );
  const corrections = wanted.flatMap(({ productId, available: to }) => {
    const level = now.get(productId);
    const delta = level ? to + level.reserved - level.storage : 0;
    return delta === 0 ? [] : [{ productId, locationId, delta }];
  });
  if (corrections.length > 0) correct(world, warehouseId, corrections);
}
