import { asCrossdockError } from '../../core/errors.ts';
import { sha256 } from '../../core/crypto.ts';
import { inShop } from '../../db/scope.ts';
import { isParked } from '../../connections/park.ts';
import type { Lease } from '../inbox/lease.ts';
import { openProblem, problemFromError } from '../problems/problems.ts';
import { findLanded, fulfilmentsOfOthers, witnessOf, type FulfilmentAnswer, type FulfilmentIntent } from '../shipments/fulfil.ts';
import { shopFulfilments } from '../shipments/order-in-shopify.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { performWrite } from '../writes/perform-write.ts';
import { inRun, type OrderPass } from './push-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';

const OPEN = ['OPEN', 'IN_PROGRESS'];

/**
 * Fulfils lines that nobody ships (a service, a donation) in Shopify, so that the order can be done there; the customer is not told. Each is
 * fulfilled once: what somebody cancels in Shopify afterwards stays cancelled. False where Shopify refused, which is a named problem then.
 */
export async function completeLines(
  pass: OrderPass,
  lease: Lease,
  order: ShopifyOrder,
  { connectionId, lineIds }: { connectionId: string; lineIds: readonly string[] },
): Promise<boolean> {
  const { shopId } = pass;
  const live = pass.connections.find(({ id }) => id === connectionId);
  if (!live || isParked(live)) return false;
  const subject = { kind: 'order' as const, id: order.id, label: order.name };
  const shopify = shopFulfilments(pass.admin);
  try {
    const seen = await shopify.read(order.id);
    for (const { id, status, holds, locationId, lines: all } of seen.fulfilmentOrders) {
      const open = all.filter(({ lineId, remaining }) => remaining > 0 && lineIds.includes(lineId));
      if (open.length === 0 || !OPEN.includes(status) || holds.length > 0) continue;
      const lines = open.map(({ lineId, remaining }) => ({ lineId, quantity: remaining }));
      // An edit that adds units makes another write; a fulfilment that somebody cancelled doesn't.
      const progress = lines.map((line) => [line, order.lines.find(({ id: one }) => one === line.lineId)?.currentQuantity ?? 0]);
      const intent: FulfilmentIntent = {
        orderId: order.id,
        round: 0,
        locationId: locationId ?? '',
        lines,
        tracking: [],
        notifyCustomer: false,
      };
      const before = witnessOf(seen);
      const runId = await inShop(shopId, (tx) => inRun(tx, pass, live.id, {}));
      const result = await performWrite<FulfilmentAnswer>(
        live,
        {
          runId,
          lease,
          target: 'shopify',
          kind: 'fulfilment-create',
          subject: { kind: 'order', id: order.id },
          key: `lines-complete ${order.id} ${sha256(JSON.stringify(progress)).slice(0, 32)}`,
          class: 'compensable',
          before,
          after: intent,
        },
        {
          send: async () => ({
            fulfilmentId: await shopify.create({
              fulfilmentOrders: [{ id, lines: open.map((line) => ({ id: line.id, quantity: line.remaining })) }],
              tracking: [],
              notifyCustomer: false,
            }),
          }),
          async ask() {
            const taken = await fulfilmentsOfOthers(shopId, order.id, '00000000-0000-0000-0000-000000000000');
            const fulfilmentId = findLanded(await shopify.read(order.id), before, intent, taken);
            return fulfilmentId ? { fulfilmentId } : null;
          },
        },
      );
      const first = result.outcome === 'landed' && !result.again;
      if (first)
        await inShop(shopId, (tx) =>
          noteEvent(tx, shopId, subject, 'lines-completed', { units: lines.reduce((sum, { quantity }) => sum + quantity, 0) }),
        );
    }
    return true;
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind === 'transient' && !pass.lastTry) throw error;
    await inShop(shopId, (tx) => openProblem(tx, shopId, problemFromError(error, { connectionId, sync: 'orders', subject })));
    return false;
  }
}
