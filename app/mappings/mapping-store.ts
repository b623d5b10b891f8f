import type { Mapping, Prisma } from '@prisma/client';
import { now } from '../core/clock.ts';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { coverageOf, type Coverage, type CountedValue } from './coverage.ts';
import type { MappingKind } from '../connectors/contract/index.ts';
import { tableKinds, takesRules, targetSchemas, type MappingTarget, type MatchKind, type TableKind } from './kinds.ts';
import { resolve, rulesByKind, type MappingRule, type MappingTable } from './resolve.ts';

const toRule = (row: Pick<Mapping, 'id' | 'match' | 'source' | 'target'>): MappingRule => ({
  id: row.id,
  match: row.match as MatchKind,
  source: row.source,
  target: row.target as MappingTarget<MappingKind>,
});

/** A connection's mappings of one kind. */
export async function loadRules<Kind extends MappingKind>(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kind: Kind,
): Promise<MappingRule<Kind>[]> {
  const rows = await tx.mapping.findMany({ where: { shopId, connectionId, kind }, orderBy: [{ source: 'asc' }, { id: 'asc' }] });
  return rows.map((row) => toRule(row) as MappingRule<Kind>);
}

/** A connection's mappings in force; SKU aliases are read apart. */
export async function loadMappings(tx: Tx, shopId: number, connectionId: string): Promise<MappingTable> {
  // The version and the rules that it stands for, as they are at one moment.
  const rows = await tx.$queryRaw<
    (Pick<Mapping, 'kind' | 'match' | 'source' | 'target'> & { version: number; id: string | null })[]
  >`
    SELECT c.mapping_version AS version, m.id, m.kind, m.match, m.source, m.target
    FROM connection c LEFT JOIN mapping m ON m.shop_id = c.shop_id AND m.connection_id = c.id AND m.kind = ANY(${[...tableKinds]})
    WHERE c.shop_id = ${shopId} AND c.id = ${connectionId}::uuid`;
  const byKind = Object.groupBy(
    rows.flatMap(({ id, ...row }) => (id === null ? [] : { kind: row.kind as TableKind, rule: toRule({ id, ...row }) })),
    ({ kind }) => kind,
  );
  const found = Object.entries(byKind).map(([kind, list]) => [kind, list.map(({ rule }) => rule)]);
  return { version: rows[0]?.version ?? 0, rules: rulesByKind(Object.fromEntries(found) as Partial<MappingTable['rules']>) };
}

/** Every change raises the version that is kept with each result, so that a result can be explained later. */
async function raiseVersion(tx: Tx, shopId: number, connectionId: string): Promise<number> {
  const { mappingVersion } = await tx.connection.update({
    where: { shopId_id: { shopId, id: connectionId } },
    data: { mappingVersion: { increment: 1 } },
    select: { mappingVersion: true },
  });
  return mappingVersion;
}

export interface MappingInput {
  connectionId: string;
  kind: MappingKind;
  match?: MatchKind;
  /** As it stands in Shopify. Empty is a value too (an order without a method), but only as `exact`. */
  source: string;
  target: unknown;
}

/** Validates one mapping. Throws RejectedError('mapping-source-missing' | 'mapping-rule-not-offered' | 'mapping-target-invalid'). */
export function checkMapping({
  kind,
  match = 'exact',
  source,
  target,
}: Omit<MappingInput, 'connectionId'>): Omit<MappingRule, 'id'> {
  if (match !== 'exact' && source.trim() === '') {
    throw new RejectedError('mapping-source-missing', 'A rule needs a text to look for', { field: 'source' });
  }
  if (match !== 'exact' && !takesRules(kind)) {
    throw new RejectedError('mapping-rule-not-offered', 'A code stands for one code', {
      field: 'match',
      params: { value: source },
    });
  }
  const result = targetSchemas[kind].safeParse(target);
  if (!result.success) {
    const field = String(result.error.issues[0]?.path[0] ?? 'target');
    if (kind === 'kit')
      throw new RejectedError('kit-unreadable', 'What the kit is made of can not be read', { field, params: { value: source } });
    throw new RejectedError('mapping-target-invalid', 'The value to map to is missing or too long', {
      field,
      params: { value: source },
    });
  }
  return { match, source, target: result.data };
}

