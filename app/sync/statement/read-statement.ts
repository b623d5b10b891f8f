import { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../../db/scope.ts';
import { readRunsIn, type RunView } from '../runs/read-runs.ts';
import { actionOf, type ListedKind, type RepairAction } from './repair-actions.ts';
import type { Bucket, Phase, Sums, WebhookFacts } from './statement.ts';

/** One record of a statement; moments are ISO 8601. */
export interface LineView {
  kind: ListedKind;
  id: string;
  label: string;
  orderId: string | null;
  at: string | null;
  bucket: Bucket;
  code: string;
  params: Record<string, string | number>;
  /** The difference found at first; empty where there was none. */
  found: string;
  action: RepairAction | null;
}

export interface LineFilter {
  kind?: ListedKind;
  bucket?: Bucket;
  code?: string;
  /** Only what differs or differed. */
  differences?: boolean;
}

interface LineRow {
  kind: string;
  id: string;
  label: string;
  order_id: string | null;
  at: Date | null;
  bucket: string;
  code: string;
  params: LineView['params'];
  found: string;
}

const viewOf = (row: LineRow): LineView => {
  const [kind, bucket] = [row.kind as ListedKind, row.bucket as Bucket];
  const { id, label, code, params, found } = row;
  return {
    ...{ kind, id, label, bucket, code, params, found },
    orderId: row.order_id,
    at: row.at?.toISOString() ?? null,
    action: actionOf(kind, bucket, code),
  };
};

/** Lines of a statement, what differs first and then what needs somebody, the newest first. */
export async function readLines(
  tx: Tx,
  shopId: number,
  runId: string,
  filter: LineFilter,
  { offset = 0, limit = 50 } = {},
): Promise<LineView[]> {
  const { kind, bucket, code, differences } = filter;
  // What the page calls orders are those in Shopify's list and those that are gone from it.
  const kinds = kind === 'order' ? ['order', 'gone'] : kind ? [kind] : ['order', 'gone', 'shipment', 'level'];
  const rows = await tx.$queryRaw<LineRow[]>`
    SELECT kind, id, label, order_id, at, bucket, code, params, found FROM statement_line
    WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND kind = ANY(${kinds}) AND bucket <> ''
      ${bucket ? Prisma.sql`AND bucket = ${bucket}` : Prisma.empty} ${code === undefined ? Prisma.empty : Prisma.sql`AND code = ${code}`}
      ${differences ? Prisma.sql`AND (bucket = 'gap' OR found <> '')` : Prisma.empty}
    ORDER BY array_position(ARRAY['gap', 'failed', 'held', 'excluded', 'matched'], bucket), found <> '' DESC, at DESC NULLS LAST, kind, id
    LIMIT ${limit} OFFSET ${offset}`;
  return rows.map(viewOf);
}

export interface StatementView {
  runId: string;
  from: string;
  to: string;
  phase: Phase;
  sums: Sums;
  webhooks: WebhookFacts | null;
  finishedAt: string | null;
  /** False once newer statements have pushed its lines out; its sums stay. */
  hasLines: boolean;
}

export interface StatementPage {
  statement: StatementView | null;
  /** The newest first. */
  past: { runId: string; from: string; to: string }[];
  lines: LineView[];
  hasNext: boolean;
  running: RunView[];
}

const PAGE = 50;
const LISTED = 30;

/** The newest finished statement of a connection, or the one asked for, with a page of its lines. */
export function readStatementPage(
  shopId: number,
  connectionId: string,
  { runId, page = 1, ...filter }: LineFilter & { runId?: string; page?: number },
): Promise<StatementPage> {
  return inShop(shopId, async (tx) => {
    const { rows: running } = await readRunsIn(tx, shopId, { connectionId, sync: 'statement', states: ['queued', 'running'] });
    const made = await tx.statement.findMany({
      where: { shopId, connectionId, finishedAt: { not: null } },
      orderBy: { periodTo: 'desc' },
      take: LISTED,
    });
    const row = made.find((one) => one.runId === runId) ?? made[0];
    const past = made.map((one) => ({ runId: one.runId, from: one.periodFrom.toISOString(), to: one.periodTo.toISOString() }));
    if (!row) return { statement: null, past, lines: [], hasNext: false, running };
    const lines = await readLines(tx, shopId, row.runId, filter, { offset: (page - 1) * PAGE, limit: PAGE + 1 });
    const any = await tx.statementLine.findFirst({ where: { shopId, runId: row.runId }, select: { id: true } });
    return {
      statement: {
        runId: row.runId,
        from: row.periodFrom.toISOString(),
        to: row.periodTo.toISOString(),
        phase: row.phase as Phase,
        sums: row.sums as unknown as Sums,
        webhooks: row.webhooks as unknown as WebhookFacts | null,
        finishedAt: row.finishedAt?.toISOString() ?? null,
        hasLines: any !== null,
      },
      past,
      lines: lines.slice(0, PAGE),
      hasNext: lines.length > PAGE,
      running,
    };
  });
}
