import { Prisma } from '@prisma/client';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Capabilities } from '../../connectors/contract/index.ts';
import { nowMs } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import { typesNotShipped, type GoodsRules, type KitPart } from '../../mappings/goods-rules.ts';
import { isAblated } from '../../env.server.ts';
import { productCode, type CodeRule } from '../products/product-code.ts';
import { isOpenWrite } from '../writes/open-writes.ts';
import { kinTables, withKin } from './kit-flight.ts';
import { sourceTables } from './stock-sources.ts';
import { facilityShareSql, planActionSql, stockTargetSql, withinReasonSql } from './stock-target.ts';

/** What of the settings the stock formula needs; which field of the variant is the back office's SKU is told as for products. */
export interface StockRules extends CodeRule {
  shopId: number;
  connectionId: string;
  /** Whether what nobody ships is left out. */
  physicalOnly: boolean;
  /** Product types that nobody ships: their goods aren't stocked, whatever Shopify says of shipping. */
  typesNotShipped: string[];
  /** Changes with the SKU aliases, under which the back office's stock is known here. */
  aliases: string;
  /** What kits are made of: a kit that is sold takes from what others show. */
  kits: KitPart[];
  /** Whether only products with a SKU alias are published. */
  aliasOnly: boolean;
  minimumLevel: number;
  /** What products get that go on selling at none: all limits, their true number, or nothing at all. */
  continueSelling: 'limits' | 'true-number' | 'leave-out';
  activateLevels: boolean;
  /** Whether accepting an order lowers the available stock the back office reports. */
  reservesOnAccept: boolean;
  /** Whether other shops sell from the same shelf: what they sold and the back office hasn't taken off yet counts, too. */
  shared: boolean;
}

/**
 * ok: can be planned. unread: Shopify's level isn't known yet. unknown: the back office has no such SKU. unknown-here: it has, but not at
 * this facility. sku-duplicate: several variants carry it, and publishing the stock to each would sell it twice. sku-ambiguous: only spaces or
 * case differ, from several. archived-twin: an archived variant whose SKU lives on in another. barcode-missing, alias-missing: it hasn't got what stock is
 * matched by. sells-on: it goes on selling at none, and such products are left out. sells-online: its location waits, because another one shows the
 * same stock online. facility-excluded: none of the facilities that its location shows is published.
 */
export type StockVerdict =
  | 'ok'
  | 'unread'
  | 'unknown'
  | 'unknown-here'
  | 'sku-missing'
  | 'barcode-missing'
  | 'alias-missing'
  | 'sku-duplicate'
  | 'sku-ambiguous'
  | 'archived-twin'
  | 'sells-on'
  | 'sells-online'
  | 'facility-excluded';

/** One level of one item, with all that decides about it. */
export interface StockFact {
  inventory_item_id: string;
  location_id: string;
  facility_id: string;
  variant_id: string;
  code: string;
  title: string;
  verdict: StockVerdict;
  remote_sku: string | null;
  remote_available: number | null;
  as_of: Date | null;
  available: number | null;
  committed: number | null;
  active: boolean | null;
  read_at: Date | null;
  published_at: Date | null;
  in_flight: number;
  safety_stock: number;
  threshold: number;
  /** Null unless the verdict is ok. */
  target: number | null;
  action: 'none' | 'create' | 'update' | 'zero' | 'skip' | null;
}

// A fulfilment is recorded as landed a moment before the part's open units are lowered (longer after a crash).
const FULFILMENT_SETTLES_MS = 15 * 60_000;
// Every number is younger: a full run reads all of them once a week at least. It bounds what of the sales at tills is looked at.
const COUNTED_WITHIN_MS = 8 * 24 * 3_600_000;

/**
 * Parts whose open units can't be counted on: a change is on its way, a fulfilment has landed and isn't taken over into our rows yet, or the back
 * office refused an edit as too late, so that it holds fewer units than our lines say.
 */
