import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { benches } from './benches.ts';
import type { Result } from './frame/bench.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'crossdock-benches-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As main.ts starts it: a process and a database of its own. */
function runTiny(name: string): Promise<{ code: number | null; said: string; result: Result | null }> {
  const out = path.join(folder, `${name}.json`);
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'one.ts'), '--name', name, '--size', 'tiny', '--out', out],
    {
      cwd: path.resolve(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) =>
      resolve({ code, said, result: code === 0 ? (JSON.parse(readFileSync(out, 'utf8')) as Result) : null }),
    );
  });
}

describe.sequential('each bench, at a tiny size', () => {
  it.each(Object.keys(benches))(
    '%s does its work right and says what it measured; its time is nobody’s business',
    { timeout: 300_000 },
    async (name) => {
      const { code, said, result } = await runTiny(name);
      expect(code, said).toBe(0);
      expect(Object.values(result?.right ?? {}), JSON.stringify(result?.right)).not.toContain(false);
      expect(Object.keys(result?.right ?? {}).length).toBeGreaterThan(0);
      expect(result?.rows.length).toBeGreaterThan(0);
      for (const row of result?.rows ?? []) {
        expect(row.figure).not.toMatch(/NaN|undefined|Infinity/);
        expect(['pass', 'miss', 'unmeasured']).toContain(row.verdict);
      }
    },
  );
});
