import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** One process of the app, kept alive: a killed one is started again, as a process manager would. */
export interface KeptProcess {
  name: string;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts `node app/server.ts …` and keeps it running. Its log goes to `logFile`; its last words are shown when it won't stay up. */
export function keepRunning(name: string, args: string[], env: Record<string, string>, logFile: string): KeptProcess {
  let child: ChildProcess | undefined;
  let stopping = false;
  let startedAt = 0;
  let quickDeaths = 0;
  let tail = '';
  const log = createWriteStream(logFile, { flags: 'a' });
  const start = () => {
    startedAt = Date.now();
    child = spawn(process.execPath, ['app/server.ts', ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        tail = (tail + chunk.toString()).slice(-4000);
        log.write(chunk);
      });
    }
    child.once('exit', () => {
      if (stopping) return;
      quickDeaths = Date.now() - startedAt < 5_000 ? quickDeaths + 1 : 0;
      if (quickDeaths >= 3) {
        process.stderr.write(`The ${name} process does not stay up; its last words (${logFile}):\n${tail}\n`);
        process.exit(1);
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
      log.end();
    },
  };
}
