import { connectorDefinition } from '../../connections/known-connectors.ts';
import { listConnections } from '../../connections/connections.ts';
import { pageAt } from '../../connections/page-pattern.ts';
import { readSync } from '../../connections/syncs.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { FieldChange } from './field-changes.ts';
import { productCode, type CodeRule } from './product-code.ts';
import type { ProductState } from './read-products.ts';

/** What one facility has of a variant; `available` is null where the back office says nothing of it. */
export interface FacilityStock {
  facilityName: string;
  available: number | null;
  asOf: string | null;
}

/** One variant as it stands with one connection. */
export interface ProductVariantView {
  variantId: string;
  title: string;
  /** What the back office knows it by. */
  code: string;
  state: ProductState;
  reason: Reason | null;
  remoteId: string | null;
  /** Its page in the back office, where it has one. */
  remoteUrl: string | null;
  pushedAt: string | null;
  /** What its last hand-over changed, field by field. */
  changes: FieldChange[];
  problem: { cause: string; params: Record<string, string | number> } | null;
  stock: FacilityStock[];
}

export interface ProductConnectionView {
  id: string;
  name: string;
  connector: string;
  /** Whether its products sync is on. */
  enabled: boolean;
  variants: ProductVariantView[];
}

/** One product of Shopify with where it stands in each back office. */
export interface ProductPage {
  productId: string;
  title: string;
  status: string;
  productType: string;
  imageUrl: string | null;
  deleted: boolean;
  /** How many variants it has; the first hundred are shown. */
  variants: number;
  connections: ProductConnectionView[];
}

const SHOWN = 100;

interface Row {
  id: string;
  title: string;
  code: string;
  state: string;
  reason: Reason | null;
  remote_id: string | null;
  pushed_at: Date | null;
  changes: FieldChange[] | null;
  problem: ProductVariantView['problem'];
  stock: { name: string; available: number | null; asOf: string | null }[];
}

/** The variants of a product as one connection has them. Stock is matched as for publishing, but for codes that differ in spaces from several. */
async function readVariants(
  tx: Tx,
  shopId: number,
  connectionId: string,
  rule: CodeRule,
  productId: string,
): Promise<ProductVariantView[]> {
  const { code, loose } = productCode(rule);
  const rows = await tx.$queryRaw<Row[]>`
    SELECT v.id, v.title, ${code} AS code, CASE WHEN problem.found IS NOT NULL THEN 'problem' ELSE coalesce(l.state, 'new') END AS state,
      l.reason, l.remote_id, l.pushed_at, l.changes, problem.found AS problem, stock.rows AS stock
    FROM variant v
    LEFT JOIN product_link l ON l.shop_id = v.shop_id AND l.variant_id = v.id AND l.connection_id = ${connectionId}::uuid
    LEFT JOIN LATERAL (
      SELECT jsonb_build_object('cause', x.cause, 'params', x.params) AS found FROM problem x
      WHERE x.shop_id = v.shop_id AND x.subject_kind = 'variant' AND x.subject_id = v.id AND x.closed_at IS NULL
        AND x.connection_id = ${connectionId}::uuid AND x.sync = 'products'
      LIMIT 1) problem ON true
    LEFT JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'available', r.available, 'asOf', r.as_of) ORDER BY f.name), '[]'::jsonb) AS rows
      FROM (
        SELECT DISTINCT k.facility_id FROM location_link k WHERE k.shop_id = v.shop_id AND k.connection_id = ${connectionId}::uuid
      ) linked
      JOIN facility f ON f.shop_id = v.shop_id AND f.connection_id = ${connectionId}::uuid AND f.id = linked.facility_id
      LEFT JOIN LATERAL (
        SELECT s.available, s.as_of FROM remote_stock s
        WHERE s.shop_id = v.shop_id AND s.connection_id = ${connectionId}::uuid AND s.facility_id = f.id AND s.sku_key = ${loose} AND ${loose} <> ''
        ORDER BY s.sku = ${code} DESC LIMIT 1) r ON true) stock ON true
    WHERE v.shop_id = ${shopId} AND v.product_id = ${productId} AND v.deleted_at IS NULL
    ORDER BY v.title, v.id LIMIT ${SHOWN}`;
  return rows.map((row) => ({
    variantId: row.id,
    title: row.title === 'Default Title' ? '' : row.title,
    code: row.code,
    state: row.state as ProductState,
    reason: row.reason?.code ? row.reason : null,
    remoteId: row.remote_id,
    remoteUrl: null,
    pushedAt: row.pushed_at?.toISOString() ?? null,
    changes: row.changes ?? [],
    problem: row.problem,
    stock: row.stock.map(({ name, available, asOf }) => ({ facilityName: name, available, asOf })),
  }));
}

