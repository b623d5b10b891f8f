import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildIfStale } from './build-if-stale.ts';

/**
 * `npm test`: the checks, the unit and store tests, then the whole system through the sandbox, as a black box and in a browser.
 * Ends with one line of counts; exits 1 when anything failed.
 */
const root = path.resolve(import.meta.dirname, '..');
const reports = mkdtempSync(path.join(os.tmpdir(), 'crossdock-test-'));
let passed = 0;
let failed = 0;
const leftOut: string[] = [];

function step(title: string, work: () => boolean): void {
  process.stdout.write(`\n── ${title}\n`);
  const started = performance.now();
  const right = work();
  process.stdout.write(`${right ? '✓' : '✗'} ${title} (${((performance.now() - started) / 1000).toFixed(0)} s)\n`);
  if (!right && !title.startsWith('tests')) failed += 1;
}

function runTests(config: string): boolean {
  const report = path.join(reports, `${path.basename(config)}.json`);
  const result = spawnSync(
    path.join(root, 'node_modules/.bin/vitest'),
    ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (!existsSync(report)) {
    failed += 1;
    return false;
  }
  const counts = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
  };
  passed += counts.numPassedTests;
  failed += counts.numFailedTests + (result.status !== 0 && counts.numFailedTests === 0 ? 1 : 0);
  if (counts.numPendingTests > 0) leftOut.push(`${counts.numPendingTests} tests of ${config} (their titles say why)`);
  return result.status === 0;
}

step('checks', () => spawnSync(process.execPath, ['scripts/check.ts'], { cwd: root, stdio: 'inherit' }).status === 0);
step('tests of parts', () => runTests('vitest.config.ts'));
step('build', () => {
  buildIfStale();
  return true;
});
step('tests through the sandbox and in a browser', () => runTests('vitest.system.config.ts'));
step('tests of everything that goes wrong', () => runTests('vitest.chaos.config.ts'));

rmSync(reports, { recursive: true, force: true });
process.stdout.write(
  '\nLeft out here: a real Shopify shop, real vendors, `shopify app build` (they need accounts and a network); the long storms\nof `npm run chaos` (docs/reliability.md says what they came to).\n',
);
for (const one of leftOut) process.stdout.write(`Left out: ${one}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
