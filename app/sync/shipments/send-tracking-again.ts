import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { listCarrierRules } from '../../connections/carrier-rules.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { withLease } from '../inbox/lease.ts';
import { countInRun, type RunOrder } from '../runs/runs.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { performWrite } from '../writes/perform-write.ts';
import { dressTracking } from './dress-tracking.ts';
import { orderLeaseKey, prepare, type MirrorOptions } from './mirror-shipment-to-shopify.ts';
import { loadShipment, trackingOf } from './shipment-rows.ts';

/**
 * Tells Shopify a parcel's tracking once more, as the carriers are mapped now, and has it mail the customer. Once a run: the mail can't be taken back. Throws
 * RejectedError('tracking-not-there') where the parcel has none or isn't in Shopify.
 */
export async function sendTrackingAgain(
  live: LiveConnection,
  run: RunOrder,
  shipmentId: string,
  options: MirrorOptions,
): Promise<void> {
  const shopId = live.shop.id;
  const shipment = await inShop(shopId, (tx) => loadShipment(tx, shopId, shipmentId));
  const tracking = shipment ? trackingOf(shipment) : [];
  if (!shipment?.orderId || shipment.fulfilmentIds.length === 0 || tracking.length === 0)
    throw new RejectedError('tracking-not-there', 'The parcel has no tracking in Shopify', { params: { shipment: shipmentId } });
  const { orderId } = shipment;
  const { shopify } = await prepare(live, options);
  const dressed = dressTracking(tracking, await inShop(shopId, (tx) => listCarrierRules(tx, shopId, live.id)));
  await withLease(shopId, orderLeaseKey(orderId), async (lease) => {
    for (const fulfilmentId of shipment.fulfilmentIds) {
      const send = async () => {
        await shopify.correctTracking(fulfilmentId, dressed, true);
        return { fulfilmentId };
      };
      const done = await performWrite(
        live,
        {
          ...{ runId: run.id, lease, target: 'shopify', kind: 'fulfilment-tracking-again', class: 'final' },
          subject: { kind: 'shipment', id: shipment.id },
          key: `fulfilment-tracking-again:${fulfilmentId}:${run.id}`,
          after: { fulfilmentId, tracking: dressed },
        },
        // Asked whether the mail went, Shopify can't say: sent at most once more, by hand.
        { send, ask: () => Promise.resolve({ fulfilmentId }) },
      );
      await inShop(shopId, async (tx) => {
        if (done.outcome === 'withheld') return countInRun(tx, shopId, run.id, { seen: 1, held: 1 });
        await tx.shipment.update({
          where: { shopId_id: { shopId, id: shipment.id } },
          data: { mirroredTracking: dressed.map(({ number, carrier, url }) => ({ number, carrier, url })) },
        });
        const params = { shipment: shipment.remoteId, tracking: dressed.map(({ number }) => number).join(', ') };
        await noteEvent(tx, shopId, { kind: 'order', id: orderId }, 'tracking-sent-again', params, shipment.partId ?? undefined);
        await countInRun(tx, shopId, run.id, { seen: 1, done: 1 });
      });
    }
  });
}
