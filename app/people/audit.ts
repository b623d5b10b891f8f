import { isDeepStrictEqual } from 'node:util';
import type { Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from './actor.ts';

export interface AuditEntry {
  /** Catalogue key: `audit.<action>`, such as `connection-created`. */
  action: string;
  /** What was changed: `<kind> <id or name>`. */
  subject: string;
  connectionId?: string;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
}

export const MASK = '••••';
const secretName = /password|passphrase|secret|token|api.?key|private.?key|authorization|credential|cookie/i;

/** The same value with everything that looks like a secret masked, at any depth. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretName.test(name) && inner !== null && inner !== '' ? MASK : maskSecrets(inner),
    ]),
  );
}

/** Only what differs, so that an entry reads as what was changed. */
function changes(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): [Record<string, unknown>, Record<string, unknown>] {
  const differs = (name: string) => !isDeepStrictEqual(before[name], after[name]);
  const pick = (from: Record<string, unknown>) => Object.fromEntries(Object.entries(from).filter(([name]) => differs(name)));
  return [pick(before), pick(after)];
}

/**
 * Writes down who changed what, in the same transaction as the change. With both sides only the differences are kept; when nothing
 * differs nothing is written. Secrets are masked. Returns whether an entry was written.
 */
export async function audit(tx: Tx, shopId: number, actor: Actor, entry: AuditEntry): Promise<boolean> {
  const [before, after] = entry.before && entry.after ? changes(entry.before, entry.after) : [entry.before, entry.after];
  if (before && after && Object.keys(before).length === 0 && Object.keys(after).length === 0) return false;
  const json = (side: Record<string, unknown> | null | undefined) =>
    JSON.parse(JSON.stringify(maskSecrets(side))) as Prisma.InputJsonObject;
  await tx.auditEntry.create({
    data: {
      shopId,
      at: now(),
      userId: actor.userId,
      userName: actor.userName,
      action: entry.action,
      subject: entry.subject,
      ...(entry.connectionId ? { connectionId: entry.connectionId } : {}),
      ...(before ? { before: json(before) } : {}),
      ...(after ? { after: json(after) } : {}),
    },
  });
  return true;
}

export interface AuditRow {
  id: string;
  at: Date;
  userId: string | null;
  userName: string;
  connectionId: string | null;
  action: string;
  subject: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Newest first. `action` is matched exactly, `text` as part of subject or name. */
export async function listAudit(
  tx: Tx,
  shopId: number,
  filter: { userId?: string; connectionId?: string; action?: string; text?: string; page?: number; pageSize?: number } = {},
): Promise<{ rows: AuditRow[]; total: number }> {
  const { userId, connectionId, action, text, page = 1, pageSize = 50 } = filter;
  const where: Prisma.AuditEntryWhereInput = {
    shopId,
    ...(userId ? { userId } : {}),
    ...(connectionId ? { connectionId } : {}),
    ...(action ? { action } : {}),
    ...(text
      ? { OR: [{ subject: { contains: text, mode: 'insensitive' } }, { userName: { contains: text, mode: 'insensitive' } }] }
      : {}),
  };
  const total = await tx.auditEntry.count({ where });
  const rows = await tx.auditEntry.findMany({
    where,
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    skip: (page - 1) * pageSize,
    take: pageSize,
  });
  return {
    total,
    rows: rows.map(({ shopId: _shop, before, after, ...row }) => ({
      ...row,
      before: before as Record<string, unknown> | null,
      after: after as Record<string, unknown> | null,
    })),
  };
}
