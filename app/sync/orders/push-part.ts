import { now } from '../../core/clock.ts';
import type { ErrorParams } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { ChangeVerdict, Reason, RemoteOrder, SalesOrder } from '../../connectors/contract/index.ts';
import { mayBeForgotten } from '../../env.server.ts';
import { componentsText } from '../../mappings/kit-text.ts';
import type { Lease } from '../inbox/lease.ts';
import { closeProblems, isOpenOfPart, openProblem } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { SEVERAL } from '../writes/open-writes.ts';
import { contentIn, performWrite, settleLost, type Earlier } from '../writes/perform-write.ts';
import { handOverHash, isAsHandedOver, toldTotal } from './convert-order.ts';
import type { KnownPart } from './plan-parts.ts';
import { publishTillSale } from './till-sales.ts';

/** What became of one part in this pass. */
export type PartOutcome = 'sent' | 'amended' | 'cancelled' | 'unchanged' | 'withheld' | 'too-late';

export interface PartContext {
  live: LiveConnection;
  lease: Lease;
  runId: string;
  orderId: string;
  orderName: string;
}

const subjectOf = (context: PartContext) => ({ kind: 'order' as const, id: context.orderId, label: context.orderName });

async function recordPlan(context: PartContext, part: { id: string }, reason: Reason): Promise<void> {
  await inShop(context.live.shop.id, (tx) =>
    noteEvent(
      tx,
      context.live.shop.id,
      subjectOf(context),
      'withheld',
      { code: reason.code, connection: context.live.name },
      part.id,
    ),
  );
}

/** The cause of a part whose total the back office doesn't make what it was sent. */
export const OTHER_TOTAL = 'other-total-there';

/** The penny check of the other side: what it says the part comes to, where it says anything, against what it was sent. */
async function compareTotals(tx: Tx, context: PartContext, { reference }: KnownPart, sent: SalesOrder, there: RemoteOrder) {
  const { live } = context;
  const problem = { connectionId: live.id, cause: OTHER_TOTAL, part: reference };
  // Some remember an order without what was in it.
  if (there.total === null || (there.total === 0 && there.lines.length === 0)) return;
  if (there.total === sent.total.amount) {
    const closed = { connectionId: live.id, causes: [OTHER_TOTAL], part: reference, evidence: 'totals-agree' };
    await closeProblems(tx, live.shop.id, { subject: subjectOf(context), ...closed });
    return;
  }
  const { amount: expected, currency } = sent.total;
  const params = { reference, backOffice: live.name, expected, told: there.total, currency };
  await openProblem(tx, live.shop.id, { ...problem, sync: 'orders', subject: subjectOf(context), params });
}

/** The cause of a part that went over and was forgotten, where nobody can say or tell where the back office sends it. */
export const ADDRESS_UNKNOWN_THERE = 'address-unknown-there';

/** A change of it would come too late for certain. */
const hasBegunToLeave = ({ state }: RemoteOrder) => ['partly-shipped', 'shipped', 'cancelled'].includes(state);

/** No back office tells an address: where the part can't be told its own once more, only somebody who looks there knows whether it is the latest. */
async function nameAddress(tx: Tx, context: PartContext, { reference }: KnownPart, sent: SalesOrder, there: RemoteOrder) {
  const { live } = context;
  const isTold = Boolean(live.connector.orders.amend) && !hasBegunToLeave(there);
  if (isTold || !sent.shipTo || ['shipped', 'cancelled'].includes(there.state)) return;
  const params = { reference, backOffice: live.name };
  const problem = { connectionId: live.id, cause: ADDRESS_UNKNOWN_THERE, part: reference, params };
  await openProblem(tx, live.shop.id, { ...problem, sync: 'orders', subject: subjectOf(context) });
}

function unitsOf(lines: readonly { sku: string; quantity: number }[]): string {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return JSON.stringify([...units].sort());
}

/** For the order's page: what each kit was packed as. */
const kitsShown = (kits: KnownPart['kits']): Record<string, string> =>
  Object.fromEntries(Object.entries(kits ?? {}).map(([sku, components]) => [sku, componentsText(components)]));

interface SentPart {
  answer: RemoteOrder;
  hash: string;
  mapped: Record<string, string>;
  /** What the back office has isn't what was meant to be sent now. */
  older: boolean;
  /** It was there before. */
  asItIs: boolean;
}

