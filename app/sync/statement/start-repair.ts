import { startSync } from '../runs/start-sync.ts';
import type { RepairOrder } from './repair.ts';

/** Repairs one line of a statement, or all of a kind and reason, at a person's wish: by a run of its own, which waits for the result. */
export function startRepair(shopId: number, connectionId: string, order: RepairOrder, startedBy: string): Promise<string> {
  return startSync({ shopId, connectionId, sync: 'statement', task: 'repair', argument: JSON.stringify(order), startedBy });
}
