import { Prisma } from '@prisma/client';
import type { ErrorParams } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { RunKind } from '../runs/runs.ts';

/** A problem of one record; moments are ISO 8601. */
export interface ProblemView {
  id: string;
  connectionId: string | null;
  connector: string | null;
  sync: RunKind;
  cause: string;
  subjectKind: string;
  subjectId: string;
  subjectLabel: string;
  params: ErrorParams;
  detail: string;
  occurrences: number;
  openedAt: string;
  lastSeenAt: string;
  closedAt: string | null;
  /** Why it is closed: `evidence.<code>`. */
  evidence: string | null;
  /** Who looks after it. */
  assignedTo: { userId: string; name: string } | null;
  note: string;
}

/** Open problems with one cause (and, where it says more, one value) of one connection. */
export interface ProblemGroup {
  connectionId: string | null;
  connectionName: string;
  connector: string;
  sync: RunKind;
  cause: string;
  detail: string;
  count: number;
  /** Of one of them, to say what it is about. */
  params: ErrorParams;
  labels: string[];
  since: string;
  lastSeenAt: string;
}

interface GroupRow {
  connection_id: string | null;
  connection_name: string | null;
  connector: string | null;
  sync: string;
  cause: string;
  detail: string;
  count: number;
  params: ErrorParams;
  labels: string[];
  since: Date;
  last_seen_at: Date;
}

export interface ProblemFilter {
  connectionId?: string;
  sync?: RunKind;
  cause?: string;
  detail?: string;
  subject?: { kind: string; id: string };
  /** Those that are closed instead of those that are open. */
  closed?: boolean;
  /** Looked after by this member of staff. */
  assignedTo?: string;
}

function conditionsOf(shopId: number, filter: ProblemFilter): Prisma.Sql {
  const conditions = [
    filter.closed
      ? Prisma.sql`p.shop_id = ${shopId} AND p.closed_at IS NOT NULL`
      : Prisma.sql`p.shop_id = ${shopId} AND p.closed_at IS NULL`,
    ...(filter.assignedTo ? [Prisma.sql`p.assigned_to = ${filter.assignedTo}`] : []),
    ...(filter.connectionId ? [Prisma.sql`p.connection_id = ${filter.connectionId}::uuid`] : []),
    ...(filter.sync ? [Prisma.sql`p.sync = ${filter.sync}`] : []),
    ...(filter.cause ? [Prisma.sql`p.cause = ${filter.cause}`] : []),
    ...(filter.detail === undefined ? [] : [Prisma.sql`p.detail = ${filter.detail}`]),
    ...(filter.subject ? [Prisma.sql`p.subject_kind = ${filter.subject.kind} AND p.subject_id = ${filter.subject.id}`] : []),
  ];
  return Prisma.join(conditions, ' AND ');
}

/** What is open, grouped by cause, the causes with most records first. */
export async function groupProblemsIn(tx: Tx, shopId: number, filter: ProblemFilter = {}, limit = 100): Promise<ProblemGroup[]> {
  const rows = await tx.$queryRaw<GroupRow[]>`
    SELECT p.connection_id, c.name AS connection_name, c.connector, p.sync, p.cause, p.detail, count(*)::int AS count,
      (array_agg(p.params ORDER BY p.last_seen_at DESC))[1] AS params, (array_agg(coalesce(nullif(p.part, ''), p.subject_label) ORDER BY p.last_seen_at DESC))[1:12] AS labels,
      min(p.opened_at) AS since, max(p.last_seen_at) AS last_seen_at
    FROM problem p LEFT JOIN connection c ON c.shop_id = p.shop_id AND c.id = p.connection_id
    WHERE ${conditionsOf(shopId, filter)}
    GROUP BY p.connection_id, c.name, c.connector, p.sync, p.cause, p.detail
    ORDER BY count(*) DESC, max(p.last_seen_at) DESC LIMIT ${limit}`;
  return rows.map((row) => ({
    connectionId: row.connection_id,
    connectionName: row.connection_name ?? '',
    connector: row.connector ?? '',
    sync: row.sync as RunKind,
    cause: row.cause,
    detail: row.detail,
    count: row.count,
    params: row.params,
    labels: [...new Set(row.labels)].slice(0, 3),
    since: row.since.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  }));
}

export function groupProblems(shopId: number, filter: ProblemFilter = {}): Promise<ProblemGroup[]> {
  return inShop(shopId, (tx) => groupProblemsIn(tx, shopId, filter));
}

interface ProblemRow {
  id: string;
  connection_id: string | null;
  connector: string | null;
  sync: string;
  cause: string;
  subject_kind: string;
  subject_id: string;
  subject_label: string;
  params: ErrorParams;
  detail: string;
  occurrences: number;
  opened_at: Date;
  last_seen_at: Date;
  closed_at: Date | null;
  evidence: string | null;
  assigned_to: string | null;
  assigned_name: string | null;
  note: string;
}

/** The problems themselves, open ones unless the filter says otherwise, the newest first. */
export async function listProblemsIn(
  tx: Tx,
  shopId: number,
  filter: ProblemFilter,
  { page = 1, pageSize = 50 } = {},
): Promise<{ rows: ProblemView[]; hasNext: boolean }> {
  const rows = await tx.$queryRaw<ProblemRow[]>`
    SELECT p.*, c.connector, s.name AS assigned_name FROM problem p LEFT JOIN connection c ON c.shop_id = p.shop_id AND c.id = p.connection_id
      LEFT JOIN staff s ON s.shop_id = p.shop_id AND s.id = p.assigned_to
    WHERE ${conditionsOf(shopId, filter)}
    ORDER BY coalesce(p.closed_at, p.last_seen_at) DESC, p.id LIMIT ${pageSize + 1} OFFSET ${(page - 1) * pageSize}`;
  return {
    rows: rows.slice(0, pageSize).map((row) => ({
      id: row.id,
      connectionId: row.connection_id,
      connector: row.connector,
      sync: row.sync as RunKind,
      cause: row.cause,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      subjectLabel: row.subject_label,
      params: row.params,
      detail: row.detail,
      occurrences: row.occurrences,
      openedAt: row.opened_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      closedAt: row.closed_at?.toISOString() ?? null,
      evidence: row.evidence,
      assignedTo: row.assigned_to ? { userId: row.assigned_to, name: row.assigned_name ?? '' } : null,
      note: row.note,
    })),
    hasNext: rows.length > pageSize,
  };
}

export function listProblems(
  shopId: number,
  filter: ProblemFilter,
  page = 1,
): Promise<{ rows: ProblemView[]; hasNext: boolean }> {
  return inShop(shopId, (tx) => listProblemsIn(tx, shopId, filter, { page }));
}
