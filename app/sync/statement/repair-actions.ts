import type { Bucket, StatementKind } from './statement.ts';

/**
 * The one thing to do about a line. All but `check-there` go through the corridor: the order is taken in again (bring-in, and the same under other
 * names for what failed or is held), handed over, cancelled or changed once more, its parcels mirrored, the level published.
 */
export const repairActions = [
  'bring-in',
  'try-again',
  'look-again',
  'send-again',
  'cancel-again',
  'amend-again',
  'mirror',
  'mirror-again',
  'publish',
  'check-there',
] as const;
export type RepairAction = (typeof repairActions)[number];

export type ListedKind = StatementKind | 'gone';

const ofGap: Record<string, RepairAction> = {
  'never-seen': 'bring-in',
  'out-of-date': 'bring-in',
  'not-sent': 'bring-in',
  'verdict-outdated': 'bring-in',
  'gone-from-shopify': 'bring-in',
  'missing-there': 'send-again',
  'missing-there-shipped': 'check-there',
  'missing-there-unsure': 'check-there',
  'not-cancelled-there': 'cancel-again',
  // Somebody there may have meant it.
  'units-differ-there': 'amend-again',
  'not-recorded': 'mirror',
  'not-mirrored': 'mirror',
  'fulfilment-missing': 'mirror',
  'fulfilment-cancelled': 'mirror',
  // Somebody may have written another number on purpose: shown again only when asked for.
  'tracking-differs': 'mirror',
  'level-differs': 'publish',
};

/** Failures that no repeating mends: somebody has to look at the other side. */
const onlySomebodyKnows = new Set(['cancelled-in-back-office', 'outcome-unknown', 'shipment-of-unknown-order']);

/** What can be done about a line; null where nothing needs to be. */
export function actionOf(kind: ListedKind, bucket: Bucket, code: string): RepairAction | null {
  if (bucket === 'gap') return ofGap[code] ?? 'check-there';
  if (bucket === 'failed') {
    if (onlySomebodyKnows.has(code)) return 'check-there';
    return kind === 'level' ? 'publish' : kind === 'shipment' ? 'mirror-again' : 'try-again';
  }
  return bucket === 'held' && kind === 'order' && code !== 'on-its-way' ? 'look-again' : null;
}

/**
 * Whether a difference may be repaired without being asked: what only takes in again, shows again, or sends what the back office has proven
 * not to have. A cancellation is final, and a tracking number may have been changed on purpose, so these wait for a person.
 */
export const isSafe = (code: string): boolean =>
  code !== 'tracking-differs' && ['bring-in', 'send-again', 'mirror', 'publish'].includes(ofGap[code] ?? '');
