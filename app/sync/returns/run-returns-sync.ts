import { nowMs } from '../../core/clock.ts';
import { TransientError } from '../../core/errors.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop } from '../../db/scope.ts';
import { adminFor } from '../../shopify/client.ts';
import { openProblem, problemFromError } from '../problems/problems.ts';
import { countInRun, showLife, type RunCounts, type RunOrder } from '../runs/runs.ts';
import { gateFor } from '../writes/gate.ts';
import { importUnknownOrders } from './import-unknown-orders.ts';
import { shopReturns } from './order-returns.ts';
import { linkWaitingReturns, pullReturnsFromBackOffice, writesToShopify } from './pull-returns-from-back-office.ts';
import { returnSubject } from './record-return.ts';
import { refundReturn, type RefundOptions, type ReturnRecordState } from './refund-return.ts';

const PAGE = 200;
const LOOK_AGAIN_MS = 60 * 60_000;
const counted: Partial<Record<ReturnRecordState, keyof RunCounts>> = {
  refunded: 'done',
  recorded: 'done',
  withheld: 'held',
  problem: 'failed',
};

/**
 * The returns sync: reads what came back, and refunds it where the merchant has switched that on. Tasks: `scheduled`; `full` (from the beginning, and everything that
 * waits); `retry` (everything that waits, nothing read); `chosen` (argument: a return's id, refunded at a person's wish whatever the setting); `preview` (reads and
 * stores, refunds nothing).
 */
export async function runReturnsSync(live: LiveConnection, run: RunOrder, options: RefundOptions = {}): Promise<void> {
  const { id: shopId } = live.shop;
  const { enabled, settings } = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'returns'));
  const preview = run.task === 'preview';
  if (!enabled && !preview) return;
  const refunding = { settings, ...options, runId: run.id };
  if (run.task === 'chosen' && run.argument) {
    const state = await refundReturn(live, run.argument, { ...refunding, asked: true });
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { seen: 1, ...countOf(state) }));
    return;
  }
  if (run.task !== 'retry') await pullReturnsFromBackOffice(live, run, { full: run.task === 'full', keepCursor: preview });
  if (settings.importUnknown && !preview) await importUnknownOrders(live, options.returns ?? shopReturns(adminFor(live.shop)));
  await linkWaitingReturns(live);
  if (preview) return;
  // Switched off since they came: they stay records, and are not refunded behind the merchant's back later. An attempt already begun is finished.
  const nothing = !writesToShopify(settings);
  if (nothing) await keepAsRecords(live);
  await refundPending(live, run, refunding, nothing);
}

async function keepAsRecords(live: LiveConnection): Promise<void> {
  const { id: shopId } = live.shop;
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      UPDATE return_record r SET state = 'recorded'
      WHERE r.shop_id = ${shopId} AND r.connection_id = ${live.id}::uuid AND r.state IN ('seen', 'withheld') AND NOT EXISTS (
        SELECT 1 FROM write w WHERE w.shop_id = r.shop_id AND w.subject_kind = 'return' AND w.subject_id = r.id::text AND w.state IN ('sent', 'unknown', 'landed'))`,
  );
}

function countOf(state: ReturnRecordState): Partial<RunCounts> {
  const name = counted[state];
  return name ? { [name]: 1 } : {};
}

interface Pending {
  id: string;
  reference: string;
  receivedAt: Date;
}

function nextPage(
  live: LiveConnection,
  after: Pending | undefined,
  { all, gated, begunOnly }: { all: boolean; gated: boolean; begunOnly: boolean },
): Promise<Pending[]> {
  const { id: shopId } = live.shop;
  const lookAgain = new Date(nowMs() - LOOK_AGAIN_MS);
  return inShop(
    shopId,
    (tx) => tx.$queryRaw<Pending[]>`
      SELECT r.id, r.reference, r.received_at AS "receivedAt"
      FROM return_record r LEFT JOIN shop_order o ON o.shop_id = r.shop_id AND o.id = r.order_id
      WHERE r.shop_id = ${shopId} AND r.connection_id = ${live.id}::uuid AND r.part_id IS NOT NULL AND r.refund_id IS NULL
        AND (r.received_at, r.id) > (${after?.receivedAt ?? new Date(0)}, ${after?.id ?? '00000000-0000-0000-0000-000000000000'}::uuid)
        AND (r.state = 'seen' OR (r.state = 'withheld' AND NOT ${gated})
          OR (r.state = 'problem' AND (${all} OR r.tried_at IS NULL OR r.tried_at < ${lookAgain} OR o.shopify_updated_at > r.tried_at)))
        AND (NOT ${begunOnly} OR EXISTS (
          SELECT 1 FROM write w WHERE w.shop_id = r.shop_id AND w.subject_kind = 'return' AND w.subject_id = r.id::text AND w.state IN ('sent', 'unknown', 'landed')))
      ORDER BY r.received_at, r.id LIMIT ${PAGE}`,
  );
}

async function refundPending(live: LiveConnection, run: RunOrder, refunding: RefundOptions, begunOnly: boolean): Promise<void> {
  const { id: shopId } = live.shop;
  const filter = { all: run.task === 'full' || run.task === 'retry', gated: gateFor(live, 'shopify') !== null, begunOnly };
  let failed: TransientError | undefined;
  for (
    let page = await nextPage(live, undefined, filter);
    page.length > 0;
    page = page.length < PAGE ? [] : await nextPage(live, page.at(-1), filter)
  ) {
    for (const one of page) {
      try {
        const state = await refundReturn(live, one.id, refunding);
        await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, countOf(state)));
      } catch (thrown) {
        if (!(thrown instanceof TransientError)) throw thrown;
        failed = thrown;
        await inShop(shopId, async (tx) => {
          const row = await tx.return.findUnique({ where: { shopId_id: { shopId, id: one.id } }, select: { refundId: true } });
          // Another worker has the order: it does the work. And what is refunded already has no problem, though counting it failed.
          if (thrown.code !== 'busy' && !row?.refundId)
            await openProblem(
              tx,
              shopId,
              problemFromError(thrown, { connectionId: live.id, sync: 'returns', subject: returnSubject(one) }),
            );
          await showLife(tx, shopId, run.id);
        });
      }
    }
  }
  // What could not be reached is tried again with the job's back-off; what got through stays done.
  if (failed) throw failed;
}