/** Writes down that the back office has the part, and tells its page. */
async function recordSent(
  tx: Tx,
  context: PartContext,
  part: KnownPart,
  order: SalesOrder,
  { answer, hash, mapped, older, asItIs }: SentPart,
): Promise<void> {
  const { live } = context;
  const shopId = live.shop.id;
  const offered = answer.state === 'offered';
  const state = order.parked ? 'parked' : order.handedOver ? 'shipped' : offered ? 'offered' : 'sent';
  const kits = part.kits ? JSON.stringify(part.kits) : null;
  await tx.$executeRaw`
    UPDATE part SET state = CASE WHEN state = 'partly-shipped' THEN state ELSE ${state} END, remote_id = ${answer.remoteId}, remote_number = ${answer.remoteNumber}, remote_url = ${answer.url},
      sent_hash = ${older ? null : hash}, mapping_version = ${live.mappingVersion}, mapped = ${JSON.stringify({ ...mapped, ...kitsShown(part.kits) })}::jsonb,
      kits = coalesce(${kits}::jsonb, kits), total = ${order.total.amount}, accepted_at = ${offered || older ? null : now()}
    WHERE shop_id = ${shopId} AND id = ${part.id}::uuid`;
  // The buyer has it, or others see to it: no parcel will be reported that could say so.
  if (order.handedOver || order.parked)
    await tx.$executeRaw`UPDATE part_line SET shipped = quantity WHERE shop_id = ${shopId} AND part_id = ${part.id}::uuid`;
  if (order.handedOver) await publishTillSale(tx, shopId, part.id, 'recorded');
  await noteEvent(
    tx,
    shopId,
    subjectOf(context),
    asItIs ? 'taken-up' : order.parked ? 'kept-as-history' : order.handedOver ? 'recorded' : offered ? 'offered' : 'sent',
    { reference: part.reference, backOffice: live.name, number: answer.remoteNumber ?? answer.remoteId },
    part.id,
  );
  // An older version is told what changed, and compared then.
  if (!older) await compareTotals(tx, context, part, order, answer);
  if (asItIs) await nameAddress(tx, context, part, order, answer);
}

/** Hands a part over for the first time; a repeat after a crash or a lost answer finds the order that is there already. */
export async function sendPart(
  context: PartContext,
  part: KnownPart,
  order: SalesOrder,
  /** `changed`: whether other goods of the Shopify order are wanted than were ordered. `asItIs`: what is there already isn't told yet what changed since. */
  { mapped, changed, asItIs }: { mapped: Record<string, string>; changed: boolean; asItIs: boolean },
): Promise<PartOutcome> {
  const { live, lease, runId } = context;
  const hash = handOverHash(order);
  const forgotten = mayBeForgotten(order.placedAt);
  const differs = ({ lines }: RemoteOrder) => (lines.length === 0 ? changed : unitsOf(lines) !== unitsOf(order.lines));
  // What arrived then may be an older version: unless it is the same to the unit and to the address, it is told what changed since. One that was
  // looked for in vain and then taken is as it was sent; telling it once more does no harm where that can be done. What was sent and forgotten is known by
  // its units only, so it is told once more as well.
  const amends = Boolean(live.connector.orders.amend);
  const isOlder = (answer: RemoteOrder, { again, found, other }: Earlier) =>
    (again && other && (found || amends)) ||
    ((again || forgotten) && differs(answer)) ||
    (asItIs && amends && !hasBegunToLeave(answer));
  let older = false;
  const result = await performWrite<RemoteOrder>(
    live,
    {
      runId,
      lease,
      target: 'back-office',
      kind: 'order-create',
      subject: { kind: 'part', id: part.id },
      key: `order-create ${live.id} ${part.reference}`,
      class: 'compensable',
      after: {
        reference: part.reference,
        lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
        total: order.total.amount,
      },
      content: hash,
    },
    {
      send: () => live.connector.orders.create(order),
      ask: () => live.connector.orders.find(part.reference),
      record: (tx, answer, earlier) => {
        older = isOlder(answer, earlier);
        return recordSent(tx, context, part, order, { answer, hash, mapped, older, asItIs });
      },
    },
  );
  if (result.outcome === 'withheld') {
    await recordPlan(context, part, result.reason);
    return 'withheld';
  }
  if (older && !asItIs) await amendPart(context, { ...part, remoteId: result.answer.remoteId, sentHash: null }, order, 0);
  return 'sent';
}

