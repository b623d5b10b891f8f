import { RejectedError } from '../../core/errors.ts';
import type { Tracking } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  FulfilmentCancelDocument,
  FulfilmentCreateDocument,
  FulfilmentOrderLinesDocument,
  FulfilmentOrderMoveDocument,
  FulfilmentTrackingUpdateDocument,
  OrderFulfilmentOrdersDocument,
  OrderFulfilmentsDocument,
  OrderNoteDocument,
  OrderNoteUpdateDocument,
  type FulfillmentTrackingInput,
  type OrderFulfilmentOrdersQuery,
} from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';

/** What can still be fulfilled at one location. Its id changes when it is moved, split or cancelled: it is found again at each read. */
export interface FulfilmentOrder {
  id: string;
  status: string;
  locationId: string | null;
  /** ISO 8601; when a scheduled one opens. */
  fulfilAt: string | null;
  holds: string[];
  lines: { id: string; lineId: string; remaining: number }[];
}

/** What was fulfilled, by us or by anybody else. */
export interface Fulfilment {
  id: string;
  cancelled: boolean;
  locationId: string | null;
  tracking: Tracking[];
  lines: { lineId: string; quantity: number }[];
}

/** The fulfilment side of one order as Shopify has it now. */
export interface OrderInShopify {
  id: string;
  fulfilmentOrders: FulfilmentOrder[];
  fulfilments: Fulfilment[];
}

export interface NewFulfilment {
  fulfilmentOrders: { id: string; lines: { id: string; quantity: number }[] }[];
  tracking: Tracking[];
  notifyCustomer: boolean;
}

/** The fulfilments of a shop. */
export interface ShopFulfilments {
  /** Throws RejectedError('order-gone') when the order was deleted. */
  read(orderId: string): Promise<OrderInShopify>;
  /** One order and one location a call. Returns the new fulfilment's id. */
  create(fulfilment: NewFulfilment): Promise<string>;
  correctTracking(fulfilmentId: string, tracking: Tracking[], notifyCustomer: boolean): Promise<void>;
  cancel(fulfilmentId: string): Promise<void>;
  /** Moves units of a fulfilment order to another location; Shopify splits off what stays. */
  move(fulfilmentOrderId: string, locationId: string, lines: readonly { id: string; quantity: number }[]): Promise<void>;
  readNote(orderId: string): Promise<string | null>;
  writeNote(orderId: string, note: string): Promise<void>;
}

/** Shopify holds one company for each fulfilment; URLs only where every number has one (it makes its own for carriers it knows). */
export function trackingInput(tracking: readonly Tracking[]): FulfillmentTrackingInput {
  const company = tracking.find(({ carrier }) => carrier)?.carrier;
  const urls = tracking.map(({ url }) => url).filter((url) => url !== null);
  const [first] = tracking;
  return {
    ...(company ? { company } : {}),
    ...(tracking.length === 1 && first ? { number: first.number, ...(first.url ? { url: first.url } : {}) } : {}),
    ...(tracking.length > 1
      ? { numbers: tracking.map(({ number }) => number), ...(urls.length === tracking.length ? { urls } : {}) }
      : {}),
  };
}

type Run = Pick<ShopifyAdmin, 'run'>;
const priority = 'fulfilment' as const;

function gone(orderId: string): RejectedError {
  return new RejectedError('order-gone', 'The order is not in Shopify any more', { params: { order: orderId } });
}

/** What was fulfilled of an order, cancelled fulfilments among them. Throws RejectedError('order-gone') when the order was deleted. */
export async function readFulfilments(admin: Run, id: string): Promise<Fulfilment[]> {
  const { order } = await admin.run(OrderFulfilmentsDocument, { id, first: 100, lines: 250 }, { priority });
  if (!order) throw gone(id);
  return order.fulfillments.map((fulfilment) => ({
    id: fulfilment.id,
    cancelled: fulfilment.status === 'CANCELLED',
    locationId: fulfilment.location?.id ?? null,
    tracking: fulfilment.trackingInfo.map(({ number, company, url }) => ({ number: number ?? '', carrier: company, url })),
    lines: fulfilment.fulfillmentLineItems.nodes.map(({ quantity, lineItem }) => ({
      lineId: lineItem.id,
      quantity: quantity ?? 0,
    })),
  }));
}

