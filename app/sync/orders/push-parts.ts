import { asCrossdockError, NeedsMerchantError, type CrossdockError } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { isParked, parkConnection, resumeConnection } from '../../connections/park.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { checkFence, type Lease } from '../inbox/lease.ts';
import { closeProblems, openProblem, problemFromError } from '../problems/problems.ts';
import { countInRun, rollingRun, type RunCounts } from '../runs/runs.ts';
import type { Settled } from './close-settled.ts';
import { conversionOf, kitsOf, remoteProductsOf } from './conversion-of.ts';
import { convertPart, layOutUnits, type Conversion } from './convert-order.ts';
import { isAddressWithheld, type Taker, type Verdicts } from './judge-order.ts';
import { nameLeftElsewhere } from './left-elsewhere.ts';
import { firstThatWent, partsInMirroring } from './order-store.ts';
import { orderInCodes } from './order-in-codes.ts';
import { roundingOf } from './order-total.ts';
import { openParts, standBeside } from './prepare-parts.ts';
import type { KnownPart } from './plan-parts.ts';
import {
  ADDRESS_UNKNOWN_THERE,
  amendPart,
  cancelPart,
  findLeftPart,
  sendPart,
  type PartContext,
  type PartOutcome,
} from './push-part.ts';
import { isChanged, type ShopifyOrder } from './shopify-order.ts';
import { writeBack } from './write-back.ts';

/** One pass of one order through the corridor. */
export interface OrderPass {
  shopId: number;
  admin: ShopifyAdmin;
  /** The shop's active connections whose orders sync is on. */
  connections: LiveConnection[];
  orderId: string;
  /** Counts go to this run; without it to each connection's rolling run. */
  runId?: string;
  /** A failure that would be tried again is named as a problem now. */
  lastTry?: boolean;
  /** Only parts of these references are handed over, which are there already, and are taken as they are. */
  there?: ReadonlySet<string>;
}

const counted: Record<PartOutcome, keyof RunCounts> = {
  sent: 'done',
  amended: 'done',
  cancelled: 'done',
  unchanged: 'skipped',
  withheld: 'held',
  'too-late': 'failed',
};

/** Counts into the pass's run, or into the connection's rolling run, and tells its id. */
export async function inRun(tx: Tx, pass: OrderPass, connectionId: string, counts: Partial<RunCounts>): Promise<string> {
  if (!pass.runId) return rollingRun(tx, pass.shopId, connectionId, 'orders', counts);
  await countInRun(tx, pass.shopId, pass.runId, counts);
  return pass.runId;
}

/** A back office that is down is left alone for a while instead of being asked for each order. */
const isDown = (error: CrossdockError) => ['unreachable', 'no-answer', 'server-error'].includes(error.code);

/**
 * Hands over, amends or cancels each part of the order. One part's failure never stops the others; what went wrong is returned, and named as a
 * problem unless it is going to be tried again. `waits`: something was left for later, as its connection is parked or its parcels are only now told to Shopify. `runs`: connection → the run that its writes belong to.
 */
