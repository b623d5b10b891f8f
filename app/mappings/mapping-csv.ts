import Papa from 'papaparse';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { matchKinds, type MappingKind, type MatchKind } from './kinds.ts';
import { checkMapping, loadMappings, removeMapping, saveMapping } from './mapping-store.ts';
import type { MappingRule } from './resolve.ts';

const targetColumns: Record<MappingKind, readonly string[]> = { shipping: ['carrier', 'method'], payment: ['method'] };
const MAXIMUM_ROWS = 10_000;

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe before it, and so does one that begins with an apostrophe, so that
 * reading back is exact.
 */
export function guardCell(text: string): string {
  return /^['=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

export function unguardCell(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text;
}

/** The mappings of one kind as CSV: value, match and the columns of its target. */
export async function exportMappings(tx: Tx, shopId: number, connectionId: string, kind: MappingKind): Promise<string> {
  const rules: readonly MappingRule[] = (await loadMappings(tx, shopId, connectionId)).rules[kind];
  const columns = targetColumns[kind];
  const rows = [...rules]
    .sort((one, other) => (one.source < other.source ? -1 : 1))
    .map(({ source, match, target }) =>
      [source, match, ...columns.map((column) => (target as Record<string, string | null>)[column] ?? '')].map(guardCell),
    );
  return Papa.unparse({ fields: ['value', 'match', ...columns], data: rows }, { newline: '\r\n' });
}

export interface CsvFault {
  /** As a spreadsheet counts: the heading is line 1. */
  line: number;
  /** `errors.<code>`. */
  code: string;
  params: Record<string, string | number>;
}

/** Reads and validates a CSV of one kind; every faulty line is named. Pure. */
export function parseMappingCsv(text: string, kind: MappingKind): { rows: Omit<MappingRule, 'id'>[]; faults: CsvFault[] } {
  const parsed = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (header) => header.trim().toLowerCase(),
  });
  const missing = ['value', ...targetColumns[kind]].filter((column) => !parsed.meta.fields?.includes(column));
  if (missing.length > 0)
    return { rows: [], faults: [{ line: 1, code: 'csv-column-missing', params: { columns: missing.join(', ') } }] };
  if (parsed.data.length > MAXIMUM_ROWS)
    return { rows: [], faults: [{ line: MAXIMUM_ROWS + 2, code: 'csv-too-long', params: { maximum: MAXIMUM_ROWS } }] };
  const rows: Omit<MappingRule, 'id'>[] = [];
  const faults: CsvFault[] = [];
  const seen = new Map<string, number>();
  parsed.data.forEach((record, index) => {
    const line = index + 2;
    const cell = (column: string) => unguardCell(record[column] ?? '');
    const match = (cell('match').trim().toLowerCase() || 'exact') as MatchKind;
    const broken = parsed.errors.find((error) => error.row === index);
    if (broken) return faults.push({ line, code: 'csv-line-broken', params: {} });
    if (!matchKinds.includes(match)) return faults.push({ line, code: 'csv-match-unknown', params: { value: match } });
    const key = JSON.stringify([match, cell('value')]);
    const earlier = seen.get(key);
    if (earlier !== undefined) return faults.push({ line, code: 'csv-value-twice', params: { value: cell('value'), earlier } });
    seen.set(key, line);
    try {
      const target = Object.fromEntries(targetColumns[kind].map((column) => [column, cell(column)]));
      return rows.push(checkMapping({ kind, match, source: cell('value'), target }));
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      return faults.push({ line, code: error.code, params: error.params });
    }
  });
  return { rows, faults };
}

/** Takes over a CSV: all of it or, when a line is faulty, nothing. `replace` removes the mappings of this kind that the file doesn't have. */
export async function importMappings(
  tx: Tx,
  shopId: number,
  actor: Actor,
  input: { connectionId: string; kind: MappingKind; text: string; replace?: boolean },
): Promise<{ ok: true; saved: number; removed: number } | { ok: false; faults: CsvFault[] }> {
  const { connectionId, kind, text, replace = false } = input;
  const { rows, faults } = parseMappingCsv(text, kind);
  if (faults.length > 0) return { ok: false, faults };
  const before: readonly MappingRule[] = (await loadMappings(tx, shopId, connectionId)).rules[kind];
  for (const row of rows) await saveMapping(tx, shopId, actor, { connectionId, kind, ...row });
  const gone = replace
    ? before.filter((rule) => !rows.some((row) => row.match === rule.match && row.source === rule.source))
    : [];
  for (const { id } of gone) await removeMapping(tx, shopId, actor, id);
  return { ok: true, saved: rows.length, removed: gone.length };
}
