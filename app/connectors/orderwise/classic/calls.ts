import { z } from 'zod';
import type { RecordStore } from '../../contract/index.ts';

const kind = 'classic-call';
const shape = z.object({ at: z.number() });

/** The four addresses that OrderWise's session is given, below the connection's own. */
export const callPaths = ['orders', 'success', 'stock', 'despatch'] as const;
export type CallPath = (typeof callPaths)[number];

/** When OrderWise last called each address: the live check of the set-up. */
export const sessionCalls = (records: RecordStore) => ({
  note: (path: CallPath, at: number): Promise<void> => records.put(kind, path, { at }),
  async last(path: CallPath): Promise<number | null> {
    const found = shape.safeParse(await records.get(kind, path));
    return found.success ? found.data.at : null;
  },
});
