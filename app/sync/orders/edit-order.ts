import { randomUUID } from 'node:crypto';
import { connectionRecords, recordContext } from '../../connections/connection-records.ts';
import { now } from '../../core/clock.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { vault } from '../../db/vault.ts';
import type { Person } from '../../people/staff.ts';
import { audit } from '../../people/audit.ts';
import { takeIn } from '../inbox/inbox.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { differenceOf, type OrderEdit, type OrderEditForm } from './order-edit.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** Kind of the sealed document that keeps it; the key is the order's id. */
const KIND = 'order-edit';

/** No connection's: whichever takes the order, the change is the order's. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What somebody changed of this order, or null. In the caller's transaction, because every pass of every order asks. */
export async function readEdit(tx: Tx, shopId: number, orderId: string): Promise<OrderEdit | null> {
  const [row] = await tx.$queryRaw<{ sealed: Uint8Array<ArrayBuffer> }[]>`
    SELECT sealed FROM connection_record WHERE shop_id = ${shopId} AND connection_id = ${NOBODY}::uuid AND kind = ${KIND} AND key = ${orderId}`;
  return row ? (JSON.parse(vault().open(row.sealed, recordContext(shopId, NOBODY, KIND, orderId))) as OrderEdit) : null;
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
  const before = await inShop(shopId, (tx) => readEdit(tx, shopId, order.id));
  const records = connectionRecords(shopId, NOBODY);
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
