import { enableCompileCache, flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import path from 'node:path';
import { openDatabase } from '../database/open.ts';
import { migrate } from '../database/migrate.ts';
import { waitUntilReady } from '../database/wait-until-ready.ts';

/**
 * Starts the app: `--web`, `--worker`, or both in one process. The database comes first, because env.server.ts refuses to load without
 * its address; so everything else is imported after it answers.
 */
const { values } = parseArgs({
  options: { web: { type: 'boolean', default: false }, worker: { type: 'boolean', default: false } },
});
// As env.server.ts has it; said here because React and others read it themselves, when they are loaded.
process.env['NODE_ENV'] ||= 'production';
const note = (text: string) => process.stderr.write(`${text}\n`);

// Compiling our own modules is most of what a start costs, and whoever takes over from a killed process waits for it. Where nothing can be written, each start compiles anew.
enableCompileCache(path.resolve(import.meta.dirname, '../.cache/compiled'));

async function main(): Promise<void> {
  const database = await openDatabase({ onNote: note }).catch((cause: unknown) => {
    throw new Error(`The database did not start: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  process.env['DATABASE_URL'] = database.url;
  const { directDatabaseUrl, env } = await import('./env.server.ts');
  const { logger, setLogLevel } = await import('./core/logger.ts');
  const { followClockFile } = await import('./core/clock.ts');
  setLogLevel(env.LOG_LEVEL);
  if (env.CLOCK_FILE) followClockFile(env.CLOCK_FILE);
  // Started beside the database, or while it is restarted.
  await waitUntilReady(database.url);
  await migrate(directDatabaseUrl).catch((cause: unknown) => {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The database can't be used (DATABASE_URL): ${text}`, { cause });
  });

  const { sealInboundTokens } = await import('./connections/inbound-token.ts');
  await sealInboundTokens();

  const stops: (() => Promise<void>)[] = [];
  if (values.worker) {
    const { compose } = await import('./compose.ts');
    compose();
    const { startWorker } = await import('./jobs/worker.ts');
    stops.push(await startWorker());
  }
  if (values.web) {
    const { startWeb } = await import('./web.ts');
    stops.push(await startWeb({ build: path.resolve(import.meta.dirname, '../build'), host: env.HOST, port: env.PORT }));
  }
  logger.info({ web: values.web, worker: values.worker, port: values.web ? env.PORT : undefined }, 'Crossdock is up');
  // At once: a process that is killed writes nothing when it ends.
  flushCompileCache();

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'Stopping');
    void (async () => {
      for (const one of stops) await one().catch((error: unknown) => logger.error({ error }, 'A part did not stop cleanly'));
      const { prisma } = await import('./db/client.ts');
      await prisma.$disconnect();
      await database.stop();
      process.exit(0);
    })();
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}

main().catch((error: unknown) => {
  note(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
