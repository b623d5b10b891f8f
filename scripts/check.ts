import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** `npm run check`: everything that needs no running system. Each step is named with its time; the first failure ends it. */
const root = path.resolve(import.meta.dirname, '..');
const steps: [string, string[]][] = [
  ['codegen', ['node', 'scripts/codegen.ts']],
  ['prisma generate', ['prisma', 'generate', '--no-hints']],
  ['prettier', ['prettier', '--check', '--log-level=warn', '.']],
  ['types', ['tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['eslint', ['eslint', '--max-warnings=0', 'app', 'database', 'extensions', 'sandbox', 'scripts', 'tests']],
  ['import rules', ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'app', 'sandbox', 'database']],
  ['unused code', ['knip']],
];

for (const [name, [command = '', ...args]] of steps) {
  const started = performance.now();
  const result = spawnSync(path.join(root, 'node_modules/.bin', command), args, { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (result.status !== 0) {
    process.stdout.write(`✗ ${name} (${seconds} s)\n${result.stdout}${result.stderr}`);
    process.exit(1);
  }
  process.stdout.write(`✓ ${name} (${seconds} s)\n`);
}
