import { runBulkMutation } from './bulk/run-mutation.ts';
import { runBulkQuery } from './bulk/run-query.ts';
import { gid } from './core/gid.ts';
import type { Registry } from './core/registry.ts';
import type { JobHandler } from './core/scheduler.ts';
import { Refused } from './core/user-error.ts';
import { cancelOrder } from './domain/cancel-order.ts';
import { fulfillmentOrder, markOpen, updateFulfillmentOrder } from './domain/fulfillment-orders.ts';
import { createFulfillment, trackingOf } from './domain/fulfilments.ts';
import { orderById } from './domain/payments.ts';
import { routeOrder } from './domain/routing.ts';

/** What the scheduler does, by kind of job. */
export function jobHandlers(registry: Registry): Record<string, JobHandler> {
  return {
    'route-order': (world, shop, { orderId }: { orderId: number }) => world.change(shop, (change) => routeOrder(change, orderId)),

    'cancel-order': (
      world,
      shop,
      request: { orderId: number; reason: string; restock: boolean; refund: boolean; staffNote: string | null },
    ) => {
      try {
        world.change(shop, (change) => cancelOrder(change, orderById(change, request.orderId), request));
        return { errors: [] };
      } catch (error) {
        if (error instanceof Refused) return { errors: error.errors };
        throw error;
      }
    },

    'open-scheduled': (world, shop, { foId }: { foId: number }) =>
      world.change(shop, (change) => {
        const row = fulfillmentOrder(change, foId);
        if (row.status !== 'SCHEDULED') return;
        markOpen(change, row);
        change.tell('fulfillment_orders/scheduled_fulfillment_order_ready', () => ({
          fulfillment_order: { id: gid('FulfillmentOrder', foId), status: 'open' },
        }));
      }),

    // another app's fulfilment service takes what it is asked for and ships it whole
    'third-party-answer': (world, shop, { foId, asking }: { foId: number; asking: boolean }) => {
      world.change(shop, (change) => {
        if (asking) updateFulfillmentOrder(change, foId, { request_status: 'ACCEPTED', status: 'IN_PROGRESS' });
        else updateFulfillmentOrder(change, foId, { request_status: 'CANCELLATION_ACCEPTED', status: 'OPEN' });
        change.tell(
          asking ? 'fulfillment_orders/fulfillment_request_accepted' : 'fulfillment_orders/cancellation_request_accepted',
          () => ({ fulfillment_order: { id: gid('FulfillmentOrder', foId) } }),
        );
      });
      if (asking) world.after(shop, [200, 500], 'third-party-ship', { foId });
    },
    'third-party-ship': (world, shop, { foId }: { foId: number }) =>
      world.change(shop, (change) => {
        if (fulfillmentOrder(change, foId).request_status !== 'ACCEPTED') return;
        createFulfillment(change, {
          groups: [{ foId, lines: undefined }],
          tracking: trackingOf({ company: 'UPS', numbers: [`1Z${foId}`], urls: [] }),
          notify: true,
          message: null,
          byApp: false,
        });
      }),

    'bulk-query': (world, shop, { operationId }: { operationId: number }) => runBulkQuery(registry, world, shop, operationId),
    'bulk-mutation': (world, shop, { operationId }: { operationId: number }) =>
      runBulkMutation(registry, world, shop, operationId),
  };
}
