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

/** A setting that the log knows: of which subject (`sync orders`, or only its kind where names are many), and its name. */
export interface AuditedSetting {
  subject: string;
  name: string;
}

interface AuditFilter {
  userId?: string;
  connectionId?: string;
  action?: string;
  /** Entries that changed it. */
  setting?: AuditedSetting;
  text?: string;
  page?: number;
  pageSize?: number;
}

/** The kinds of subjects whose entries are about settings with names. */
const kindsWithSettings = ['sync', 'connection', 'location', 'facility'];

async function idsOfSetting(tx: Tx, shopId: number, { subject, name }: AuditedSetting): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM audit_entry
    WHERE shop_id = ${shopId} AND (subject = ${subject} OR starts_with(subject, ${`${subject} `}))
      AND (jsonb_exists(coalesce(before, '{}'), ${name}) OR jsonb_exists(coalesce(after, '{}'), ${name}))
    ORDER BY at DESC LIMIT 5000`;
  return rows.map(({ id }) => id);
}

/** What the log can be filtered by: who did something, and which settings were changed. */
export async function auditChoices(
  tx: Tx,
  shopId: number,
): Promise<{ people: { userId: string; userName: string }[]; settings: AuditedSetting[] }> {
  const people = await tx.$queryRaw<{ userId: string; userName: string }[]>`
    SELECT DISTINCT ON (user_id) user_id AS "userId", user_name AS "userName" FROM audit_entry
    WHERE shop_id = ${shopId} AND user_id IS NOT NULL ORDER BY user_id, at DESC`;
  const settings = await tx.$queryRaw<AuditedSetting[]>`
    SELECT DISTINCT CASE split_part(subject, ' ', 1) WHEN 'sync' THEN subject ELSE split_part(subject, ' ', 1) END AS subject, name
    FROM audit_entry, LATERAL jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')) AS name
    WHERE shop_id = ${shopId} AND split_part(subject, ' ', 1) = ANY(${kindsWithSettings}) AND jsonb_typeof(coalesce(before, after)) = 'object'
    ORDER BY subject, name LIMIT 500`;
  return { people: people.sort((one, other) => one.userName.localeCompare(other.userName)), settings };
}

/** Newest first. `action` is matched exactly, `text` as part of subject or name. */
export async function listAudit(tx: Tx, shopId: number, filter: AuditFilter = {}): Promise<{ rows: AuditRow[]; total: number }> {
  const { userId, connectionId, action, setting, text, page = 1, pageSize = 50 } = filter;
  const where: Prisma.AuditEntryWhereInput = {
    shopId,
    ...(userId ? { userId } : {}),
    ...(connectionId ? { connectionId } : {}),
    ...(action ? { action } : {}),
    ...(setting ? { id: { in: await idsOfSetting(tx, shopId, setting) } } : {}),
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
