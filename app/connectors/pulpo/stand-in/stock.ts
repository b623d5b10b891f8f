import type { Context } from 'hono';
import { z } from 'zod';
import { mustBeAssigned, type Api, type ApiEnv } from './api.ts';
import { integer, optional, parse, readJson } from './body.ts';
import { FACTS } from './facts.ts';
import { own } from './filters.ts';
import { list } from './lists.ts';
import { productRow } from './product-record.ts';
import { refuseColumns, type ColumnErrors } from './refusals.ts';
import { available, correct, levels, type Correction } from './stock-levels.ts';
import { warehouseRow } from './warehouses.ts';
import type { World } from './world.ts';

const movement = z.strictObject({ product_id: integer, location_id: integer, quantity: integer, batch_id: optional(integer) });
const correction = z.strictObject({
  warehouse_id: integer,
  items: z.array(z.strictObject({ product_id: integer, location_id: integer, quantity: integer })).min(1),
  reason_codes: optional(z.array(z.unknown())),
});

/** Ids of a query parameter: one, `to_list:1,2` or brackets. Other parameters are refused. */
function idLists(c: Context, names: readonly string[]): Record<string, number[] | undefined> {
  const lists: Record<string, number[] | undefined> = {};
  for (const [key, value] of new URL(c.req.url).searchParams) {
    const name = key.replace(/\[\]$/, '');
    if (!names.includes(name)) throw refuseColumns(FACTS.unknownFilter, { [name]: 'is not a documented filter here' });
    const ids = value.replace(/^to_list:/, '').split(',');
    if (ids.some((id) => !/^\d+$/.test(id))) throw refuseColumns(FACTS.unknownFilter, { [name]: `is invalid: "${value}"` });
    lists[name] = [...(lists[name] ?? []), ...ids.map(Number)];
  }
  return lists;
}

/** `/inventory/stocks/…`: what is there, what of it can be sold, and corrections. */
export function stock(api: Api, world: World): void {
  api.get('/inventory/stocks/availability', (c) => {
    const { id, warehouse_id } = idLists(c, ['id', 'warehouse_id']);
    return c.json(
      levels(world, { products: id, warehouses: warehouse_id }).map((level) => ({
        product_id: level.product_id,
        available_quantity: available(level),
        reception_quantity: level.reception,
        return_quantity: level.return,
      })),
    );
  });
  api.get('/inventory/stocks/summary', (c) => {
    const { product_id, warehouse_id } = idLists(c, ['product_id', 'warehouse_id']);
    return c.json(
      levels(world, { products: product_id, warehouses: warehouse_id }).map((level) => {
        const total = level.storage + level.reception + level.return + level.packing;
        return {
          product_id: level.product_id,
          sku: level.sku,
          name: level.name,
          available: available(level),
          total,
          rejected: level.return,
          unavailable: total - level.return - available(level),
          last_movement: level.last_movement,
        };
      }),
    );
  });
  api.get('/inventory/stocks/products', (c) => {
    const params = new URL(c.req.url).searchParams;
    for (const name of params.keys())
      if (!['id', 'sku', 'warehouse_id', 'limit', 'offset'].includes(name))
        throw refuseColumns(FACTS.unknownFilter, { [name]: 'is not a documented filter here' });
    const sku = params.get('sku');
    const id = params.get('id');
    const warehouse = params.get('warehouse_id');
    const rows = levels(world, {
      products: id === null ? undefined : [Number(id)],
      warehouses: warehouse === null ? undefined : [Number(warehouse)],
    });
    const offset = Number(params.get('offset') ?? 0);
    return c.json(
      rows
        .filter((level) => sku === null || level.sku === sku)
        .slice(offset, offset + Number(params.get('limit') ?? 10))
        .map((level) => {
          const all = level.storage + level.reception + level.packing;
          return {
            product_id: level.product_id,
            product_sku: level.sku,
            total_quantity: all + level.return,
            total_quantity_excluding_returned: all,
          };
        }),
    );
  });
  const stockFilters = {
    ...own('integer', 'id', 'product_id', 'location_id'),
    warehouse_id: {
      kind: 'integer' as const,
      column: 'l.warehouse_id',
      within: 'SELECT x.id FROM stocks x JOIN locations l ON l.id = x.location_id',
    },
  };
  const presentStock = (row: Record<string, unknown>) => ({
    ...row,
    location:
      world.state.get('SELECT id, code, warehouse_id, type FROM locations WHERE id = ?', Number(row['location_id'])) ?? null,
  });
  for (const path of ['/inventory/stocks', '/inventory/stocks/products/locations'])
    api.get(path, (c) =>
      list<Record<string, unknown>>(world, c, {
        envelope: 'stocks',
        from: 'stocks t',
        filters: stockFilters,
        present: presentStock,
      }),
    );

  for (const sign of [1, -1] as const)
    api.post(sign === 1 ? '/inventory/stocks/add' : '/inventory/stocks/remove', async (c) => {
      const body = parse(movement, await readJson(c));
      if (body.quantity <= 0) throw refuseColumns(FACTS.stock, { quantity: 'must be greater than 0' });
      const warehouseId = check(c, [body]);
      correct(world, warehouseId, [{ productId: body.product_id, locationId: body.location_id, delta: sign * body.quantity }]);
      return c.json({ product_id: body.product_id, location_id: body.location_id, quantity: sign * body.quantity });
    });
  api.post('/inventory/stocks/correct', async (c) => {
    const body = parse(correction, await readJson(c));
    const warehouseId = check(c, body.items, body.warehouse_id);
    const corrections: Correction[] = body.items.map((item) => ({
      productId: item.product_id,
      locationId: item.location_id,
      delta: item.quantity,
    }));
    correct(world, warehouseId, corrections);
    return c.json({ warehouse_id: warehouseId, state: 'finished', items: body.items }, 201);
  });

  /** The one warehouse that all locations are in. */
  function check(c: Context<ApiEnv>, items: readonly { product_id: number; location_id: number }[], given?: number): number {
    const errors: ColumnErrors = {};
    if (given !== undefined && !warehouseRow(world, given)) errors['warehouse_id'] = 'does not exist';
    let warehouseId = given ?? 0;
    for (const { product_id, location_id } of items) {
      if (!productRow(world, product_id)) errors['product_id'] = 'does not exist';
      const location = world.state.get<{ warehouse_id: number }>('SELECT warehouse_id FROM locations WHERE id = ?', location_id);
      if (!location || (given !== undefined && location.warehouse_id !== given)) errors['location_id'] = 'does not exist';
      else warehouseId = location.warehouse_id;
    }
    if (Object.keys(errors).length > 0) throw refuseColumns(FACTS.stock, errors);
    mustBeAssigned(world, c, warehouseId);
    return warehouseId;
  }
}
