import { nowMs } from '../core/clock.ts';
import type { SyncKind } from '../connectors/contract/index.ts';
import { keepSlowCounts } from '../db/keep-slow-counts.ts';
import type { Tx } from '../db/scope.ts';

/** What one sync has done: the figures of its card. */
export interface SyncFigures {
  /** In the last day (products, shipments, returns) or quarter of an hour (orders); null for inventory, which has a moment instead. */
  recent: number | null;
  total: number;
  /** When inventory was last published. */
  lastAt: string | null;
}

type Figures = Record<SyncKind, SyncFigures>;

const counted = keepSlowCounts<Figures>();

/** Figures of one connection's syncs; of a large shop up to a minute old. */
export const readFigures = (tx: Tx, shopId: number, connectionId: string): Promise<Figures> =>
  counted(`${shopId} ${connectionId}`, () => countFigures(tx, shopId, connectionId));

async function countFigures(tx: Tx, shopId: number, connectionId: string): Promise<Figures> {
  const dayAgo = new Date(nowMs() - 86_400_000);
  const quarterAgo = new Date(nowMs() - 15 * 60_000);
  const [row] = await tx.$queryRaw<
    {
      products: number;
      products_recent: number;
      orders: number;
      orders_recent: number;
      shipments: number;
      shipments_recent: number;
      returns: number;
      returns_recent: number;
      levels: number;
      pushed_at: Date | null;
    }[]
  >`
    SELECT l.total AS products, l.recent AS products_recent, p.total AS orders, p.recent AS orders_recent,
      s.total AS shipments, s.recent AS shipments_recent, r.total AS returns, r.recent AS returns_recent, v.total AS levels, v.pushed_at
    FROM
      (SELECT count(*)::int AS total, (count(*) FILTER (WHERE pushed_at >= ${dayAgo}))::int AS recent
        FROM product_link WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND state = 'linked') l,
      (SELECT count(DISTINCT order_id)::int AS total, (count(DISTINCT order_id) FILTER (WHERE accepted_at >= ${quarterAgo}))::int AS recent
        FROM part WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND remote_id IS NOT NULL) p,
      (SELECT count(*)::int AS total, (count(*) FILTER (WHERE mirrored_at >= ${dayAgo}))::int AS recent
        FROM shipment WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND state = 'mirrored') s,
      (SELECT count(*)::int AS total, (count(*) FILTER (WHERE received_at >= ${dayAgo}))::int AS recent
        FROM return_record WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid) r,
      (SELECT count(*)::int AS total, max(s.published_at) AS pushed_at
        FROM stock_level s JOIN location_link k ON k.shop_id = s.shop_id AND k.location_id = s.location_id
        WHERE s.shop_id = ${shopId} AND k.connection_id = ${connectionId}::uuid AND s.published_at IS NOT NULL) v`;
  return {
    products: { recent: row?.products_recent ?? 0, total: row?.products ?? 0, lastAt: null },
    orders: { recent: row?.orders_recent ?? 0, total: row?.orders ?? 0, lastAt: null },
    inventory: { recent: null, total: row?.levels ?? 0, lastAt: row?.pushed_at?.toISOString() ?? null },
    shipments: { recent: row?.shipments_recent ?? 0, total: row?.shipments ?? 0, lastAt: null },
    returns: { recent: row?.returns_recent ?? 0, total: row?.returns ?? 0, lastAt: null },
  };
}
