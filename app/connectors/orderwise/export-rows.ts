import { NeedsMerchantError } from '../../core/errors.ts';
import { numberOf } from '../contract/index.ts';
import { columns } from './assumptions.ts';

export type Column = keyof typeof columns;

/** A row of an export by our names for its columns. */
export interface ExportRow {
  has(column: Column): boolean;
  /** Trimmed; null for none and for nothing. */
  text(column: Column): string | null;
  /** Null for what is no number. */
  number(column: Column): number | null;
}

/** Upper and lower case of column names don't count: they are the merchant's own. */
export function exportRow(raw: Record<string, unknown>): ExportRow {
  const byName = new Map(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), value]));
  const nameOf = (column: Column) => columns[column].map((name) => name.toLowerCase()).find((name) => byName.has(name));
  const text = (column: Column): string | null => {
    const value = byName.get(nameOf(column) ?? '');
    const said = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim() : '';
    return said === '' ? null : said;
  };
  return {
    has: (column) => nameOf(column) !== undefined,
    text,
    number: (column) => numberOf(text(column)),
  };
}

/** Throws NeedsMerchantError naming the first of `wanted` that no row of an export has: one alone may leave out what it has nothing for. An export without rows lacks nothing. */
export function demandColumns(rows: readonly ExportRow[], wanted: readonly Column[], id: number): void {
  const missing = rows.length > 0 && wanted.find((column) => !rows.some((row) => row.has(column)));
  if (missing) {
    throw new NeedsMerchantError(
      'orderwise-export-column',
      `API Export Definition ${id} answers no column ${columns[missing][0]}`,
      {
        params: { id, column: columns[missing][0] ?? missing },
      },
    );
  }
}
