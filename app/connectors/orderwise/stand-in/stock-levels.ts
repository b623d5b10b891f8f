import { componentsOf, type VariantRow } from './variant-record.ts';
import { LISTS, listValues } from './value-lists.ts';
import type { World } from './world.ts';

/** What lies at one location: overall, of which allocated to orders; the rest is free. It may fall below zero. */
interface StockRow {
  overall: number;
  allocated: number;
}

const levelOf = (world: World, variantId: number, locationId: number): StockRow =>
  world.state.get<StockRow>(
    'SELECT overall, allocated FROM stock WHERE variant_id = ? AND location_id = ?',
    variantId,
    locationId,
  ) ?? { overall: 0, allocated: 0 };

/** Moves stock of a variant at a location; of a kit, of what it is made of. The moment counts as "stock levels last calculated". */
export function moveStock(
  world: World,
  variantId: number,
  locationId: number,
  { overall = 0, allocated = 0 }: Partial<StockRow>,
): void {
  const parts = componentsOf(world, variantId);
  const moved = parts.length > 0 ? parts : [{ variant_id: variantId, quantity: 1 }];
  for (const { variant_id, quantity } of moved) {
    world.state.run(
      `INSERT INTO stock (variant_id, location_id, overall, allocated) VALUES (?,?,?,?)
       ON CONFLICT (variant_id, location_id) DO UPDATE SET overall = overall + excluded.overall, allocated = allocated + excluded.allocated`,
      variant_id,
      locationId,
      overall * quantity,
      allocated * quantity,
    );
    calculated(world, variant_id);
  }
}

/** Sets what is free at a location, whatever is allocated. */
export function setFree(world: World, variantId: number, locationId: number, free: number): void {
  const { allocated } = levelOf(world, variantId, locationId);
  world.state.run(
    'INSERT INTO stock (variant_id, location_id, overall, allocated) VALUES (?,?,?,?) ON CONFLICT (variant_id, location_id) DO UPDATE SET overall = excluded.overall',
    variantId,
    locationId,
    free + allocated,
    allocated,
  );
  calculated(world, variantId);
}

function calculated(world: World, variantId: number): void {
  world.state.run(
    'INSERT INTO stock_calculated (variant_id, at) VALUES (?, ?) ON CONFLICT (variant_id) DO UPDATE SET at = excluded.at',
    variantId,
    world.now(),
  );
}

/** The only fitting location of a variant with stock, else the first: where a line without a location goes. Source: orderwise.md §3. */
export function defaultLocation(world: World, variantId: number): number {
  const found = world.state.get<{ location_id: number }>(
    'SELECT location_id FROM stock WHERE variant_id = ? ORDER BY overall - allocated DESC, location_id',
    variantId,
  );
  return found?.location_id ?? primaryLocation(world);
}

const primaryLocation = (world: World): number => listValues(world, LISTS.stockLocation)[0]?.id ?? 0;

export interface LevelRow {
  variant_id: number;
  code: string;
  description: string;
  location_id: number;
  location: string;
  free: number;
}

/** Free stock by variant and location of what was recalculated since then; kits have none of their own. */
export function levels(world: World, since = 0): LevelRow[] {
  return world.state.all<LevelRow>(
    `SELECT v.id AS variant_id, v.code, v.description, s.location_id, l.name AS location, s.overall - s.allocated AS free
     FROM stock_calculated k JOIN variants v ON v.id = k.variant_id JOIN stock s ON s.variant_id = v.id
     JOIN list_values l ON l.list = ? AND l.id = s.location_id
     WHERE k.at >= ? AND NOT EXISTS (SELECT 1 FROM components c WHERE c.kit_id = v.id) ORDER BY v.id, s.location_id`,
    LISTS.stockLocation,
    since,
  );
}

/**
 * How many of each kit can be built of what is free, at the primary location, and none elsewhere; only kits of which a component was
 * recalculated since then. Source: orderwise.md §6 "Kit variant: buildable = min over BOM components of free/qty".
 */
export function kitLevels(world: World, since = 0): LevelRow[] {
  const kits = world.state.all<Pick<VariantRow, 'id' | 'code' | 'description'> & { buildable: number | null; at: number | null }>(
    `SELECT v.id, v.code, v.description, min(coalesce((SELECT sum(s.overall - s.allocated) FROM stock s WHERE s.variant_id = c.variant_id), 0) / c.quantity) AS buildable, max(k.at) AS at
     FROM variants v JOIN components c ON c.kit_id = v.id LEFT JOIN stock_calculated k ON k.variant_id = c.variant_id GROUP BY v.id ORDER BY v.id`,
  );
  const locations = listValues(world, LISTS.stockLocation);
  return kits
    .filter(({ at }) => (at ?? 0) >= since)
    .flatMap((kit) =>
      locations.map(({ id, name }) => ({
        variant_id: kit.id,
        code: kit.code,
        description: kit.description,
        location_id: id,
        location: name,
        free: id === locations[0]?.id ? Math.max(0, Math.floor(kit.buildable ?? 0)) : 0,
      })),
    );
}