export async function pushParts(
  pass: OrderPass,
  lease: Lease,
  order: ShopifyOrder,
  takers: Taker[],
  verdicts: Verdicts,
  runs: ReadonlyMap<string, string>,
): Promise<{ failures: CrossdockError[]; waits: boolean; settled: Settled[] }> {
  const { shopId } = pass;
  const subject = { kind: 'order' as const, id: order.id, label: order.name };
  const failures: CrossdockError[] = [];
  let waits = false;
  /** Connections with a part that failed or has to wait. */
  const unsettled = new Set<string>();
  /** What became of a connection's parts, as problems tell it. */
  const lastOutcome = new Map<string, string>();
  const coded = new Map<string, ShopifyOrder>();
  const products = new Map<string, Conversion['remoteProducts']>();
  const runOf = (live: LiveConnection): string => runs.get(live.id) ?? '';
  const inCodes = (connectionId: string): ShopifyOrder => coded.get(connectionId) ?? order;
  /** Changes that came too late and are asked for no more. */
  const closeLate = (
    tx: Tx,
    { connectionId, reference: part }: Pick<KnownPart, 'connectionId' | 'reference'>,
    evidence: string,
    ...others: string[]
  ) =>
    closeProblems(tx, shopId, {
      subject,
      connectionId,
      causes: ['amend-too-late', 'cancel-too-late', ...others],
      part,
      evidence,
    });
  const { kept, cancelled, unanswered, beside, taken, mirroring } = await inShop(shopId, async (tx) => {
    for (const { live } of takers) coded.set(live.id, await orderInCodes(tx, shopId, live.id, order));
    const mirroring = await partsInMirroring(tx, shopId, order.id);
    const parts = await openParts(
      tx,
      shopId,
      order,
      { targets: verdicts.targets, mirroring },
      new Map(takers.map(({ live, settings }) => [live.id, { live, prefix: settings.numberPrefix, coded: inCodes(live.id) }])),
      verdicts.cancellations,
    );
    for (const part of parts.gone) {
      await closeLate(tx, part, 'part-shipped', ADDRESS_UNKNOWN_THERE);
      const taker = takers.find(({ live }) => live.id === part.connectionId);
      if (taker && !isAddressWithheld(order)) await nameLeftElsewhere(tx, taker.live, part, order);
      lastOutcome.set(part.connectionId, 'part-shipped');
    }
    for (const id of new Set(parts.kept.map(({ part }) => part.connectionId)))
      products.set(id, await remoteProductsOf(tx, shopId, id, order));
    return { ...parts, mirroring };
  });

  const leaveForLater = ({ connectionId }: Pick<KnownPart, 'connectionId'>) => {
    waits = true;
    unsettled.add(connectionId);
  };
  /** While parcels of it are told to Shopify the two sides can't be compared. Where that is switched off, their fulfilment will be news one day. */
  const leaveAlone = (part: KnownPart) => {
    if (mirroring.get(part.id)) leaveForLater(part);
    else unsettled.add(part.connectionId);
  };
  /** What became of it; null where it waits or failed. */
  const attempt = async (
    live: LiveConnection,
    part: Pick<KnownPart, 'connectionId' | 'reference'>,
    work: (context: PartContext) => Promise<PartOutcome>,
  ): Promise<PartOutcome | null> => {
    if (isParked(live)) {
      leaveForLater(part);
      return null;
    }
    try {
      const outcome = await work({ live, lease, runId: runOf(live), orderId: order.id, orderName: order.name });
      lastOutcome.set(live.id, `part-${outcome}`);
      await inShop(shopId, async (tx) => {
        // It has what it should have, and it is wanted: whatever came too late is over.
        if (outcome === 'unchanged' || outcome === 'amended') await closeLate(tx, part, `part-${outcome}`);
        if (live.blocked && outcome !== 'withheld' && outcome !== 'unchanged') await resumeConnection(tx, shopId, live.id);
        await inRun(tx, pass, live.id, { [counted[outcome]]: 1 });
      });
      return outcome;
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      failures.push(error);
      unsettled.add(live.id);
      const again = error.kind === 'transient' && !pass.lastTry;
      if (!again) {
        const ofConnection = error instanceof NeedsMerchantError && error.scope === 'connection';
        await inShop(shopId, async (tx) => {
          // Whoever took the order over meanwhile says what is wrong with it.
          await checkFence(tx, shopId, lease);
          await openProblem(tx, shopId, problemFromError(error, { connectionId: live.id, sync: 'orders', subject }));
          if (ofConnection || isDown(error)) await parkConnection(tx, shopId, live.id, error);
          await inRun(tx, pass, live.id, { failed: 1 });
        });
        // It is nothing of this order's: it waits as those do that come while the connection is parked, and goes on when that is mended.
        if (ofConnection) waits = true;
      }
      return null;
    }
  };

  if (taken) {
    const taker = takers.find(({ live }) => live.id === taken.connectionId);
    if (taker) await attempt(taker.live, taken, () => Promise.reject(taken.error));
    for (const { live } of takers) unsettled.add(live.id);
  }
  /** What was to be cancelled and is there still (its connection is off or waits, it was too late): it holds what it was told of the order as a whole. */
  const left: KnownPart[] = [];
  for (const { part, reason } of cancelled) {
    const taker = takers.find(({ live }) => live.id === part.connectionId);
    let outcome: PartOutcome | null = null;
    if (mirroring.has(part.id)) leaveAlone(part);
    else if (taker) outcome = await attempt(taker.live, part, (context) => cancelPart(context, part, reason));
    if (outcome !== 'cancelled') left.push(part);
  }
  for (const part of unanswered) {
    const taker = takers.find(({ live }) => live.id === part.connectionId);
    if (taker) await attempt(taker.live, part, (context) => findLeftPart(context, part));
  }
  const living = [...kept.map(({ part, units }) => ({ number: part.number, units })), ...beside, ...standBeside(left, new Set())];
  const starts = layOutUnits(living);
  const carrier = Math.min(...living.map(({ number }) => number));
  for (const prepared of kept) {
    const taker = takers.find(({ live }) => live.id === prepared.part.connectionId);
    if (!taker || (pass.there && !pass.there.has(prepared.part.reference))) continue;
    if (mirroring.has(prepared.part.id)) {
      leaveAlone(prepared.part);
      continue;
    }
    // What was handed over with its address isn't changed to one without.
    if (prepared.part.remoteId && isAddressWithheld(order)) {
      unsettled.add(taker.live.id);
      continue;
    }
    const remoteProducts = products.get(taker.live.id) ?? new Map<string, string>();
    const converted = convertPart(
      inCodes(taker.live.id),
      conversionOf(order, taker, prepared, prepared.part.number === carrier, remoteProducts),
      starts,
    );
    await attempt(taker.live, prepared.part, (context) =>
      prepared.part.remoteId
        ? amendPart(context, prepared.part, converted, roundingOf(order, prepared.units))
        : sendPart(context, { ...prepared.part, kits: kitsOf(taker, prepared.part) }, converted, {
            mapped: taker.mapped.shown,
            changed: isChanged(order),
            asItIs: pass.there !== undefined,
          }),
    );
  }
  for (const { settings, live } of takers) {
    const waits = verdicts.holds.filter(({ connectionId }) => connectionId === live.id).map(({ reason }) => reason.code);
    const tags = { 'pre-order': settings.tagPreOrder, 'back-order': settings.tagBackOrder };
    for (const [code, tag] of Object.entries(tags)) {
      if (tag === '' || !waits.includes(code) || isParked(live)) continue;
      await writeBack({ admin: pass.admin, live, runId: runOf(live), order }, { tagImported: tag, numberMetafield: '' }, '');
    }
  }
  for (const taker of takers) {
    const { settings, live } = taker;
    if (settings.tagImported === '' && settings.numberMetafield === '') continue;
    const went = await inShop(shopId, (tx) => firstThatWent(tx, shopId, order.id, live.id));
    if (!went || isParked(live) || order.cancelledAt) continue;
    await writeBack({ admin: pass.admin, live, runId: runOf(live), order }, settings, went.remoteNumber ?? went.reference);
  }
  const settled = takers
    .filter(({ live }) => !unsettled.has(live.id))
    .map(({ live, settings }) => ({
      connectionId: live.id,
      evidence: lastOutcome.get(live.id) ?? 'order-read-again',
      marks: [settings.tagImported, settings.numberMetafield, settings.tagPreOrder, settings.tagBackOrder].some(Boolean),
    }));
  return { failures, waits, settled };
}
