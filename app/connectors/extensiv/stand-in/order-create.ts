import { only, success, type Api } from './api.ts';
import { cartOf } from './auth.ts';
import { fieldsOf, readJson, readOne, text, type Fields } from './body.ts';
import { FACTS } from './facts.ts';
import { readOrder } from './order-read.ts';
import { storeOrder } from './order-store.ts';
import { invalid, Refusal } from './refusals.ts';
import type { World } from './world.ts';

/** New orders, one or many. Source: extensiv.md §2.2, §2.3. */
export function orderCreate(api: Api, world: World): void {
  api.post('/cart/orders/cartrover', only('cart'), async (c) => {
    const order = readOrder(await readOne(c, 'Order'));
    storeOrder(world, cartOf(c), order);
    // no "response" here: both are at the top level
    return c.json({ success_code: true, cust_ref: order.custRef, order_number: order.custRef });
  });

  api.post('/cart/orders/batch', only('cart'), async (c) => {
    const body = await readJson(c);
    if (!Array.isArray(body)) throw invalid(FACTS.batch, 'Request body must be an array of orders.');
    const taken: Fields[] = [];
    const failed: Fields[] = [];
    for (const [index, one] of (body as unknown[]).entries()) {
      const named = (name: string) => {
        const value = (one as Fields | null)?.[name];
        return typeof value === 'string' || typeof value === 'number' ? text(value, name) : null;
      };
      const [custRef, custPoNo] = [named('cust_ref'), named('cust_po_no')];
      try {
        storeOrder(world, cartOf(c), readOrder(fieldsOf(one, 'Order')));
        taken.push({ cust_ref: custRef, cust_po_no: custPoNo ?? custRef });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const place = custRef === null ? { index_pos: index } : {};
        failed.push({ cust_ref: custRef, cust_po_no: custPoNo, ...place, message: error.message });
      }
    }
    return success(c, { success: taken, failed });
  });
}
