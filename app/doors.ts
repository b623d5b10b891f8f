/**
 * What the web process offers beside the pages. It is built together with them (entry.server re-exports it), so that both share one
 * copy of every module: one database pool, one job sender, one clock.
 */
import { compose } from './compose.ts';
import { followClockFile } from './core/clock.ts';
import { setLogLevel } from './core/logger.ts';
import { inSystem } from './db/scope.ts';
import { env } from './env.server.ts';

export { acceptInbound } from './sync/inbox/accept-inbound.ts';
export { acceptWebhook } from './sync/inbox/accept-webhook.ts';
export { createStockroomApi } from './stockroom/api/create-stockroom-api.ts';
export { stopBoss } from './jobs/boss.ts';

setLogLevel(env.LOG_LEVEL);
if (env.CLOCK_FILE) followClockFile(env.CLOCK_FILE);
compose();

/** Throws when the database can't be asked. */
export async function databaseAnswers(): Promise<void> {
  await inSystem('health', (tx) => tx.$queryRaw`SELECT 1`);
}
