import { Prisma } from '@prisma/client';
import { inShop, type Tx } from '../db/scope.ts';
import { appItself, type Actor } from '../people/actor.ts';
import { audit, listAudit } from '../people/audit.ts';
import { recordsOfOrders } from './orders-of-person.ts';
import { personalDataHolders } from './personal-data-holders.ts';
import { personalPlaces } from './personal-places.ts';

const ACTION = 'customer-data-requested';
const ANSWERED = 'customer-data-downloaded';
// More than a shop gets in the time that the log is kept.
const MOST = 500;

export interface DataRequest {
  id: string;
  at: Date;
  customerId: string;
  orderIds: string[];
  /** When somebody last downloaded what is to be handed to the customer. */
  answeredAt: Date | null;
}

/**
 * Writes down that a customer asked what is held of them: administrators are told of it on Home, find it under People and download the answer there.
 * The same request again (a webhook comes at least once) is the same entry as long as nobody has answered it; later it is a new question.
 */
export async function recordDataRequest(shopId: number, customerId: string, orderIds: string[]): Promise<void> {
  await inShop(shopId, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`data request ${shopId} ${customerId}`}, 0))`;
    const known = (await listDataRequests(tx, shopId)).some(
      (one) => one.answeredAt === null && one.customerId === customerId && one.orderIds.join() === orderIds.join(),
    );
    if (known) return;
    await audit(tx, shopId, appItself, { action: ACTION, subject: `customer ${customerId}`, after: { customerId, orderIds } });
  });
}

/** Newest first. */
export async function listDataRequests(tx: Tx, shopId: number): Promise<DataRequest[]> {
  const { rows } = await listAudit(tx, shopId, { action: ACTION, pageSize: MOST });
  const { rows: answers } = rows.length > 0 ? await listAudit(tx, shopId, { action: ANSWERED, pageSize: MOST }) : { rows: [] };
  return rows.map(({ id, at, after }) => ({
    id,
    at,
    customerId: String(after?.['customerId'] ?? ''),
    orderIds: (after?.['orderIds'] ?? []) as string[],
    answeredAt: answers.find((answer) => answer.after?.['requestId'] === id)?.at ?? null,
  }));
}

/** The requests for people to look at: a customer's number, and the orders by the names that the merchant knows. */
export function readDataRequests(
  shopId: number,
): Promise<{ id: string; at: string; customer: string; orders: string[]; answeredAt: string | null }[]> {
  return inShop(shopId, async (tx) => {
    const requests = await listDataRequests(tx, shopId);
    const ids = requests.flatMap(({ orderIds }) => orderIds);
    const orders = await tx.order.findMany({ where: { shopId, id: { in: ids } }, select: { id: true, name: true } });
    const names = new Map(orders.map(({ id, name }) => [id, name]));
    const numberOf = (id: string) => id.split('/').at(-1) ?? id;
    return requests.map(({ id, at, customerId, orderIds, answeredAt }) => ({
      ...{ id, at: at.toISOString(), answeredAt: answeredAt?.toISOString() ?? null },
      ...{ customer: numberOf(customerId), orders: orderIds.map((order) => names.get(order) ?? numberOf(order)) },
    }));
  });
}

/** How many requests nobody has looked at yet. */
export async function countOpenDataRequests(tx: Tx, shopId: number): Promise<number> {
  return (await listDataRequests(tx, shopId)).filter(({ answeredAt }) => answeredAt === null).length;
}

/** What a request is answered with, and that `actor` has it now; null where the shop has no such request. For administrators. */
export async function answerDataRequest(
  shopId: number,
  actor: Actor,
  requestId: string,
): Promise<Record<string, unknown[]> | null> {
  const request = (await inShop(shopId, (tx) => listDataRequests(tx, shopId))).find(({ id }) => id === requestId);
  if (!request) return null;
  const { id, customerId, orderIds } = request;
  const data = await customerData(shopId, customerId, orderIds);
  await inShop(shopId, (tx) =>
    audit(tx, shopId, actor, { action: ANSWERED, subject: `customer ${customerId}`, after: { requestId: id } }),
  );
  return data;
}

/** Everything held about a customer and these orders, to be handed to the merchant as a file. Read when it is asked for, never kept. */
export async function customerData(shopId: number, customerId: string, orderIds: string[]): Promise<Record<string, unknown[]>> {
  const data = await inShop(shopId, async (tx) => {
    const records = await recordsOfOrders(tx, shopId, orderIds);
    const own: Record<string, unknown[]> = {};
    for (const { name, table, link } of personalPlaces) {
      const rows = await tx.$queryRaw<{ row: unknown }[]>`
        SELECT to_jsonb(t) - ARRAY['shop_id', 'fence'] AS row FROM ${Prisma.raw(table)} t WHERE t.shop_id = ${shopId} AND ${link.of(records)}`;
      own[name] = rows.map(({ row }) => row);
    }
    return own;
  });
  for (const { name, collect } of personalDataHolders())
    data[name] = await collect(shopId, { customerId: customerId || null, orderIds });
  return data;
}
