import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  FulfilmentOrderLinesDocument,
  OrderDutiesDocument,
  OrderFulfilmentOrdersDocument,
  OrderLinesDocument,
  OrderReadDocument,
  OrderShippingLinesDocument,
  type OrderReadQuery,
} from '../../shopify/operations/generated/graphql.ts';
import { assembleOrder, minor, toFulfilmentOrder } from './assemble-order.ts';
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

/**
 * Reads an order whole, whatever its size: 60 points for nearly every order, further pages only where there are more lines or
 * fulfilment orders. Null when it was deleted.
 */
export async function readOrder(admin: ShopifyAdmin, orderId: string): Promise<ShopifyOrder | null> {
  const { data, denied } = await admin.runNotingDenied(OrderReadDocument, { id: orderId }, { priority: 'order' });
  const node = data.order;
  if (!node) return null;
  const lineNodes = await rest(
    node.lineItems,
    async (after) => (await admin.run(OrderLinesDocument, { id: orderId, after }, { priority: 'order' })).order?.lineItems,
  );
  const shippingNodes = await rest(
    node.shippingLines,
    async (after) =>
      (await admin.run(OrderShippingLinesDocument, { id: orderId, after }, { priority: 'order' })).order?.shippingLines,
  );
  return assembleOrder(node, {
    lines: lineNodes,
    shipping: shippingNodes,
    fulfilmentOrders: await readFulfilmentOrders(admin, node),
    duties: await readDuties(admin, node),
    withheld: denied.map((path) => path.replace(/^order\./, '')),
  });
}
