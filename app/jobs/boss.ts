import { PgBoss } from 'pg-boss';
import { logger } from '../core/logger.ts';
import { directDatabaseUrl } from '../env.server.ts';
import { jobs } from './definitions.ts';

let starting: Promise<PgBoss> | undefined;

async function start(worker: boolean): Promise<PgBoss> {
  const engine = new PgBoss({
    connectionString: directDatabaseUrl,
    application_name: 'crossdock-jobs',
    max: worker ? 6 : 2,
    supervise: worker,
    // Schedules are rows of ours (tick.ts); pg-boss' own would be asked for every few seconds.
    schedule: false,
    superviseIntervalSeconds: 5,
    // A killed worker's jobs hold their shop's places until they are found; pg-boss looks once a minute unless told otherwise.
    monitorIntervalSeconds: 10,
  });
  engine.on('error', (error) => logger.error({ error }, 'The job engine met an error'));
  try {
    await engine.start();
    for (const [name, { retryLimit, expireInSeconds }] of Object.entries(jobs)) {
      await engine.createQueue(name, {
        retryLimit,
        retryDelay: 2,
        retryBackoff: true,
        retryDelayMax: 120,
        expireInSeconds,
        heartbeatSeconds: 10,
        deleteAfterSeconds: 3600,
      });
    }
    return engine;
  } catch (error) {
    await engine.stop({ graceful: false }).catch(() => undefined);
    throw error;
  }
}

/**
 * The job engine of this process, started once. Maintenance is the worker's; a web process only sends.
 * A killed worker's jobs come back after their heartbeat lapses (10 s), well within the 60 s we promise.
 */
export function boss({ worker = false } = {}): Promise<PgBoss> {
  starting ??= start(worker).catch((error: unknown) => {
    // Whoever asks next tries anew: a process that came up while its database was restarted would refuse every webhook for good.
    starting = undefined;
    throw error;
  });
  return starting;
}

export async function stopBoss(): Promise<void> {
  const engine = await starting;
  starting = undefined;
  await engine?.stop({ graceful: true, timeout: 20_000 });
}
