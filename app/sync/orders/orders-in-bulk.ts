import { nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { readLines } from '../../shopify/bulk/read-lines.ts';
import { startBulkQuery } from '../../shopify/bulk/start-bulk.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  BulkOrdersDocument,
  type BulkOrdersQuery,
  type OrderLineFieldsFragment,
  type OrderReadQuery,
  type ShippingLineFieldsFragment,
} from '../../shopify/operations/generated/graphql.ts';
import { waitForBulk } from '../products/wait-for-bulk.ts';
import { assembleOrder, minor, toFulfilmentOrder } from './assemble-order.ts';
import type { GivenOrder } from './given-order.ts';
import { isOver, type ShopifyOrder } from './shopify-order.ts';

/** A run that was killed or paused goes on with its operation while the result is this fresh. */
const ADOPT_MS = 3_600_000;

type Node = BulkOrdersQuery['orders']['edges'][number]['node'];
type LineNode = Node['lineItems']['edges'][number]['node'];
type FulfilmentOrderNode = Node['fulfillmentOrders']['edges'][number]['node'];
type FulfilmentLineNode = FulfilmentOrderNode['lineItems']['edges'][number]['node'];
type OrderNode = NonNullable<OrderReadQuery['order']>;

type Line = Record<string, unknown> & { id: string; __parentId?: string };

const isA = (type: string, { id }: Line): boolean => id.startsWith(`gid://shopify/${type}/`);

/**
 * An order from its lines of a bulk result. Null where it must be read by itself: what the bulk query can't ask for (further shipping lines, duties, fees) would be
 * missing, or a line has not come.
 */
export function orderFromLines(lines: readonly Line[]): ShopifyOrder | null {
  const node = lines.find((line) => isA('Order', line)) as unknown as Node | undefined;
  if (!node) return null;
  const items = lines.filter((line) => isA('LineItem', line)) as unknown as LineNode[];
  const units = items.reduce((sum, item) => sum + item.currentQuantity, 0);
  const { shippingLine } = node;
  const shipping = minor(node.totalShippingPriceSet);
  const oneShippingLine = shippingLine
    ? [minor(shippingLine.originalPriceSet), minor(shippingLine.discountedPriceSet)].includes(shipping)
    : shipping === 0;
  const beside = [node.currentTotalDutiesSet, node.currentTotalAdditionalFeesSet].some((set) => minor(set) !== 0);
  if (units < node.currentSubtotalLineItemsQuantity || !oneShippingLine || beside) return null;
  const fulfilmentOrders = (lines.filter((line) => isA('FulfillmentOrder', line)) as unknown as FulfilmentOrderNode[]).map(
    (one) =>
      toFulfilmentOrder(
        one as unknown as OrderNode['fulfillmentOrders']['nodes'][number],
        lines.filter(
          (line) => isA('FulfillmentOrderLineItem', line) && line.__parentId === one.id,
        ) as unknown as (FulfilmentLineNode & OrderNode['fulfillmentOrders']['nodes'][number]['lineItems']['nodes'][number])[],
      ),
  );
  // What is over may have lost its lines; what isn't has some.
  if (fulfilmentOrders.some((one) => one.lines.length === 0 && !isOver(one))) return null;
  return assembleOrder(node as unknown as OrderNode, {
    lines: items as unknown as OrderLineFieldsFragment[],
    shipping: shippingLine ? [shippingLine as unknown as ShippingLineFieldsFragment] : [],
    fulfilmentOrders,
    duties: 0,
    fees: [],
    // A bulk query that asks for a field that is kept back fails as a whole.
    withheld: [],
  });
}

/** The lines of the wanted orders of a result, by order. Children may stand far from their parents: what is wanted is kept, as text, until the end. */
async function collect(url: string, wanted: ReadonlySet<string>): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const orderOf = new Map<string, string>();
  const orphans: Line[] = [];
  const put = (line: Line): boolean => {
    const parent = line.__parentId;
    const order = parent === undefined ? line.id : isA('Order', { id: parent }) ? parent : orderOf.get(parent);
    if (order === undefined) return false;
    if (isA('FulfillmentOrder', line)) orderOf.set(line.id, order);
    if (!wanted.has(order)) return true;
    const lines = found.get(order) ?? [];
    found.set(order, lines);
    lines.push(JSON.stringify(line));
    return true;
  };
  for await (const { value } of readLines(url)) if (!put(value as Line)) orphans.push(value as Line);
  for (const line of orphans) put(line);
  return found;
}

export interface BulkRead {
  /** Kept with the operation, so that a killed run goes on with its own. */
  purpose: string;
  runId: string;
  /** Shopify's search. */
  filter: string;
  wanted: ReadonlySet<string>;
}

/**
 * Reads orders by one bulk operation: ten points and a few polls, however many there are. Yields those of `wanted` that the result holds whole; the rest is the
 * caller's to read by itself. Throws TransientError when Shopify gave the operation up or is busy.
 */
export async function* readOrdersInBulk(
  admin: ShopifyAdmin,
  { purpose, runId, filter, wanted }: BulkRead,
): AsyncGenerator<GivenOrder> {
  const shopId = admin.shop.id;
  const known = await inShop(shopId, (tx) =>
    tx.bulkOperation.findFirst({
      where: { shopId, runId, purpose, state: { notIn: ['failed', 'taken'] }, startedAt: { gte: new Date(nowMs() - ADOPT_MS) } },
      orderBy: { startedAt: 'desc' },
      select: { id: true },
    }),
  );
  const id = known?.id ?? (await startBulkQuery(admin, BulkOrdersDocument, { purpose, runId, filter }));
  await waitForBulk(admin, id, runId);
  const operation = await inShop(shopId, (tx) => tx.bulkOperation.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }));
  const found = operation.url ? await collect(operation.url, wanted) : new Map<string, string[]>();
  for (const [orderId, texts] of found) {
    found.delete(orderId);
    const order = orderFromLines(texts.map((text) => JSON.parse(text) as Line));
    if (order) yield { order, readAt: operation.startedAt };
  }
  await inShop(shopId, (tx) => tx.bulkOperation.update({ where: { shopId_id: { shopId, id } }, data: { state: 'taken' } }));
}