/** A product with its variants in every active connection; null where the catalogue has none of that id. */
export async function readProductPage(shopId: number, productId: string): Promise<ProductPage | null> {
  const active = (await listConnections(shopId)).filter(({ state }) => state === 'active');
  return inShop(shopId, async (tx) => {
    const known = await tx.$queryRaw<
      { title: string; status: string; type: string; image: string | null; deleted: boolean; variants: number }[]
    >`
      SELECT product_title AS title, status, product_type AS type, image_url AS image, bool_and(deleted_at IS NOT NULL) OVER () AS deleted,
        (count(*) FILTER (WHERE deleted_at IS NULL) OVER ())::int AS variants
      FROM variant WHERE shop_id = ${shopId} AND product_id = ${productId} ORDER BY deleted_at NULLS FIRST LIMIT 1`;
    const [first] = known;
    if (!first) return null;
    const connections: ProductConnectionView[] = [];
    for (const { id, name, connector } of active) {
      const { enabled, settings } = await readSync(tx, shopId, id, 'products');
      const found = await readVariants(tx, shopId, id, settings, productId);
      const { productPage } = connectorDefinition(connector);
      const pageOf = ({ remoteId, code }: ProductVariantView) => {
        if (!remoteId) return null;
        return productPage ? productPage(remoteId, id) : pageAt(settings.productPage, { id: remoteId, sku: code });
      };
      const own = found.map((variant) => ({ ...variant, remoteUrl: pageOf(variant) }));
      connections.push({ id, name, connector, enabled, variants: own });
    }
    const { title, status, type, image, deleted, variants } = first;
    return { productId, title, status, productType: type, imageUrl: image, deleted, variants, connections };
  });
}

/** What the last comparison of both sides found, and what came from the back office: below the settings of the products page. */
export interface ProductExtras {
  reconciled: { runId: string; at: string; differences: number } | null;
  updates: { recent: number; total: number; unknown: { count: number; first: string[] } };
}

const DAY_MS = 86_400_000;
const NAMED = 5;

export function readProductExtras(shopId: number, connectionId: string, nowMs: number): Promise<ProductExtras> {
  return inShop(shopId, async (tx) => {
    const run = await tx.run.findFirst({
      where: { shopId, connectionId, sync: 'products', task: 'reconcile', finishedAt: { not: null } },
      orderBy: { createdAt: 'desc' },
      select: { id: true, finishedAt: true },
    });
    const of = { shopId, connectionId };
    const unknown = { ...of, state: 'unknown' };
    const names = await tx.productUpdate.findMany({
      where: unknown,
      orderBy: { sku: 'asc' },
      take: NAMED,
      select: { sku: true },
    });
    return {
      reconciled:
        run?.finishedAt && run.id
          ? {
              runId: run.id,
              at: run.finishedAt.toISOString(),
              differences: await tx.planItem.count({ where: { shopId, runId: run.id } }),
            }
          : null,
      updates: {
        recent: await tx.productUpdate.count({ where: { ...of, writtenAt: { gte: new Date(nowMs - DAY_MS) } } }),
        total: await tx.productUpdate.count({ where: { ...of, writtenAt: { not: null } } }),
        unknown: { count: await tx.productUpdate.count({ where: unknown }), first: names.map(({ sku }) => sku) },
      },
    };
  });
}
