import type { Context, Hono } from 'hono';
import type { VendorBindings } from '../../../../sandbox/kit/vendor-app.ts';
import { FACTS } from './facts.ts';
import { refuseColumns } from './refusals.ts';
import type { World } from './world.ts';

export interface User {
  id: number;
  username: string;
}

export interface ApiEnv {
  Bindings: VendorBindings;
  Variables: { user: User; token: string };
}

/** PULPO's routes below `/api/v1`. */
export type Api = Hono<ApiEnv>;

/** 403 unless the caller is assigned to the warehouse. The warehouse must exist. */
export function mustBeAssigned(world: World, c: Context<ApiEnv>, warehouseId: number): void {
  const user = c.get('user');
  if (!world.state.get('SELECT 1 FROM user_warehouses WHERE user_id = ? AND warehouse_id = ?', user.id, warehouseId))
    throw refuseColumns(
      FACTS.notAssigned,
      { warehouse_id: `user ${user.username} is not assigned to warehouse ${warehouseId}` },
      403,
    );
}
