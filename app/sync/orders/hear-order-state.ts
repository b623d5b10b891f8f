import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';

const CAUSE = 'cancelled-in-back-office';

/**
 * The back office changed the state of an order of ours. One that it cancelled while Shopify still waits for it is a problem that somebody
 * must decide: cancel it in Shopify, or send it again.
 */
export async function hearOrderState(live: LiveConnection, reference: string): Promise<void> {
  const shopId = live.shop.id;
  const part = await inShop(shopId, (tx) =>
    tx.part.findUnique({ where: { shopId_connectionId_reference: { shopId, connectionId: live.id, reference } } }),
  );
  if (!part) return;
  const remote = await live.connector.orders.find(reference);
  await inShop(shopId, async (tx) => {
    const order = await tx.order.findUnique({
      where: { shopId_id: { shopId, id: part.orderId } },
      select: { name: true, cancelledAt: true },
    });
    const subject = { kind: 'order' as const, id: part.orderId, label: order?.name ?? reference };
    const wanted = part.state === 'sent' && !order?.cancelledAt;
    if (remote?.state === 'cancelled' && wanted) {
      await openProblem(tx, shopId, {
        connectionId: live.id,
        sync: 'orders',
        cause: CAUSE,
        subject,
        params: { reference, backOffice: live.name },
      });
      await noteEvent(tx, shopId, subject, CAUSE, { reference, backOffice: live.name }, part.id);
    } else {
      await closeProblems(tx, shopId, { subject, connectionId: live.id, causes: [CAUSE], evidence: 'order-read-again' });
    }
  });
}