export function unsettledPart(): Prisma.Sql {
  const since = new Date(nowMs() - FULFILMENT_SETTLES_MS);
  return Prisma.sql`(
    EXISTS (
      SELECT 1 FROM "write" w WHERE w.shop_id = p.shop_id AND ${isOpenWrite}
        AND ((w.subject_kind = 'part' AND w.subject_id = p.id::text) OR (w.subject_kind = 'order' AND w.subject_id = p.order_id)))
    OR EXISTS (
      SELECT 1 FROM shipment h JOIN "write" w ON w.shop_id = h.shop_id AND w.subject_kind = 'shipment' AND w.subject_id = h.id::text
      WHERE h.shop_id = p.shop_id AND h.order_id = p.order_id AND w.kind = 'fulfilment-create'
        AND (w.state IN ('intended', 'sent', 'unknown')
          OR (w.state = 'landed' AND w.settled_at > ${since} AND NOT coalesce(w.answer->>'fulfilmentId', '') = ANY(coalesce(h.fulfilment_ids, '{}')))))
    OR EXISTS (
      SELECT 1 FROM problem q
      WHERE q.shop_id = p.shop_id AND q.closed_at IS NULL AND q.cause = 'amend-too-late' AND q.subject_kind = 'order' AND q.subject_id = p.order_id))`;
}

// Places are as of when the order was last read: once some of their units were fulfilled, nobody can tell from which, until it is read again.
const heldUnits = Prisma.sql`
  SELECT pl.location_id, p.facility_id, greatest(0, pl.open - pl.elsewhere) AS units WHERE pl.places IS NULL
  UNION ALL
  SELECT x.location_id, x.facility_id, x.units FROM jsonb_to_recordset(pl.places) AS x (location_id text, facility_id text, units int)
  WHERE pl.open = (SELECT sum((y->>'units')::int) FROM jsonb_array_elements(pl.places) AS y)`;

/** What of the variants `v` is stocked at all, as a condition that goes on. */
export function physicalVariants(rules: Pick<StockRules, 'physicalOnly' | 'typesNotShipped'>): Prisma.Sql {
  const shipped = rules.physicalOnly ? Prisma.sql`AND v.requires_shipping AND NOT v.is_gift_card` : Prisma.empty;
  if (rules.typesNotShipped.length === 0) return shipped;
  return Prisma.sql`${shipped} AND NOT (v.product_type = ANY(${rules.typesNotShipped}))`;
}

/** What other shops that share the store sold of an item and the number at hand doesn't lack yet (see share-sales); at every location that shows it. */
function soldElsewhere({ shopId, connectionId }: StockRules): Prisma.Sql {
  return Prisma.sql`elsewhere AS MATERIALIZED (
      SELECT m.inventory_item_id, o.location_id, sum(q.units)::int AS units
      FROM stock_pool_sales(${connectionId}::uuid) q
      JOIN match m ON m.remote_sku = q.sku
      JOIN source o ON o.facility_id = q.facility_id
      JOIN remote_stock r ON r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.facility_id = q.facility_id AND r.sku = q.sku
      WHERE q.counted_from > r.as_of
      GROUP BY 1, 2
    ),`;
}

