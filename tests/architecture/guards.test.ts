import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'crossdock-guards-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function plant(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(scratch, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  for (const name of ['node_modules', 'tsconfig.json', '.dependency-cruiser.cjs', 'eslint.config.js', 'package.json'])
    symlinkSync(path.join(root, name), path.join(folder, name));
  return folder;
}

/* Every import rule is broken once on purpose: a rule that lets its violation pass guards nothing. */
describe('the import rules catch', () => {
  it.each([
    ['core-imports-nothing-of-ours', 'app/core/a.ts', 'app/db/b.ts'],
    ['database-imports-nothing-of-ours', 'database/a.ts', 'app/core/b.ts'],
    ['db-imports-core-and-env', 'app/db/a.ts', 'app/sync/b.ts'],
    ['shopify-imports-core-env-db', 'app/shopify/a.ts', 'app/sync/b.ts'],
    ['contract-imports-core', 'app/connectors/contract/a.ts', 'app/db/b.ts'],
    ['stockroom-imports-core-and-db', 'app/stockroom/a.ts', 'app/shopify/b.ts'],
    ['a-connector-imports-core-contract-and-itself', 'app/connectors/one/a.ts', 'app/connectors/two/b.ts'],
    ['a-connector-imports-core-contract-and-itself', 'app/connectors/one/a.ts', 'app/db/b.ts'],
    ['stockroom-connector', 'app/connectors/stockroom/a.ts', 'app/sync/b.ts'],
    ['merchant-folders', 'app/mappings/a.ts', 'app/sync/b.ts'],
    ['merchant-folders', 'app/connections/a.ts', 'app/connectors/one/b.ts'],
    ['job-contracts', 'app/jobs/enqueue.ts', 'app/sync/b.ts'],
    ['sync-gets-its-connector-handed-in', 'app/sync/a.ts', 'app/connectors/one/b.ts'],
    ['components-import-core-only', 'app/components/a.ts', 'app/db/b.ts'],
    ['routes-know-no-prisma-no-connector-no-stand-in', 'app/routes/a.ts', 'app/db/client.ts'],
    ['routes-know-no-prisma-no-connector-no-stand-in', 'app/routes/a.ts', 'app/connectors/one/b.ts'],
    ['the-sandbox-is-a-stranger', 'sandbox/a.ts', 'app/core/b.ts'],
    ['stand-ins-are-strangers-to-their-connector', 'app/connectors/one/stand-in/a.ts', 'app/connectors/one/b.ts'],
  ])('%s: %s → %s', (rule, from, to) => {
    const relative = path.relative(path.dirname(from), to);
    const folder = plant({
      [from]: `import { b } from '${relative.startsWith('.') ? relative : `./${relative}`}';\nexport const a = b;\n`,
      [to]: 'export const b = 1;\n',
    });
    const result = spawnSync(
      bin('depcruise'),
      [
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err',
        ...['app', 'sandbox', 'database'].filter((name) => from.startsWith(name) || to.startsWith(name)),
      ],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect(result.stdout).toContain(rule);
    expect(result.status).not.toBe(0);
  });
});

describe('the lint rules catch', () => {
  it('what they are there for, each once', () => {
    const folder = plant({
      'app/sync/bad.ts': [
        'export async function work(): Promise<void> {}',
        'export function start(): void {\n  work();\n}',
        'export const key = process.env["KEY"];',
        'export const call = () => fetch("http://x");',
        'export const fail = () => {\n  throw "text";\n};',
        'export function pick(value: "a" | "b"): number {\n  switch (value) {\n    case "a":\n      return 1;\n  }\n  return 0;\n}',
        'export const anything: any = 1;',
        'console.log(1);',
      ].join('\n'),
    });
    const result = spawnSync(bin('eslint'), ['--format', 'json', 'app'], { cwd: folder, encoding: 'utf8' });
    const found = (JSON.parse(result.stdout) as { messages: { ruleId: string }[] }[]).flatMap((file) =>
      file.messages.map((message) => message.ruleId),
    );
    expect(new Set(found)).toEqual(
      new Set([
        '@typescript-eslint/no-floating-promises',
        'no-restricted-properties',
        'no-restricted-syntax',
        '@typescript-eslint/only-throw-error',
        '@typescript-eslint/switch-exhaustiveness-check',
        '@typescript-eslint/no-explicit-any',
        'no-console',
      ]),
    );
  });
});
