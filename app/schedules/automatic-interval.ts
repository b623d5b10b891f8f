import type { Capabilities, SyncKind } from '../connectors/contract/index.ts';

/** Minutes; news arrives by webhooks and calls where both sides send them, and these runs catch up on the rest. */
const usual: Record<SyncKind, number> = { products: 60, orders: 10, inventory: 10, shipments: 10, returns: 15 };

/** The interval of an automatic schedule: what suits the sync, as seldom as the back office asks for. */
export function automaticInterval(
  kind: SyncKind,
  { minimumIntervalMinutes }: Pick<Capabilities, 'minimumIntervalMinutes'>,
): number {
  return Math.max(usual[kind], minimumIntervalMinutes);
}
