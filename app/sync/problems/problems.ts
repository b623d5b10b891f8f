import { Prisma } from '@prisma/client';
import { asCrossdockError, type ErrorParams } from '../../core/errors.ts';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import type { Subject, SyncKind } from '../../connectors/contract/index.ts';
import type { RunKind } from '../runs/runs.ts';

export interface NewProblem {
  connectionId: string | null;
  sync: RunKind;
  /** Stable; its text is `errors.<cause>.title|fix` in the catalogues. */
  cause: string;
  subject: Subject;
  /** Reference of the part of an order that it is about: each part's is a problem of its own. */
  part?: string;
  params?: ErrorParams;
  /** What of the cause differs between records (the unmapped value), to group by. */
  detail?: string;
}

/** Opens the problem, or counts one more occurrence where the same cause is open on the same record. */
export async function openProblem(tx: Tx, shopId: number, problem: NewProblem): Promise<void> {
  const { connectionId, sync, cause, subject, part = '', params = {}, detail = '' } = problem;
  const at = now();
  await tx.$executeRaw`
    INSERT INTO problem (shop_id, connection_id, sync, cause, subject_kind, subject_id, subject_label, part, params, detail, opened_at, last_seen_at)
    VALUES (${shopId}, ${connectionId}::uuid, ${sync}, ${cause}, ${subject.kind}, ${subject.id}, ${subject.label}, ${part},
            ${JSON.stringify(params)}::jsonb, ${detail}, ${at}, ${at})
    ON CONFLICT (shop_id, coalesce(connection_id, '00000000-0000-0000-0000-000000000000'), cause, subject_kind, subject_id, part) WHERE closed_at IS NULL
    DO UPDATE SET occurrences = problem.occurrences + 1, last_seen_at = excluded.last_seen_at, params = excluded.params, detail = excluded.detail`;
}

/** Whether one part of an order has such a problem now. */
export async function isOpenOfPart(
  tx: Tx,
  shopId: number,
  { connectionId, cause, orderId, part }: { connectionId: string; cause: string; orderId: string; part: string },
): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM problem WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND cause = ${cause}
      AND subject_kind = 'order' AND subject_id = ${orderId} AND part = ${part} AND closed_at IS NULL`;
  return rows.length > 0;
}

/** Whatever was thrown, as the problem of one record. */
export function problemFromError(
  thrown: unknown,
  where: { connectionId: string | null; sync: RunKind; subject: Subject },
): NewProblem {
  const error = asCrossdockError(thrown);
  const detail = error.params['value'] ?? error.params['field'] ?? '';
  return {
    ...where,
    cause: error.code,
    params: { ...error.params, message: error.kind === 'bug' ? error.message : '' },
    detail: String(detail),
  };
}

/**
 * Closes what is open on a record, because it is gone: `evidence` says how we know. `except` keeps causes that still hold,
 * so that one pass can re-state a record's problems.
 */
export async function closeProblems(
  tx: Tx,
  shopId: number,
  which: {
    subject: Pick<Subject, 'kind' | 'id'>;
    sync?: SyncKind;
    connectionId?: string;
    causes?: string[];
    except?: string[];
    /** Of this part of an order only. */
    part?: string;
    evidence: string;
  },
): Promise<number> {
  const conditions = [
    Prisma.sql`shop_id = ${shopId} AND closed_at IS NULL AND subject_kind = ${which.subject.kind} AND subject_id = ${which.subject.id}`,
    ...(which.sync ? [Prisma.sql`sync = ${which.sync}`] : []),
    ...(which.connectionId ? [Prisma.sql`connection_id = ${which.connectionId}::uuid`] : []),
    ...(which.causes ? [Prisma.sql`cause = ANY(${which.causes})`] : []),
    ...(which.part ? [Prisma.sql`part = ${which.part}`] : []),
    ...(which.except?.length ? [Prisma.sql`NOT (cause = ANY(${which.except}))`] : []),
  ];
  return tx.$executeRaw`UPDATE problem SET closed_at = ${now()}, evidence = ${which.evidence} WHERE ${Prisma.join(conditions, ' AND ')}`;
}
