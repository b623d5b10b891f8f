import { gid, idOf } from '../core/gid.ts';
import type { Change } from '../core/world.ts';
import { ref } from '../core/refs.ts';
import { page } from '../core/paging.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { fulfillmentOrder, updateFulfillmentOrder } from '../domain/fulfillment-orders.ts';
import { serviceOfLocation } from '../domain/locations.ts';
import type { FulfillmentOrderRow } from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';

const ASSIGNMENT: Record<string, string> = {
  CANCELLATION_REQUESTED: "f.request_status = 'CANCELLATION_REQUESTED'",
  FULFILLMENT_REQUESTED: "f.request_status = 'SUBMITTED'",
  FULFILLMENT_ACCEPTED: "f.request_status IN ('ACCEPTED', 'CANCELLATION_REJECTED')",
  FULFILLMENT_UNSUBMITTED: "f.request_status = 'UNSUBMITTED'",
};

/** What a fulfilment service's app does with the requests it gets. */
export function fulfilmentRequestFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    assignedFulfillmentOrders: withArgs([...PAGING, 'assignmentStatus', 'locationIds', 'sortKey'], (_source, args, ctx, info) => {
      const locations = (args.locationIds as string[] | null | undefined)?.map((locationId) => idOf('Location', locationId) ?? 0);
      return page(ctx, info, args, {
        select: 'SELECT f.* FROM fulfillment_orders f',
        where: [
          {
            sql: "f.shop_id = ? AND f.status NOT IN ('CLOSED', 'CANCELLED') AND EXISTS (SELECT 1 FROM fulfillment_services s WHERE s.location_id = f.location_id AND s.ours = 1)",
            params: [ctx.shop.id],
          },
          ...(args.assignmentStatus ? [{ sql: ASSIGNMENT[String(args.assignmentStatus)] ?? '0', params: [] }] : []),
          ...(locations ? [{ sql: `f.location_id IN (${locations.join(',') || 'NULL'})`, params: [] }] : []),
        ],
        id: 'f.id',
        toNode: (row) => ({ __typename: 'FulfillmentOrder', ...row }),
      });
    }),
  });

  const answer = (
    name: string,
    args: string[],
    from: string[],
    act: (change: Change, row: FulfillmentOrderRow, args: Record<string, unknown>) => string,
  ) =>
    defineMutation(registry, name, ['id', ...args], (change, given) => {
      const row = fulfillmentOrder(change, idOf('FulfillmentOrder', given.id) ?? 0);
      if (serviceOfLocation(change.state, row.location_id)?.ours !== 1)
        throw new Refused('The fulfillment order is not assigned to a fulfillment service of this app.', { field: ['id'] });
      if (!from.includes(row.request_status))
        throw new Refused(`The request status is ${row.request_status.toLowerCase()}.`, { field: ['id'] });
      const topic = act(change, row, given);
      change.tell(topic, () => ({
        fulfillment_order: { id: gid('FulfillmentOrder', row.id) },
        message: (given.message as string | null | undefined) ?? null,
      }));
      return { fulfillmentOrder: ref('FulfillmentOrder', row.id) };
    });

  answer('fulfillmentOrderAcceptFulfillmentRequest', ['message', 'estimatedShippedAt'], ['SUBMITTED'], (change, row) => {
    updateFulfillmentOrder(change, row.id, { request_status: 'ACCEPTED', status: 'IN_PROGRESS' });
    return 'fulfillment_orders/fulfillment_request_accepted';
  });
  answer('fulfillmentOrderRejectFulfillmentRequest', ['message', 'reason', 'lineItems'], ['SUBMITTED'], (change, row) => {
    updateFulfillmentOrder(change, row.id, { request_status: 'REJECTED', status: 'OPEN' });
    return 'fulfillment_orders/fulfillment_request_rejected';
  });
  answer('fulfillmentOrderAcceptCancellationRequest', ['message'], ['CANCELLATION_REQUESTED'], (change, row) => {
    updateFulfillmentOrder(change, row.id, { request_status: 'CANCELLATION_ACCEPTED', status: 'OPEN' });
    return 'fulfillment_orders/cancellation_request_accepted';
  });
  answer('fulfillmentOrderRejectCancellationRequest', ['message'], ['CANCELLATION_REQUESTED'], (change, row) => {
    updateFulfillmentOrder(change, row.id, { request_status: 'CANCELLATION_REJECTED' });
    return 'fulfillment_orders/cancellation_request_rejected';
  });
  answer('fulfillmentOrderClose', ['message'], ['ACCEPTED', 'CANCELLATION_REJECTED'], (change, row) => {
    if (row.status !== 'IN_PROGRESS') throw new Refused('The fulfillment order is not in progress.', { field: ['id'] });
    updateFulfillmentOrder(change, row.id, { request_status: 'CLOSED', status: 'INCOMPLETE' });
    return 'fulfillment_orders/fulfillment_service_failed_to_complete';
  });
}
