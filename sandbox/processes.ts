import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** One process of the app, kept alive: a killed one is started again, as a process manager would. */
export interface KeptProcess {
  name: string;
  pid(): number | undefined;
  /** Ends it in order, until it is started again. */
  stop(): Promise<void>;
  /** Starts it again, with other settings beside its own. */
  start(env: Record<string, string>): void;
}

export interface Keeping {
  name: string;
  /** Of `node app/server.ts`. */
  args: string[];
  env: Record<string, string>;
  logFile: string;
  /** It ended three times within seconds of its start and isn't started again: what it said last. */
  onGivenUp: (lastWords: string) => void;
}

/** Starts `node app/server.ts …` and keeps it running. */
export function keepRunning({ name, args, env, logFile, onGivenUp }: Keeping): KeptProcess {
  let child: ChildProcess | undefined;
  let stopping = false;
  let extra: Record<string, string> = {};
  let startedAt = 0;
  let quickDeaths = 0;
  let tail = '';
  const start = () => {
    startedAt = Date.now();
    const log = createWriteStream(logFile, { flags: 'a' });
    child = spawn(process.execPath, ['app/server.ts', ...args], {
      cwd: root,
      env: { ...process.env, ...env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        tail = (tail + chunk.toString()).slice(-4000);
        log.write(chunk);
      });
    }
    child.once('close', () => log.end());
    child.once('exit', (_code, signal) => {
      if (stopping) return;
      // Killed on purpose is not "does not stay up".
      if (signal !== 'SIGKILL') quickDeaths = Date.now() - startedAt < 5_000 ? quickDeaths + 1 : 0;
      if (quickDeaths >= 3) {
        onGivenUp(`The ${name} process does not stay up; its last words (${logFile}):\n${tail}`);
        return;
      }
      setTimeout(start, 200);
    });
  };
  start();
  return {
    name,
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const hard = setTimeout(() => running.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(hard);
    },
    start(env) {
      extra = env;
      stopping = false;
      start();
    },
  };
}