/** Stores one answer, replacing an earlier one for the same value. Returns the version now in force. */
export async function saveMapping(
  tx: Tx,
  shopId: number,
  actor: Actor,
  input: MappingInput,
): Promise<{ id: string; version: number }> {
  const { connectionId, kind } = input;
  const { match, source, target } = checkMapping(input);
  const key = { shopId, connectionId, kind, match, source };
  const before = await tx.mapping.findUnique({ where: { shopId_connectionId_kind_match_source: key } });
  const data = { target: target as Prisma.InputJsonObject, updatedAt: now() };
  const { id } = await tx.mapping.upsert({
    where: { shopId_connectionId_kind_match_source: key },
    create: { ...key, ...data },
    update: data,
    select: { id: true },
  });
  const changed = await audit(tx, shopId, actor, {
    action: before ? 'mapping-changed' : 'mapping-added',
    subject: `${kind} ${source}`,
    connectionId,
    before: before ? (before.target as Record<string, unknown>) : null,
    after: { ...target, ...(before ? {} : { match }) },
  });
  if (changed) return { id, version: await raiseVersion(tx, shopId, connectionId) };
  const { mappingVersion } = await tx.connection.findUniqueOrThrow({ where: { shopId_id: { shopId, id: connectionId } } });
  return { id, version: mappingVersion };
}

/** Takes an answer away; what it covered is unmapped again unless another rule covers it. Nothing happens when it is gone already. */
export async function removeMapping(tx: Tx, shopId: number, actor: Actor, id: string): Promise<void> {
  const row = await tx.mapping.findUnique({ where: { shopId_id: { shopId, id } } });
  if (!row) return;
  await tx.mapping.delete({ where: { shopId_id: { shopId, id } } });
  await raiseVersion(tx, shopId, row.connectionId);
  await audit(tx, shopId, actor, {
    action: 'mapping-removed',
    subject: `${row.kind} ${row.source}`,
    connectionId: row.connectionId,
    before: { ...(row.target as object), match: row.match },
    after: null,
  });
}

export interface MappingRow<Kind extends MappingKind = MappingKind> {
  /** The value as it stands in Shopify; for a rule that has met none, its text. */
  value: string;
  label: string;
  /** Null for a rule that no value has met. */
  origin: string | null;
  orders: number;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  /** The rule that answers it; null when unmapped. `own`: a rule for this very value, to be changed in its row. */
  mapping: (MappingRule<Kind> & { own: boolean }) | null;
}

/** What was seen and what is answered: unmapped first, the most used ones first, then rules that no value has met. */
export async function listMappingRows<Kind extends MappingKind>(
  tx: Tx,
  shopId: number,
  connectionId: string,
  kind: Kind,
): Promise<MappingRow<Kind>[]> {
  const rules = await loadRules(tx, shopId, connectionId, kind);
  const seen = await tx.observedValue.findMany({ where: { shopId, kind }, orderBy: [{ orders: 'desc' }, { value: 'asc' }] });
  const used = new Set<string>();
  const rows = seen.map(({ value, label, origin, orders, firstSeenAt, lastSeenAt }): MappingRow<Kind> => {
    const found = resolve(rules, [value]);
    const rule = rules.find(({ id }) => id === found?.id);
    if (rule) used.add(rule.id);
    return {
      value,
      label,
      origin,
      orders,
      firstSeenAt,
      lastSeenAt,
      mapping: rule ? { ...rule, own: rule.match === 'exact' && rule.source === value } : null,
    };
  });
  const idle = rules
    .filter(({ id }) => !used.has(id))
    .map((rule): MappingRow<Kind> => ({
      value: rule.source,
      label: rule.source,
      origin: null,
      orders: 0,
      firstSeenAt: null,
      lastSeenAt: null,
      mapping: { ...rule, own: true },
    }));
  return [...rows.filter(({ mapping }) => !mapping), ...rows.filter(({ mapping }) => mapping), ...idle];
}

/** The values of a kind that were seen, with how many of the last orders used each. */
export async function countedValues(tx: Tx, shopId: number, kind: MappingKind): Promise<CountedValue[]> {
  return tx.observedValue.findMany({ where: { shopId, kind }, select: { value: true, orders: true } });
}

/** How much of what the shop has seen this connection's mappings of a kind answer. */
export async function mappingCoverage(tx: Tx, shopId: number, connectionId: string, kind: MappingKind): Promise<Coverage> {
  return coverageOf(await loadRules(tx, shopId, connectionId, kind), await countedValues(tx, shopId, kind));
}
