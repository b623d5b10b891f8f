import type { z } from 'zod';

/** A record that can't be read: what names it to people, and the fields that are wrong. Nothing else of it may be logged. */
export interface UnreadRow {
  record: string;
  at: string[];
}

/** The first of its fields that is an id, with its name. */
function nameOf(value: unknown): string {
  const fields = Object.entries(typeof value === 'object' && value !== null ? value : {}) as [string, unknown][];
  const named = fields.find(([key, one]) => /^(id|sku)$|(_id|_ref|Id)$/.test(key) && ['string', 'number'].includes(typeof one));
  return named ? `${named[0]} ${String(named[1]).slice(0, 60)}` : 'without an id';
}

/** Reads records one by one: one that can't be read is named and left out, and holds up none of the others. `left` has those as they came. */
export function readRows<Row extends z.ZodType>(
  values: readonly unknown[],
  row: Row,
): { rows: z.output<Row>[]; unread: UnreadRow[]; left: unknown[] } {
  const rows: z.output<Row>[] = [];
  const unread: UnreadRow[] = [];
  const left: unknown[] = [];
  for (const value of values) {
    const result = row.safeParse(value);
    if (result.success) rows.push(result.data);
    else {
      unread.push({ record: nameOf(value), at: result.error.issues.map(({ path }) => path.join('.')) });
      left.push(value);
    }
  }
  return { rows, unread, left };
}
