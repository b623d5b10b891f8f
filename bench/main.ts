import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import type { Curve, Result, Row, Size } from './frame/bench.ts';
import { exponentOf } from './frame/measure.ts';
import { asSvg } from './frame/plot.ts';
import { asMarkdown, asText } from './frame/table.ts';

/**
 * `npm run bench`: measures everything on this machine, in one run, each figure with its limit beside it. `--quick`: smaller sizes, under five minutes;
 * `--only NAME`: some (repeat it); `--profile`: a CPU profile of each into .cache/bench. Exits 1 when a result is wrong, never because one is slow.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    profile: { type: 'boolean', default: false },
  },
});
const root = path.resolve(import.meta.dirname, '..');
const size: Size = values.tiny ? 'tiny' : values.quick ? 'quick' : 'full';
const names = Object.keys(benches);
const unknown = values.only.find((name) => !names.includes(name));
if (unknown) throw new Error(`No bench is called "${unknown}": ${names.join(', ')}`);
const chosen = values.only.length === 0 ? names : names.filter((name) => values.only.includes(name));

function run(name: string, out: string): Promise<Result | string> {
  const folder = path.join(root, '.cache/bench');
  const profile = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
  const child = spawn(
    process.execPath,
    [...profile, path.join(import.meta.dirname, 'one.ts'), '--name', name, '--size', size, '--out', out],
    {
      cwd: root,
      env: { ...process.env, ...(values.profile ? { BENCH_PROFILE: folder } : {}) },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return new Promise((resolve) => {
    child.once('exit', (code) =>
      resolve(code === 0 ? (JSON.parse(readFileSync(out, 'utf8')) as Result) : `${name} broke off with code ${code}`),
    );
  });
}

const machine = {
  cpu: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
  memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
  node: process.version,
};
const started = performance.now();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'crossdock-bench-results-'));
const rows: Row[] = [];
const curves: Curve[] = [];
const wrong: string[] = [];
for (const name of chosen) {
  process.stderr.write(`${name}\n`);
  const result = await run(name, path.join(scratch, `${name}.json`));
  if (typeof result === 'string') {
    wrong.push(result);
    continue;
  }
  rows.push(...result.rows);
  curves.push(...result.curves);
  for (const [what, right] of Object.entries(result.right)) if (!right) wrong.push(`${name}: ${what}`);
}
rmSync(scratch, { recursive: true, force: true });

const seconds = (performance.now() - started) / 1000;
const growth = curves.map((curve) => ({ ...curve, exponent: Number(exponentOf(curve.points).toFixed(3)) }));
const head = `${machine.cores} × ${machine.cpu}, ${machine.memoryGigabytes} GB, Node ${machine.node}, size ${size}, ${(seconds / 60).toFixed(1)} min`;
process.stdout.write(`\n${head}\n\n${asText(rows)}\n\n`);
for (const { name, of, points, exponent } of growth)
  process.stdout.write(
    `${name} grows with the ${of} to the power of ${exponent}: ${points.map((point) => `${point.size} in ${point.seconds.toFixed(2)} s`).join(', ')}\n`,
  );
for (const one of wrong) process.stdout.write(`WRONG: ${one}\n`);

// Only a whole run replaces what the documents show.
if (values.only.length === 0 && size !== 'tiny') {
  writeFileSync(
    path.join(import.meta.dirname, 'results.json'),
    `${JSON.stringify({ machine, size, seconds: Math.round(seconds), rows, curves: growth, wrong }, null, 2)}\n`,
  );
  const pictures = path.join(root, 'docs/images/performance');
  mkdirSync(pictures, { recursive: true });
  for (const curve of curves)
    writeFileSync(path.join(pictures, `${curve.name.toLowerCase().replaceAll(/\W+/g, '-')}.svg`), asSvg(curve));
  const file = path.join(root, 'docs/performance.md');
  const marks = ['<!-- results -->', '<!-- /results -->'] as const;
  const [before = '', rest = ''] = readFileSync(file, 'utf8').split(marks[0]);
  const after = rest.split(marks[1])[1] ?? '';
  writeFileSync(file, `${before}${marks[0]}\n\n${head}\n\n${asMarkdown(rows)}\n\n${marks[1]}${after}`);
}
process.exit(wrong.length > 0 ? 1 : 0);
