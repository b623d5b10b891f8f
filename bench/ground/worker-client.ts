import { startChild, type Child } from './child.ts';
import { settingsFor } from './database.ts';
import type { World } from './world-client.ts';

/** A worker process of the product, talking to this world. */
export function startWorker(databaseUrl: string, world: World): Promise<Child<object>> {
  return startChild('worker.ts', {
    env: { ...settingsFor(databaseUrl), SANDBOX_URL: world.url, ALLOWED_PRIVATE_HOSTS: new URL(world.url).host },
  });
}

/** What a worker process has asked of the database so far, and what most often. */
export interface Asked {
  queries: number;
  most: { text: string; times: number }[];
}
