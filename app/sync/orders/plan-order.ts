import { inShop } from '../../db/scope.ts';
import type { LogLine } from '../runs/run-log.ts';
import { judgeNow } from './judge-now.ts';
import { overallVerdict } from './overall-verdict.ts';
import { readParts } from './order-store.ts';
import type { OrderPass } from './push-parts.ts';

const actions: Record<string, LogLine['action']> = { send: 'create', cancel: 'cancel', hold: 'hold' };

/** What a verdict does with an order, as a run's lines name it. */
export const actionOf = (verdict: string, sent: boolean): LogLine['action'] =>
  verdict === 'send' && sent ? 'update' : (actions[verdict] ?? 'skip');

/** Writes down what a pass over this order would do, as a line of the run's plan; nothing is sent and nothing decided. */
export async function planOrder(pass: OrderPass & { runId: string }): Promise<void> {
  const { shopId, runId, orderId } = pass;
  const known = await inShop(shopId, (tx) => readParts(tx, shopId, orderId));
  const judged = await judgeNow(pass, known);
  if (!judged) return;
  const { verdict, reason } = overallVerdict(judged.verdicts.decisions);
  const sent = known.some((part) => part.remoteId && part.state !== 'cancelled');
  const action = actionOf(verdict, sent);
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      INSERT INTO plan_item (shop_id, run_id, item_key, action, label, reason)
      VALUES (${shopId}, ${runId}::uuid, ${orderId}, ${action}, ${judged.order.name}, ${reason ? JSON.stringify(reason) : null}::jsonb)
      ON CONFLICT (shop_id, run_id, item_key) DO UPDATE SET action = excluded.action, reason = excluded.reason`,
  );
}
