import { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../../db/scope.ts';
import { betweenRuns } from '../runs/take-turns.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { withKin } from '../inventory/kit-flight.ts';
import { pullStockFromBackOffice } from '../inventory/pull-stock-from-back-office.ts';
import { ITEMS_A_CALL, locationsOf, readLevelsFromShopify } from '../inventory/read-levels-from-shopify.ts';
import { expectManyRows, stockFacts } from '../inventory/stock-facts.ts';
import { nextItems } from '../inventory/store-plan.ts';
import type { Making } from './making.ts';

const ITEMS_A_PAGE = 10_000;
const STATEMENT_MS = 120_000;
/** Levels that a rule leaves out are counted all, and listed up to this many of a reason. */
const LISTED = 1_000;

/**
 * Common table expressions ending in `compared`: one row for each level that Shopify stocks or should stock, with its bucket and why. Where
 * nothing may be written to Shopify, or the sync is paused, what differs is held; what Shopify refused is a named problem.
 */
function comparedLevels({ rules, gates }: Making, items: string[] | null): Prisma.Sql {
  return Prisma.sql`${stockFacts(rules, items)}, compared AS MATERIALIZED (
    SELECT f.*, q.id IS NOT NULL AS refused,
      CASE WHEN verdict = 'ok' AND action = 'none' THEN 'matched'
        WHEN verdict <> 'ok' OR action = 'skip' THEN 'excluded'
        WHEN ${gates.levels !== null} THEN 'held'
        WHEN q.id IS NOT NULL THEN 'failed' ELSE 'gap' END AS bucket,
      CASE WHEN verdict IN ('unknown', 'unknown-here') THEN 'unknown-in-back-office'
        WHEN verdict <> 'ok' THEN verdict
        WHEN action = 'skip' THEN 'level-inactive'
        WHEN action = 'none' THEN ''
        WHEN ${gates.levels !== null} THEN ${gates.levels?.code ?? ''}::text
        WHEN q.id IS NOT NULL THEN 'stock-refused' ELSE 'level-differs' END AS why
    FROM fact f
    LEFT JOIN problem q ON q.shop_id = ${rules.shopId} AND q.connection_id = ${rules.connectionId}::uuid AND q.cause = 'stock-refused'
      AND q.subject_kind = 'variant' AND q.subject_id = f.variant_id AND q.closed_at IS NULL
    WHERE active OR action IN ('create', 'update', 'zero', 'skip')
  )`;
}

/** Writes the lines of some judged levels; `which` is a SELECT of them. */
function storeLines({ statement: { shopId, runId }, live, gates }: Making, which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO statement_line (shop_id, run_id, kind, id, label, facts, bucket, code, params)
    SELECT ${shopId}, ${runId}::uuid, 'level', j.inventory_item_id || '@' || j.location_id, CASE WHEN j.code = '' THEN j.title ELSE j.code END,
      jsonb_build_object('item', j.inventory_item_id, 'shown', j.available, 'expected', j.target, 'zero', coalesce(j.action = 'zero', false)), j.bucket, j.why,
      jsonb_build_object('sku', j.code, 'title', j.title, 'location', coalesce(l.name, ''), 'shown', coalesce(j.available, 0),
        'expected', coalesce(j.target, 0), 'backOffice', ${live.name}::text) || ${JSON.stringify(gates.levels?.params ?? {})}::jsonb
    FROM (${which}) j LEFT JOIN location l ON l.shop_id = ${shopId} AND l.id = j.location_id
    ON CONFLICT (shop_id, run_id, kind, id) DO UPDATE SET facts = excluded.facts, bucket = excluded.bucket, code = excluded.code, params = excluded.params`;
}

export type LevelCounts = { bucket: string; code: string; count: number }[];

async function compareAll(tx: Tx, making: Making): Promise<LevelCounts> {
  await expectManyRows(tx);
  const listed = Prisma.sql`
    SELECT * FROM (SELECT x.*, row_number() OVER (PARTITION BY why ORDER BY code, location_id) AS place FROM compared x WHERE bucket <> 'matched') ranked
    WHERE bucket <> 'excluded' OR place <= ${LISTED}`;
  return tx.$queryRaw<LevelCounts>`
    ${comparedLevels(making, null)}, stored AS (${storeLines(making, listed)})
    SELECT bucket, why AS code, count(*)::int AS count FROM compared GROUP BY 1, 2`;
}

/**
 * Reads all stock of the back office and all levels of Shopify, and compares them by the rules in force. No inventory run works meanwhile, or
 * what it is about to publish would look like a difference. Returns how many levels there are of each bucket and reason.
 */
export async function checkLevels(making: Making): Promise<LevelCounts> {
  const { live, admin, rules, statement, beat } = making;
  const { shopId, runId } = statement;
  return betweenRuns({ shopId, connectionId: live.id, sync: 'inventory' }, async () => {
    await inShop(shopId, (tx) => tx.statementLine.deleteMany({ where: { shopId, runId, kind: 'level' } }));
    // The back office first, then Shopify, then our own rows: see inventory/stock-facts.
    await pullStockFromBackOffice(live, { id: runId }, { since: null });
    const locations = await locationsOf(shopId, live.id);
    for (let after = ''; ;) {
      const from = after;
      const items = await inShop(shopId, (tx) => nextItems(tx, rules, from, ITEMS_A_PAGE), { timeoutMs: STATEMENT_MS });
      await readLevelsFromShopify(admin, shopId, items, locations, () => beat());
      await beat(items.length);
      const last = items.at(-1);
      if (!last || items.length < ITEMS_A_PAGE) break;
      after = last;
    }
    return inShop(shopId, (tx) => compareAll(tx, making), { timeoutMs: STATEMENT_MS });
  });
}

/** Reads the levels of some items again and judges them anew. */
export async function checkLevelsAgain(making: Making, items: readonly string[]): Promise<void> {
  const { admin, live, statement, beat } = making;
  const locations = await locationsOf(statement.shopId, live.id);
  for (const piece of inPieces(items, ITEMS_A_CALL)) {
    await readLevelsFromShopify(admin, statement.shopId, piece, locations, () => beat());
    const known = Prisma.sql`
      SELECT x.* FROM compared x WHERE EXISTS (
        SELECT 1 FROM statement_line k WHERE k.shop_id = ${statement.shopId} AND k.run_id = ${statement.runId}::uuid AND k.kind = 'level'
          AND k.id = x.inventory_item_id || '@' || x.location_id)`;
    await inShop(statement.shopId, async (tx) => {
      const compared = comparedLevels(making, await withKin(tx, making.rules, piece));
      await tx.$executeRaw`${compared} ${storeLines(making, known)}`;
    });
  }
}
