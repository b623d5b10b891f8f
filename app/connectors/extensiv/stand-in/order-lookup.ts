import type { Context } from 'hono';
import { cartOf, merchantOf } from './auth.ts';
import { only, query, success, type Api, type ApiEnv } from './api.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { presentOrder, presentStatus, type OrderRow } from './order-record.ts';
import { invalid } from './refusals.ts';
import type { World } from './world.ts';

/** Single orders and their status, for carts and merchants. Source: extensiv.md §2.2. */
export function orderLookup(api: Api, world: World): void {
  for (const level of ['cart', 'merchant'] as const) {
    api.get(`/${level}/orders/status/:ref`, only(level), (c) => {
      query(c, []);
      return success(c, presentStatus(world, findOrder(world, c, level)));
    });
    api.get(`/${level}/orders/:ref`, only(level), (c) => {
      const given = query(c, ['include_filtered_items', 'include_order_extras', 'include_line_extras', 'include_aliases']);
      for (const [name, value] of Object.entries(given))
        if (value !== 'Y' && value !== 'N') throw invalid(FACTS.unknownParameter, `${name} must be Y or N.`);
      return success(
        c,
        presentOrder(world, findOrder(world, c, level), {
          filteredItems: given.include_filtered_items === 'Y',
          orderExtras: given.include_order_extras === 'Y',
          lineExtras: given.include_line_extras === 'Y',
          ...(given.include_aliases === 'Y' ? { aliasesOf: merchantOf(c) } : {}),
        }),
      );
    });
  }
}

/** The order with the path's `ref` among those of the caller's cart, or of its merchant. */
export function findOrder(
  world: World,
  c: Context<ApiEnv>,
  level: 'cart' | 'merchant',
  ref = c.req.param('ref') ?? '',
): OrderRow {
  const [where, owner] =
    level === 'cart' ? ['cart_pk = ?', cartOf(c)] : ['cart_pk IN (SELECT pk FROM carts WHERE merchant_pk = ?)', merchantOf(c)];
  const seen = world.clock.now() - limitsOf(world).findDelaySeconds * 1000;
  const row = world.state.get<OrderRow>(
    `SELECT * FROM orders WHERE ${where} AND cust_ref = ? AND created_at <= ? ORDER BY pk LIMIT 1`,
    owner,
    ref,
    seen,
  );
  if (!row) throw invalid(FACTS.orderNotFound, `Order not found: ${ref}`);
  return row;
}
