import type { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../../db/scope.ts';
import type { LevelCounts } from './check-levels.ts';
import { buckets, type Bucket, type Statement, type Sum, type Sums } from './statement.ts';

interface Row {
  kind: string;
  bucket: string;
  code: string;
  count: number;
  found: number;
}

const none = (): Sum['buckets'] => ({ matched: 0, held: 0, excluded: 0, failed: 0, gap: 0 });

function sumOf(rows: readonly Row[]): Sum {
  const sum: Sum = { total: 0, buckets: none(), reasons: [], found: 0, repaired: 0 };
  for (const { bucket, code, count, found } of rows) {
    if (!buckets.includes(bucket as Bucket)) continue;
    sum.total += count;
    sum.buckets[bucket as Bucket] += count;
    sum.found += found;
    if (bucket !== 'gap') sum.repaired += found;
    if (code !== '') sum.reasons.push({ bucket: bucket as Bucket, code, count });
  }
  return sum;
}

/** Levels that match are counted and not listed, and of those that a rule leaves out only so many are: both counts stay as they were compared. */
function levelSum(lines: readonly Row[], before: Sum): Sum {
  const listed = sumOf(lines.filter(({ bucket }) => bucket !== 'excluded' && bucket !== 'matched'));
  const mended = lines.filter(({ bucket, found }) => found > 0 && bucket !== 'gap').reduce((n, row) => n + row.found, 0);
  const excluded = before.reasons.filter(({ bucket }) => bucket === 'excluded');
  const counts = { ...listed.buckets, excluded: before.buckets.excluded };
  counts.matched = before.total - counts.held - counts.failed - counts.gap - counts.excluded;
  return {
    total: before.total,
    buckets: counts,
    reasons: [...listed.reasons, ...excluded],
    found: listed.found - listed.repaired + mended,
    repaired: mended,
  };
}

/** The equation of all levels, as they were compared. */
export function sumOfLevels(counts: LevelCounts): Sum {
  return sumOf(counts.map((row) => ({ ...row, kind: 'level', found: 0 })));
}

export async function readSums(tx: Tx, shopId: number, runId: string): Promise<Sums> {
  const row = await tx.statement.findUnique({ where: { shopId_runId: { shopId, runId } }, select: { sums: true } });
  return (row?.sums ?? {}) as unknown as Sums;
}

export async function writeSums(tx: Tx, shopId: number, runId: string, sums: Sums): Promise<void> {
  await tx.statement.update({
    where: { shopId_runId: { shopId, runId } },
    data: { sums: sums as unknown as Prisma.InputJsonObject },
  });
}

/** Adds the lines up, kind by kind, and keeps the sums. `kinds`: those that this statement is about. */
export async function sumUp({ shopId, runId }: Statement, kinds: { order: boolean; shipment: boolean }): Promise<Sums> {
  return inShop(
    shopId,
    async (tx) => {
      const before = await readSums(tx, shopId, runId);
      const rows = await tx.$queryRaw<Row[]>`
        SELECT kind, bucket, code, count(*)::int AS count, (count(*) FILTER (WHERE found <> ''))::int AS found FROM statement_line
        WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND kind IN ('order', 'gone', 'shipment', 'level') GROUP BY 1, 2, 3 ORDER BY 4 DESC`;
      const of = (kind: string) => rows.filter((row) => row.kind === kind);
      const gone = sumOf(of('gone'));
      const sums: Sums = {
        ...(kinds.order ? { order: sumOf(of('order')) } : {}),
        ...(kinds.order && gone.total > 0 ? { gone } : {}),
        ...(kinds.shipment ? { shipment: sumOf(of('shipment')) } : {}),
        ...(before.levelsUnread ? { levelsUnread: before.levelsUnread } : {}),
        ...(before.level ? { level: levelSum(of('level'), before.level) } : {}),
      };
      await writeSums(tx, shopId, runId, sums);
      return sums;
    },
    { timeoutMs: 60_000 },
  );
}

/** Remembers what differed at first, so that a statement names what it repaired. */
export async function rememberFound({ shopId, runId }: Statement): Promise<void> {
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      UPDATE statement_line SET found = code WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND bucket = 'gap' AND found = '' AND kind <> 'part'`,
    { timeoutMs: 60_000 },
  );
}

/** What a run's counts are at its end: what it read is no longer of interest, what came of it is. */
export async function restateRun(
  { shopId, runId }: Pick<Statement, 'shopId' | 'runId'>,
  result: Sums | { mended: number; open: number },
): Promise<void> {
  const of = (bucket: Bucket): number =>
    'mended' in result
      ? 0
      : [result.order, result.gone, result.shipment, result.level].reduce((sum, one) => sum + (one?.buckets[bucket] ?? 0), 0);
  const counts =
    'mended' in result
      ? { done: result.mended, skipped: 0, held: 0, failed: result.open }
      : { done: of('matched'), skipped: of('excluded'), held: of('held'), failed: of('failed') + of('gap') };
  const total = counts.done + counts.skipped + counts.held + counts.failed;
  await inShop(shopId, (tx) =>
    tx.run.updateMany({ where: { shopId, id: runId }, data: { counts: { ...counts, seen: total, total } } }),
  );
}
