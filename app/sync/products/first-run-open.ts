import { readSync } from '../../connections/syncs.ts';
import type { Tx } from '../../db/scope.ts';

/** Whether the products sync is on and no run of it has ended yet: until then the back office knows some of the products at most. */
export async function isFirstRunOpen(tx: Tx, shopId: number, connectionId: string): Promise<boolean> {
  const { enabled } = await readSync(tx, shopId, connectionId, 'products');
  if (!enabled) return false;
  const ended = await tx.run.findFirst({
    where: {
      ...{ shopId, connectionId, sync: 'products' },
      ...{ task: { in: ['scheduled', 'full'] }, state: { in: ['finished', 'finished_partially', 'failed', 'cancelled'] } },
    },
    select: { id: true },
  });
  return ended === null;
}
