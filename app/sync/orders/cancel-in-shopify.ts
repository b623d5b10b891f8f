import { asCrossdockError, RejectedError, TransientError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Subject } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { OrderCancelDocument, OrderCancelStateDocument } from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { performWrite } from '../writes/perform-write.ts';

const REFUSED = 'cancel-refused-by-shopify';

/**
 * Whether nothing of the order is left to ship anywhere: each of its parts was cancelled in its back office, and no unit of it has left. Only parts of this
 * connection can be asked here; an order that another one ships too is for somebody to decide.
 */
async function nothingLeft(live: LiveConnection, orderId: string, heard: string): Promise<boolean> {
  const shopId = live.shop.id;
  const { parts, shipped } = await inShop(shopId, async (tx) => ({
    parts: await tx.part.findMany({ where: { shopId, orderId, cancelledAt: null } }),
    shipped: await tx.shipment.count({ where: { shopId, orderId, cancelled: false } }),
  }));
  if (shipped > 0 || parts.some((part) => part.connectionId !== live.id || !['offered', 'sent'].includes(part.state)))
    return false;
  for (const { reference } of parts.filter((part) => part.reference !== heard)) {
    const remote = await live.connector.orders.find(reference);
    if (remote?.state !== 'cancelled') return false;
  }
  return true;
}

/**
 * The back office cancelled an order that Shopify still waits for: it is cancelled there too, with the merchant's choices for restocking, refund and mail, where
 * the merchant wants that and nothing of it has left or is left elsewhere. Otherwise it stays the named problem that somebody decides.
 */
export async function cancelInShopify(
  live: LiveConnection,
  subject: Subject,
  /** The reference that was told as cancelled. */
  heard: string,
  admin: Pick<ShopifyAdmin, 'run'>,
): Promise<void> {
  const shopId = live.shop.id;
  const orderId = subject.id;
  const { settings } = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'orders'));
  if (settings.backOfficeCancels !== 'cancel' || !(await nothingLeft(live, orderId, heard))) return;
  const state = async () => (await admin.run(OrderCancelStateDocument, { id: orderId }, { priority: 'order' })).order;
  const now = await state();
  if (!now || now.cancelledAt || now.displayFulfillmentStatus !== 'UNFULFILLED') return;
  const variables = {
    orderId,
    reason: 'OTHER' as const,
    restock: settings.cancelRestock,
    refundMethod: { originalPaymentMethodsRefund: settings.cancelRefund },
    notifyCustomer: settings.cancelNotify,
    staffNote: `Cancelled in ${live.name}`,
  };
  try {
    const done = await performWrite(
      live,
      {
        ...{ target: 'shopify', kind: 'shopify-order-cancel', class: 'final', key: `shopify-order-cancel ${orderId}` },
        subject: { kind: 'order', id: orderId },
        after: variables,
      },
      {
        async send() {
          const payload = refuseUserErrors((await admin.run(OrderCancelDocument, variables, { priority: 'order' })).orderCancel);
          return { job: payload.job?.id ?? '' };
        },
        ask: async () => ((await state())?.cancelledAt ? { job: '' } : null),
      },
    );
    if (done.outcome === 'withheld' || done.again) return;
    await inShop(shopId, async (tx) => {
      const { cancelRestock: restock, cancelRefund: refund, cancelNotify: mail } = settings;
      const params = { backOffice: live.name, restock: String(restock), refund: String(refund), mail: String(mail) };
      await noteEvent(tx, shopId, subject, 'cancelled-in-shopify-too', params);
      await closeProblems(tx, shopId, { subject, connectionId: live.id, causes: [REFUSED], evidence: 'cancelled-in-shopify' });
    });
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error instanceof TransientError || !(error instanceof RejectedError)) throw thrown;
    const params = { backOffice: live.name, vendorText: error.vendorText };
    await inShop(shopId, (tx) =>
      openProblem(tx, shopId, { connectionId: live.id, sync: 'orders', cause: REFUSED, subject, params }),
    );
  }
}
