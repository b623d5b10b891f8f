import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  FulfilmentOrderLinesDocument,
  OrderDutiesDocument,
  OrderFeesDocument,
  OrderFulfilmentOrdersDocument,
  OrderLinesDocument,
  OrderReadDocument,
  OrderShippingLinesDocument,
  OrdersReadDocument,
  type OrderReadQuery,
} from '../../shopify/operations/generated/graphql.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { assembleOrder, minor, toFulfilmentOrder, toTaxes } from './assemble-order.ts';
import type { GivenOrder } from './given-order.ts';
import type { FulfilmentOrder, ShopifyOrder } from './shopify-order.ts';

type OrderNode = NonNullable<OrderReadQuery['order']>;
interface Page<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

/** The rest of a connection whose first page is there already. */
async function rest<Node>(page: Page<Node>, next: (after: string) => Promise<Page<Node> | null | undefined>): Promise<Node[]> {
  const nodes = [...page.nodes];
  let { hasNextPage, endCursor } = page.pageInfo;
  while (hasNextPage && endCursor) {
    const more = await next(endCursor);
    if (!more) break;
    nodes.push(...more.nodes);
    ({ hasNextPage, endCursor } = more.pageInfo);
  }
  return nodes;
}

async function readFulfilmentOrders(admin: ShopifyAdmin, node: OrderNode): Promise<FulfilmentOrder[]> {
  const { nodes, pageInfo } = node.fulfillmentOrders;
  const more = pageInfo.hasNextPage
    ? await rest<OrderNode['fulfillmentOrders']['nodes'][number]>({ nodes, pageInfo }, async (after) => {
        const page = await admin.run(OrderFulfilmentOrdersDocument, { id: node.id, after }, { priority: 'order' });
        return page.order?.fulfillmentOrders;
      })
    : nodes;
  return Promise.all(
    more.map(async (one) => {
      const lines = await rest(
        one.lineItems,
        async (after) =>
          (await admin.run(FulfilmentOrderLinesDocument, { id: one.id, after }, { priority: 'order' })).fulfillmentOrder
            ?.lineItems,
      );
      return toFulfilmentOrder(one, lines);
    }),
  );
}

async function readDuties(admin: ShopifyAdmin, node: OrderNode): Promise<number> {
  if (minor(node.currentTotalDutiesSet) === 0) return 0;
  const first = await admin.run(OrderDutiesDocument, { id: node.id }, { priority: 'order' });
  if (!first.order) return 0;
  const lines = await rest(
    first.order.lineItems,
    async (after) => (await admin.run(OrderDutiesDocument, { id: node.id, after }, { priority: 'order' })).order?.lineItems,
  );
  return lines.flatMap((line) => line.duties).reduce((sum, duty) => sum + minor(duty.price), 0);
}

async function readFees(admin: ShopifyAdmin, node: OrderNode): Promise<ShopifyOrder['fees']> {
  if (minor(node.currentTotalAdditionalFeesSet) === 0) return [];
  const { order } = await admin.run(OrderFeesDocument, { id: node.id }, { priority: 'order' });
  return (order?.additionalFees ?? []).map(({ name, price, taxLines }) => ({
    ...{ title: name, amount: minor(price), taxes: toTaxes(taxLines) },
  }));
}

/** An order of whose connections the first pages are there already: further ones only where there are more lines or fulfilment orders. */
async function wholeOrder(admin: ShopifyAdmin, node: OrderNode, withheld: string[]): Promise<ShopifyOrder> {
  const { id } = node;
  const lineNodes = await rest(
    node.lineItems,
    async (after) => (await admin.run(OrderLinesDocument, { id, after }, { priority: 'order' })).order?.lineItems,
  );
  const shippingNodes = await rest(
    node.shippingLines,
    async (after) => (await admin.run(OrderShippingLinesDocument, { id, after }, { priority: 'order' })).order?.shippingLines,
  );
  return assembleOrder(node, {
    lines: lineNodes,
    shipping: shippingNodes,
    fulfilmentOrders: await readFulfilmentOrders(admin, node),
    duties: await readDuties(admin, node),
    fees: await readFees(admin, node),
    withheld,
  });
}

/** Reads an order whole, whatever its size: at most 60 points for nearly every order. Null when it was deleted. */
export async function readOrder(admin: ShopifyAdmin, orderId: string): Promise<ShopifyOrder | null> {
  const { data, denied } = await admin.runNotingDenied(OrderReadDocument, { id: orderId }, { priority: 'order' });
  if (!data.order) return null;
  return wholeOrder(
    admin,
    data.order,
    denied.map((path) => path.replace(/^order\./, '')),
  );
}

/** Orders of one call, as many as the document asks for: it may cost 1,000 points at most, and this asks for less than 600 and costs less than 300. How many terms a search may have isn't documented. */
const ORDERS_A_PAGE = 100;
const PAGES_AT_ONCE = 4;

interface OrdersPage {
  readAt: Date;
  nodes: OrderNode[];
  withheld: string[];
}

async function readPage(admin: ShopifyAdmin, orderIds: readonly string[]): Promise<OrdersPage> {
  const query = orderIds.map((id) => `id:${id.slice(id.lastIndexOf('/') + 1)}`).join(' OR ');
  const readAt = now();
  try {
    const { data, denied } = await admin.runNotingDenied(OrdersReadDocument, { query }, { priority: 'order' });
    return { readAt, nodes: data.orders.nodes, withheld: denied.map((path) => path.replace(/^orders\.nodes\./, '')) };
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind !== 'bug') throw thrown;
    logger.warn({ error, shop: admin.shop.domain }, 'Shopify refused a search for many orders; they are read one by one');
    return { readAt, nodes: [], withheld: [] };
  }
}

/**
 * Reads orders whole, a hundred a call: about 3 points each, where one by one they are 28. Goes by Shopify's search, which shows an order some time after its
 * moment: what it doesn't show isn't yielded, and is the caller's to read by itself.
 */
export async function* readOrders(admin: ShopifyAdmin, orderIds: readonly string[]): AsyncGenerator<GivenOrder> {
  for (const together of inPieces([...inPieces(orderIds, ORDERS_A_PAGE)], PAGES_AT_ONCE))
    for (const { readAt, nodes, withheld } of await Promise.all(together.map((ids) => readPage(admin, ids))))
      for (const node of nodes) yield { order: await wholeOrder(admin, node, withheld), readAt };
}
