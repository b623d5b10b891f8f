import type { World } from './world.ts';

export interface Warehouse {
  pk: number;
  merchant_pk: number;
  name: string;
  is_default: number;
  excluded: number;
}

export const warehousesOf = (world: World, merchantPk: number): Warehouse[] =>
  world.state.all<Warehouse>('SELECT * FROM warehouses WHERE merchant_pk = ? ORDER BY pk', merchantPk);

export const warehouseByName = (world: World, merchantPk: number, name: string): Warehouse | undefined =>
  world.state.get<Warehouse>('SELECT * FROM warehouses WHERE merchant_pk = ? AND name = ?', merchantPk, name);

/**
 * Where an order goes: the warehouse its `location` names (by name or key; that `location` picks it is a guess), else the default one.
 * Null when there is no such warehouse: the WMS will say so. Source: extensiv.md §1.5.
 */
export function warehouseFor(world: World, merchantPk: number, location: string | null): number | null {
  const all = warehousesOf(world, merchantPk);
  const found =
    location === null
      ? all.find((one) => one.is_default === 1)
      : all.find((one) => one.name === location || String(one.pk) === location);
  return found?.pk ?? null;
}

export function addWarehouse(
  world: World,
  merchantPk: number,
  { name, isDefault = false, excluded = false }: { name: string; isDefault?: boolean; excluded?: boolean },
): number {
  return world.state.run(
    'INSERT INTO warehouses (merchant_pk, name, is_default, excluded) VALUES (?,?,?,?)',
    merchantPk,
    name,
    isDefault ? 1 : 0,
    excluded ? 1 : 0,
  ).lastId;
}
