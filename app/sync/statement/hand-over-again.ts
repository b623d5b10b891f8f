import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { withLease } from '../inbox/lease.ts';
import { noteEvent } from '../timeline/timeline.ts';

interface PartRow {
  id: string;
  orderId: string;
  reference: string;
  state: string;
  remoteId: string | null;
}

/** A write that was taken as landed may not be there after all: whoever repeats it asks the other side first. */
async function doubt(tx: Tx, shopId: number, part: PartRow, kind: 'order-create' | 'order-cancel'): Promise<void> {
  await tx.write.updateMany({
    where: { shopId, kind, subjectKind: 'part', subjectId: part.id, state: 'landed' },
    data: { state: 'unknown', settledAt: null },
  });
}

async function underLease(live: LiveConnection, partId: string, work: (part: PartRow) => Promise<void>): Promise<void> {
  const shopId = live.shop.id;
  const read = () => inShop(shopId, (tx) => tx.part.findUnique({ where: { shopId_id: { shopId, id: partId } } }));
  const known = await read();
  if (!known) return;
  await withLease(shopId, `order ${known.orderId}`, async () => {
    const part = await read();
    if (part) await work(part);
  });
}

/**
 * Makes a part ready to be handed over again, because the back office has no order of its reference. It is asked once more, alone on the order,
 * and nothing changes when it has one, or when parcels of the part have left. The corridor then sends it, and asks twice before it does.
 */
export function forgetHandOver(live: LiveConnection, partId: string): Promise<void> {
  const shopId = live.shop.id;
  return underLease(live, partId, async (part) => {
    if (part.state === 'cancelled' || !part.remoteId) return;
    const left = await inShop(shopId, (tx) => tx.shipmentLine.count({ where: { shopId, partId: part.id, quantity: { gt: 0 } } }));
    if (left > 0 || (await live.connector.orders.find(part.reference))) return;
    await inShop(shopId, async (tx) => {
      await tx.part.update({
        where: { shopId_id: { shopId, id: part.id } },
        data: { state: 'pending', remoteId: null, remoteNumber: null, remoteUrl: null, sentHash: null, acceptedAt: null },
      });
      await doubt(tx, shopId, part, 'order-create');
      const params = { reference: part.reference, backOffice: live.name };
      await noteEvent(tx, shopId, { kind: 'order', id: part.orderId }, 'missing-there', params, part.id);
    });
  });
}

/** Makes a cancelled part ready to be cancelled again, because its order lives on in the back office. */
export function forgetCancellation(live: LiveConnection, partId: string): Promise<void> {
  const shopId = live.shop.id;
  return underLease(live, partId, async (part) => {
    if (part.state !== 'cancelled' || !part.remoteId) return;
    const remote = await live.connector.orders.find(part.reference);
    if (!remote || remote.state === 'cancelled') return;
    await inShop(shopId, async (tx) => {
      await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { state: 'sent', cancelledAt: null } });
      await doubt(tx, shopId, part, 'order-cancel');
      const params = { reference: part.reference, backOffice: live.name };
      await noteEvent(tx, shopId, { kind: 'order', id: part.orderId }, 'not-cancelled-there', params, part.id);
    });
  });
}

/** Makes a part that the back office has with other units ready to be told as it should be: the corridor amends it, or names it where that is too late. */
export function forgetContent(live: LiveConnection, partId: string): Promise<void> {
  const shopId = live.shop.id;
  return underLease(live, partId, async (part) => {
    if (part.state !== 'sent' || !part.remoteId) return;
    await inShop(shopId, async (tx) => {
      await tx.part.update({ where: { shopId_id: { shopId, id: part.id } }, data: { sentHash: null } });
      const params = { reference: part.reference, backOffice: live.name };
      await noteEvent(tx, shopId, { kind: 'order', id: part.orderId }, 'units-differ-there', params, part.id);
    });
  });
}