/** Keeps what the back office said to a change: in the transaction that settles its write, or what it holds would be told apart from what we say it holds. */
async function settleChange(
  tx: Tx,
  context: PartContext,
  part: KnownPart,
  what: 'amend' | 'cancel',
  verdict: ChangeVerdict,
  /** As it was to become; null for a cancellation. */
  order: SalesOrder | null,
): Promise<PartOutcome> {
  const { live } = context;
  const shopId = live.shop.id;
  const cause = what === 'amend' ? 'amend-too-late' : 'cancel-too-late';
  if (verdict.verdict === 'too-late') {
    const params = {
      ...{ reference: part.reference, backOffice: live.name, state: verdict.state, vendorText: verdict.text },
      ...(order && (part.sentHash === null ? { context: 'unknown' } : moneyAlone(part.sentHash, order))),
    };
    await openProblem(tx, shopId, {
      connectionId: live.id,
      sync: 'orders',
      cause,
      subject: subjectOf(context),
      part: part.reference,
      params,
    });
    await noteEvent(tx, shopId, subjectOf(context), cause, params, part.id);
    // What nobody knew to have arrived is no better known now.
    if (what === 'amend' && part.sentHash === null)
      await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { sentHash: null } });
    return 'too-late';
  }
  // Of this part only: another of the same order may have been too far for the very same change.
  await closeProblems(tx, shopId, {
    ...{ subject: subjectOf(context), connectionId: live.id, part: part.reference, evidence: `${what}-accepted` },
    causes: what === 'cancel' ? ['cancel-too-late', 'amend-too-late', OTHER_TOTAL, ADDRESS_UNKNOWN_THERE] : [cause],
  });
  if (order === null) {
    await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state: 'cancelled', cancelledAt: now() } });
    await tx.partLine.updateMany({ where: { shopId, partId: part.id }, data: { open: 0 } });
  } else {
    await tx.part.update({
      where: { shopId_id: { shopId, id: part.id } },
      data: {
        ...{ sentHash: handOverHash(order), total: order.total.amount },
        ...(part.state === 'offered' ? {} : { acceptedAt: now() }),
      },
    });
    await compareTotals(tx, context, part, order, verdict.order);
  }
  await noteEvent(
    tx,
    shopId,
    subjectOf(context),
    what === 'cancel' ? 'cancelled' : 'amended',
    { reference: part.reference, backOffice: live.name },
    part.id,
  );
  return what === 'cancel' ? 'cancelled' : 'amended';
}

/** Of a change of nothing but the total: both totals, for the sentence that names them. */
function moneyAlone(sentHash: string | null, order: SalesOrder): ErrorParams | null {
  const told = toldTotal(sentHash, order);
  if (told === null || told === order.total.amount) return null;
  return { context: 'total', told, expected: order.total.amount, currency: order.total.currency };
}

/** A back office that can't be told of changes: somebody has to see to it there. */
function nameTooLate(
  context: PartContext,
  part: KnownPart,
  what: 'amend' | 'cancel',
  order: SalesOrder | null,
): Promise<PartOutcome> {
  const verdict: ChangeVerdict = { verdict: 'too-late', state: 'open', text: '' };
  return inShop(context.live.shop.id, (tx) => settleChange(tx, context, part, what, verdict, order));
}

/** Tells the back office what changed after the hand-over, while it can still take it; afterwards it is a named problem. */
export async function amendPart(
  context: PartContext,
  part: KnownPart,
  order: SalesOrder,
  /** Minor units that its total may be away from what it was handed over with, without being another. */
  rounding: number,
): Promise<PartOutcome> {
  const { live, lease, runId } = context;
  if (isAsHandedOver(part.sentHash, order, rounding) || !part.remoteId) return 'unchanged';
  const remoteId = part.remoteId;
  const amend = live.connector.orders.amend?.bind(live.connector.orders);
  if (!amend) return nameTooLate(context, part, 'amend', order);
  let outcome: PartOutcome = 'unchanged';
  const result = await performWrite<ChangeVerdict>(
    live,
    {
      runId,
      lease,
      target: 'back-office',
      kind: 'order-amend',
      subject: { kind: 'part', id: part.id },
      // Each attempt is one of its own: an order edited to and fro comes to the same content again, and a verdict may change with time.
      key: `order-amend ${part.id} ${handOverHash(order)} ${lease.fence}`,
      class: 'compensable',
      after: { lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })), total: order.total.amount },
    },
    // Amending to the same content twice changes nothing, so an unanswered one is simply sent again.
    {
      send: () => amend(remoteId, order),
      ask: () => Promise.resolve(null),
      async record(tx, verdict) {
        outcome = await settleChange(tx, context, part, 'amend', verdict, order);
      },
    },
  );
  if (result.outcome === 'withheld') {
    await recordPlan(context, part, result.reason);
    return 'withheld';
  }
  return outcome;
}

