import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { buildIfStale } from './build-if-stale.ts';

/** The web process of `npm run dev` (Shopify CLI): the real server and worker, built and started again when a source changes. */
const root = path.resolve(import.meta.dirname, '..');
let server: ChildProcess | undefined;
let restarting: Promise<void> = Promise.resolve();

async function restart(): Promise<void> {
  const old = server;
  if (old && old.exitCode === null) {
    const gone = new Promise((resolve) => old.once('exit', resolve));
    old.kill('SIGTERM');
    await gone;
  }
  try {
    buildIfStale();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return;
  }
  server = spawn(process.execPath, ['app/server.ts', '--web', '--worker'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'development' },
    stdio: 'inherit',
  });
}

let timer: NodeJS.Timeout | undefined;
watch(path.join(root, 'app'), { recursive: true }, (_, file) => {
  if (!file || file.includes('generated') || file.endsWith('.test.ts')) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    restarting = restarting.then(restart);
  }, 300);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    server?.once('exit', () => process.exit(0));
    if (!server?.kill(signal)) process.exit(0);
  });
}
restarting = restart();
