import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import type { Reason, Tracking } from '../../connectors/contract/index.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { checkFence } from '../inbox/lease.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';
import type { FulfilmentIntent, MirrorTools } from './fulfil.ts';
import type { OrderInShopify } from './order-in-shopify.ts';
import type { FulfilmentPlan } from './plan-fulfilment.ts';
import { matchCauses } from './record-shipment.ts';
import { settleParts } from './settle-parts.ts';
import { shipmentSubject, type ShipmentState, type StoredShipment } from './shipment-rows.ts';
import { tieReopened } from './tie-reopened.ts';

interface Context {
  live: LiveConnection;
  shipment: StoredShipment;
  orderId: string;
  tools: MirrorTools;
}

const json = (value: unknown): Prisma.InputJsonValue => value as Prisma.InputJsonValue;

function fenced<T>({ live, tools }: Context, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inShop(live.shop.id, async (tx) => {
    await checkFence(tx, live.shop.id, tools.lease);
    return work(tx);
  });
}

const note = (
  tx: Tx,
  { live, shipment, orderId }: Context,
  kind: string,
  params: Record<string, string | number>,
): Promise<void> =>
  noteEvent(
    tx,
    live.shop.id,
    { kind: 'order', id: orderId },
    kind,
    { shipment: shipment.remoteId, ...params },
    shipment.partId ?? undefined,
  );

/** What became of moving units to the location of the facility that shipped them; `location` is said by its name. */
export async function noteMove(
  context: Context,
  kind: 'fulfilment-moved' | 'fulfilment-move-refused',
  { location, ...params }: { location: string; units?: number; vendorText?: string },
): Promise<void> {
  const { id: shopId } = context.live.shop;
  await fenced(context, async (tx) => {
    const row = await tx.location.findUnique({ where: { shopId_id: { shopId, id: location } }, select: { name: true } });
    await note(tx, context, kind, { ...params, location: row?.name ?? location });
  });
}

/** `shipped` of a part's lines: units its shipments stand for that are fulfilled in Shopify. Together with what is open there they are what was handed over. */
export async function countShipped(tx: Tx, shopId: number, partId: string | null): Promise<void> {
  await tx.$executeRaw`
    UPDATE part_line SET shipped = coalesce(
      (SELECT sum(u.mirrored + u.elsewhere) FROM shipment_line u WHERE u.shop_id = part_line.shop_id AND u.part_id = part_line.part_id AND u.line_id = part_line.line_id), 0)
    WHERE shop_id = ${shopId} AND part_id = ${partId}::uuid`;
}

/** Takes a landed fulfilment over into the shipment's rows, once however often it is told. */
export async function takeFulfilment(context: Context, fulfilmentId: string, intent: FulfilmentIntent): Promise<void> {
  const { live, shipment } = context;
  const shopId = live.shop.id;
  await fenced(context, async (tx) => {
    const fresh = await tx.$executeRaw`
      UPDATE shipment SET fulfilment_ids = array_append(fulfilment_ids, ${fulfilmentId}), mirrored_tracking = ${JSON.stringify(intent.tracking)}::jsonb
      WHERE shop_id = ${shopId} AND id = ${shipment.id}::uuid AND NOT ${fulfilmentId} = ANY (fulfilment_ids)`;
    if (fresh === 0) return;
    for (const { lineId, quantity } of intent.lines) {
      await tx.shipmentLine.updateMany({
        where: { shopId, shipmentId: shipment.id, lineId },
        data: { mirrored: { increment: quantity } },
      });
    }
    await countShipped(tx, shopId, shipment.partId);
    const units = intent.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    await note(tx, context, 'shipment-mirrored', {
      units,
      tracking: intent.tracking.map(({ number }) => number).join(', '),
      fulfilment: fulfilmentId,
    });
  });
}

/** Units that somebody else fulfilled in Shopify already: recognised, never fulfilled again. */
export async function takeElsewhere(context: Context, found: FulfilmentPlan['elsewhere']): Promise<void> {
  if (found.length === 0) return;
  const { live, shipment } = context;
  await fenced(context, async (tx) => {
    for (const { lineId, quantity } of found) {
      await tx.shipmentLine.updateMany({
        where: { shopId: live.shop.id, shipmentId: shipment.id, lineId },
        data: { elsewhere: { increment: quantity } },
      });
    }
    await countShipped(tx, live.shop.id, shipment.partId);
    await note(tx, context, 'shipment-fulfilled-elsewhere', { units: found.reduce((sum, { quantity }) => sum + quantity, 0) });
  });
}

