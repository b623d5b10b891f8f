import { writeCsv } from '../../core/csv.ts';
import { maskText } from '../../core/mask.ts';
import { inShop } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';

const PAGE = 1_000;

/** One record of a run as its file shows it. */
export interface RunCsvLine {
  label: string;
  action: string;
  outcome: string | null;
  before: number | null;
  after: number | null;
  reason: Reason | null;
  doneAt: Date | null;
}

export interface RunCsvWords {
  headings: readonly string[];
  cells(line: RunCsvLine): string[];
}

/** No cell says who bought. */
const asCsv = (rows: readonly (readonly string[])[]): string => writeCsv(rows.map((row) => row.map(maskText)));

/** The log of a run as CSV, piece by piece, so that it may be of any length. */
export async function* runCsv(shopId: number, runId: string, { headings, cells }: RunCsvWords): AsyncGenerator<string> {
  // So that a spreadsheet reads it as UTF-8.
  yield `\uFEFF${asCsv([headings])}`;
  for (let after = ''; ;) {
    const from = after;
    const rows = await inShop(shopId, (tx) =>
      tx.planItem.findMany({ where: { shopId, runId, itemKey: { gt: from } }, orderBy: { itemKey: 'asc' }, take: PAGE }),
    );
    if (rows.length > 0) yield asCsv(rows.map((row) => cells({ ...row, reason: row.reason as Reason | null })));
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.itemKey ?? '';
  }
}
