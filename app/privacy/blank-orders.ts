import { Prisma } from '@prisma/client';
import type { Tx } from '../db/scope.ts';
import { recordsOfOrders } from './orders-of-person.ts';

/** Where a reason is kept with its blanks, { code, params }: those may quote the other side, which may have quoted an address. */
const reasonsOf = ['shop_order', 'shipment', 'return_record', 'expected_return', 'plan_item'];

/**
 * Blanks whatever our own tables hold of these orders that could say who bought; answers how many records were changed. Ids, numbers and the codes of
 * reasons stay.
 */
export async function blankOrders(tx: Tx, shopId: number, orderIds: string[]): Promise<number> {
  const { subjectIds, shipmentIds, returnIds } = await recordsOfOrders(tx, shopId, orderIds);
  const about = { shopId, subjectId: { in: subjectIds } };
  const { DbNull } = Prisma;
  const counts = [
    // What was said in a failed attempt was masked by the names of fields, which can't know every one.
    await tx.write.updateMany({ where: about, data: { before: DbNull, after: DbNull, answer: DbNull, trace: DbNull } }),
    await tx.problem.updateMany({ where: about, data: { params: {}, detail: '', note: '' } }),
    // A tracking page shows where a parcel went.
    await tx.shipment.updateMany({ where: { shopId, id: { in: shipmentIds } }, data: { tracking: [], note: null } }),
    await tx.return.updateMany({ where: { shopId, id: { in: returnIds } }, data: { note: null } }),
    await tx.timelineEvent.updateMany({ where: about, data: { params: {} } }),
  ];
  let changed = counts.reduce((sum, { count }) => sum + count, 0);
  for (const table of reasonsOf) {
    const [id, ids] = table === 'plan_item' ? ['item_key', subjectIds] : [table === 'shop_order' ? 'id' : 'order_id', orderIds];
    changed += await tx.$executeRaw`
      UPDATE ${Prisma.raw(table)} SET reason = jsonb_set(reason, '{params}', '{}')
      WHERE shop_id = ${shopId} AND ${Prisma.raw(id)} = ANY(${ids}) AND reason->'params' <> '{}'`;
  }
  // A statement took the parcels as they were reported.
  changed += await tx.$executeRaw`
    UPDATE statement_line SET params = '{}', facts = CASE WHEN facts ? 'report'
      THEN jsonb_set(jsonb_set(facts, '{report,tracking}', '[]'), '{report,note}', 'null') ELSE facts END
    WHERE shop_id = ${shopId} AND (order_id = ANY(${orderIds}) OR id = ANY(${subjectIds}))`;
  return changed;
}
