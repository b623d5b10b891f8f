import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(os.tmpdir(), 'crossdock-server-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = {
  DATABASE_URL: 'postgresql://somebody:secret@127.0.0.1:1/crossdock',
  ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  SHOPIFY_API_KEY: 'key',
  SHOPIFY_API_SECRET: 'secret',
  SHOPIFY_APP_URL: 'https://crossdock.example.com',
  OPERATOR_NAME: 'Example Ltd',
  SUPPORT_EMAIL: 'help@example.com',
};

/** Starts a command as an operator does who says nothing of NODE_ENV, and tells what it said and what React and Remix would have read. */
function start(script: string, env: Record<string, string>): { status: number | null; said: string } {
  const mode = 'data:text/javascript,process.on("exit", () => console.log("mode " + process.env.NODE_ENV))';
  const { PATH, HOME } = process.env;
  const own: NodeJS.Dict<string> = { PATH, HOME, ...env };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', mode, path.resolve(script), ...(script === 'app/server.ts' ? ['--web'] : [])],
    { env: own as NodeJS.ProcessEnv, cwd: folder, encoding: 'utf8', timeout: 20_000 },
  );
  return { status, said: stdout + stderr };
}

it('who says nothing of NODE_ENV runs production: nothing of the sandbox is taken, and libraries see it, too', () => {
  for (const key of ['ABLATE', 'SANDBOX_URL', 'CLOCK_FILE']) {
    const { status, said } = start('app/server.ts', { ...settings, [key]: key === 'ABLATE' ? 'dedupe' : 'http://127.0.0.1:1' });
    expect(said).toContain(`${key}: is for the sandbox and must not be set in production`);
    expect(said).toContain('mode production');
    expect(status).toBe(1);
  }
});

it.each(['app/server.ts', 'scripts/setup.ts', 'scripts/rotate-keys.ts'])(
  '%s starts no database of its own in production',
  (script) => {
    const { status, said } = start(script, { ...settings, DATABASE_URL: '' });
    expect(said).toContain('DATABASE_URL: is not set');
    expect(status).toBe(1);
  },
);
