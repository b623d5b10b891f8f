import { NeedsMerchantError } from '../../core/errors.ts';
import { nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { StockLevel } from '../../connectors/contract/index.ts';
import { analyseAfterLoad } from '../products/analyse-after-load.ts';
import { showLife } from '../runs/runs.ts';
import { inPieces } from './in-parallel.ts';
import { sourceTables } from './stock-sources.ts';
import { withinReason } from './stock-target.ts';

export interface StockRequest {
  /** Epoch ms: only what changed since; null = everything. */
  since: number | null;
  /** Only these SKUs of the back office. */
  skus?: string[];
}

export interface PulledStock {
  rows: number;
  /** The next `since`: the earliest moment any of the numbers was true. */
  asOf: number;
  /** The SKUs that were reported, unless there were more than a run by changes looks at. */
  skus: string[] | null;
  /** SKUs that a full pull no longer lists: from now on unknown, not zero. */
  forgotten: number;
}

const ROWS_A_STATEMENT = 5_000;
/** Beyond this the whole catalogue is compared: one statement over everything is then cheaper than a list of names. */
const SKUS_TO_NAME = 5_000;

async function store(live: LiveConnection, levels: StockLevel[], asOf: number): Promise<void> {
  const rows = levels.map(({ facilityId, sku, available }) => ({
    facility_id: facilityId,
    sku,
    available: withinReason(available),
  }));
  await inShop(
    live.shop.id,
    (tx) => tx.$executeRaw`
      INSERT INTO remote_stock (shop_id, connection_id, facility_id, sku, available, as_of)
      SELECT ${live.shop.id}, ${live.id}::uuid, facility_id, sku, available, ${new Date(asOf)}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (facility_id text, sku text, available int)
      ON CONFLICT (shop_id, connection_id, facility_id, sku) DO UPDATE SET available = excluded.available, as_of = excluded.as_of
      WHERE remote_stock.as_of <= excluded.as_of`,
    { timeoutMs: 60_000 },
  );
}

/** The facilities whose stock must be known: those that locations show, and those that orders are handed to. */
export async function facilitiesOf(live: Pick<LiveConnection, 'id' | 'shop'>): Promise<string[]> {
  const rules = { shopId: live.shop.id, connectionId: live.id };
  const rows = await inShop(
    live.shop.id,
    (tx) => tx.$queryRaw<{ facility_id: string }[]>`WITH ${sourceTables(rules)} SELECT facility_id FROM counted ORDER BY 1`,
  );
  return rows.map((row) => row.facility_id);
}

/**
 * Streams the back office's stock into `remote_stock`, with the moment each number was true; an older number never overwrites a newer one.
 * What a full pull no longer lists is forgotten, so that it is named as unknown instead of being published as zero. Memory stays flat.
 * Throws NeedsMerchantError where the connector offers no stock, no location is linked, or a full pull comes back empty.
 */
export async function pullStockFromBackOffice(
  live: LiveConnection,
  run: { id: string },
  request: StockRequest,
): Promise<PulledStock> {
  const { stock } = live.connector;
  const params = { backOffice: live.name };
  if (!stock) throw new NeedsMerchantError('stock-not-offered', `${live.definition.label} offers no stock`, { params });
  const facilityIds = await facilitiesOf(live);
  if (facilityIds.length === 0)
    throw new NeedsMerchantError('no-location-linked', 'No location of this connection carries stock', { params });
  const wanted = new Set(facilityIds);
  const skus = new Set<string>();
  let rows = 0;
  let asOf = nowMs();
  for await (const page of stock.pull({ facilityIds, ...request })) {
    asOf = Math.min(asOf, page.asOf);
    // the last word on a SKU counts where a page names it twice: one statement can't touch a row twice
    const levels = new Map(
      page.levels
        .filter(({ facilityId, sku }) => wanted.has(facilityId) && sku !== '')
        .map((level) => [`${level.facilityId} ${level.sku}`, level]),
    );
    for (const piece of inPieces([...levels.values()], ROWS_A_STATEMENT)) {
      await store(live, piece, page.asOf);
      rows += piece.length;
    }
    for (const { sku } of levels.values()) if (skus.size <= SKUS_TO_NAME) skus.add(sku);
    await inShop(live.shop.id, (tx) => showLife(tx, live.shop.id, run.id));
  }
  const full = request.since === null && request.skus === undefined;
  return {
    rows,
    asOf,
    skus: skus.size > SKUS_TO_NAME ? null : [...skus],
    forgotten: full ? await forgetUnlisted(live, facilityIds, asOf, rows) : 0,
  };
}

async function forgetUnlisted(live: LiveConnection, facilityIds: string[], asOf: number, rows: number): Promise<number> {
  const shopId = live.shop.id;
  return inShop(
    shopId,
    async (tx) => {
      if (rows === 0 && (await tx.remoteStock.findFirst({ where: { shopId, connectionId: live.id } }))) {
        throw new NeedsMerchantError('back-office-stock-empty', 'The back office listed no stock at all', {
          params: { backOffice: live.name },
        });
      }
      if (rows > ROWS_A_STATEMENT) analyseAfterLoad(tx, 'remote_stock');
      // facilities that are no longer published go too
      return tx.$executeRaw`
        DELETE FROM remote_stock WHERE shop_id = ${shopId} AND connection_id = ${live.id}::uuid
          AND (as_of < ${new Date(asOf)} OR NOT (facility_id = ANY(${facilityIds})))`;
    },
    { timeoutMs: 60_000 },
  );
}
