import type { Row } from './bench.ts';

const ratioOf = ({ ratio }: Row): string => (ratio === null ? '' : ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2));
const words = { pass: 'pass', miss: 'MISS', unmeasured: 'not measurable here' } as const;

/** The rows as lines of text, columns in line; what was missed says why below. */
export function asText(rows: readonly Row[]): string {
  const head = ['what', 'target', 'figure', 'limit beside it', 'ratio', ''];
  const cells = rows.map((row) => [row.what, row.target, row.figure, row.limit, ratioOf(row), words[row.verdict]]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => (line[column] ?? '').length)));
  const line = (parts: string[]) => parts.map((part, column) => part.padEnd(widths[column] ?? 0)).join('  ');
  const lines = [line(head), line(widths.map((width) => '─'.repeat(width)))];
  rows.forEach((row, index) => {
    lines.push(line(cells[index] ?? []));
    if (row.note) lines.push(`    ${row.note}`);
  });
  return lines.join('\n');
}

const escaped = (text: string) => text.replaceAll('|', '\\|');

/** The same as a table of Markdown. */
export function asMarkdown(rows: readonly Row[]): string {
  const lines = ['| What | Target | Figure | Limit beside it | Ratio | | Note |', '| --- | --- | --- | --- | --- | --- | --- |'];
  for (const row of rows)
    lines.push(
      `| ${[row.what, row.target, row.figure, row.limit, ratioOf(row), words[row.verdict], row.note].map(escaped).join(' | ')} |`,
    );
  return lines.join('\n');
}
