import Papa from 'papaparse';

/**
 * Before what a spreadsheet would run as a formula stands an apostrophe, and before an apostrophe another one, so that reading back is exact. Not at a
 * cell's beginning only: a spreadsheet that splits at semicolons or tabs, as Excel does in much of Europe, finds further beginnings within our cells. No
 * quotes keep it from that: a row's second cell is no longer quoted for whoever doesn't split at commas, and a quote that follows its own separator opens a cell.
 */
export function guardCell(text: string): string {
  return text.replace(/^(?=['=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=['"=+\-@\t\r\n＝＋－＠]|$)/g, "'");
}

export function unguardCell(text: string): string {
  return text.replace(/(?<=^|[;\t\r\n])'/g, '');
}

/** The only writer of what a spreadsheet may open: every cell is guarded, and quoted. */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  `${Papa.unparse(
    rows.map((row) => row.map(guardCell)),
    { newline: '\r\n', quotes: true },
  )}\r\n`;
