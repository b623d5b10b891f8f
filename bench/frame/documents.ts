import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import type { Curve, Measures, Row } from './bench.ts';
import { exponentOf } from './measure.ts';
import { asMachines } from './machines.ts';
import { asSvg } from './plot.ts';
import { asMarkdown } from './table.ts';

/** An exponent above it is more than noise. */
const LINEAR = 1.1;

/** A whole run. */
export interface Run {
  /** The machine, the size and how long it took, in one line. */
  head: string;
  rows: readonly Row[];
  curves: readonly Curve[];
  measures: Partial<Measures>;
}

/**
 * Writes a run into the documents below `root`, each between its two marks: the table and the plots into docs/performance.md, from what size on which
 * machines are due into docs/operations.md. The pictures lie in docs/images/performance.
 */
export async function writeDocuments(root: string, { head, rows, curves, measures }: Run, style: object): Promise<void> {
  const replace = async (name: string, mark: string, text: string) => {
    const file = path.join(root, 'docs', name);
    const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
    const [before = '', rest] = readFileSync(file, 'utf8').split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`docs/${name} has no place for the ${mark}: ${begin} … ${end}`);
    writeFileSync(file, await format(`${before}${begin}\n\n${text}\n\n${end}${after}`, { parser: 'markdown', ...style }));
  };
  const pictures = 'images/performance';
  mkdirSync(path.join(root, 'docs', pictures), { recursive: true });
  const plots = curves.map((curve) => {
    const file = `${pictures}/${curve.name.toLowerCase().replaceAll(/\W+/g, '-')}.svg`;
    writeFileSync(path.join(root, 'docs', file), asSvg(curve));
    return `![${curve.name}: ${curve.of} to the power of ${exponentOf(curve.points).toFixed(2)}](${file})`;
  });
  const growth = curves.map((curve) => {
    const exponent = exponentOf(curve.points);
    return `- ${curve.name}: ${curve.of} to the power of ${exponent.toFixed(2)}, ${exponent <= LINEAR ? 'linear or better' : '**worse than linear**'}${curve.beside ? ` (${curve.beside.what}: ${exponentOf(curve.beside.points).toFixed(2)})` : ''}`;
  });
  await replace('performance.md', 'results', `${head}\n\n${asMarkdown(rows)}\n\n${growth.join('\n')}\n\n${plots.join('\n')}`);
  const { ordersAnHour, webhooksASecond, databaseSecondsAnOrder } = measures;
  if (ordersAnHour && webhooksASecond && databaseSecondsAnOrder)
    await replace('operations.md', 'machines', asMachines({ ordersAnHour, webhooksASecond, databaseSecondsAnOrder }));
}
