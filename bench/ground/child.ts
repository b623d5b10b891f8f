import { fork } from 'node:child_process';
import path from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

/** A process of a bench's own, and what it said when it was ready. */
export interface Child<Ready> {
  pid: number;
  ready: Ready;
  /** Asks it something and waits for the answer. */
  ask<Answer>(question: object): Promise<Answer>;
  /** Ends it in order; `hard` as a crash would. */
  stop(hard?: boolean): Promise<void>;
}

const workers = ['worker.ts', 'importer.ts'];

/** With what `npm run start:worker` starts Node; what is no worker gets none. */
const flagsOf = (file: string): string[] =>
  workers.includes(file) ? manifest.scripts['start:worker'].split(' ').filter((word) => /^--.*=/.test(word)) : [];

/**
 * Starts a module of this folder as a process of its own, so that its CPU and memory are its own. It sends `{ ready }` when it can be used, answers
 * `{ id, question }` with `{ id, answer }`, and ends on SIGTERM. BENCH_PROFILE=<folder> takes a CPU profile of it.
 */
export function startChild<Ready>(
  file: string,
  { env = {}, options = {} }: { env?: Record<string, string>; options?: object } = {},
): Promise<Child<Ready>> {
  const profile = process.env['BENCH_PROFILE'];
  const child = fork(path.join(import.meta.dirname, file), [JSON.stringify(options)], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { ...process.env, ...env },
    // What an engine's own start does not bring along (vitest's loaders) must not come either.
    execArgv: [
      ...flagsOf(file),
      ...(profile
        ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${path.basename(file, '.ts')}-${Date.now()}.cpuprofile`]
        : []),
    ],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (answer: unknown) => void>();
  let questions = 0;
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return new Promise((resolve, reject) => {
    void gone.then((code) => reject(new Error(`${file} ended with code ${code} before it was ready`)));
    child.on('message', (message) => {
      const { ready, id, answer } = message as { ready?: Ready; id?: number; answer?: unknown };
      if (id !== undefined) {
        waiting.get(id)?.(answer);
        waiting.delete(id);
        return;
      }
      resolve({
        pid: child.pid ?? 0,
        ready: ready as Ready,
        ask: <Answer>(question: object) =>
          new Promise<Answer>((answered, failed) => {
            const mine = ++questions;
            waiting.set(mine, answered as (answer: unknown) => void);
            void gone.then((code) => failed(new Error(`${file} ended with code ${code} before it answered`)));
            child.send({ id: mine, question });
          }),
        async stop(hard = false) {
          child.kill(hard ? 'SIGKILL' : 'SIGTERM');
          await gone;
        },
      });
    });
  });
}

/** What the process was started with. */
export function optionsOfChild<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}') as Options;
}

/** The other end: says that it is ready, answers questions, and ends when it is told to or its parent is gone. */
export function serveParent(ready: object, answer: (question: never) => unknown, end: () => Promise<void>): void {
  process.on('message', (message) => {
    const { id, question } = message as { id: number; question: unknown };
    void Promise.resolve(answer(question as never)).then((given) => process.send?.({ id, answer: given ?? null }));
  });
  let ending = false;
  const stop = () => {
    if (ending) return;
    ending = true;
    void end().finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  process.send?.({ ready });
}
