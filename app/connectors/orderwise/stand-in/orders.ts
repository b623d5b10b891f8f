import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, query, whole, type Api } from './api.ts';
import { readJson } from './body.ts';
import { deliveriesOf } from './despatch.ts';
import { FACTS } from './facts.ts';
import type { Problem } from './incoming-order.ts';
import { limitsOf } from './limits.ts';
import { orderProblems } from './order-check.ts';
import { orderFromJson } from './order-json.ts';
import { importOrder, linesOf, orderById, orderByWebNumber, type OrderRow } from './order-record.ts';
import { notFound, refuseMessage, refuseModel } from './refusals.ts';
import { sessionById, type Session } from './session-record.ts';
import { local, type World } from './world.ts';

/** `POST /sales/order?session_id=` and an order's status. */
export function orders(api: Api, world: World): void {
  api.post('/sales/order', async (c) => {
    const { session_id } = query(c, 'session_id');
    const session = sessionById(world, whole(session_id, 'session_id'));
    if (!session) throw refuseMessage(FACTS.sessionNotFound, 400, 'Session not found');
    const body = await readJson(c);
    const limits = limitsOf(world);
    if (limits.orders === 'queued') {
      orderFromJson(body);
      world.state.run(
        'INSERT INTO queued_orders (session_id, body, at) VALUES (?,?,?)',
        session.id,
        JSON.stringify(body),
        world.now(),
      );
      return c.body(null, 204);
    }
    await sleep(limits.orderMs);
    const { order, problems } = takeJson(world, session, body);
    if (!order)
      throw refuseModel(
        problems[0]?.fact ?? FACTS.order,
        'salesOrder',
        problems.map(({ text }) => text),
      );
    return c.json({ orderId: order.id, orderNumber: order.number, eCommerceOrderNumber: order.ecommerce_number });
  });

  api.get('/sales/order/:id/status', (c) => {
    const { include_lines, include_delivery } = query(c, 'include_lines', 'include_delivery');
    const order = orderById(world, idOf(c, 'Sales order'));
    if (!order) throw notFound('Sales order', c.req.param('id'));
    // what lines and deliveries look like was not seen by anybody (orderwise.md §5): a guess
    const lines = linesOf(world, order.id).map((line) => ({
      itemNumber: line.item_number,
      variantCode: line.code,
      quantity: line.quantity,
      quantityDespatched: line.despatched,
    }));
    const deliveries = (deliveriesOf(world, [order.id]).get(order.id) ?? []).map((delivery) => ({
      deliveryNumber: delivery.number,
      deliveryDate: local(delivery.delivered_at),
      courierName: delivery.courier,
      consignmentNumbers: delivery.consignments,
      lines: delivery.lines.map(({ code, quantity }) => ({ variantCode: code, quantity })),
    }));
    return c.json({
      orderNumber: order.number,
      eCommerceOrderNumber: order.ecommerce_number,
      orderStatus: order.status,
      subStatus: order.sub_status,
      ...(include_lines === 'true' ? { lines } : {}),
      ...(include_delivery === 'true' ? { deliveries } : {}),
    });
  });
}

/** Imports a posted order through its session, or says what keeps it out. */
export function takeJson(
  world: World,
  session: Session,
  body: unknown,
): { order: OrderRow; problems: [] } | { order: null; problems: Problem[] } {
  const incoming = orderFromJson(body);
  const problems = orderProblems(world, session, incoming);
  const number = incoming.ecommerceNumber;
  if (limitsOf(world).duplicates === 'refused' && number !== null && orderByWebNumber(world, number, session.id))
    problems.push({ fact: FACTS.duplicate, text: `Order number ${number}: this e-commerce order number exists already` });
  if (problems.length > 0) return { order: null, problems };
  return { order: importOrder(world, session.id, session, incoming), problems: [] };
}
