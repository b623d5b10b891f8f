import { randomUUID } from 'node:crypto';
import { inShop } from '../../db/scope.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { FulfilmentOrderOwnerDocument, ReturnOwnerDocument } from '../../shopify/operations/generated/graphql.ts';
import { takeIn } from '../inbox/inbox.ts';

type Kind = 'fulfilment-order' | 'return';

const askOwner = async (admin: Pick<ShopifyAdmin, 'run'>, kind: Kind, id: string): Promise<string | undefined> =>
  kind === 'return'
    ? (await admin.run(ReturnOwnerDocument, { id }, { priority: 'order' })).return?.order.id
    : (await admin.run(FulfilmentOrderOwnerDocument, { id }, { priority: 'order' })).fulfillmentOrder?.orderId;

/**
 * News of a fulfilment order or a return that names no order: Shopify says whose it is, and that order is read again. Where it doesn't show it any more, or mustn't
 * be asked because no connection is at work (`admin` is null), what was handed over of it says so.
 */
export async function passToOrder(
  shopId: number,
  admin: Pick<ShopifyAdmin, 'run'> | null,
  kind: Kind,
  id: string,
): Promise<void> {
  const asked = admin && (await askOwner(admin, kind, id));
  await inShop(shopId, async (tx) => {
    const found = asked
      ? { orderId: asked }
      : await tx.part.findFirst({ where: { shopId, fulfilmentOrderIds: { has: id } }, select: { orderId: true } });
    if (!found) return;
    await takeIn(tx, shopId, {
      key: `${kind} ${id} ${randomUUID()}`,
      door: 'webhook',
      topic: kind,
      subjectKind: 'order',
      subjectId: found.orderId,
      triggeredAt: null,
    });
  });
}
