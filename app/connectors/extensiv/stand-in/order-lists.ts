import type { Context } from 'hono';
import { only, ORDERS_A_PAGE, paging, query, success, type Api, type ApiEnv } from './api.ts';
import { cartOf, merchantOf } from './auth.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { presentListed, type OrderRow } from './order-record.ts';
import { invalid, Refusal } from './refusals.ts';
import type { World } from './world.ts';

const SHIPPED_IN_PART = "o.status = 'at_wms' AND o.shipped_at IS NOT NULL";

/** What each list holds, and the date that from_date and to_date mean for it. Source: extensiv.md §2.4. */
const LISTS: Record<string, { where: string; date: string }> = {
  new: { where: "o.status = 'new'", date: 'created_at' },
  at_wms: { where: "o.status = 'at_wms'", date: 'delivered_at' },
  new_or_at_wms: { where: "o.status IN ('new', 'at_wms')", date: 'created_at' },
  partial: { where: SHIPPED_IN_PART, date: 'shipped_at' },
  shipped: { where: "o.status = 'shipped'", date: 'shipped_at' },
  shipped_or_confirmed: { where: "o.status IN ('shipped', 'confirmed')", date: 'shipped_at' },
  confirmed: { where: "o.status = 'confirmed'", date: 'confirmed_at' },
  error: { where: "o.status = 'error'", date: 'error_at' },
  canceled: { where: "o.status = 'canceled'", date: 'canceled_at' },
  any: { where: '1', date: 'created_at' },
};

/** `…/orders/list/{status}`, oldest first (the order is a guess), with `total-records` beside each page. */
export function orderLists(api: Api, world: World): void {
  for (const level of ['cart', 'merchant'] as const)
    api.get(`/${level}/orders/list/:status`, only(level), (c) => {
      const status = c.req.param('status');
      const list = LISTS[status];
      if (!list) throw invalid(FACTS.status, `Invalid order status: ${status}`);
      const given = query(c, ['from_date', 'to_date', 'order_source', 'limit', 'page']);
      const { limit, offset } = paging(given, ORDERS_A_PAGE);
      const from = instant('from_date', given.from_date);
      const to = instant('to_date', given.to_date);
      if (status === 'any' && from === null && to === null) mayTimeOut(world);
      const { anyRows: _, listLagSeconds } = limitsOf(world);
      const [owned, owner] = ownership(c, level);
      const { sql, values } = {
        // moments are told in whole seconds, so they are compared in whole seconds
        sql: `FROM orders o JOIN carts k ON k.pk = o.cart_pk WHERE ${list.where} AND ${owned} AND o.${list.date} <= ?
              AND (? IS NULL OR o.${list.date} / 1000 >= ?) AND (? IS NULL OR o.${list.date} / 1000 <= ?) AND (? IS NULL OR k.order_source = ?)`,
        values: [
          owner,
          world.clock.now() - listLagSeconds * 1000,
          from,
          from,
          to,
          to,
          given.order_source ?? null,
          given.order_source ?? null,
        ],
      };
      const total = world.state.get<{ n: number }>(`SELECT count(*) AS n ${sql}`, ...values)?.n ?? 0;
      const rows = world.state.all<OrderRow>(
        `SELECT o.* ${sql} ORDER BY o.${list.date}, o.pk LIMIT ? OFFSET ?`,
        ...values,
        limit,
        offset,
      );
      return success(
        c,
        rows.map((row) => presentListed(world, row)),
        { 'total-records': String(total) },
      );
    });
}

const ownership = (c: Context<ApiEnv>, level: 'cart' | 'merchant'): [string, number] =>
  level === 'cart' ? ['o.cart_pk = ?', cartOf(c)] : ['k.merchant_pk = ?', merchantOf(c)];

/** Whole seconds since 1970 of an ISO 8601 moment with its zone. */
function instant(name: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  if (/ \d\d:?\d\d$/.test(given)) throw invalid(FACTS.dates, `${name} has a blank where its zone's + was: send + as %2B.`);
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid(FACTS.dates, `${name} must be ISO 8601 with a zone, such as 2024-05-01T00:00:00+00:00.`);
  return Math.floor(ms / 1000);
}

function mayTimeOut(world: World): void {
  const { n } = world.state.get<{ n: number }>('SELECT count(*) AS n FROM orders') ?? { n: 0 };
  if (n > limitsOf(world).anyRows) throw new Refusal(FACTS.anyTimesOut, 'Failure', 'Gateway Timeout', 504);
}