/** All fulfilments of the shipment were taken back: what it stands for is to be fulfilled anew, as other writes. `order`: as it stands since. */
export async function forgetFulfilments(context: Context, order: OrderInShopify): Promise<void> {
  const { live, shipment } = context;
  const shopId = live.shop.id;
  const taken = shipment.units.filter(({ mirrored }) => mirrored > 0).map(({ lineId }) => lineId);
  await fenced(context, async (tx) => {
    await tieReopened(tx, shopId, order, shipment.partId, taken);
    await tx.shipmentLine.updateMany({ where: { shopId, shipmentId: shipment.id }, data: { mirrored: 0 } });
    await countShipped(tx, shopId, shipment.partId);
    await tx.shipment.update({
      where: { shopId_id: { shopId, id: shipment.id } },
      data: { fulfilmentIds: [], round: { increment: 1 }, mirroredTracking: Prisma.DbNull, mirroredHash: null },
    });
    await note(tx, context, 'fulfilment-cancelled', { fulfilments: shipment.fulfilmentIds.length });
  });
}

export async function takeTracking(context: Context, tracking: Tracking[]): Promise<void> {
  const { live, shipment } = context;
  await fenced(context, async (tx) => {
    await tx.shipment.update({
      where: { shopId_id: { shopId: live.shop.id, id: shipment.id } },
      data: { mirroredTracking: json(tracking) },
    });
    await note(tx, context, 'tracking-corrected', { tracking: tracking.map(({ number }) => number).join(', ') });
  });
}

/**
 * Marks that a pass over the shipment begins. Until it ends, however it ends, the orders sync leaves the part alone: what is open in Shopify and what we have
 * recorded as shipped may not fit together.
 */
export async function beginPass(context: Context): Promise<void> {
  const { live, shipment } = context;
  if (shipment.state === 'seen') return;
  await fenced(context, (tx) =>
    tx.shipment.update({ where: { shopId_id: { shopId: live.shop.id, id: shipment.id } }, data: { state: 'seen' } }),
  );
}

const evidence: Partial<Record<ShipmentState, string>> = {
  mirrored: 'shipment-mirrored',
  cancelled: 'shipment-cancelled',
  waiting: 'shipment-waits',
};

/**
 * Ends one pass over a shipment: its state and why, its problems (those that hold opened, the rest closed with the evidence), and, where the order was read,
 * the open units of its part. A shipment with units that found no order line stays a problem although the rest of it is in Shopify. One that was reported otherwise
 * meanwhile than it was when the pass began (`hash`) stays to be mirrored: a new label or a void is the next pass's.
 */
export async function endPass(
  context: Context,
  state: ShipmentState,
  { hash, reasons = [], order }: { hash: string; reasons?: Reason[]; order?: OrderInShopify | undefined },
): Promise<ShipmentState> {
  const { live, shipment } = context;
  const shopId = live.shop.id;
  const subject = shipmentSubject(shipment);
  return fenced(context, async (tx) => {
    const [row] = await tx.$queryRaw<{ hash: string }[]>`
      SELECT hash FROM shipment WHERE shop_id = ${shopId} AND id = ${shipment.id}::uuid FOR UPDATE`;
    if (row?.hash !== hash) {
      if (order) await settleParts(tx, shopId, live.id, order);
      return 'seen';
    }
    const unmatched = await tx.problem.count({
      where: { shopId, subjectKind: 'shipment', subjectId: shipment.id, closedAt: null, cause: { in: matchCauses } },
    });
    const final = state === 'mirrored' && unmatched > 0 ? 'problem' : state;
    await closeProblems(tx, shopId, {
      subject,
      sync: 'shipments',
      except: [...matchCauses, ...reasons.filter(() => state === 'problem' || state === 'undone').map(({ code }) => code)],
      evidence: evidence[state] ?? 'other-cause',
    });
    if (state === 'problem' || state === 'undone') {
      for (const { code, params } of reasons) {
        await openProblem(tx, shopId, {
          connectionId: live.id,
          sync: 'shipments',
          cause: code,
          subject,
          params,
          detail: String(params['sku'] ?? params['vendorText'] ?? ''),
        });
      }
    }
    if ((state === 'waiting' || state === 'withheld') && shipment.state !== state) {
      await note(tx, context, `shipment-${state}`, { reason: reasons[0]?.code ?? '' });
    }
    await tx.shipment.update({
      where: { shopId_id: { shopId, id: shipment.id } },
      data: {
        state: final,
        reason: reasons[0] ? json(reasons[0]) : Prisma.DbNull,
        triedAt: now(),
        ...(state === 'mirrored' ? { mirroredHash: hash, mirroredAt: now() } : {}),
      },
    });
    if (order) await settleParts(tx, shopId, live.id, order);
    return final;
  });
}
