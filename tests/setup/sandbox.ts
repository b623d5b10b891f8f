import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { scratchFolder } from '../../database/scratch-folder.ts';
import { startSandbox } from '../../sandbox/start.ts';

declare module 'vitest' {
  interface ProvidedContext {
    sandboxPort: number;
  }
}

/** Another one lets two runs go on beside each other. */
const PORT = Number(process.env['SANDBOX_PORT'] ?? 3300);

/** One fresh sandbox for all system tests: everything real but Shopify and the vendors. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const data = process.env['SANDBOX_DATA'] ?? scratchFolder('crossdock-system');
  const sandbox = await startSandbox({ data, port: PORT, workers: 2 });
  project.provide('sandboxPort', PORT);
  return async () => {
    await sandbox.stop();
    if (!process.env['SANDBOX_DATA']) rmSync(data, { recursive: true, force: true });
  };
}
