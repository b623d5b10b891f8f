import { Prisma } from '@prisma/client';
import type { Reason } from '../../connectors/contract/index.ts';
import { containing } from '../../db/find-by-part.ts';
import { inShop, type Tx } from '../../db/scope.ts';

/** Where a variant stands with one connection; `new`: not looked at yet. */
export const productStates = ['linked', 'problem', 'excluded', 'new'] as const;
export type ProductState = (typeof productStates)[number];

export interface ProductRow {
  variantId: string;
  productId: string;
  title: string;
  variantTitle: string;
  sku: string;
  status: string;
  /** Minor units of the shop's currency. */
  price: number;
  state: ProductState;
  reason: Reason | null;
  remoteId: string | null;
  pushedAt: string | null;
  /** How many fields its last hand-over changed. */
  changed: number;
  problem: { cause: string; params: Record<string, string | number> } | null;
}

export interface ProductFilter {
  connectionId: string;
  state?: ProductState;
  /** Part of the title, SKU or barcode. */
  text?: string;
  page?: number;
}

interface Row {
  id: string;
  product_id: string;
  product_title: string;
  title: string;
  sku: string;
  status: string;
  price: bigint;
  state: string;
  reason: Reason | null;
  remote_id: string | null;
  pushed_at: Date | null;
  changed: number;
  problem: ProductRow['problem'];
}

/** That `v` with its link `l` and its `problem` has a state, said so that the planner may begin with the few that have it. */
function hasState(shopId: number, { state, connectionId }: ProductFilter): Prisma.Sql {
  if (state === 'problem')
    return Prisma.sql`v.id IN (SELECT y.subject_id FROM problem y WHERE y.shop_id = ${shopId} AND y.subject_kind = 'variant' AND y.closed_at IS NULL
      AND y.connection_id = ${connectionId}::uuid AND y.sync = 'products')`;
  const linked = state === 'new' ? Prisma.sql`(l.variant_id IS NULL OR l.state = 'new')` : Prisma.sql`l.state = ${state}`;
  return Prisma.sql`${linked} AND problem.found IS NULL`;
}

/** Variants with their link to one connection, by title, 50 to a page. */
export async function listProducts(shopId: number, filter: ProductFilter): Promise<{ rows: ProductRow[]; hasNext: boolean }> {
  const pageSize = 50;
  const state = Prisma.sql`CASE WHEN problem.found IS NOT NULL THEN 'problem' ELSE coalesce(l.state, 'new') END`;
  const conditionsIn = async (tx: Tx) => [
    Prisma.sql`v.shop_id = ${shopId} AND v.deleted_at IS NULL`,
    ...(filter.state ? [hasState(shopId, filter)] : []),
    ...(await containing(tx, 'variants', filter.text)),
  ];
  const rows = await inShop(
    shopId,
    async (tx) => tx.$queryRaw<Row[]>`
      SELECT v.id, v.product_id, v.product_title, v.title, v.sku, v.status, v.price, ${state} AS state, l.reason, l.remote_id, l.pushed_at,
        coalesce(jsonb_array_length(l.changes), 0) AS changed, problem.found AS problem
      FROM variant v
      LEFT JOIN product_link l ON l.shop_id = v.shop_id AND l.variant_id = v.id AND l.connection_id = ${filter.connectionId}::uuid
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('cause', x.cause, 'params', x.params) AS found FROM problem x
        WHERE x.shop_id = v.shop_id AND x.subject_kind = 'variant' AND x.subject_id = v.id AND x.closed_at IS NULL
          AND x.connection_id = ${filter.connectionId}::uuid AND x.sync = 'products'
        LIMIT 1) problem ON true
      WHERE ${Prisma.join(await conditionsIn(tx), ' AND ')}
      ORDER BY v.product_title, v.product_id, v.title, v.id LIMIT ${pageSize + 1} OFFSET ${((filter.page ?? 1) - 1) * pageSize}`,
  );
  return {
    rows: rows.slice(0, pageSize).map((row) => ({
      variantId: row.id,
      productId: row.product_id,
      title: row.product_title,
      variantTitle: row.title,
      sku: row.sku,
      status: row.status,
      price: Number(row.price),
      state: row.state as ProductState,
      reason: row.reason?.code ? row.reason : null,
      remoteId: row.remote_id,
      pushedAt: row.pushed_at?.toISOString() ?? null,
      changed: row.changed,
      problem: row.problem,
    })),
    hasNext: rows.length > pageSize,
  };
}