/**
 * Common table expressions ending in `fact`: one row for each tracked variant and location that carries stock of this connection, and one for each
 * level that is still published at a location which another one took over from: its target is none, unless the location has a new number of its own
 * by now. Bundles are left out: their stock follows from their components, and Shopify lets nobody write it.
 *
 * The formula: target = sum over the location's facilities of (back office available − safety stock) − in flight − threshold, then the minimum level. In
 * flight = per location max(0, Shopify committed − units the back office had reserved at `as_of`), and what was sold at a till (Shopify commits nothing
 * for it) and wasn't recorded there by then, summed over every location whose orders take from what is shown (see stock-sources), since an order at any of
 * them takes from the same shelf. Where other shops share the store, what they sold counts by the same rule, by their own rows (see share-sales). What
 * kits sold of an item that is in one counts, too (see kit-flight).
 *
 * The three numbers are of different moments, and the order of reading makes each mistake one to the safe side (too little shown, until the
 * next run), never an oversell:
 * 1. The back office first (`as_of`). An order placed or accepted after it isn't in its number, and since `accepted_at > as_of` it isn't
 *    credited either: it stays subtracted through Shopify's committed. Were the back office read last, an order accepted in between would be gone
 *    from its number and still be subtracted: safe too, but wrong for every busy item.
 * 2. Shopify's available and committed together. An order placed later changes `available`, and the write compares with what was read here.
 * 3. Our own rows last. A fulfilment lowers committed and then our open units. Were our rows read before Shopify's, a fulfilment between the
 *    two would leave open units that committed no longer holds: they would hide other orders' units, and that is the oversell. For the same
 *    reason a part with a fulfilment or another change on its way, or just landed, or refused as too late, isn't credited at all.
 *
 * `items` null: the whole catalogue. Of kits and their components they are all or none (`withKin`).
 */
