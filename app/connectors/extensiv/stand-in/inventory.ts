import { only, paging, query, STOCK_A_PAGE, success, type Api } from './api.ts';
import { merchantOf } from './auth.ts';
import { FACTS } from './facts.ts';
import { mapOrList } from './order-record.ts';
import { aliasesBySku } from './product-record.ts';
import { invalid } from './refusals.ts';
import { newerUnits } from './stock-levels.ts';
import { moment, type World } from './world.ts';

interface SeenRow {
  warehouse_pk: number;
  name: string;
  sku: string;
  seen_on_hand: number;
  seen_available: number;
  seen_at: number;
}

/** Stock as IM last had it from the WMS, by merchant or cart keys. Excluded warehouses are left out. Source: extensiv.md §2.4. */
export function inventory(api: Api, world: World): void {
  const SEEN = `FROM stock s JOIN warehouses w ON w.pk = s.warehouse_pk WHERE w.merchant_pk = ? AND w.excluded = 0 AND s.seen_at IS NOT NULL`;
  const COLUMNS = 's.warehouse_pk, w.name, s.sku, s.seen_on_hand, s.seen_available, s.seen_at';

  api.get('/merchant/inventory', only('cart', 'merchant'), (c) => {
    const { limit, offset } = paging(query(c, ['limit', 'page']), STOCK_A_PAGE);
    const merchantPk = merchantOf(c);
    const skus = world.state
      .all<{ sku: string }>(`SELECT DISTINCT s.sku ${SEEN} ORDER BY s.sku LIMIT ? OFFSET ?`, merchantPk, limit, offset)
      .map(({ sku }) => sku);
    const rows = Map.groupBy(
      world.state.all<SeenRow>(
        `SELECT ${COLUMNS} ${SEEN} AND s.sku IN (SELECT value FROM json_each(?)) ORDER BY w.pk`,
        merchantPk,
        JSON.stringify(skus),
      ),
      (row) => row.sku,
    );
    const aliases = aliasesBySku(world, merchantPk, skus);
    const newer = newerUnits(world, skus);
    return success(
      c,
      skus.map((sku) => {
        const { total, warehouses } = present(rows.get(sku) ?? [], newer);
        return { sku, ...total, aliases: mapOrList(aliases.get(sku) ?? {}), warehouses };
      }),
    );
  });

  api.get('/merchant/inventory/:sku', only('cart', 'merchant'), (c) => {
    query(c, []);
    const sku = c.req.param('sku');
    const rows = world.state.all<SeenRow>(`SELECT ${COLUMNS} ${SEEN} AND s.sku = ? ORDER BY w.pk`, merchantOf(c), sku);
    if (rows.length === 0) throw invalid(FACTS.productNotFound, `Product not found: ${sku}`);
    const { total, warehouses } = present(rows, newerUnits(world, [sku]));
    // a single answer has its sums as text and no aliases
    const sums = { qty_available: String(total.qty_available), qty_on_hand: String(total.qty_on_hand) };
    return success(c, { sku, ...sums, wms_datetime: total.wms_datetime, warehouses });
  });
}

interface Figure {
  qty_available: number;
  qty_on_hand: number;
  wms_datetime: string;
}

function present(
  rows: readonly SeenRow[],
  newer: (warehousePk: number, sku: string) => number,
): { total: Figure; warehouses: Record<string, Figure & { warehouse: string }> } {
  const warehouses: Record<string, Figure & { warehouse: string }> = {};
  const total = { qty_available: 0, qty_on_hand: 0, wms_datetime: moment(Math.max(...rows.map((row) => row.seen_at))) };
  for (const { warehouse_pk, name, sku, seen_available, seen_on_hand, seen_at } of rows) {
    const figure = { qty_available: seen_available - newer(warehouse_pk, sku), qty_on_hand: seen_on_hand };
    warehouses[String(warehouse_pk)] = { warehouse: name, ...figure, wms_datetime: moment(seen_at) };
    total.qty_available += figure.qty_available;
    total.qty_on_hand += figure.qty_on_hand;
  }
  return { total, warehouses };
}