async function readFulfilmentOrders(admin: Run, id: string): Promise<FulfilmentOrder[]> {
  const found: FulfilmentOrder[] = [];
  for (let after: string | null = null; ;) {
    const answer: OrderFulfilmentOrdersQuery = await admin.run(OrderFulfilmentOrdersDocument, { id, after }, { priority });
    if (!answer.order) throw gone(id);
    const { nodes, pageInfo } = answer.order.fulfillmentOrders;
    for (const node of nodes) {
      const lines = [...node.lineItems.nodes];
      for (let page = node.lineItems.pageInfo; page.hasNextPage;) {
        const { fulfillmentOrder } = await admin.run(
          FulfilmentOrderLinesDocument,
          { id: node.id, after: page.endCursor },
          { priority },
        );
        if (!fulfillmentOrder) break;
        lines.push(...fulfillmentOrder.lineItems.nodes);
        page = fulfillmentOrder.lineItems.pageInfo;
      }
      found.push({
        id: node.id,
        status: node.status,
        locationId: node.assignedLocation.location?.id ?? null,
        fulfilAt: node.fulfillAt,
        holds: node.fulfillmentHolds.map(({ reason }) => reason),
        lines: lines.map((line) => ({ id: line.id, lineId: line.lineItem.id, remaining: line.remainingQuantity })),
      });
    }
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

/** The fulfilments of a shop through its Admin API. */
export function shopFulfilments(admin: Run): ShopFulfilments {
  return {
    async read(orderId) {
      // Fulfilments first: one made between the two reads then shows as nothing left, never as units free to fulfil again.
      const fulfilments = await readFulfilments(admin, orderId);
      return { id: orderId, fulfilments, fulfilmentOrders: await readFulfilmentOrders(admin, orderId) };
    },
    async create({ fulfilmentOrders, tracking, notifyCustomer }) {
      const fulfillment = {
        lineItemsByFulfillmentOrder: fulfilmentOrders.map(({ id, lines }) => ({
          fulfillmentOrderId: id,
          fulfillmentOrderLineItems: lines,
        })),
        notifyCustomer,
        ...(tracking.length > 0 ? { trackingInfo: trackingInput(tracking) } : {}),
      };
      const { fulfillmentCreate } = await admin.run(FulfilmentCreateDocument, { fulfillment }, { priority });
      const payload = refuseUserErrors(fulfillmentCreate);
      if (!payload.fulfillment) throw new RejectedError('shopify-refused', 'Shopify made no fulfilment and gave no reason');
      return payload.fulfillment.id;
    },
    async correctTracking(fulfillmentId, tracking, notifyCustomer) {
      const variables = { fulfillmentId, trackingInfoInput: trackingInput(tracking), notifyCustomer };
      const { fulfillmentTrackingInfoUpdate } = await admin.run(FulfilmentTrackingUpdateDocument, variables, { priority });
      refuseUserErrors(fulfillmentTrackingInfoUpdate);
    },
    async cancel(id) {
      const { fulfillmentCancel } = await admin.run(FulfilmentCancelDocument, { id }, { priority });
      refuseUserErrors(fulfillmentCancel);
    },
    async move(id, newLocationId, lines) {
      const variables = { id, newLocationId, lines: lines.map((line) => ({ id: line.id, quantity: line.quantity })) };
      const { fulfillmentOrderMove } = await admin.run(FulfilmentOrderMoveDocument, variables, { priority });
      refuseUserErrors(fulfillmentOrderMove);
    },
    async readNote(id) {
      const { order } = await admin.run(OrderNoteDocument, { id }, { priority });
      if (!order) throw gone(id);
      return order.note;
    },
    async writeNote(id, note) {
      const { orderUpdate } = await admin.run(OrderNoteUpdateDocument, { id, note }, { priority });
      refuseUserErrors(orderUpdate);
    },
  };
}
