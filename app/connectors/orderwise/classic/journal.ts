import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RecordStore } from '../../contract/index.ts';
import { overlapMs } from '../assumptions.ts';

const kind = 'classic-change';
const page = 200;
const shape = z.object({ reference: z.string() });

/** References of orders that OrderWise told us something of, in the order it did: what the engine's cursors stand on. */
export const changeJournal = (records: RecordStore) => ({
  async note(reference: string, nowMs: number): Promise<void> {
    await records.put(kind, `${new Date(nowMs).toISOString()} ${randomBytes(6).toString('hex')}`, { reference });
  },

  /** Pages after a cursor; one that is gone, or is a moment, is read from a little before it. The last page may be empty. */
  async *since(cursor: string | null): AsyncGenerator<{ references: string[]; cursor: string }> {
    const known = cursor !== null && (await records.get(kind, cursor)) !== null;
    const moment = cursor === null || known ? NaN : Date.parse(cursor.slice(0, 24));
    const from = Number.isNaN(moment) ? '' : new Date(moment - overlapMs).toISOString();
    let at = cursor ?? new Date(0).toISOString();
    for (let after = known ? cursor : null; ;) {
      const rows = await records.list(kind, { limit: page, ...(after === null ? {} : { after }) });
      const fresh = rows.filter(({ key }) => key >= from);
      after = rows.at(-1)?.key ?? after;
      at = fresh.at(-1)?.key ?? at;
      yield { references: [...new Set(fresh.map(({ body }) => shape.parse(body).reference))], cursor: at };
      if (rows.length < page) return;
    }
  },
});