export function stockFacts(rules: StockRules, items: string[] | null): Prisma.Sql {
  const { shopId, connectionId } = rules;
  const { code, loose, among } = productCode(rules);
  const physical = physicalVariants(rules);
  const only = (column: Prisma.Sql) => (items ? Prisma.sql`AND ${column} = ANY(${items})` : Prisma.empty);
  // the same SKU may stand on variants outside the scope: for a few items their twins are looked up by index, which PostgreSQL does for an array and not for a subquery
  const twinScope = items ? Prisma.sql`AND ${among(Prisma.sql`ARRAY(SELECT loose FROM item WHERE loose <> '')`)}` : Prisma.empty;
  // a product that sells on at none can't be oversold: nothing has to be kept back
  const limit = (column: Prisma.Sql) =>
    rules.continueSelling === 'true-number' ? Prisma.sql`(CASE WHEN i.sells_on THEN 0 ELSE ${column} END)` : column;
  const kits = rules.kits.length > 0;
  const plus = (counts: boolean, units: Prisma.Sql) => (counts ? Prisma.sql` + coalesce(${units}, 0)` : Prisma.empty);
  const inFlight = Prisma.sql`(coalesce(f.units, 0)${plus(rules.shared, Prisma.sql`e.units`)}${plus(kits, Prisma.sql`n.units`)})`;
  const target = stockTargetSql({
    sellable:
      rules.continueSelling === 'true-number'
        ? Prisma.sql`(CASE WHEN i.sells_on THEN r.available ELSE r.sellable END)`
        : Prisma.sql`r.sellable`,
    inFlight: isAblated('in-flight') ? Prisma.sql`0` : inFlight,
    threshold: limit(Prisma.sql`c.threshold`),
    minimumLevel: limit(Prisma.sql`${rules.minimumLevel}::int`),
  });
  const lately = new Date(nowMs() - COUNTED_WITHIN_MS);
  const action = planActionSql({
    target: Prisma.sql`target`,
    available: Prisma.sql`available`,
    active: Prisma.sql`active`,
    activateLevels: Prisma.sql`${rules.activateLevels}::boolean`,
  });
  const hasAlias = rules.aliasOnly
    ? Prisma.sql`EXISTS (
        SELECT 1 FROM mapping a WHERE a.shop_id = v.shop_id AND a.connection_id = ${connectionId}::uuid AND a.kind = 'sku-alias' AND lower(btrim(a.source)) = ${loose})`
    : Prisma.sql`true`;
  const missing = rules.identifier === 'sku' ? 'sku-missing' : 'barcode-missing';
  // Shown since before the location's facility was moved elsewhere, and without a number here for a reason that doesn't hold where it is shown now.
  const leftOver = Prisma.sql`coalesce(s.active AND s.available > 0 AND s.published_at <= z.since, false)`;
  const takenBack = Prisma.sql`(left_over AND verdict IN ('unknown-here', 'facility-excluded', 'sells-online'))`;
  return Prisma.sql`
    WITH ${sourceTables(rules)}, item AS MATERIALIZED (
      SELECT v.inventory_item_id, v.id AS variant_id, ${code} AS code, ${loose} AS loose, v.status = 'ARCHIVED' AS archived, v.when_out_of_stock = 'continue' AS sells_on,
        ${hasAlias} AS has_alias, CASE WHEN v.title IN ('', 'Default Title') THEN v.product_title ELSE v.product_title || ' – ' || v.title END AS title
      FROM variant v WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND v.tracked AND NOT v.has_components ${physical} ${only(Prisma.sql`v.inventory_item_id`)}
    ), twin AS MATERIALIZED (
      SELECT ${code} AS code, count(*) FILTER (WHERE v.status <> 'ARCHIVED') AS living FROM variant v
      WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND v.tracked AND NOT v.has_components AND ${code} <> '' ${twinScope}
      GROUP BY 1 HAVING count(*) > 1
    ), known AS MATERIALIZED (
      SELECT i.inventory_item_id, i.code AS remote_sku, 1 AS choices FROM item i
      WHERE i.code <> '' AND EXISTS (
        SELECT 1 FROM remote_stock r
        WHERE r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.facility_id IN (SELECT facility_id FROM counted) AND r.sku = i.code)
    ), lost AS MATERIALIZED (
      SELECT i.inventory_item_id, i.loose FROM item i
      WHERE i.loose <> '' AND NOT EXISTS (SELECT 1 FROM known k WHERE k.inventory_item_id = i.inventory_item_id)
    ), near AS MATERIALIZED (
      SELECT i.inventory_item_id, min(r.sku) AS remote_sku,
        greatest(count(DISTINCT r.sku), (
          SELECT count(*) FROM variant v WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND v.tracked AND ${loose} = i.loose
        )) AS choices
      FROM lost i
      JOIN remote_stock r ON r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.sku_key = i.loose
        AND r.facility_id IN (SELECT facility_id FROM counted)
      GROUP BY i.inventory_item_id, i.loose
    ), match AS MATERIALIZED (
      SELECT inventory_item_id, remote_sku, choices FROM known UNION ALL SELECT inventory_item_id, remote_sku, choices FROM near
    ), remote AS MATERIALIZED (
      SELECT m.inventory_item_id, s.location_id, ${withinReasonSql(Prisma.sql`sum(r.available)`)} AS available,
        sum(${facilityShareSql(Prisma.sql`r.available`, Prisma.sql`l.safety_stock`)}) AS sellable,
        min(r.as_of) AS as_of
      FROM match m
      JOIN remote_stock r ON r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.sku = m.remote_sku
      JOIN source s ON s.facility_id = r.facility_id
      JOIN link l ON l.location_id = s.location_id
      GROUP BY 1, 2
    ), reserved AS MATERIALIZED (
      SELECT pl.inventory_item_id, held.location_id, sum(held.units)::int AS units
      FROM part p
      JOIN part_line pl ON pl.shop_id = p.shop_id AND pl.part_id = p.id
      CROSS JOIN LATERAL (${heldUnits}) held
      JOIN link l ON l.location_id = held.location_id AND l.facility_id = held.facility_id
      JOIN match m ON m.inventory_item_id = pl.inventory_item_id
      JOIN remote_stock r ON r.shop_id = p.shop_id AND r.connection_id = p.connection_id AND r.facility_id = held.facility_id AND r.sku = m.remote_sku
      WHERE ${rules.reservesOnAccept} AND p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid
        AND pl.open > 0 ${only(Prisma.sql`pl.inventory_item_id`)} AND p.accepted_at <= r.as_of AND p.cancelled_at IS NULL
        AND NOT ${unsettledPart()}
      GROUP BY 1, 2
    ), flight AS MATERIALIZED (
      SELECT inventory_item_id, location_id, sum(units)::int AS units FROM (
        SELECT s.inventory_item_id, t.location_id, greatest(0, s.committed - CASE WHEN t.credited THEN coalesce(v.units, 0) ELSE 0 END) AS units
        FROM stock_level s
        JOIN taking t ON t.from_location = s.location_id
        LEFT JOIN reserved v ON v.inventory_item_id = s.inventory_item_id AND v.location_id = s.location_id
        WHERE s.shop_id = ${shopId} AND s.committed > 0 ${only(Prisma.sql`s.inventory_item_id`)}
        UNION ALL
        SELECT pl.inventory_item_id, t.location_id, pl.quantity
        FROM part p
        JOIN part_line pl ON pl.shop_id = p.shop_id AND pl.part_id = p.id
        JOIN taking t ON t.from_location = pl.location_id
        JOIN match m ON m.inventory_item_id = pl.inventory_item_id
        JOIN remote_stock r ON r.shop_id = p.shop_id AND r.connection_id = p.connection_id AND r.facility_id = p.facility_id AND r.sku = m.remote_sku
        WHERE p.till_sale AND p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.cancelled_at IS NULL
          AND (p.accepted_at IS NULL OR p.accepted_at > greatest(r.as_of, ${lately}::timestamptz)) ${only(Prisma.sql`pl.inventory_item_id`)}
      ) AS taken GROUP BY 1, 2
    ), ${rules.shared ? soldElsewhere(rules) : Prisma.empty} ${kits ? kinTables(rules) : Prisma.empty} judged AS (
      SELECT i.inventory_item_id, c.location_id, c.facility_id, i.variant_id, i.code, i.title, m.remote_sku, r.available AS remote_available, r.as_of,
        s.available, s.committed, s.active, s.read_at, s.published_at, ${inFlight} AS in_flight, c.safety_stock, c.threshold, ${target} AS target,
        CASE
          WHEN ${rules.continueSelling === 'leave-out'} AND i.sells_on THEN 'sells-on'
          WHEN i.code = '' THEN ${missing}::text
          WHEN NOT i.has_alias THEN 'alias-missing'
          WHEN i.archived AND t.living > 0 THEN 'archived-twin'
          WHEN t.living <> 1 THEN 'sku-duplicate'
          WHEN m.choices > 1 THEN 'sku-ambiguous'
          WHEN NOT EXISTS (SELECT 1 FROM source o WHERE o.location_id = c.location_id) THEN 'facility-excluded'
          WHEN EXISTS (SELECT 1 FROM waiting w WHERE w.location_id = c.location_id) THEN 'sells-online'
          WHEN m.remote_sku IS NULL THEN 'unknown'
          WHEN r.available IS NULL THEN 'unknown-here'
          WHEN s.location_id IS NULL THEN 'unread'
          ELSE 'ok' END AS verdict, ${leftOver} AS left_over
      FROM item i
      CROSS JOIN (SELECT * FROM link WHERE carries_stock) c
      LEFT JOIN match m ON m.inventory_item_id = i.inventory_item_id
      LEFT JOIN remote r ON r.inventory_item_id = i.inventory_item_id AND r.location_id = c.location_id
      LEFT JOIN stock_level s ON s.shop_id = ${shopId} AND s.inventory_item_id = i.inventory_item_id AND s.location_id = c.location_id
      LEFT JOIN flight f ON f.inventory_item_id = i.inventory_item_id AND f.location_id = c.location_id
      ${rules.shared ? Prisma.sql`LEFT JOIN elsewhere e ON e.inventory_item_id = i.inventory_item_id AND e.location_id = c.location_id` : Prisma.empty}
      ${kits ? Prisma.sql`LEFT JOIN kin n ON n.inventory_item_id = i.inventory_item_id AND n.location_id = c.location_id` : Prisma.empty}
      LEFT JOIN twin t ON t.code = i.code
      LEFT JOIN retired_target z ON z.shop_id = ${shopId} AND z.connection_id = ${connectionId}::uuid AND z.location_id = c.location_id AND z.zero
    ), fact AS (
      SELECT inventory_item_id, location_id, facility_id, variant_id, code, title, CASE WHEN ${takenBack} THEN 'ok' ELSE verdict END AS verdict, remote_sku,
        remote_available, as_of, available, committed, active, read_at, published_at, in_flight, safety_stock, threshold,
        CASE WHEN verdict = 'ok' THEN target WHEN ${takenBack} THEN 0 END AS target,
        CASE WHEN verdict = 'ok' THEN ${action} WHEN ${takenBack} THEN 'zero' END AS action
      FROM judged
      UNION ALL
      SELECT i.inventory_item_id, z.location_id, z.facility_id, i.variant_id, i.code, i.title, 'ok', NULL, NULL, NULL, s.available, s.committed, s.active,
        s.read_at, s.published_at, 0, 0, 0, 0, 'zero'
      FROM retired_target z
      JOIN stock_level s ON s.shop_id = z.shop_id AND s.location_id = z.location_id AND s.active AND s.available > 0 AND s.published_at IS NOT NULL
      JOIN item i ON i.inventory_item_id = s.inventory_item_id
      LEFT JOIN location_link k ON k.shop_id = z.shop_id AND k.location_id = z.location_id AND k.carries_stock
      WHERE z.shop_id = ${shopId} AND z.connection_id = ${connectionId}::uuid AND z.zero
        AND (k.location_id IS NULL OR (k.connection_id <> z.connection_id AND s.published_at <= z.since))
    )`;
}

