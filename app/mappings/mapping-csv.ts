import Papa from 'papaparse';
import { unguardCell, writeCsv } from '../core/csv.ts';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { MappingKind } from '../connectors/contract/index.ts';
import { matchKinds, type MatchKind } from './kinds.ts';
import type { MappingChange } from './change-mappings.ts';
import { checkMapping, loadRules } from './mapping-store.ts';
import type { MappingRule } from './resolve.ts';

const targetColumns: Record<MappingKind, readonly string[]> = {
  shipping: ['carrier', 'method'],
  payment: ['method'],
  channel: ['to'],
  'product-type': ['to', 'class', 'lines'],
  'order-status': ['to'],
  'customer-class': ['to'],
  'product-tag': ['to'],
  'sku-alias': ['to'],
  kit: ['to'],
};

/** The column `value` is the source, so a target's own `value` stands in `to`. */
const fieldOf = (column: string): string => (column === 'to' ? 'value' : column);
const MAXIMUM_ROWS = 10_000;
/** Empty ones too, which spreadsheets like to add. */
const MAXIMUM_LINES = 50_000;
/** Characters; ten thousand rows of a merchant's mappings are a tenth of it. */
const MAXIMUM_TEXT = 5_000_000;
/** A file for another kind may have some more than ours; thousands are no table of mappings. */
const MAXIMUM_COLUMNS = 50;

/** The mappings of one kind as CSV: value, match and the columns of its target. */
export async function exportMappings(tx: Tx, shopId: number, connectionId: string, kind: MappingKind): Promise<string> {
  const rules: readonly MappingRule[] = await loadRules(tx, shopId, connectionId, kind);
  const columns = targetColumns[kind];
  const rows = [...rules]
    .sort((one, other) => (one.source < other.source ? -1 : 1))
    .map(({ source, match, target }) => [
      source,
      match,
      ...columns.map((column) => (target as Record<string, string | null>)[fieldOf(column)] ?? ''),
    ]);
  return writeCsv([['value', 'match', ...columns], ...rows]);
}

export interface CsvFault {
  /** As a spreadsheet counts: the heading is line 1. */
  line: number;
  /** `errors.<code>`. */
  code: string;
  params: Record<string, string | number>;
}

/**
 * Reads and validates a CSV of one kind; every faulty line is named. Pure. A file that is too large, too wide or too long is refused
 * before its rows are looked at, so that no file costs more than a moment.
 */
export function parseMappingCsv(text: string, kind: MappingKind): { rows: Omit<MappingRule, 'id'>[]; faults: CsvFault[] } {
  const refuse = (line: number, code: string, params: CsvFault['params']) => ({ rows: [], faults: [{ line, code, params }] });
  if (text.length > MAXIMUM_TEXT) return refuse(1, 'csv-too-large', { maximum: MAXIMUM_TEXT });
  // Columns are found by us: the parser's own way renames doubled headings one by one, which takes it half a minute for a line of commas.
  const parsed = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { preview: MAXIMUM_LINES });
  const heading = (parsed.data[0] ?? []).map((name) => name.trim().toLowerCase());
  const missing = ['value', ...targetColumns[kind]].filter((column) => !heading.includes(column));
  if (missing.length > 0) return refuse(1, 'csv-column-missing', { columns: missing.join(', ') });
  if (heading.length > MAXIMUM_COLUMNS) return refuse(1, 'csv-too-wide', { maximum: MAXIMUM_COLUMNS });
  const filled = parsed.data
    .map((cells, row) => ({ cells, row }))
    .filter(({ cells, row }) => row > 0 && cells.some((one) => one.trim() !== ''));
  if (filled.length > MAXIMUM_ROWS || parsed.data.length >= MAXIMUM_LINES)
    return refuse((filled[MAXIMUM_ROWS]?.row ?? MAXIMUM_LINES) + 1, 'csv-too-long', { maximum: MAXIMUM_ROWS });
  const broken = new Set(parsed.errors.filter(({ type }) => type === 'Quotes').map(({ row }) => row));
  const rows: Omit<MappingRule, 'id'>[] = [];
  const faults: CsvFault[] = [];
  const seen = new Map<string, number>();
  filled.forEach(({ cells, row }) => {
    const line = row + 1;
    if (broken.has(row) || cells.length !== heading.length) return faults.push({ line, code: 'csv-line-broken', params: {} });
    const cell = (column: string) => unguardCell(cells[heading.indexOf(column)] ?? '');
    const match = (cell('match').trim().toLowerCase() || 'exact') as MatchKind;
    if (!matchKinds.includes(match)) return faults.push({ line, code: 'csv-match-unknown', params: { value: match } });
    const key = JSON.stringify([match, cell('value')]);
    const earlier = seen.get(key);
    if (earlier !== undefined) return faults.push({ line, code: 'csv-value-twice', params: { value: cell('value'), earlier } });
    seen.set(key, line);
    try {
      const target = Object.fromEntries(
        targetColumns[kind].flatMap((column) => (cell(column) === '' ? [] : [[fieldOf(column), cell(column)]])),
      );
      return rows.push(checkMapping({ kind, match, source: cell('value'), target }));
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      return faults.push({ line, code: error.code, params: error.params });
    }
  });
  return { rows, faults };
}

interface CsvImport {
  connectionId: string;
  kind: MappingKind;
  text: string;
  /** Removes the mappings of this kind that the file doesn't have. */
  replace?: boolean;
}

/** What a CSV would change; null with its faults when a line is faulty: then nothing of it is taken. */
export async function previewImport(
  tx: Tx,
  shopId: number,
  { connectionId, kind, text, replace = false }: CsvImport,
): Promise<{ saved: number; removed: number; faults: CsvFault[]; change: MappingChange | null }> {
  const { rows, faults } = parseMappingCsv(text, kind);
  if (faults.length > 0) return { saved: 0, removed: 0, faults, change: null };
  const before: readonly MappingRule[] = await loadRules(tx, shopId, connectionId, kind);
  const gone = replace
    ? before.filter((rule) => !rows.some((row) => row.match === rule.match && row.source === rule.source))
    : [];
  return {
    ...{ saved: rows.length, removed: gone.length, faults },
    change: { connectionId, kind, save: rows, remove: gone.map(({ id }) => id) },
  };
}
