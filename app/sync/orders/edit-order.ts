import { randomUUID } from 'node:crypto';
import { connectionRecords } from '../../connections/connection-records.ts';
import { now } from '../../core/clock.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Person } from '../../people/staff.ts';
import { audit } from '../../people/audit.ts';
import { takeIn } from '../inbox/inbox.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { differenceOf, type OrderEdit, type OrderEditForm } from './order-edit.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** Kind of the sealed document that keeps it; the key is the order's id. */
const KIND = 'order-edit';

/** Connections that may keep an edit: all of the shop's, as the order may be theirs whichever takes it. */
const connectionIds = (shopId: number) =>
  inShop(shopId, (tx) => tx.connection.findMany({ where: { shopId }, select: { id: true }, orderBy: { createdAt: 'asc' } }));

/** What somebody changed of this order, or null. */
export async function readEdit(shopId: number, orderId: string): Promise<OrderEdit | null> {
  const kept = await inShop(shopId, (tx) =>
    tx.connectionRecord.findFirst({ where: { shopId, kind: KIND, key: orderId }, select: { connectionId: true } }),
  );
  return kept ? ((await connectionRecords(shopId, kept.connectionId).get(KIND, orderId)) as OrderEdit | null) : null;
}

/**
 * Keeps changes to an order until it is sent, sealed, and has it judged again. Nothing is changed in Shopify. The audit log names the fields and not
 * what stands in them. Throws RejectedError `order-went-already` where a part of it was handed over.
 */
export async function editOrder(shopId: number, actor: Person, order: ShopifyOrder, form: OrderEditForm): Promise<void> {
  const edit = differenceOf(order, form);
  const fields = Object.keys(edit);
  const went = await inShop(shopId, (tx) =>
    tx.part.count({ where: { shopId, orderId: order.id, remoteId: { not: null }, state: { not: 'cancelled' } } }),
  );
  if (went > 0)
    throw new RejectedError('order-went-already', `${order.name} was handed over already`, { params: { order: order.name } });
  const [first] = await connectionIds(shopId);
  if (!first) return;
  const before = await readEdit(shopId, order.id);
  const records = connectionRecords(shopId, first.id);
  if (fields.length === 0) await records.remove(KIND, [order.id]);
  else await records.put(KIND, order.id, edit);
  await inShop(shopId, async (tx) => {
    await audit(tx, shopId, actor, {
      action: 'order-edited',
      subject: `order ${order.name}`,
      before: { fields: Object.keys(before ?? {}).join(', ') },
      after: { fields: fields.join(', ') },
    });
    await noteEvent(tx, shopId, { kind: 'order', id: order.id }, 'edited-by-hand', { by: actor.userName, fields: fields.length });
    await takeIn(tx, shopId, {
      key: `edit ${randomUUID()}`,
      door: 'button',
      topic: 'edited',
      subjectKind: 'order',
      subjectId: order.id,
      triggeredAt: now(),
    });
  });
}
