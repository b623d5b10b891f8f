import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { loadRules } from '../../mappings/mapping-store.ts';
import { observeValues } from '../../mappings/observed-values.ts';
import { resolve } from '../../mappings/resolve.ts';
import { takeIn } from '../inbox/inbox.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { RemoteOrder, Subject } from '../../connectors/contract/index.ts';
import { closeProblems, isOpenOfPart, openProblem } from '../problems/problems.ts';
import { pullShipmentsOfOrder } from '../shipments/pull-shipments-from-back-office.ts';
import { recordShipment } from '../shipments/record-shipment.ts';
import { statusParcelId } from '../shipments/status-parcel.ts';
import { unreportedLines } from '../shipments/unreported.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { cancelInShopify } from './cancel-in-shopify.ts';
import { OTHER_TOTAL } from './push-part.ts';

/** The cause of a part that the back office cancelled by itself. */
export const CANCELLED_THERE = 'cancelled-in-back-office';
const TROUBLE = 'order-in-trouble';
const REFUNDED = 'refunded-in-back-office';

interface Heard {
  tx: Tx;
  live: LiveConnection;
  part: { id: string; state: string; reference: string };
  subject: Subject;
  remote: RemoteOrder | null;
}

/** An order that was laid out has been fetched: from now on it counts as sent. */
async function noteFetched({ tx, live, part, subject, remote }: Heard): Promise<void> {
  if (part.state !== 'offered' || !remote || remote.state === 'offered') return;
  const shopId = live.shop.id;
  await tx.part.update({
    where: { shopId_id: { shopId, id: part.id } },
    data: {
      state: 'sent',
      acceptedAt: remote.acceptedAt ? new Date(remote.acceptedAt) : now(),
      remoteId: remote.remoteId,
      remoteNumber: remote.remoteNumber,
      remoteUrl: remote.url,
    },
  });
  await noteEvent(
    tx,
    shopId,
    subject,
    'sent',
    { reference: part.reference, backOffice: live.name, number: remote.remoteNumber ?? remote.remoteId },
    part.id,
  );
}

/** What the merchant says the back office's own word for the order's state means in Shopify. The word is remembered, so that it can be mapped. */
async function meaningOf({ tx, live, remote }: Heard): Promise<string | null> {
  const status = remote?.vendorStatus;
  if (!status) return null;
  await observeValues(tx, live.shop.id, [{ kind: 'order-status', value: status, label: status, origin: 'back-office' }]);
  return resolve(await loadRules(tx, live.shop.id, live.id, 'order-status'), [status])?.target.value ?? null;
}

/** The order's state may be heard before its parcels are: they are asked for, or what is told to Shopify (and the customer) would have no tracking. */
async function askForParcels(live: LiveConnection, remoteId: string): Promise<boolean> {
  try {
    return await pullShipmentsOfOrder(live, remoteId);
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind !== 'rejected' && error.kind !== 'needs-merchant') throw thrown;
    // Some can't tell an order's parcels: those that are reported later take over what is made up here.
    logger.warn({ error, remoteId }, 'The parcels of an order that left could not be asked for');
    return false;
  }
}

const readAgain = (tx: Tx, shopId: number, orderId: string, key: string): Promise<unknown> =>
  takeIn(tx, shopId, {
    ...{ key, door: 'inbound', topic: 'order-status' },
    ...{ subjectKind: 'order', subjectId: orderId, triggeredAt: null },
  });

/** The back office's state says that the order left, and nobody reported parcels of it: what no parcel holds is taken for one without tracking. */
async function noteFulfilled({ tx, live, part, remote }: Heard): Promise<void> {
  const shopId = live.shop.id;
  const remoteId = statusParcelId(part.reference);
  const left = await unreportedLines(tx, shopId, part.id);
  if (left.length === 0 || (await tx.shipment.count({ where: { shopId, connectionId: live.id, remoteId } })) > 0) return;
  const shippedAt = now().toISOString();
  const { orderId } = await recordShipment(tx, live, {
    ...{ remoteId, reference: part.reference, facilityId: remote?.facilityId ?? null, lines: left },
    ...{ tracking: [], shippedAt, note: null, cancelled: false },
  });
  if (orderId) await readAgain(tx, shopId, orderId, `${remoteId} ${shippedAt}`);
}

/** Opens the problem while it holds, closes it when it is gone. */
async function restate({ tx, live, part, subject }: Heard, cause: string, holds: boolean, vendorText = ''): Promise<void> {
  const shopId = live.shop.id;
  const params = { reference: part.reference, backOffice: live.name, vendorText };
  if (!holds) {
    // Of this part only: another of the same order may be just that.
    const which = { subject, connectionId: live.id, causes: [cause], part: part.reference };
    await closeProblems(tx, shopId, { ...which, evidence: 'order-read-again' });
    return;
  }
  const problem = { connectionId: live.id, sync: 'orders' as const, cause, subject, part: part.reference, params };
  const known = await isOpenOfPart(tx, shopId, { ...problem, orderId: subject.id });
  await openProblem(tx, shopId, problem);
  if (!known) await noteEvent(tx, shopId, subject, cause, params, part.id);
}

/**
 * The back office changed the state of an order of ours: it fetched it, it can't work on it, or it cancelled it. One that it cancelled while
 * Shopify still waits for it is a problem that somebody must decide (cancel it in Shopify, or send it again), unless the merchant has it cancelled there.
 */
export async function hearOrderState(
  live: LiveConnection,
  reference: string,
  admin: Pick<ShopifyAdmin, 'run'> = adminFor(live.shop),
): Promise<void> {
  const shopId = live.shop.id;
  const part = await inShop(shopId, (tx) =>
    tx.part.findUnique({ where: { shopId_connectionId_reference: { shopId, connectionId: live.id, reference } } }),
  );
  if (!part) return;
  const remote = await live.connector.orders.find(reference);
  const { subject, order, meaning, left } = await inShop(shopId, async (tx) => {
    const order = await tx.order.findUnique({
      where: { shopId_id: { shopId, id: part.orderId } },
      select: { name: true, cancelledAt: true, financialStatus: true },
    });
    const subject = { kind: 'order' as const, id: part.orderId, label: order?.name ?? reference };
    const heard: Heard = { tx, live, part, subject, remote };
    await noteFetched(heard);
    const meaning = await meaningOf(heard);
    return { subject, order, meaning, left: meaning === 'fulfilled' ? await unreportedLines(tx, shopId, part.id) : [] };
  });
  const wanted = ['offered', 'sent'].includes(part.state) && !order?.cancelledAt;
  const told = remote && wanted && left.length > 0 && (await askForParcels(live, remote.remoteId));
  const cancelled = await inShop(shopId, async (tx) => {
    const heard: Heard = { tx, live, part, subject, remote };
    if (told) await readAgain(tx, shopId, part.orderId, `parcels ${reference} ${now().toISOString()}`);
    if (meaning === 'fulfilled' && wanted) await noteFulfilled(heard);
    const gone = (remote?.state === 'cancelled' || meaning === 'cancelled') && wanted;
    await restate(heard, CANCELLED_THERE, gone);
    await restate(heard, REFUNDED, meaning === 'refunded' && !order?.cancelledAt && order?.financialStatus !== 'REFUNDED');
    await restate(heard, TROUBLE, Boolean(remote?.trouble) && wanted, remote?.trouble ?? '');
    if (remote?.total === Number(part.total)) await restate(heard, OTHER_TOTAL, false);
    return gone ? subject : null;
  });
  if (cancelled) await cancelInShopify(live, cancelled, reference, admin);
}
