import { openEmbeddedDatabase, type EmbeddedDatabase } from './embedded.ts';

/** DATABASE_URL set: that server, which we never stop. Unset: the embedded one in `folder`, outside production, where an empty database that appears by itself would be taken for the shops'. */
export async function openDatabase({
  folder = '.data/postgres',
  onNote,
}: { folder?: string; onNote?: (note: string) => void } = {}): Promise<
  EmbeddedDatabase | { url: string; pid: undefined; stop(): Promise<void> }
> {
  const url = process.env['DATABASE_URL'];
  if (url) return { url, pid: undefined, stop: () => Promise.resolve() };
  // Unset is production, as in env.server.ts, which can't be asked: it needs the address.
  if ((process.env['NODE_ENV'] || 'production') === 'production')
    throw new Error('DATABASE_URL: is not set (see .env.example); with NODE_ENV=development a database is started here');
  return openEmbeddedDatabase({ folder, ...(onNote ? { onNote } : {}) });
}
