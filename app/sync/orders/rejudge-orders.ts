import { randomUUID } from 'node:crypto';
import { settingsThatJudge } from '../../connections/order-settings.ts';
import { checkSyncSettings } from '../../connections/sync-settings.ts';
import { readSync } from '../../connections/syncs.ts';
import type { Capabilities } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { takeIn } from '../inbox/inbox.ts';

const BATCH = 500;
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Reasons that a change of settings may turn, and whether it may keep back what would go now. */
export function reasonsTouched(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const changed = Object.entries(settingsThatJudge).filter(([name]) => !same(before[name], after[name]));
  return [...new Set(changed.flatMap(([, reasons]) => reasons))];
}

/**
 * Orders that were not sent and that a change of settings may concern: whatever is held, whatever was left out for a reason that changed, and, where
 * any filter changed, whatever is about to go.
 */
async function affected(tx: Tx, shopId: number, reasons: string[]): Promise<string[]> {
  if (reasons.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT o.id FROM shop_order o
    WHERE o.shop_id = ${shopId} AND (o.verdict IN ('hold', 'send') OR o.reason->>'code' = ANY(${reasons})) AND o.cancelled_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM part p WHERE p.shop_id = o.shop_id AND p.order_id = o.id AND p.remote_id IS NOT NULL AND p.state <> 'cancelled')
    ORDER BY o.placed_at`;
  return rows.map(({ id }) => id);
}

/** The orders that saving these settings would have looked at again. Settings that are wrong concern none: saving them is refused. */
export async function ordersConcernedBy(
  tx: Tx,
  shopId: number,
  connectionId: string,
  given: Record<string, unknown>,
  capabilities: Capabilities,
): Promise<string[]> {
  const after = checkSyncSettings('orders', given, capabilities);
  if (!after.success) return [];
  const { settings } = await readSync(tx, shopId, connectionId, 'orders');
  return affected(tx, shopId, reasonsTouched(settings, after.data));
}

/** Has orders judged again by the rules in force, through the inbox like any news of them. */
export async function rejudgeOrders(shopId: number, orderIds: string[]): Promise<void> {
  for (let start = 0; start < orderIds.length; start += BATCH) {
    await inShop(shopId, async (tx) => {
      for (const subjectId of orderIds.slice(start, start + BATCH))
        await takeIn(tx, shopId, {
          key: `settings ${randomUUID()}`,
          door: 'button',
          topic: 'settings-changed',
          subjectKind: 'order',
          subjectId,
          triggeredAt: null,
        });
    });
  }
}
