import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { canWriteIn, chooseRunner, sharedFolder, usableBinaries, type Runner } from './binaries.ts';
import { freePort } from './free-port.ts';

export interface EmbeddedOptions {
  /** Where the cluster is kept, for example `.data/postgres`. */
  folder: string;
  database?: string;
  /** False only for tests: commits don't wait for the disk. */
  durable?: boolean;
  /** Told once about anything unusual (a copy of the programs was made, …). */
  onNote?: (note: string) => void;
}

export interface EmbeddedDatabase {
  url: string;
  pid: number;
  /** Leaves the server; the last of its users stops it. */
  stop(): Promise<void>;
}

interface Details {
  port: number;
  password: string;
  data: string;
}

const USER = 'crossdock';

/** A file's text, or nothing: others create and remove these files at any moment, so looking first would not help. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A zombie still has a pid but will never answer (containers without an init leave them).
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

/** Serialises start and stop between processes; a lock whose holder died is taken over. */
async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readIfThere(file));
      if (holder && !alive(holder)) rmSync(file, { force: true });
      else await sleep(50);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function urlOf({ port, password }: Details, database: string): string {
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

async function answers(details: Details): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(details, 'postgres'), connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function postmasterPid(data: string): number | undefined {
  return Number(readIfThere(path.join(data, 'postmaster.pid')).split('\n')[0]) || undefined;
}

function createCluster(bin: string, runner: Runner, details: Details, folder: string): void {
  const passwordFile = path.join(path.dirname(details.data), `password-${process.pid}`);
  writeFileSync(passwordFile, details.password, { mode: 0o600 });
  if (runner.uid !== undefined) chownSync(passwordFile, runner.uid, runner.gid ?? runner.uid);
  const made = spawnSync(
    path.join(bin, 'initdb'),
    [
      '-D',
      details.data,
      '-U',
      USER,
      '--pwfile',
      passwordFile,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    { ...runner, cwd: path.dirname(details.data), encoding: 'utf8' },
  );
  unlinkSync(passwordFile);
  if (made.status !== 0) {
    rmSync(details.data, { recursive: true, force: true });
    throw new Error(`The embedded PostgreSQL could not be set up in ${folder}: ${made.stderr || made.error?.message}`);
  }
}

async function startServer(bin: string, runner: Runner, details: Details, durable: boolean): Promise<number> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(details.port),
    unix_socket_directories: '',
    max_connections: '200',
  };
  const quick = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const args = Object.entries({ ...settings, ...(durable ? {} : quick) }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const log = openSync(path.join(path.dirname(details.data), 'postgres.log'), 'a');
  // Its own process group: Ctrl-C in the terminal must reach us first, so that we stop it after our own work is done.
  const server = spawn(path.join(bin, 'postgres'), ['-D', details.data, ...args], {
    ...runner,
    cwd: path.dirname(details.data),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failed: string | undefined;
  server.once('error', (error) => (failed = error.message));
  server.once('exit', (code) => (failed = `it ended with code ${code}`));
  server.unref();
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (failed)
      throw new Error(
        `The embedded PostgreSQL did not start: ${failed}; see ${path.join(path.dirname(details.data), 'postgres.log')}`,
      );
    if (await answers(details)) return server.pid ?? 0;
    await sleep(50);
  }
  throw new Error(
    `The embedded PostgreSQL did not answer within a minute; see ${path.join(path.dirname(details.data), 'postgres.log')}`,
  );
}

async function ensureDatabase(details: Details, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(details, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

function placeCluster(folder: string, runner: Runner, onNote: (note: string) => void): string {
  if (canWriteIn(folder, runner)) return path.join(folder, 'cluster');
  if (runner.uid !== undefined) {
    chownSync(folder, runner.uid, runner.gid ?? runner.uid);
    if (canWriteIn(folder, runner)) return path.join(folder, 'cluster');
  }
  const elsewhere = sharedFolder(`data ${folder}`);
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  if (runner.uid !== undefined) chownSync(elsewhere, runner.uid, runner.gid ?? runner.uid);
  onNote(`PostgreSQL's account can't enter ${folder}; its data is kept in ${elsewhere}`);
  return path.join(elsewhere, 'cluster');
}

/**
 * Starts the embedded PostgreSQL, or joins the one that runs in this folder already (a second process, or an orphan
 * whose owner was killed). Errors say what to do; a recovered crash is not an error.
 */
export async function openEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { database = 'crossdock', durable = true, onNote = () => undefined } = options;
  const folder = path.resolve(options.folder);
  const users = path.join(folder, 'users');
  mkdirSync(users, { recursive: true });
  const lock = path.join(folder, 'lock');
  const file = path.join(folder, 'server.json');
  const runner = chooseRunner();
  const me = path.join(users, `${process.pid}-${randomBytes(3).toString('hex')}`);

  const { details, pid } = await withLock(lock, async () => {
    let known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Details) : undefined;
    if (known && !existsSync(known.data)) known = undefined;
    const running = known ? postmasterPid(known.data) : undefined;
    if (known && running && alive(running) && (await answers(known))) {
      writeFileSync(me, '');
      return { details: known, pid: running };
    }
    const { bin, note } = usableBinaries(runner);
    if (note) onNote(note);
    const wanted: Details = known
      ? { ...known, port: await freePort() }
      : { port: await freePort(), password: randomBytes(18).toString('base64url'), data: placeCluster(folder, runner, onNote) };
    if (!existsSync(path.join(wanted.data, 'PG_VERSION'))) {
      rmSync(wanted.data, { recursive: true, force: true });
      createCluster(bin, runner, wanted, folder);
    } else if (!known) {
      throw new Error(`${wanted.data} holds a cluster whose password is lost (${file} is gone). Delete ${folder} to start anew.`);
    }
    // A postmaster that died without clean-up, or only its zombie, must not keep the new one from starting.
    if (running && !alive(running)) rmSync(path.join(wanted.data, 'postmaster.pid'), { force: true });
    writeFileSync(file, JSON.stringify(wanted), { mode: 0o600 });
    chmodSync(file, 0o600);
    const started = await startServer(bin, runner, wanted, durable);
    writeFileSync(me, '');
    return { details: wanted, pid: started };
  });
  // Two that look for it at once would both make it.
  await withLock(lock, () => ensureDatabase(details, database));

  let stopped = false;
  return {
    url: urlOf(details, database),
    pid,
    async stop() {
      if (stopped) return;
      stopped = true;
      await withLock(lock, async () => {
        rmSync(me, { force: true });
        const others = readdirSync(users).filter((name) => {
          const live = alive(Number(name.split('-')[0]));
          if (!live) rmSync(path.join(users, name), { force: true });
          return live;
        });
        const server = postmasterPid(details.data);
        if (others.length > 0 || !server || !alive(server)) return;
        process.kill(server, 'SIGINT');
        for (let waited = 0; waited < 15_000 && alive(server); waited += 50) await sleep(50);
      });
    },
  };
}
