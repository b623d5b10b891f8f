import { capabilitiesOf } from '../../../connections/known-connectors.ts';
import { findConnection } from '../../../connections/connections.ts';
import { missingForSync, readSync } from '../../../connections/syncs.ts';
import type { Reason } from '../../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../../db/scope.ts';
import { openTypes } from '../../../mappings/open-types.ts';
import { suggestMappings } from '../../../mappings/suggest.ts';
import { isOutdated } from './confirm-review.ts';
import { matchesAreFew, type ReviewReport } from './review-report.ts';

/** So many variants of a type are counted: counting a million takes longer than the page may, and tells nobody more. */
const COUNTED_UP_TO = 1_000;

/** `more`: there are more than `count`. */
interface VariantCount {
  count: number;
  more: boolean;
}

async function countVariants(tx: Tx, shopId: number, types: readonly string[]): Promise<Map<string, VariantCount>> {
  const rows = await tx.$queryRaw<{ type: string; counted: number }[]>`
    SELECT t.type, (
      SELECT count(*) FROM (
        SELECT 1 FROM variant v WHERE v.shop_id = ${shopId} AND v.product_type = t.type AND v.deleted_at IS NULL LIMIT ${COUNTED_UP_TO + 1}) v)::int AS counted
    FROM unnest(${[...types]}::text[]) AS t (type)`;
  return new Map(
    rows.map(({ type, counted }) => [type, { count: Math.min(counted, COUNTED_UP_TO), more: counted > COUNTED_UP_TO }]),
  );
}

/** What the page of the review shows. */
export interface ReviewView {
  settings: ReviewReport['rules'];
  /** Null until both sides were looked at. */
  report: ReviewReport | null;
  madeAt: string | null;
  /** So few codes were found there that the identifier is likely the wrong one. */
  few: boolean;
  /** The settings changed since. */
  outdated: boolean;
  confirmed: { at: string; by: string } | null;
  /** Product types without an answer, each with what is suggested; a suggestion counts for nothing until somebody takes it. */
  types: { type: string; suggested: string; variants: VariantCount }[];
  enabled: boolean;
  /** What keeps the sync from being switched on, beside the yes. */
  missing: Reason[];
}

/** The review of one connection's products, as it stands. */
export function readReview(shopId: number, connectionId: string): Promise<ReviewView> {
  return inShop(shopId, async (tx) => {
    const connection = await findConnection(tx, shopId, connectionId);
    const { settings, enabled } = await readSync(tx, shopId, connectionId, 'products');
    const row = await tx.productReview.findUnique({ where: { shopId_connectionId: { shopId, connectionId } } });
    const report = (row?.report ?? null) as ReviewReport | null;
    const open = await openTypes(tx, shopId, connectionId, capabilitiesOf(connection));
    const suggestions = await suggestMappings(tx, shopId, { connectionId, kind: 'product-type', offered: null });
    const counts = await countVariants(tx, shopId, open);
    const missing = await missingForSync(tx, shopId, connectionId, 'products');
    const { identifier, identifierFallback, physicalOnly } = settings;
    return {
      settings: { identifier, identifierFallback, physicalOnly },
      report,
      madeAt: row?.madeAt.toISOString() ?? null,
      few: report !== null && matchesAreFew(report),
      outdated: report !== null && isOutdated(report, settings),
      confirmed: row?.confirmedAt ? { at: row.confirmedAt.toISOString(), by: row.confirmedBy ?? '' } : null,
      types: open.map((type) => ({
        type,
        suggested: suggestions.find(({ value }) => value === type)?.target['class'] ?? 'physical',
        variants: counts.get(type) ?? { count: 0, more: false },
      })),
      enabled,
      missing: missing.filter(({ code }) => code !== 'product-review-open' && code !== 'product-types-open'),
    };
  });
}
