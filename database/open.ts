import { openEmbeddedDatabase, type EmbeddedDatabase } from './embedded.ts';

/** DATABASE_URL set: that server, which we never stop. Unset: the embedded one in `folder`. */
export async function openDatabase({
  folder = '.data/postgres',
  onNote,
}: { folder?: string; onNote?: (note: string) => void } = {}): Promise<
  EmbeddedDatabase | { url: string; pid: undefined; stop(): Promise<void> }
> {
  const url = process.env['DATABASE_URL'];
  if (url) return { url, pid: undefined, stop: () => Promise.resolve() };
  return openEmbeddedDatabase({ folder, ...(onNote ? { onNote } : {}) });
}
