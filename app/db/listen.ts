import pg from 'pg';
import { logger } from '../core/logger.ts';
import { directDatabaseUrl } from '../env.server.ts';

const RECONNECT_MS = 1_000;

/**
 * Hears what transactions announce with `pg_notify` once they have committed. A message is only a hint: those sent while the connection was
 * away are lost, so whoever listens looks for itself now and then, and is told (`null`) each time the connection is there again.
 */
export function listen(channel: string, heard: (message: string | null) => void): () => Promise<void> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const again = () => {
    if (stopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, RECONNECT_MS);
  };
  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: directDatabaseUrl, application_name: 'crossdock-listen' });
    client = fresh;
    fresh.on('notification', ({ payload }) => heard(payload ?? ''));
    fresh.on('error', (error) => logger.warn({ error, channel }, 'The listening connection broke; it is made again'));
    fresh.on('end', again);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      heard(null);
    } catch (error) {
      logger.warn({ error, channel }, 'The listening connection could not be made; it is tried again');
      again();
    }
  }
  void connect();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}
