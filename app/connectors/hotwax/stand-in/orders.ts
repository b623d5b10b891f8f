import type { Context } from 'hono';
import { onlyKnown, param, readBody, type Api } from './api.ts';
import { moveItems } from './brokering.ts';
import { FACTS } from './facts.ts';
import { list, nest } from './finding.ts';
import { cancelItems, type Cancellation } from './order-cancel.ts';
import { orderDetail } from './order-detail.ts';
import { groupsOf, itemsOf, openItems, orderRow, setOrderStatus } from './order-record.ts';
import { create, update } from './records.ts';
import { notFound, refuseMoqui } from './refusals.ts';
import { entityNamed } from './schema.ts';
import { approveAndComplete } from './till.ts';
import { isFields, type Fields, type World } from './world.ts';

/** Orders as Moqui takes and shows them. Source: hotwax.md §3.6. */
export function orders(api: Api, world: World): void {
  api.get('/oms/orders', (c) => list(world, c, 'OrderHeader'));
  // a raw entity write: nothing is approved, reserved or looked for twice
  api.post('/oms/orders', async (c) => c.json(create(world, 'OrderHeader', await readBody(c))));

  const id = (c: Context): string => orderRow(world, param(c, 'id')).orderId;
  api.get('/oms/orders/:id', (c) => c.json({ orderDetail: orderDetail(world, id(c)) }));
  api.get('/poorti/orders/:id', (c) =>
    c.json(nest(world, entityNamed('OrderHeader'), orderRow(world, id(c)) as unknown as Fields)),
  );

  api.put('/oms/orders/:id', async (c) => {
    const { statusId, ...body } = await readBody(c);
    const orderId = id(c);
    world.state.transaction(() => {
      if (Object.keys(body).length > 0) update(world, 'OrderHeader', { ...body, orderId });
      if (statusId !== undefined) changeStatus(world, orderId, String(statusId));
    });
    return c.json({ orderId });
  });

  api.post('/oms/orders/:id/items/cancel', async (c) => {
    const { items } = onlyKnown(await readBody(c), ['items'], 'items/cancel');
    if (!Array.isArray(items) || items.length === 0 || !items.every(isFields))
      throw refuseMoqui(FACTS.missingKey, 400, 'Required field items is missing');
    const wanted = items.map((item) => {
      onlyKnown(item, ['orderItemSeqId', 'shipGroupSeqId', 'reason', 'comment'], 'an item to cancel');
      if (!item['orderItemSeqId']) throw refuseMoqui(FACTS.missingKey, 400, 'Required field orderItemSeqId is missing');
      return item as unknown as Cancellation;
    });
    return c.json({ cancelledItems: cancelItems(world, id(c), wanted) });
  });

  api.get('/oms/orders/:id/items', (c) => list(world, c, 'OrderItem', { orderId: id(c) }));
  api.get('/oms/orders/:id/shipGroups', (c) => list(world, c, 'OrderItemShipGroup', { orderId: id(c) }));
  api.put('/oms/orders/:id/shipGroups/:group', async (c) => {
    const orderId = id(c);
    const shipGroupSeqId = param(c, 'group');
    const { facilityId, ...body } = await readBody(c);
    if (!groupsOf(world, orderId).some((group) => group.shipGroupSeqId === shipGroupSeqId))
      throw notFound('OrderItemShipGroup', shipGroupSeqId);
    world.state.transaction(() => {
      if (Object.keys(body).length > 0) update(world, 'OrderItemShipGroup', { ...body, orderId, shipGroupSeqId });
      if (facilityId !== undefined) moveGroup(world, orderId, shipGroupSeqId, String(facilityId));
    });
    return c.json({ orderId, shipGroupSeqId });
  });
  api.get('/oms/orders/:id/facilityChange', (c) => list(world, c, 'OrderFacilityChange', { orderId: id(c) }));
  api.get('/oms/orders/:id/status', (c) => list(world, c, 'OrderStatus', { orderId: id(c) }));
  api.get('/oms/orders/:id/attributes', (c) => list(world, c, 'OrderAttribute', { orderId: id(c) }));
}

/** What a change of the header's status sets off: public triggers fire on update only. Source: hotwax.md §3.6; which are allowed is a guess. */
function changeStatus(world: World, orderId: string, statusId: string): void {
  const { statusId: now } = orderRow(world, orderId);
  if (now === statusId) return;
  const refused = refuseMoqui(
    FACTS.orderStatus,
    400,
    `Status change from ${now} to ${statusId} is not allowed for order ${orderId}`,
  );
  if (!['ORDER_CREATED', 'ORDER_APPROVED', 'ORDER_HOLD'].includes(now)) throw refused;
  if (statusId === 'ORDER_APPROVED') approveAndComplete(world, orderId);
  else if (statusId === 'ORDER_HOLD') setOrderStatus(world, orderId, statusId);
  else if (statusId === 'ORDER_CANCELLED')
    cancelItems(
      world,
      orderId,
      openItems(world, orderId).map(({ orderItemSeqId }) => ({ orderItemSeqId })),
    );
  else throw refused;
}

function moveGroup(world: World, orderId: string, shipGroupSeqId: string, facilityId: string): void {
  const items = itemsOf(world, orderId).filter((item) => item.shipGroupSeqId === shipGroupSeqId);
  if (items.length === 0) update(world, 'OrderItemShipGroup', { orderId, shipGroupSeqId, facilityId });
  else moveItems(world, orderId, items, facilityId, 'MANUAL');
}