/** An order whose creation was sent but never answered, if it did arrive. */
async function findLostSend({ live }: PartContext, part: KnownPart): Promise<RemoteOrder | null> {
  const shopId = live.shop.id;
  const subject = { kind: 'part', id: part.id };
  const write = await inShop(shopId, (tx) =>
    tx.write.findFirst({
      where: {
        ...{ shopId, kind: 'order-create', subjectKind: subject.kind, subjectId: subject.id },
        state: { in: ['sent', 'unknown', 'landed'] },
      },
      select: { key: true, after: true },
    }),
  );
  if (!write) return null;
  const lost = { target: 'back-office' as const, kind: 'order-create', subject, key: write.key };
  const found = await settleLost(live, lost, () => live.connector.orders.find(part.reference));
  if (!found) return null;
  const { remoteId, remoteNumber, url: remoteUrl } = found;
  const content = contentIn(write.after);
  const data = { remoteId, remoteNumber, remoteUrl, ...(content === SEVERAL ? {} : { sentHash: content ?? null }) };
  await inShop(shopId, (tx) => tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data }));
  return found;
}

/** Its parcels were told of before anybody had asked whether its hand-over, which got no answer, had arrived: it is asked for now, for its number there. */
export async function findLeftPart(context: PartContext, part: KnownPart): Promise<PartOutcome> {
  const found = await findLostSend(context, part);
  if (found) {
    const { shop, name: backOffice } = context.live;
    const told = { reference: part.reference, backOffice, number: found.remoteNumber ?? found.remoteId };
    await inShop(shop.id, (tx) => noteEvent(tx, shop.id, subjectOf(context), 'sent', told, part.id));
  }
  return 'unchanged';
}

/** Cancels a part in the back office, because the order was cancelled or its units went elsewhere. */
export async function cancelPart(context: PartContext, part: KnownPart, reason: string): Promise<PartOutcome> {
  const { live, lease, runId } = context;
  const shopId = live.shop.id;
  const remoteId = part.remoteId ?? (await findLostSend(context, part))?.remoteId;
  if (!remoteId) {
    await inShop(shopId, async (tx) => {
      await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state: 'cancelled', cancelledAt: now() } });
      await tx.partLine.updateMany({ where: { shopId, partId: part.id }, data: { open: 0 } });
      await noteEvent(tx, shopId, subjectOf(context), 'dropped', { reference: part.reference, reason }, part.id);
    });
    return 'cancelled';
  }
  const cancel = live.connector.orders.cancel?.bind(live.connector.orders);
  if (!cancel) return nameTooLate(context, part, 'cancel', null);
  const tooLate = { connectionId: live.id, cause: 'cancel-too-late', orderId: context.orderId, part: part.reference };
  const wasTooLate = await inShop(shopId, (tx) => isOpenOfPart(tx, shopId, tooLate));
  let outcome: PartOutcome = 'unchanged';
  const result = await performWrite<ChangeVerdict>(
    live,
    {
      runId,
      lease,
      target: 'back-office',
      kind: 'order-cancel',
      subject: { kind: 'part', id: part.id },
      key: `order-cancel ${part.id} ${wasTooLate ? lease.fence : ''}`,
      class: 'final',
      after: { reference: part.reference, reason },
    },
    {
      send: () => cancel(remoteId, reason),
      ask: () => Promise.resolve(null),
      async record(tx, verdict) {
        outcome = await settleChange(tx, context, part, 'cancel', verdict, null);
      },
    },
  );
  if (result.outcome === 'withheld') {
    await recordPlan(context, part, result.reason);
    return 'withheld';
  }
  return outcome;
}
