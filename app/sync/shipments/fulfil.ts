import type { Write } from '@prisma/client';
import { sha256 } from '../../core/crypto.ts';
import { RejectedError } from '../../core/errors.ts';
import type { CarrierRule } from '../../connections/carrier-rules.ts';
import type { Tracking } from '../../connectors/contract/index.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { Lease } from '../inbox/lease.ts';
import { performWrite, type WriteOutcome } from '../writes/perform-write.ts';
import type { OrderInShopify, ShopFulfilments } from './order-in-shopify.ts';
import { planFulfilment, trackingNumbers, type PlannedCall } from './plan-fulfilment.ts';
import { loadShipment, trackingOf, type StoredShipment } from './shipment-rows.ts';

export interface MirrorTools {
  shopify: ShopFulfilments;
  lease: Lease;
  notifyCustomer: boolean;
  /** What carriers are called in Shopify. */
  carriers: readonly CarrierRule[];
  runId?: string;
}

/** What one fulfillmentCreate is to do, kept in the write: enough to recognise it in Shopify and to send it again to other fulfilment orders. */
export interface FulfilmentIntent {
  orderId: string;
  round: number;
  locationId: string;
  lines: { lineId: string; quantity: number }[];
  tracking: Tracking[];
  notifyCustomer: boolean;
}

/**
 * How Shopify stood before: fulfillmentCreate has no idempotency key, so these are the witness of whether one landed.
 */
export interface FulfilmentWitness {
  /** Units left to fulfil, by line id. */
  remaining: Record<string, number>;
  fulfilmentIds: string[];
}

export interface FulfilmentAnswer {
  fulfilmentId: string;
}

export function witnessOf(order: OrderInShopify): FulfilmentWitness {
  const remaining: Record<string, number> = {};
  for (const { lines } of order.fulfilmentOrders)
    for (const line of lines) remaining[line.lineId] = (remaining[line.lineId] ?? 0) + line.remaining;
  return { remaining, fulfilmentIds: order.fulfilments.map(({ id }) => id) };
}

const linesText = (lines: readonly { lineId: string; quantity: number }[]): string =>
  lines
    .map(({ lineId, quantity }) => `${lineId}×${quantity}`)
    .sort()
    .join(' ');

/**
 * The fulfilment that a lost call made, if it did: it wasn't there before, belongs to no other shipment, and has exactly these lines and this tracking. One that was
 * cancelled meanwhile still counts where its tracking proves it ours, so that a merchant's cancellation is not undone by a retry.
 */
export function findLanded(
  order: OrderInShopify,
  before: FulfilmentWitness,
  intent: FulfilmentIntent,
  taken: ReadonlySet<string>,
): string | null {
  const numbers = trackingNumbers(intent.tracking);
  const found = order.fulfilments.find(
    (one) =>
      !before.fulfilmentIds.includes(one.id) &&
      !taken.has(one.id) &&
      linesText(one.lines) === linesText(intent.lines) &&
      trackingNumbers(one.tracking) === numbers &&
      (!one.cancelled || numbers !== ''),
  );
  return found?.id ?? null;
}

/** Fulfilment ids of the order's other shipments. */
export async function fulfilmentsOfOthers(shopId: number, orderId: string, shipmentId: string): Promise<Set<string>> {
  const rows = await inShop(shopId, (tx) =>
    tx.shipment.findMany({ where: { shopId, orderId, id: { not: shipmentId } }, select: { fulfilmentIds: true } }),
  );
  return new Set(rows.flatMap(({ fulfilmentIds }) => fulfilmentIds));
}

async function perform(
  live: LiveConnection,
  shipment: StoredShipment,
  {
    key,
    before,
    intent,
    call,
    tools,
  }: { key: string; before: FulfilmentWitness; intent: FulfilmentIntent; call: PlannedCall | null; tools: MirrorTools },
): Promise<WriteOutcome<FulfilmentAnswer>> {
  const { shopify, lease, runId } = tools;
  let lastSeen: OrderInShopify | null = null;
  return performWrite<FulfilmentAnswer>(
    live,
    {
      target: 'shopify',
      kind: 'fulfilment-create',
      subject: { kind: 'shipment', id: shipment.id },
      key,
      class: 'compensable',
      before,
      after: intent,
      lease,
      ...(runId ? { runId } : {}),
    },
    {
      async send() {
        // What was meant then may be a void or a dead number by now, and nothing of it is in Shopify: the pass plans anew.
        if (!call && !isStillMeant(await inShop(live.shop.id, (tx) => loadShipment(tx, live.shop.id, shipment.id)), intent))
          throw new RejectedError('fulfilment-overtaken', 'The parcel was reported otherwise meanwhile', {
            params: { location: intent.locationId },
          });
        // Sent again, the fulfilment orders are found anew: their ids change on move, split and cancel.
        const now = call ?? resolve(intent, lastSeen ?? (await shopify.read(intent.orderId)));
        if (!now)
          throw new RejectedError('fulfilment-overtaken', 'The units are no longer open at that location', {
            params: { location: intent.locationId },
          });
        const { tracking, notifyCustomer } = intent;
        return { fulfilmentId: await shopify.create({ fulfilmentOrders: now.fulfilmentOrders, tracking, notifyCustomer }) };
      },
      async ask() {
        lastSeen = await shopify.read(intent.orderId);
        const fulfilmentId = findLanded(
          lastSeen,
          before,
          intent,
          await fulfilmentsOfOthers(live.shop.id, intent.orderId, shipment.id),
        );
        return fulfilmentId ? { fulfilmentId } : null;
      },
    },
  );
}

