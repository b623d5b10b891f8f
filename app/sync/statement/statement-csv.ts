import { writeCsv } from '../../core/csv.ts';
import { maskText } from '../../core/mask.ts';
import { inShop } from '../../db/scope.ts';
import { readLines, type LineFilter, type LineView } from './read-statement.ts';

const PAGE = 1_000;

/** What a spreadsheet shows of a line, in the reader's language. */
export interface CsvWords {
  /** The headings, in the order of the cells. */
  headings: readonly string[];
  cells(line: LineView): string[];
}

/** A reason may quote another system, and whom that speaks of. */
const masked = (params: LineView['params']): LineView['params'] =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? maskText(value) : value]));

/** A statement's lines as CSV, piece by piece, so that it may be of any length. */
export async function* statementCsv(
  shopId: number,
  runId: string,
  filter: LineFilter,
  { headings, cells }: CsvWords,
): AsyncGenerator<string> {
  // So that a spreadsheet reads it as UTF-8.
  yield `\uFEFF${writeCsv([headings])}`;
  for (let offset = 0; ; offset += PAGE) {
    const at = offset;
    const lines = await inShop(shopId, (tx) => readLines(tx, shopId, runId, filter, { offset: at, limit: PAGE }));
    if (lines.length > 0) yield writeCsv(lines.map((line) => cells({ ...line, params: masked(line.params) })));
    if (lines.length < PAGE) return;
  }
}
