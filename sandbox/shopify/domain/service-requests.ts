import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { Refused } from '../core/user-error.ts';
import { updateFulfillmentOrder } from './fulfillment-orders.ts';
import { serviceOfLocation } from './locations.ts';
import type { FulfillmentOrderRow } from './rows.ts';

/** The merchant's side: submits a fulfilment order to its service, or asks it to give it back. */
export function requestOfService(
  change: Change,
  row: FulfillmentOrderRow,
  kind: 'FULFILLMENT_REQUEST' | 'CANCELLATION_REQUEST',
  message: string | null,
): void {
  const service = serviceOfLocation(change.state, row.location_id);
  if (!service) throw new Refused('The fulfillment order is not at a fulfillment service’s location.');
  const asking = kind === 'FULFILLMENT_REQUEST';
  const allowed = asking
    ? ['UNSUBMITTED', 'REJECTED', 'CANCELLATION_ACCEPTED', 'CLOSED']
    : ['ACCEPTED', 'SUBMITTED', 'CANCELLATION_REJECTED'];
  if (!allowed.includes(row.request_status))
    throw new Refused(`This cannot be requested while the request status is ${row.request_status.toLowerCase()}.`);
  change.state.run(
    'INSERT INTO merchant_requests (fo_id, kind, message, options, sent_at) VALUES (?,?,?,?,?)',
    row.id,
    kind,
    message,
    JSON.stringify({ notify_customer: true }),
    change.at,
  );
  updateFulfillmentOrder(change, row.id, {
    request_status: asking ? 'SUBMITTED' : 'CANCELLATION_REQUESTED',
    ...(asking ? { status: 'OPEN' } : {}),
  });
  change.tell(
    asking ? 'fulfillment_orders/fulfillment_request_submitted' : 'fulfillment_orders/cancellation_request_submitted',
    () => ({
      [asking ? 'submitted_fulfillment_order' : 'fulfillment_order']: {
        id: gid('FulfillmentOrder', row.id),
        status: 'open',
        request_status: asking ? 'submitted' : 'cancellation_requested',
      },
      fulfillment_order_merchant_request: { message },
    }),
  );
  // another app's service answers by itself; ours is the app under test
  if (service.ours === 0) change.world.after(change.shop, [50, 200], 'third-party-answer', { foId: row.id, asking });
}
