import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { buildIfStale } from '../scripts/build-if-stale.ts';
import { benches } from './benches.ts';
import type { Curve, Measures, Result, Row, Size } from './frame/bench.ts';
import { writeDocuments } from './frame/documents.ts';
import { exponentOf } from './frame/measure.ts';
import { asText } from './frame/table.ts';
import { openBenchServer } from './ground/database.ts';

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
const measures: Partial<Measures> = {};
const took: Record<string, number> = {};
// These start the app as it is shipped.
if (chosen.some((name) => ['pages', 'cold-start'].includes(name))) buildIfStale();
// One server for all of them: each makes a database of its own there.
const server = process.env['BENCH_DATABASE_URL'] ? null : await openBenchServer((text) => process.stderr.write(`${text}\n`));
if (server) process.env['BENCH_DATABASE_URL'] = server.url;
for (const name of chosen) {
  const began = performance.now();
  process.stderr.write(`${name}\n`);
  const result = await run(name, path.join(scratch, `${name}.json`));
  took[name] = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`${name}: ${took[name]} s\n`);
  if (typeof result === 'string') {
    wrong.push(result);
    continue;
  }
  rows.push(...result.rows);
  curves.push(...result.curves);
  Object.assign(measures, result.measures);
  for (const [what, right] of Object.entries(result.right)) if (!right) wrong.push(`${name}: ${what}`);
}
rmSync(scratch, { recursive: true, force: true });
await server?.stop();

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
  const style = JSON.parse(readFileSync(path.join(root, '.prettierrc.json'), 'utf8')) as object;
  const results = JSON.stringify({ machine, size, seconds: Math.round(seconds), took, measures, rows, curves: growth, wrong });
  writeFileSync(path.join(import.meta.dirname, 'results.json'), await format(results, { parser: 'json', ...style }));
  await writeDocuments(root, { head, rows, curves, measures }, style);
}
process.exit(wrong.length > 0 ? 1 : 0);
