import { nowMs } from '../../core/clock.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { holdsThatNeedSomebody, type Decision } from './decide-order.ts';
import { isForGoods } from './wait-for-goods.ts';

/** How soon an order is looked at again that should have been let go by now: Shopify may say so a while later than the time it named. */
const OVERDUE_AGAIN_MS = 15 * 60_000;

/**
 * When a held order is looked at again by itself: at the first moment that ends any of its holds, whichever of them is shown. Goods without a day are looked
 * at by each run of the sync, and the others' days with them.
 */
function lookAgainOn(shown: { reason: Reason; until: Date | null }, decisions: Decision[]): Date | null {
  if (shown.until === null && isForGoods(shown.reason)) return null;
  const moments = decisions.flatMap((one) => (one.verdict === 'hold' && one.until ? one.until.getTime() : []));
  if (moments.length === 0) return null;
  return new Date(Math.min(...moments.map((moment) => (moment > nowMs() ? moment : nowMs() + OVERDUE_AGAIN_MS))));
}

/** The verdict shown for the order as a whole: a cancellation, else what waits, else what is sent, else what is left out. */
export function overallVerdict(decisions: Decision[]): { verdict: string; reason: Reason | null; holdUntil: Date | null } {
  const first = (verdict: Decision['verdict']) => decisions.find((one) => one.verdict === verdict);
  const held = decisions.find((one) => one.verdict === 'hold' && holdsThatNeedSomebody.has(one.reason.code)) ?? first('hold');
  const found = first('cancel') ?? held ?? first('send') ?? first('skip');
  if (!found) return { verdict: 'skip', reason: { code: 'nothing-to-ship', params: {} }, holdUntil: null };
  if (found.verdict === 'hold') return { verdict: 'hold', reason: found.reason, holdUntil: lookAgainOn(found, decisions) };
  return { verdict: found.verdict, reason: 'reason' in found ? found.reason : null, holdUntil: null };
}
