import { pageAt } from '../../connections/page-pattern.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { listProblemsIn, type ProblemView } from '../problems/read-problems.ts';
import { orderPartsSql, orderStateSql, type OrderState } from './read-orders.ts';

export interface PartView {
  id: string;
  number: number;
  reference: string;
  state: string;
  connectionId: string;
  connectionName: string;
  connector: string;
  locationId: string;
  locationName: string;
  facilityName: string;
  remoteNumber: string | null;
  /** The order's page in the back office: as it tells, else where the merchant says it is. */
  remoteUrl: string | null;
  acceptedAt: string | null;
  cancelledAt: string | null;
  /** Minor units. */
  total: number;
  /** Shopify value → value of the back office. */
  mapped: { from: string; to: string }[];
  lines: { lineId: string; sku: string; quantity: number; open: number; shipped: number }[];
}

export interface ParcelView {
  id: string;
  reference: string;
  state: string;
  shippedAt: string;
  mirroredAt: string | null;
  tracking: { number: string; carrier: string | null; url: string | null }[];
  lines: { sku: string; quantity: number }[];
}

export interface EventView {
  id: string;
  at: string;
  kind: string;
  params: Record<string, string | number>;
  partId: string | null;
}

export interface OrderPage {
  id: string;
  name: string;
  placedAt: string;
  cancelledAt: string | null;
  financialStatus: string;
  fulfilmentStatus: string;
  currency: string;
  total: number;
  units: number;
  channel: string;
  tags: string[];
  state: OrderState;
  reason: Reason | null;
  holdUntil: string | null;
  /** Decided by hand. */
  sendNow: boolean;
  leftOut: boolean;
  decidedAt: string;
  parts: PartView[];
  parcels: ParcelView[];
  problems: ProblemView[];
  events: EventView[];
}

async function readPartViews(tx: Tx, shopId: number, orderId: string): Promise<PartView[]> {
  const parts = await tx.part.findMany({ where: { shopId, orderId }, orderBy: { number: 'asc' } });
  const of = { shopId, id: { in: parts.map((part) => part.connectionId) } };
  const [lines, connections, locations, facilities] = [
    await tx.partLine.findMany({ where: { shopId, partId: { in: parts.map((part) => part.id) } }, orderBy: { lineId: 'asc' } }),
    await tx.connection.findMany({ where: of, select: { id: true, name: true, connector: true } }),
    await tx.location.findMany({
      where: { shopId, id: { in: parts.map((part) => part.locationId) } },
      select: { id: true, name: true },
    }),
    await tx.facility.findMany({ where: { shopId, connectionId: of.id }, select: { connectionId: true, id: true, name: true } }),
  ];
  const pages = new Map<string, string>();
  for (const { id } of connections) pages.set(id, (await readSync(tx, shopId, id, 'orders')).settings.orderPage);
  const pageOf = ({ connectionId, remoteId, remoteNumber, reference }: (typeof parts)[number]) =>
    remoteId ? pageAt(pages.get(connectionId) ?? '', { id: remoteId, number: remoteNumber, reference }) : null;
  return parts.map((part) => {
    const connection = connections.find(({ id }) => id === part.connectionId);
    const facility = facilities.find(({ id, connectionId }) => id === part.facilityId && connectionId === part.connectionId);
    return {
      id: part.id,
      number: part.number,
      reference: part.reference,
      state: part.state,
      connectionId: part.connectionId,
      connectionName: connection?.name ?? '',
      connector: connection?.connector ?? '',
      locationId: part.locationId,
      locationName: locations.find(({ id }) => id === part.locationId)?.name ?? part.locationId,
      facilityName: facility?.name ?? part.facilityId,
      remoteNumber: part.remoteNumber,
      remoteUrl: part.remoteUrl ?? pageOf(part),
      acceptedAt: part.acceptedAt?.toISOString() ?? null,
      cancelledAt: part.cancelledAt?.toISOString() ?? null,
      total: Number(part.total),
      mapped: Object.entries((part.mapped ?? {}) as Record<string, string>).map(([from, to]) => ({ from, to })),
      lines: lines
        .filter((line) => line.partId === part.id)
        .map(({ lineId, sku, quantity, open, shipped }) => ({ lineId, sku, quantity, open, shipped })),
    };
  });
}

/** Everything there is to say about one order, or null where we never saw it. `id` is Shopify's global id. */
export function readOrderPage(shopId: number, id: string): Promise<OrderPage | null> {
  return inShop(shopId, async (tx) => {
    const order = await tx.order.findUnique({ where: { shopId_id: { shopId, id } } });
    if (!order) return null;
    const [state] = await tx.$queryRaw<{ state: OrderState }[]>`
      SELECT ${orderStateSql} AS state FROM shop_order o ${orderPartsSql} WHERE o.shop_id = ${shopId} AND o.id = ${id}`;
    const parcels = await tx.shipment.findMany({ where: { shopId, orderId: id }, orderBy: { shippedAt: 'asc' } });
    const events = await tx.timelineEvent.findMany({
      where: { shopId, subjectKind: 'order', subjectId: id },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: 200,
    });
    const { rows: problems } = await listProblemsIn(tx, shopId, { subject: { kind: 'order', id } });
    const reason = order.reason as Reason | null;
    return {
      id: order.id,
      name: order.name,
      placedAt: order.placedAt.toISOString(),
      cancelledAt: order.cancelledAt?.toISOString() ?? null,
      financialStatus: order.financialStatus,
      fulfilmentStatus: order.fulfilmentStatus,
      currency: order.currency,
      total: Number(order.total),
      units: order.units,
      channel: order.channel,
      tags: order.tags,
      state: state?.state ?? 'waiting',
      reason: reason?.code ? reason : null,
      holdUntil: order.holdUntil?.toISOString() ?? null,
      sendNow: order.sendNowAt !== null,
      leftOut: order.leftOutAt !== null,
      decidedAt: order.decidedAt.toISOString(),
      parts: await readPartViews(tx, shopId, id),
      parcels: parcels.map((parcel) => ({
        id: parcel.id,
        reference: parcel.reference,
        state: parcel.state,
        shippedAt: parcel.shippedAt.toISOString(),
        mirroredAt: parcel.mirroredAt?.toISOString() ?? null,
        tracking: parcel.tracking as unknown as ParcelView['tracking'],
        lines: parcel.lines as unknown as ParcelView['lines'],
      })),
      problems,
      events: events.map((event) => ({
        id: String(event.id),
        at: event.at.toISOString(),
        kind: event.kind,
        params: event.params as EventView['params'],
        partId: event.partId,
      })),
    };
  });
}
