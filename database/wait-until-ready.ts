import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** What a server says, or leaves unsaid, while it starts, recovers or is being replaced. */
const passing = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/**
 * Waits while the server at `url` is just starting, so that a process that starts beside it, or while it is restarted, comes up instead of giving up.
 * Resolves when it answers, or when waiting longer would change nothing: the next query says what is wrong.
 */
export async function waitUntilReady(url: string, { withinMs = 30_000, everyMs = 250 } = {}): Promise<void> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(everyMs)) {
    const client = new pg.Client({ connectionString: url });
    // The server may end the connection after it was made; the query tells.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      const closed = error instanceof Error && error.message.startsWith('Connection terminated');
      if (!closed && !(code && passing.has(code))) return;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
