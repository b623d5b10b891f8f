import { NeedsMerchantError } from '../../core/errors.ts';
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
    number(column) {
      const said = text(column);
      const value = Number(said);
      return said === null || !Number.isFinite(value) ? null : value;
    },
  };
}

/** Throws NeedsMerchantError naming the first of `wanted` that an export lacks. An export without rows lacks nothing. */
export function demandColumns(rows: readonly ExportRow[], wanted: readonly Column[], id: number): void {
  const [first] = rows;
  const missing = first && wanted.find((column) => !first.has(column));
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
