import { Prisma } from '@prisma/client';
import { now } from '../../../core/clock.ts';
import { inShop, type Tx } from '../../../db/scope.ts';
import type { LiveConnection } from '../../../connections/open-connection.ts';
import { typesNotShipped } from '../../../mappings/goods-rules.ts';
import { expectManyRows } from '../../inventory/stock-facts.ts';
import { inPieces } from '../../inventory/in-parallel.ts';
import { countInRun, type RunOrder } from '../../runs/runs.ts';
import { productCode } from '../product-code.ts';
import { productFacts, type ProductRules } from '../product-facts.ts';
import { codeFaults, isOtherProduct, sampleOf, type CodeFault, type ReviewReport, type SampleRow } from './review-report.ts';

/** Codes that the back office is asked about: enough to tell whether the identifier is the right one, whatever the size of the catalogue. */
const ASKED = 2_000;
const ASKED_AT_ONCE = 200;
const NAMED = 20;
const STATEMENT_MS = 120_000;

/** Variants `v` that would go if their code were right. */
function candidates(rules: ProductRules): Prisma.Sql {
  const shipped = rules.physicalOnly ? Prisma.sql`AND v.requires_shipping` : Prisma.empty;
  return Prisma.sql`v.shop_id = ${rules.shopId} AND v.deleted_at IS NULL AND v.status <> 'ARCHIVED' AND NOT v.is_gift_card
    AND NOT (v.product_type = ANY(${typesNotShipped(rules.goods)})) ${shipped}`;
}

const titleSql = Prisma.sql`CASE WHEN v.title IN ('', 'Default Title') THEN v.product_title ELSE v.product_title || ' – ' || v.title END`;