/** Whether an attempt that never reached Shopify still is what the shipment needs: its units are missing, under these numbers. */
function isStillMeant(shipment: StoredShipment | null, intent: FulfilmentIntent): boolean {
  if (!shipment || shipment.cancelled || trackingNumbers(trackingOf(shipment)) !== trackingNumbers(intent.tracking)) return false;
  return intent.lines.every(({ lineId, quantity }) =>
    shipment.units.some((unit) => unit.lineId === lineId && unit.quantity - unit.mirrored - unit.elsewhere >= quantity),
  );
}

function resolve(intent: FulfilmentIntent, order: OrderInShopify): PlannedCall | null {
  const needs = intent.lines.map((line) => ({ ...line, sku: '', locationIds: [intent.locationId] }));
  const { calls, blocked } = planFulfilment(needs, order, { tracking: [], foreign: [], claimed: new Map() });
  return blocked.length === 0 && calls.length === 1 ? (calls[0] ?? null) : null;
}

/** Makes one planned fulfilment, recorded before it is sent. */
export function fulfil(
  live: LiveConnection,
  shipment: StoredShipment,
  order: OrderInShopify,
  call: PlannedCall,
  tracking: Tracking[],
  tools: MirrorTools,
): Promise<WriteOutcome<FulfilmentAnswer>> {
  const intent: FulfilmentIntent = {
    orderId: order.id,
    round: shipment.round,
    locationId: call.locationId,
    lines: call.lines,
    tracking,
    notifyCustomer: tools.notifyCustomer,
  };
  // The units already there are part of the key: two more units of a line are another write than the first two.
  const progress = call.lines.map(({ lineId, quantity }) => [
    lineId,
    quantity,
    shipment.units.find((unit) => unit.lineId === lineId)?.mirrored ?? 0,
  ]);
  const key = `fulfilment-create:${shipment.id}:${shipment.round}:${sha256(JSON.stringify([call.locationId, progress])).slice(0, 32)}`;
  return perform(live, shipment, { key, before: witnessOf(order), intent, call, tools });
}

/** Finds out about an earlier attempt whose end isn't known or wasn't taken over, and finishes it with what was recorded then. */
export function fulfilAgain(
  live: LiveConnection,
  shipment: StoredShipment,
  write: Write,
  tools: MirrorTools,
): Promise<WriteOutcome<FulfilmentAnswer>> {
  return perform(live, shipment, {
    key: write.key,
    before: write.before as unknown as FulfilmentWitness,
    intent: write.after as unknown as FulfilmentIntent,
    call: null,
    tools,
  });
}

/** Attempts of these shipments' present rounds that were sent but not taken over into their rows: after a crash or a lost answer. Oldest first. */
export async function unsettledFulfilments(
  tx: Tx,
  shopId: number,
  shipments: readonly Pick<StoredShipment, 'id' | 'round' | 'fulfilmentIds'>[],
): Promise<Write[]> {
  const byId = new Map(shipments.map((one) => [one.id, one]));
  const writes = await tx.write.findMany({
    where: {
      shopId,
      subjectKind: 'shipment',
      subjectId: { in: [...byId.keys()] },
      kind: 'fulfilment-create',
      state: { in: ['sent', 'unknown', 'landed'] },
    },
    orderBy: { createdAt: 'asc' },
  });
  return writes.filter(({ subjectId, state, after, answer }) => {
    const shipment = byId.get(subjectId);
    if ((after as unknown as FulfilmentIntent).round !== shipment?.round) return false;
    return state !== 'landed' || !shipment.fulfilmentIds.includes((answer as unknown as FulfilmentAnswer).fulfilmentId);
  });
}