/** The facts of some items' levels as they are now. */
export async function readStockFacts(tx: Tx, rules: StockRules, items: string[]): Promise<StockFact[]> {
  const facts = stockFacts(rules, await withKin(tx, rules, items));
  return tx.$queryRaw<
    StockFact[]
  >`${facts} SELECT * FROM fact WHERE inventory_item_id = ANY(${items}) ORDER BY code, location_id`;
}

/**
 * Prepares a transaction for statements over the whole catalogue: freshly loaded tables have no statistics yet, and a nested loop over a
 * million rows would never end.
 */
export async function expectManyRows(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT set_config('enable_nestloop', 'off', true), set_config('work_mem', '128MB', true), set_config('jit', 'off', true)`;
}

/** The rules in force, from the settings of both syncs. */
export function stockRulesOf(
  live: {
    id: string;
    shop: { id: number };
    definition: { capabilities: Pick<Capabilities, 'reservesOnAccept'> };
    sharing?: LiveConnection['sharing'];
  },
  inventory: Pick<SyncSettings<'inventory'>, 'matchBy' | 'minimumLevel' | 'continueSelling' | 'activateLevels'>,
  products: Pick<SyncSettings<'products'>, 'identifier' | 'identifierFallback' | 'physicalOnly'>,
  goods: GoodsRules,
): StockRules {
  const { matchBy } = inventory;
  return {
    shopId: live.shop.id,
    connectionId: live.id,
    ...(matchBy === 'products' || matchBy === 'alias'
      ? { identifier: products.identifier, identifierFallback: products.identifierFallback }
      : { identifier: matchBy, identifierFallback: 'none' as const }),
    physicalOnly: products.physicalOnly,
    typesNotShipped: typesNotShipped(goods),
    aliases: goods.aliases,
    kits: goods.kits,
    aliasOnly: matchBy === 'alias',
    minimumLevel: inventory.minimumLevel,
    continueSelling: inventory.continueSelling,
    activateLevels: inventory.activateLevels,
    reservesOnAccept: live.definition.capabilities.reservesOnAccept,
    shared: Boolean(live.sharing),
  };
}
