import type { Api } from './api.ts';
import { own } from './filters.ts';
import { idParam, list } from './lists.ts';
import { notFound } from './refusals.ts';
import { json, TENANT_ID, type World } from './world.ts';

interface WarehouseRow {
  id: number;
  name: string;
  active: number;
  site: string | null;
  priority: number;
  packing_locations: number;
  data: string;
  inserted_at: string;
  updated_at: string;
}

export const warehouseRow = (world: World, id: number): WarehouseRow | undefined =>
  world.state.get<WarehouseRow>('SELECT * FROM warehouses WHERE id = ?', id);

export function presentWarehouse(row: WarehouseRow): Record<string, unknown> {
  const { packing_locations: _unseen, data, active, ...rest } = row;
  return { ...json(data), ...rest, active: active === 1, tenant_id: TENANT_ID };
}

/** `/warehouses/` and who the caller is (`/iam/users/…`). */
export function warehouses(api: Api, world: World): void {
  api.get('/warehouses', (c) =>
    list<WarehouseRow>(world, c, {
      envelope: 'warehouses',
      from: 'warehouses t',
      filters: {
        ...own('integer', 'id', 'priority'),
        ...own('text', 'name', 'site'),
        ...own('boolean', 'active'),
        ...own('time', 'inserted_at', 'updated_at'),
      },
      present: presentWarehouse,
    }),
  );
  api.get('/warehouses/:id', (c) => {
    const row = warehouseRow(world, idParam(c));
    if (!row) throw notFound('warehouse', c.req.param('id'));
    return c.json(presentWarehouse(row));
  });

  api.get('/iam/users/me', (c) => c.json(presentUser(world, c.get('user').id)));
  api.get('/iam/users/:id/warehouses', (c) => {
    const id = idParam(c);
    const rows = world.state.all<WarehouseRow>(
      'SELECT w.* FROM warehouses w JOIN user_warehouses u ON u.warehouse_id = w.id WHERE u.user_id = ? ORDER BY w.id',
      id,
    );
    return c.json({ ...presentUser(world, id), warehouses: rows.map(presentWarehouse) });
  });
}

function presentUser(world: World, id: number): Record<string, unknown> {
  const row = world.state.get<{ id: number; username: string; inserted_at: string; updated_at: string }>(
    'SELECT id, username, inserted_at, updated_at FROM users WHERE id = ?',
    id,
  );
  if (!row) throw notFound('user', id);
  return {
    ...row,
    first_name: 'Sandbox',
    last_name: 'API',
    active: true,
    type: 'user',
    tenant_id: TENANT_ID,
    profiles: [{ id: 1, name: 'admin' }],
  };
}
