import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startSandbox } from '../../sandbox/start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chaosPort: number;
    /** The sandbox's folder. */
    chaosData: string;
  }
}

const PORT = 3500;

/** One fresh sandbox for all tests with faults: web, two workers, the database and the stand-ins. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const port = Number(process.env['CHAOS_PORT'] ?? PORT);
  const data = process.env['SANDBOX_DATA'] ?? mkdtempSync(path.join(os.tmpdir(), 'crossdock-chaos-'));
  const sandbox = await startSandbox({ data, port, workers: 2 });
  project.provide('chaosPort', port);
  project.provide('chaosData', data);
  return async () => {
    await sandbox.stop();
    if (!process.env['SANDBOX_DATA']) rmSync(data, { recursive: true, force: true });
  };
}
