import { rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../sandbox/control-client.ts';
import { openEmbeddedDatabase } from './embedded.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder('crossdock-embedded');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const open = (more: { database?: string } = {}) =>
  openEmbeddedDatabase({ folder: path.join(folder, 'server'), durable: false, ...more });

test('many that open an empty folder at once share one server, and each has its database', { timeout: 60_000 }, async () => {
  const all = await Promise.all([open(), open(), open(), open({ database: 'another' }), open({ database: 'another' })]);
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
  for (const { url } of all) expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  for (const one of all) await one.stop();
});

test('what was committed is there after the server was killed', { timeout: 60_000 }, async () => {
  const first = await open();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS number');
  await ask(first.url, 'CHECKPOINT');
  process.kill(first.pid, 'SIGKILL');
  // The killed server's own processes take a moment to notice.
  const second = await eventually('a server that runs again', () => open());
  expect(await ask(second.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
  await second.stop();
});
