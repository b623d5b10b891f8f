import { only, query, success, type Api } from './api.ts';
import { cartOf } from './auth.ts';
import { fieldsOf, readJson, readOne, refuseUnknown, text } from './body.ts';
import { cancel, refusesCancel } from './cancellation.ts';
import { FACTS } from './facts.ts';
import { findOrder } from './order-lookup.ts';
import { confirmShipments } from './parcels.ts';
import { failure, invalid } from './refusals.ts';
import type { World } from './world.ts';

/** Cancelling early, asking the WMS to cancel, and confirming shipments. Source: extensiv.md §2.2. */
export function orderChanges(api: Api, world: World): void {
  // both paths are in use
  for (const path of ['/cart/orders/cancel/cartrover', '/cart/orders/cancel'])
    api.post(path, only('cart'), async (c) => {
      const body = await readOne(c, 'Request body');
      refuseUnknown(body, ['cust_ref']);
      const ref = text(body['cust_ref'], 'cust_ref');
      if (ref === null) throw invalid(FACTS.required, 'Missing required field(s): cust_ref');
      const order = findOrder(world, c, 'cart', ref);
      if (order.status !== 'new' && order.status !== 'error')
        throw failure(
          FACTS.cancelLate,
          order.status === 'canceled'
            ? `Order ${ref} is already canceled.`
            : `Order ${ref} has already been sent to the WMS and can no longer be canceled.`,
        );
      cancel(world, order);
      return c.json({ success_code: true, cust_ref: ref });
    });

  api.get('/cart/orders/wms_cancel/:ref', only('cart'), (c) => {
    query(c, []);
    const order = findOrder(world, c, 'cart');
    const why = refusesCancel(world, order);
    if (why !== undefined) return success(c, { success: false, message: why });
    cancel(world, order);
    return success(c, { success: true, message: '' });
  });

  api.post('/cart/orders/update/:ref', only('cart'), async (c) => {
    cartOf(c);
    const body = fieldsOf(await readJson(c), 'Request body');
    refuseUnknown(body, ['order_status', 'shipments']);
    if (body['order_status'] !== 'confirmed')
      throw invalid(FACTS.confirm, 'order_status must be confirmed; no other change is imitated.');
    const order = findOrder(world, c, 'cart');
    if (order.shipped_at === null) throw invalid(FACTS.confirm, `Order ${order.cust_ref} has no shipments to confirm.`);
    const strange = confirmShipments(world, order, numbersOf(body['shipments']));
    if (strange.length > 0)
      throw invalid(FACTS.confirm, `Order ${order.cust_ref} has no shipment with tracking_no ${strange.join(', ')}.`);
    return c.json({ success_code: true });
  });
}

function numbersOf(shipments: unknown): string[] | null {
  if (shipments === undefined) return null;
  if (!Array.isArray(shipments)) throw invalid(FACTS.confirm, 'shipments must be an array.');
  return (shipments as unknown[]).map((one, index) => {
    const fields = fieldsOf(one, `shipments[${index}]`);
    refuseUnknown(fields, ['tracking_no'], `shipments[${index}].`);
    const number = text(fields['tracking_no'], 'tracking_no');
    if (number === null) throw invalid(FACTS.confirm, `shipments[${index}].tracking_no is missing.`);
    return number;
  });
}
