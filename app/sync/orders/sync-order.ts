import { inShop, type Tx } from '../../db/scope.ts';
import { observeValues } from '../../mappings/observed-values.ts';
import { withLeaseAndFound, type HeldLease } from '../inbox/lease.ts';
import { shareSalesOfOrder } from '../inventory/share-sales-of-order.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { logInRun, type LogLine } from '../runs/run-log.ts';
import { hearForgottenShipments, noteFulfilmentsOfOrder } from '../shipments/mirror-shipments-of-order.ts';
import { shopFulfilments } from '../shipments/order-in-shopify.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { closeSettled } from './close-settled.ts';
import { holdsThatNeedSomebody } from './decide-order.ts';
import { completeLines } from './complete-lines.ts';
import { isStillSo, type GivenPass } from './given-order.ts';
import { judgeNow } from './judge-now.ts';
import { isAddressWithheld, type Taker, type Verdicts } from './judge-order.ts';
import { totalsDiffer, totalsReason } from './order-total.ts';
import { overallVerdict } from './overall-verdict.ts';
import { actionOf } from './plan-order.ts';
import { readParts, storeOrder } from './order-store.ts';
import { valuesOf } from './order-values.ts';
import type { KnownPart } from './plan-parts.ts';
import { inRun, pushParts, type OrderPass } from './push-parts.ts';
import { endCancelledThere, partsToSendAnew } from './send-anew.ts';
import { takeUpForgotten } from './take-up-forgotten.ts';
import type { ShopifyOrder } from './shopify-order.ts';
import { endVanished } from './vanished-order.ts';

async function restateProblems(
  tx: Tx,
  pass: OrderPass,
  order: ShopifyOrder,
  takers: Taker[],
  holds: Verdicts['holds'],
): Promise<void> {
  const subject = { kind: 'order' as const, id: order.id, label: order.name };
  for (const { live } of takers) {
    const open = holds.filter((hold) => hold.connectionId === live.id && holdsThatNeedSomebody.has(hold.reason.code));
    for (const { reason } of open) {
      const detail = String(reason.params['value'] ?? '');
      await openProblem(tx, pass.shopId, {
        connectionId: live.id,
        sync: 'orders',
        cause: reason.code,
        subject,
        params: reason.params,
        detail,
      });
    }
    const gone = [...holdsThatNeedSomebody].filter((cause) => !open.some((hold) => hold.reason.code === cause));
    await closeProblems(tx, pass.shopId, { subject, connectionId: live.id, causes: gone, evidence: 'order-read-again' });
  }
}

/** Open parts that can't follow an edit, because Shopify keeps back the address that they were handed over with. */
function changesWithheld(order: ShopifyOrder, takers: Taker[], known: KnownPart[]): Verdicts['holds'] {
  if (!isAddressWithheld(order) || order.cancelledAt) return [];
  return takers
    .filter(({ live }) =>
      known.some(
        ({ connectionId, remoteId, state }) => connectionId === live.id && remoteId && ['sent', 'partly-shipped'].includes(state),
      ),
    )
    .map(({ live }) => ({ connectionId: live.id, reason: { code: 'address-withheld', params: {} } }));
}

/** Parts that are put on hold in Shopify while the back office has them: it ships them all the same, and only a person can stop it there. */
function heldAfterHandOver(order: ShopifyOrder, takers: Taker[], known: KnownPart[]): Verdicts['holds'] {
  const held = new Map(
    order.fulfilmentOrders.flatMap((one) => (one.status === 'ON_HOLD' ? [[one.id, one.holds[0]?.reason ?? '']] : [])),
  );
  return takers.flatMap(({ live }) =>
    known
      .filter(
        ({ connectionId, remoteId, state }) => connectionId === live.id && remoteId && ['sent', 'partly-shipped'].includes(state),
      )
      .filter(({ lines }) => lines.some(({ quantity, shipped }) => shipped < quantity))
      .flatMap(({ reference, fulfilmentOrderIds }) => {
        const reason = fulfilmentOrderIds.map((id) => held.get(id)).find((found) => found !== undefined);
        if (reason === undefined) return [];
        return [
          {
            connectionId: live.id,
            reason: { code: 'held-after-hand-over', params: { reference, backOffice: live.name, reason } },
          },
        ];
      }),
  );
}

/** Handed over, and doesn't add up since: its changes are told all the same, and somebody must look at its money. */
function differAfterHandOver(order: ShopifyOrder, takers: Taker[], known: KnownPart[]): Verdicts['holds'] {
  const difference = totalsDiffer(order);
  if (!difference) return [];
  return takers
    .filter(({ live }) =>
      known.some(
        ({ connectionId, remoteId, state }) => connectionId === live.id && remoteId && ['sent', 'partly-shipped'].includes(state),
      ),
    )
    .map(({ live }) => ({ connectionId: live.id, reason: totalsReason(order, difference) }));
}

const outcomes: Record<string, LogLine['outcome']> = { hold: 'held', skip: 'skipped' };

