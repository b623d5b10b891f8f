import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedDatabase, type EmbeddedDatabase } from '../database/embedded.ts';
import { processControl } from './process-control.ts';
import type { KeptProcess } from './processes.ts';

let folder: string;
let database: EmbeddedDatabase;
let pid: number;
let processes: KeptProcess[] = [];
const happened: string[] = [];
const kept = (name: string, of: number | undefined): KeptProcess => ({
  name,
  pid: () => of,
  stop: () => Promise.resolve(void happened.push(`${name} ends`)),
  start: (env) => void happened.push(`${name} starts with ${JSON.stringify(env)}`),
});
const post = async (path: string, body: unknown) => {
  const movable = { url: database.url, pid: () => pid, moved: (now: number) => void (pid = now) };
  const answer = await processControl({ processes, database: movable }).request(path, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const run = async (sql: string) => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(sql);
  await client.end();
  return rows;
};
const value = async () => (await run('SELECT n FROM kept'))[0]?.n;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'process-control-'));
  database = await openEmbeddedDatabase({ folder });
  pid = database.pid;
  await run('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a connection that is cut ends, and the next one works', async () => {
  const client = new pg.Client({ connectionString: database.url });
  const ended = new Promise((resolve) => client.once('end', resolve));
  client.on('error', () => undefined);
  await client.connect();
  expect((await post('/postgres', { does: 'cut' })).body).toEqual({ cut: 1 });
  await ended;
  expect(await value()).toBe(7);
});

test.each(['restart', 'crash'])('after a %s the database is back under the same address with all its rows', async (does) => {
  const before = pid;
  const { body } = await post('/postgres', { does });
  expect(body['pid']).not.toBe(before);
  expect(pid).toBe(body['pid']);
  expect(await value()).toBe(7);
});

test('every process is started again with the settings given; what is not there can not be killed', async () => {
  processes = [kept('web', undefined), kept('worker-1', undefined)];
  await post('/restart', { env: { ABLATE: 'dedupe' } });
  expect(happened.splice(0)).toEqual([
    ...['web ends', 'worker-1 ends'],
    ...['web starts with {"ABLATE":"dedupe"}', 'worker-1 starts with {"ABLATE":"dedupe"}'],
  ]);
  expect((await post('/kill', { process: 'worker', index: 1 })).status).toBe(404);
  expect((await post('/kill', { process: 'printer' })).status).toBe(400);
});

test('the database is put back to what was backed up, as often as asked, whoever is connected', async () => {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  expect((await post('/postgres', { does: 'back-up' })).status).toBe(200);
  for (const lost of [8, 9]) {
    await run(`UPDATE kept SET n = ${lost}`);
    expect((await post('/restart', { fromBackup: true })).status).toBe(200);
    expect(await value()).toBe(7);
  }
  await client.end().catch(() => undefined);
});
