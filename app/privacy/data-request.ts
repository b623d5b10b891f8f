import { inShop, type Tx } from '../db/scope.ts';
import { appItself } from '../people/actor.ts';
import { audit, listAudit } from '../people/audit.ts';
import { recordsOfOrders } from './orders-of-person.ts';
import { personalDataHolders } from './personal-data-holders.ts';

const ACTION = 'customer-data-requested';

export interface DataRequest {
  id: string;
  at: Date;
  customerId: string;
  orderIds: string[];
}

/**
 * Writes down that a customer asked what is held of them: the merchant finds it among the data requests and downloads the answer there.
 * The same request again (a webhook comes at least once) is the same entry.
 */
export async function recordDataRequest(shopId: number, customerId: string, orderIds: string[]): Promise<void> {
  await inShop(shopId, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`data request ${shopId} ${customerId}`}, 0))`;
    const known = (await listDataRequests(tx, shopId)).some(
      (one) => one.customerId === customerId && one.orderIds.join() === orderIds.join(),
    );
    if (known) return;
    await audit(tx, shopId, appItself, { action: ACTION, subject: `customer ${customerId}`, after: { customerId, orderIds } });
  });
}

/** Newest first. */
export async function listDataRequests(tx: Tx, shopId: number): Promise<DataRequest[]> {
  const { rows } = await listAudit(tx, shopId, { action: ACTION, pageSize: 500 });
  return rows.map(({ id, at, after }) => ({
    id,
    at,
    customerId: String(after?.['customerId'] ?? ''),
    orderIds: (after?.['orderIds'] ?? []) as string[],
  }));
}

/** Everything held about a customer and these orders, to be handed to the merchant as a file. Read when it is asked for, never kept. */
export async function customerData(shopId: number, customerId: string, orderIds: string[]): Promise<Record<string, unknown[]>> {
  const own = await inShop(shopId, async (tx) => {
    const { subjectIds, partIds, shipmentIds, returnIds } = await recordsOfOrders(tx, shopId, orderIds);
    const about = { where: { shopId, subjectId: { in: subjectIds } } };
    return {
      orders: await tx.order.findMany({ where: { shopId, id: { in: orderIds } } }),
      parts: await tx.part.findMany({ where: { shopId, id: { in: partIds } } }),
      lines: await tx.partLine.findMany({ where: { shopId, partId: { in: partIds } } }),
      shipments: await tx.shipment.findMany({ where: { shopId, id: { in: shipmentIds } } }),
      returns: await tx.return.findMany({ where: { shopId, id: { in: returnIds } } }),
      writes: await tx.write.findMany({ where: about.where, omit: { fence: true } }),
      problems: await tx.problem.findMany(about),
      timeline: await tx.timelineEvent.findMany(about),
    };
  });
  const data: Record<string, unknown[]> = { ...own };
  for (const { name, collect } of personalDataHolders())
    data[name] = await collect(shopId, { customerId: customerId || null, orderIds });
  // bigint has no JSON form; text loses nothing
  return JSON.parse(
    JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Record<string, unknown[]>;
}