async function syncUnderLease(pass: GivenPass, lease: HeldLease, known: KnownPart[]): Promise<boolean> {
  const { shopId, given, ...rest } = pass;
  const still = given && (await inShop(shopId, (tx) => isStillSo(tx, shopId, given)));
  const judged = await judgeNow({ shopId, ...rest, ...(still ? { given: given.order } : {}) }, known);
  if (!judged) return endVanished(pass, lease, known);
  const { order, takers, verdicts } = judged;
  const decision = overallVerdict(verdicts.decisions);
  const runs = new Map<string, string>();
  const tooLate = heldAfterHandOver(order, takers, known);
  await inShop(shopId, async (tx) => {
    const { isNew, changed } = await storeOrder(tx, shopId, order, { ...decision, lateLines: verdicts.lateLines });
    const subject = { kind: 'order' as const, id: order.id };
    if (isNew) {
      await noteEvent(tx, shopId, subject, 'seen', { name: order.name });
      await observeValues(tx, shopId, valuesOf(order));
    }
    // Nothing is left of an order that went: its parcels have told that.
    const allLeft = decision.reason?.code === 'nothing-to-ship' && known.some(({ remoteId }) => remoteId);
    if (isNew || (changed && !allLeft)) {
      // Where it matters it isn't held.
      const reason = tooLate[0]?.reason ?? decision.reason;
      const kind = tooLate[0]?.reason.code ?? `decided-${decision.verdict}`;
      await noteEvent(tx, shopId, subject, kind, { code: reason?.code ?? '', ...reason?.params });
    }
    await restateProblems(tx, pass, order, takers, [
      ...verdicts.holds,
      ...changesWithheld(order, takers, known),
      ...differAfterHandOver(order, takers, known),
      ...tooLate,
    ]);
    // Last: all orders of a connection count into one row.
    for (const { live } of takers) {
      const held = verdicts.holds.filter((hold) => hold.connectionId === live.id).length;
      const skipped = decision.verdict === 'skip' && live === takers[0]?.live ? 1 : 0;
      runs.set(live.id, await inRun(tx, pass, live.id, { seen: 1, held, skipped }));
    }
  });
  const { failures, waits, settled } = await pushParts(pass, lease, order, takers, verdicts, runs);
  const sent = known.some((part) => part.remoteId && part.state !== 'cancelled');
  const outcome = failures.length > 0 ? 'failed' : waits ? 'waiting' : (outcomes[decision.verdict] ?? 'done');
  const [failure] = failures;
  const reason = failure ? { code: failure.code, params: failure.params } : decision.reason;
  const line = { key: order.id, label: order.name, action: actionOf(decision.verdict, sent), outcome } as const;
  const more = failures.length === 0 && verdicts.completions.length > 0;
  await inShop(shopId, async (tx) => {
    for (const one of more ? [] : settled) await closeSettled(tx, shopId, order, one);
    for (const runId of new Set(runs.values())) await logInRun(tx, shopId, runId, { ...line, reason });
    if (!more) await lease.giveBack(tx);
  });
  const again = failures.find((error) => error.kind === 'transient');
  if (again) throw again;
  if (more) {
    const incomplete = new Set<string>();
    for (const one of verdicts.completions) if (!(await completeLines(pass, lease, order, one))) incomplete.add(one.connectionId);
    const rest = settled.filter(({ connectionId }) => !incomplete.has(connectionId));
    await inShop(shopId, async (tx) => {
      for (const one of rest) await closeSettled(tx, shopId, order, one);
    });
  }
  return !waits;
}

/**
 * The corridor of one order: read it again from Shopify, decide, convert with the mappings in force, hand over, record. Alone on
 * this order across all processes; running it twice changes nothing. False when a part waits: for its parked connection, or for
 * its parcels to be told to Shopify. Throws
 * TransientError when it should be tried again.
 */
export async function syncOrder(pass: GivenPass): Promise<boolean> {
  const { shopId, admin, connections, orderId, given } = pass;
  const still = given && (await inShop(shopId, (tx) => isStillSo(tx, shopId, given)));
  if (!(await takeUpForgotten(pass))) return false;
  for (const live of connections) {
    await hearForgottenShipments(live, orderId);
    // First: a fulfilment of ours that somebody cancelled in Shopify reopens units, which must not be counted on top of what was shipped.
    if (!still) await noteFulfilmentsOfOrder(live, orderId, { shopify: shopFulfilments(admin) });
  }
  const whole = await withLeaseAndFound(
    shopId,
    `order ${orderId}`,
    async (tx) => ({ known: await readParts(tx, shopId, orderId), anew: await partsToSendAnew(tx, shopId, orderId) }),
    async (lease, { known, anew }) =>
      syncUnderLease(pass, lease, anew.length > 0 ? await endCancelledThere(pass, lease, anew) : known),
  );
  await shareSalesOfOrder(shopId, admin, connections, orderId);
  return whole;
}
