import { Prisma } from '@prisma/client';
import type { Reason } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { noCounts, QUIET_HOURS, type RunCounts, type RunDoor, type RunKind, type RunState } from './runs.ts';

/** A run as the pages show it; moments are ISO 8601. */
export interface RunView {
  id: string;
  connectionId: string;
  connectionName: string;
  connector: string;
  sync: RunKind;
  door: RunDoor;
  state: RunState;
  /** Collects what webhooks bring during a quarter of an hour; it is open without anything going on. */
  rolling: boolean;
  counts: RunCounts;
  reason: Reason | null;
  startedBy: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  heartbeatAt: string | null;
  /** When it dealt with its first record, and its counts then; null before. Its pace is counted from there. */
  begun: { since: string; from: RunCounts } | null;
}

interface RunRow {
  id: string;
  connection_id: string;
  connection_name: string | null;
  connector: string | null;
  sync: string;
  door: string;
  state: string;
  counts: Partial<RunCounts>;
  reason: Reason | null;
  started_by: string | null;
  started_by_name: string | null;
  slot: Date | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  heartbeat_at: Date | null;
  worked_since: Date | null;
  worked_from: Partial<RunCounts> | null;
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

const viewOf = (row: RunRow): RunView => ({
  id: row.id,
  connectionId: row.connection_id,
  connectionName: row.connection_name ?? '',
  connector: row.connector ?? '',
  sync: row.sync as RunKind,
  door: row.door as RunDoor,
  state: row.state as RunState,
  rolling: row.slot !== null,
  counts: { ...noCounts, ...row.counts },
  reason: row.reason?.code ? row.reason : null,
  startedBy: row.started_by_name ?? row.started_by,
  createdAt: row.created_at.toISOString(),
  startedAt: iso(row.started_at),
  finishedAt: iso(row.finished_at),
  heartbeatAt: iso(row.heartbeat_at),
  begun: row.worked_since && { since: row.worked_since.toISOString(), from: { ...noCounts, ...row.worked_from } },
});

export interface RunFilter {
  connectionId?: string;
  sync?: RunKind;
  states?: readonly RunState[];
  id?: string;
  /** Without the rolling runs. */
  ownOnly?: boolean;
  /** Without those that did not start because of quiet hours. */
  startedOnly?: boolean;
  page?: number;
  pageSize?: number;
}

/** Runs, the newest first. */
export async function readRunsIn(tx: Tx, shopId: number, filter: RunFilter): Promise<{ rows: RunView[]; hasNext: boolean }> {
  const { page = 1, pageSize = 25 } = filter;
  const conditions = [
    Prisma.sql`r.shop_id = ${shopId}`,
    ...(filter.id ? [Prisma.sql`r.id = ${filter.id}::uuid`] : []),
    ...(filter.connectionId ? [Prisma.sql`r.connection_id = ${filter.connectionId}::uuid`] : []),
    ...(filter.sync ? [Prisma.sql`r.sync = ${filter.sync}`] : []),
    ...(filter.ownOnly ? [Prisma.sql`r.slot IS NULL`] : []),
    ...(filter.startedOnly ? [Prisma.sql`r.reason->>'code' IS DISTINCT FROM ${QUIET_HOURS}`] : []),
    ...(filter.states?.length ? [Prisma.sql`r.state = ANY(${[...filter.states]})`] : []),
  ];
  const rows = await tx.$queryRaw<RunRow[]>`
    SELECT r.*, c.name AS connection_name, c.connector, s.name AS started_by_name
    FROM run r
    LEFT JOIN connection c ON c.shop_id = r.shop_id AND c.id = r.connection_id
    LEFT JOIN staff s ON s.shop_id = r.shop_id AND s.id = r.started_by
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY r.created_at DESC, r.id DESC LIMIT ${pageSize + 1} OFFSET ${(page - 1) * pageSize}`;
  return { rows: rows.slice(0, pageSize).map(viewOf), hasNext: rows.length > pageSize };
}

export function listRuns(shopId: number, filter: RunFilter): Promise<{ rows: RunView[]; hasNext: boolean }> {
  return inShop(shopId, (tx) => readRunsIn(tx, shopId, filter));
}

/** What a run would write or has written, with the reason of each line. */
export interface PlanLine {
  key: string;
  action: 'create' | 'update' | 'zero' | 'cancel' | 'hold' | 'skip';
  label: string;
  before: number | null;
  after: number | null;
  reason: Reason | null;
  /** What became of it, where the run has come to it: done, held, skipped, failed, waiting. */
  outcome: string | null;
}

export interface RunPage {
  run: RunView;
  /** How many lines of the plan have each action. */
  plan: Record<string, number>;
  lines: PlanLine[];
  hasNext: boolean;
}

/** One run with a page of its plan, or null where there is none of that id. */
export function readRun(
  shopId: number,
  id: string,
  { action, page = 1 }: { action?: string; page?: number } = {},
): Promise<RunPage | null> {
  const pageSize = 50;
  return inShop(shopId, async (tx) => {
    const [run] = (await readRunsIn(tx, shopId, { id })).rows;
    if (!run) return null;
    const groups = await tx.planItem.groupBy({ by: ['action'], where: { shopId, runId: id }, _count: { _all: true } });
    const items = await tx.planItem.findMany({
      where: { shopId, runId: id, ...(action ? { action } : {}) },
      orderBy: [{ label: 'asc' }, { itemKey: 'asc' }],
      skip: (page - 1) * pageSize,
      take: pageSize + 1,
    });
    const lines = items.slice(0, pageSize).map((item) => ({
      key: item.itemKey,
      action: item.action as PlanLine['action'],
      label: item.label,
      before: item.before,
      after: item.after,
      reason: item.reason as Reason | null,
      outcome: item.outcome,
    }));
    return {
      run,
      plan: Object.fromEntries(groups.map((group) => [group.action, group._count._all])),
      lines,
      hasNext: items.length > pageSize,
    };
  });
}