async function countShopify(tx: Tx, rules: ProductRules): Promise<ReviewReport['shopify']> {
  const { shopId } = rules;
  const [all] = await tx.$queryRaw<{ products: number; variants: number }[]>`
    SELECT count(DISTINCT product_id)::int AS products, count(*)::int AS variants FROM variant WHERE shop_id = ${shopId} AND deleted_at IS NULL`;
  const [going] = await tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM variant v WHERE ${candidates(rules)}`;
  const left = await tx.$queryRaw<{ code: string; n: number }[]>`
    SELECT CASE WHEN v.is_gift_card THEN 'gift-card' WHEN v.product_type = ANY(${typesNotShipped(rules.goods)}) THEN 'type-not-shipped'
        WHEN ${rules.physicalOnly} AND NOT v.requires_shipping THEN 'not-shipped' ELSE 'archived' END AS code, count(*)::int AS n
    FROM variant v WHERE v.shop_id = ${shopId} AND v.deleted_at IS NULL AND NOT (${candidates(rules)}) GROUP BY 1 ORDER BY 1`;
  return {
    products: all?.products ?? 0,
    variants: all?.variants ?? 0,
    going: going?.n ?? 0,
    leftOut: Object.fromEntries(left.map(({ code, n }) => [code, n])),
  };
}

/** Conditions that name each fault, over rows with `code`, `loose` and how many others have them. */
const faultWhere: Record<CodeFault, Prisma.Sql> = {
  missing: Prisma.sql`loose = ''`,
  duplicate: Prisma.sql`loose <> '' AND same > 1`,
  spaced: Prisma.sql`loose <> '' AND code <> btrim(code)`,
  case: Prisma.sql`loose <> '' AND alike > same`,
};

async function findFaults(tx: Tx, rules: ProductRules): Promise<ReviewReport['faults']> {
  const { code, loose } = productCode(rules);
  const faults = {} as ReviewReport['faults'];
  for (const fault of codeFaults) {
    const rows = await tx.$queryRaw<{ code: string; title: string; n: number }[]>`
      WITH own AS (
        SELECT ${code} AS code, ${loose} AS loose, ${titleSql} AS title, count(*) OVER (PARTITION BY ${code}) AS same,
          count(*) OVER (PARTITION BY ${loose}) AS alike
        FROM variant v WHERE ${candidates(rules)}
      )
      SELECT code, title, (count(*) OVER ())::int AS n FROM own WHERE ${faultWhere[fault]} ORDER BY loose, code, title LIMIT ${NAMED}`;
    faults[fault] = { count: rows[0]?.n ?? 0, first: rows.map((row) => ({ code: row.code, title: row.title })) };
  }
  return faults;
}

/** A choice of variants with usable codes, spread over the catalogue and the same each time. */
function chooseAsked(tx: Tx, rules: ProductRules): Promise<{ id: string; code: string; title: string }[]> {
  const { code } = productCode(rules);
  return tx.$queryRaw`
    SELECT v.id, ${code} AS code, ${titleSql} AS title FROM variant v
    WHERE ${candidates(rules)} AND btrim(${code}) <> '' ORDER BY md5(v.id) LIMIT ${ASKED}`;
}

async function askBackOffice(
  live: LiveConnection,
  run: RunOrder,
  asked: { id: string; code: string; title: string }[],
): Promise<SampleRow[] | null> {
  const port = live.connector.products;
  if (!port) return null;
  const rows: SampleRow[] = [];
  for (const piece of inPieces(asked, ASKED_AT_ONCE)) {
    const found = new Map((await port.findBySku(piece.map(({ code }) => code))).map((one) => [one.sku, one.title]));
    for (const { id, code, title } of piece) {
      const there = found.get(code) ?? null;
      const outcome = there === null ? 'not-found' : isOtherProduct(code, title, there) ? 'conflict' : 'matched';
      rows.push({ variantId: id, title, code, outcome, there });
    }
    await inShop(live.shop.id, (tx) => countInRun(tx, live.shop.id, run.id, { seen: piece.length }));
  }
  return rows;
}

/** Codes that the facts of the push call duplicate though they are of one product only are told apart there; here they are counted the same way. */
async function countDuplicates(tx: Tx, rules: ProductRules, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.$queryRaw<
    { id: string }[]
  >`${productFacts(rules, ids)} SELECT id FROM fact WHERE verdict = 'sku-duplicate'`;
  return new Set(rows.map(({ id }) => id));
}

/**
 * Looks at both sides before the first product is written: what Shopify has, what would go, what of it the back office knows already under the
 * chosen identifier, and which codes are missing, doubled, or differ in spaces or case only. Nothing is written on either side.
 */
export async function makeReview(live: LiveConnection, run: RunOrder, rules: ProductRules): Promise<ReviewReport> {
  const { shopId } = rules;
  const read = await inShop(
    shopId,
    async (tx) => {
      await expectManyRows(tx);
      return { shopify: await countShopify(tx, rules), faults: await findFaults(tx, rules), asked: await chooseAsked(tx, rules) };
    },
    { timeoutMs: STATEMENT_MS },
  );
  const rows = await askBackOffice(live, run, read.asked);
  const doubled = await inShop(shopId, (tx) =>
    countDuplicates(
      tx,
      rules,
      (rows ?? []).map(({ variantId }) => variantId),
    ),
  );
  const judged = rows?.map((row) => (doubled.has(row.variantId) ? { ...row, outcome: 'conflict' as const } : row)) ?? null;
  const { identifier, identifierFallback, physicalOnly } = rules;
  const report: ReviewReport = {
    rules: { identifier, identifierFallback, physicalOnly },
    shopify: {
      ...read.shopify,
      // without a code of its own none goes
      going: read.shopify.going - read.faults.missing.count - read.faults.duplicate.count,
    },
    backOffice: {
      products: (await live.connector.products?.count?.()) ?? null,
      looked: judged && {
        asked: judged.length,
        found: judged.filter(({ there }) => there !== null).length,
        conflicts: judged.filter(({ outcome }) => outcome === 'conflict').length,
      },
    },
    sample: sampleOf(judged ?? []),
    faults: read.faults,
  };
  await inShop(shopId, (tx) => storeReview(tx, shopId, live.id, run.id, report));
  return report;
}

/** A new look takes the place of the old one and of the yes to it. */
async function storeReview(tx: Tx, shopId: number, connectionId: string, runId: string, report: ReviewReport): Promise<void> {
  const data = {
    runId,
    report: report as unknown as Prisma.InputJsonObject,
    madeAt: now(),
    confirmedAt: null,
    confirmedBy: null,
  };
  await tx.productReview.upsert({
    where: { shopId_connectionId: { shopId, connectionId } },
    create: { shopId, connectionId, ...data },
    update: data,
  });
}
