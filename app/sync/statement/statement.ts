import { z } from 'zod';
import type { Reason } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { nowMs } from '../../core/clock.ts';

/** What a statement accounts for, one equation each. */
export const statementKinds = ['order', 'shipment', 'level'] as const;
export type StatementKind = (typeof statementKinds)[number];

/**
 * Every record is in exactly one. matched: on both sides as the rules say. held, excluded: kept back, or left out by a rule, which `code` names.
 * failed: a named problem. gap: the two sides differ and nobody said why.
 */
export const buckets = ['matched', 'held', 'excluded', 'failed', 'gap'] as const;
export type Bucket = (typeof buckets)[number];

/**
 * Where a killed run goes on. orders: Shopify's list is read. parts: the back office is asked for each order of ours. shipments: its parcels are
 * read. judge: all is compared. repair, settle: what is safe is asked for, and looked at again. levels: both sides' stock is read, only now, because an
 * order handed over again takes from it. publish: levels are asked for. finish: they are looked at again, and all is added up.
 */
export const phases = [
  'orders',
  'parts',
  'shipments',
  'judge',
  'repair',
  'settle',
  'levels',
  'publish',
  'finish',
  'done',
] as const;
export type Phase = (typeof phases)[number];

/** One kind's equation: `total` is the sum of the buckets. */
export interface Sum {
  total: number;
  buckets: Record<Bucket, number>;
  reasons: { bucket: Bucket; code: string; count: number }[];
  /** Differences found at first, and how many of them are gone. */
  found: number;
  repaired: number;
}

export interface Sums {
  order?: Sum;
  shipment?: Sum;
  level?: Sum;
  /** Orders of ours that Shopify doesn't list any more; not part of its N. */
  gone?: Sum;
  /** Why levels could not be compared. */
  levelsUnread?: Reason;
}

/** How the orders of the period became known. */
export interface WebhookFacts {
  /** When a webhook about an order last came, ISO 8601; null: never. */
  lastAt: string | null;
  /** Orders that changed in Shopify since then and long enough ago for a webhook to have come. */
  silent: number;
}

export interface Statement {
  shopId: number;
  runId: string;
  connectionId: string;
  from: Date;
  to: Date;
  phase: Phase;
  cursor: string | null;
}

/** Days a statement can cover; Shopify shows no orders older than 60 days. */
export const periods = [1, 7, 30, 60] as const;
export type Period = (typeof periods)[number];
const usualPeriod: Period = 7;

export const periodSchema = z.literal(periods);

/** The problem that names what differs and was not repaired. */
export const GAP = 'statement-gap';
/** The task of a run that looks once more at what an earlier statement found to differ; its argument is that statement's run. */
export const LOOK_AGAIN = 'look-again';

const DAY_MS = 86_400_000;

/** The days a run was asked to cover; by itself it covers a week, so that what one missed the next ones see. */
export function periodOf(argument: string | undefined): Period {
  return periodSchema.safeParse(Number(argument)).data ?? usualPeriod;
}

/** The statement of a run: opened at its first attempt, found again by the next ones. */
export async function openStatement(
  shopId: number,
  { runId, connectionId, period }: { runId: string; connectionId: string; period: Period },
): Promise<Statement> {
  const to = new Date(nowMs());
  const row = await inShop(shopId, (tx) =>
    tx.statement.upsert({
      where: { shopId_runId: { shopId, runId } },
      create: {
        ...{ shopId, runId, connectionId, phase: 'orders', sums: {} },
        periodFrom: new Date(to.getTime() - period * DAY_MS),
        periodTo: to,
      },
      update: {},
    }),
  );
  return asStatement(row);
}

export async function findStatement(tx: Tx, shopId: number, runId: string): Promise<Statement | null> {
  const row = await tx.statement.findUnique({ where: { shopId_runId: { shopId, runId } } });
  return row && asStatement(row);
}

function asStatement(row: {
  shopId: number;
  runId: string;
  connectionId: string;
  periodFrom: Date;
  periodTo: Date;
  phase: string;
  cursor: string | null;
}): Statement {
  const { shopId, runId, connectionId, cursor } = row;
  return { shopId, runId, connectionId, from: row.periodFrom, to: row.periodTo, phase: row.phase as Phase, cursor };
}

/** Moves a statement on: to a phase, or within one. */
export async function moveOn(statement: Statement, to: { phase?: Phase; cursor?: string | null }): Promise<void> {
  if (to.phase) statement.phase = to.phase;
  statement.cursor = to.cursor ?? null;
  const { shopId, runId, phase, cursor } = statement;
  await inShop(shopId, (tx) => tx.statement.update({ where: { shopId_runId: { shopId, runId } }, data: { phase, cursor } }));
}
