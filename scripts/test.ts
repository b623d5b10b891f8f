import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildIfStale } from './build-if-stale.ts';

/**
 * `npm test`: the checks, the unit and store tests, then the whole system through the sandbox, as a black box and in a browser.
 * Ends with what failed, by name and with its first lines, and one line of counts: who sees only the end of a long log sees why.
 * Exits 1 when anything failed.
 */
const root = path.resolve(import.meta.dirname, '..');
const reports = mkdtempSync(path.join(os.tmpdir(), 'crossdock-test-'));
let passed = 0;
const failures: string[] = [];
const leftOut: string[] = [];

function step(title: string, work: () => boolean): void {
  process.stdout.write(`\n── ${title}\n`);
  const started = performance.now();
  const right = work();
  process.stdout.write(`${right ? '✓' : '✗'} ${title} (${((performance.now() - started) / 1000).toFixed(0)} s)\n`);
  if (!right && !title.startsWith('tests')) failures.push(`${title}: the output above says what`);
}

/** What Vitest's JSON report says, as far as it is read here. */
interface Report {
  numPassedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

const firstLines = (text: string): string => text.split('\n').slice(0, 12).join('\n    ');

/** Each test that failed, and each file that failed outside its tests. */
function failuresOf(report: Report): string[] {
  return report.testResults.flatMap((file) => {
    const where = path.relative(root, file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0 && file.status === 'failed') return [`${where}\n    ${firstLines(file.message)}`];
    return tests.map((test) => `${where} › ${test.fullName}\n    ${firstLines(test.failureMessages.join('\n'))}`);
  });
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
    failures.push(`${config}: the tests ended without a report`);
    return false;
  }
  const told = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const named = failuresOf(told);
  passed += told.numPassedTests;
  failures.push(...named);
  if (result.status !== 0 && named.length === 0)
    failures.push(`${config}: failed outside its tests; the output above says where`);
  if (told.numPendingTests > 0) leftOut.push(`${told.numPendingTests} tests of ${config} (their titles say why)`);
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
  '\nLeft out here: a real Shopify shop, real vendors, `shopify app build` (they need accounts and a network); the long storms\nof `npm run chaos` (docs/reliability.md says what they came to); `npm run audit` (it asks the registry, which must answer that).\n',
);
for (const one of leftOut) process.stdout.write(`Left out: ${one}\n`);
for (const one of failures) process.stdout.write(`\n✗ ${one}\n`);
process.stdout.write(`\n${passed} passed, ${failures.length} failed\n`);
process.exit(failures.length === 0 ? 0 : 1);
