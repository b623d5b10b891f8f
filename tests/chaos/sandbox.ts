import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll } from 'vitest';
import { scratchFolder } from '../../database/scratch-folder.ts';
import { startSandbox } from '../../sandbox/start.ts';

const FIRST_PORT = 3500;
/** Two files run side by side, so each has ports of its own; the app listens a hundred below. */
const turns = ['stockroom', 'back-offices', 'classic', 'stories', 'burst', 'ablations', 'restore'] as const;

/**
 * A fresh sandbox for one file of tests (web, two workers, the database and the stand-ins), stopped when its tests are over: clocks jump and processes die
 * in it, which no other test should meet. `CHAOS_PORT` moves the ports, `SANDBOX_DATA` keeps the folders.
 */
export async function openChaosSandbox(name: (typeof turns)[number]): Promise<{ port: number; data: string }> {
  const port = Number(process.env['CHAOS_PORT'] ?? FIRST_PORT) + 10 * turns.indexOf(name);
  const kept = process.env['SANDBOX_DATA'];
  const data = kept ? path.join(kept, name) : scratchFolder(`crossdock-chaos-${name}`);
  mkdirSync(data, { recursive: true });
  const sandbox = await startSandbox({ data, port, workers: 2 });
  afterAll(async () => {
    await sandbox.stop();
    if (!kept) rmSync(data, { recursive: true, force: true });
  });
  return { port, data };
}
