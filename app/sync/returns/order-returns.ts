import { RejectedError } from '../../core/errors.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  OrderByNameDocument,
  OrderLinesDocument,
  ReturnableLinesDocument,
  ReturnCloseDocument,
  ReturnCreateDocument,
  ReturnDetailDocument,
  ReturnProcessDocument,
  ReturnReasonsDocument,
  ReturnsToAnnounceDocument,
  type OrderByNameQuery,
  type OrderLinesQuery,
  type RefundInput,
  type ReturnableLinesQuery,
} from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { shopFulfilments } from '../shipments/order-in-shopify.ts';
import { minor, type RefundAnswer } from './order-refunds.ts';

export type FoundOrder = OrderByNameQuery['orders']['nodes'][number];

/** A return that exists in Shopify. */
export interface ReturnInShopify {
  id: string;
  /** `#1001-R1`. */
  name: string;
  status: string;
  lines: { lineId: string; sku: string; quantity: number; reason: string | null; note: string }[];
}

/** How the units of a line are taken back: restocked at a location, or not at all. */
export interface ProcessLine {
  lineId: string;
  quantity: number;
  restockAt: string | null;
}

/** The returns of a shop, and orders by their name. */
export interface ShopReturns {
  list(orderId: string): Promise<ReturnInShopify[]>;
  /** Registers a return of fulfilled units. Throws RejectedError('return-not-returnable') where fewer can be returned. */
  open(orderId: string, lines: readonly { lineId: string; quantity: number }[], note: string): Promise<string>;
  /**
   * Takes the units of a registered return back and refunds them with the transactions of a suggested refund. Returns the refund that Shopify made of it, null
   * where its answer names none. Throws RejectedError('return-not-returnable') where fewer units are left in the return: then nothing was sent.
   */
  process(returnId: string, lines: readonly ProcessLine[], refund: RefundInput): Promise<RefundAnswer | null>;
  /** Ends it; nothing is restocked. */
  close(returnId: string): Promise<void>;
  findOrder(name: string): Promise<FoundOrder | null>;
  /** Lines of an order with the units that left. */
  readLines(orderId: string): Promise<{ lineId: string; sku: string; fulfilled: number; variantId: string | null }[]>;
}

type Run = Pick<ShopifyAdmin, 'run'>;
const priority = 'order' as const;

function notReturnable(units: number): RejectedError {
  return new RejectedError('return-not-returnable', 'Shopify lets fewer units be returned', { params: { units } });
}

async function returnable(admin: Run, orderId: string): Promise<{ id: string; lineId: string; quantity: number }[]> {
  const { returnableFulfillments }: ReturnableLinesQuery = await admin.run(
    ReturnableLinesDocument,
    { orderId, first: 25, lines: 50 },
    { priority },
  );
  return returnableFulfillments.nodes.flatMap(({ returnableFulfillmentLineItems }) =>
    returnableFulfillmentLineItems.nodes.map(({ quantity, fulfillmentLineItem }) => ({
      id: fulfillmentLineItem.id,
      lineId: fulfillmentLineItem.lineItem.id,
      quantity,
    })),
  );
}

/** Shopify wants a reason from its own list: the one that says least. */
async function unknownReason(admin: Run): Promise<string | null> {
  const { returnReasonDefinitions } = await admin.run(ReturnReasonsDocument, { first: 50 }, { priority });
  const living = returnReasonDefinitions.nodes.filter(({ deleted }) => !deleted);
  return (
    (living.find(({ handle }) => handle === 'unknown') ?? living.find(({ handle }) => handle === 'other') ?? living[0])?.id ??
    null
  );
}

export function shopReturns(admin: Run): ShopReturns {
  return {
    async list(id) {
      const { order } = await admin.run(ReturnsToAnnounceDocument, { id }, { priority });
      return (order?.returns.nodes ?? []).map((one) => ({
        id: one.id,
        name: one.name,
        status: one.status,
        lines: one.returnLineItems.nodes.flatMap((line) => {
          if (!('fulfillmentLineItem' in line) || !line.fulfillmentLineItem) return [];
          const { lineItem } = line.fulfillmentLineItem;
          const { quantity, returnReasonNote: note, returnReasonDefinition } = line;
          return [{ lineId: lineItem.id, sku: lineItem.sku ?? '', quantity, reason: returnReasonDefinition?.name ?? null, note }];
        }),
      }));
    },
    async open(orderId, lines, note) {
      const free = await returnable(admin, orderId);
      const reason = await unknownReason(admin);
      const returnLineItems = lines.flatMap(({ lineId, quantity }) => {
        let missing = quantity;
        const taken = free.flatMap((one) => {
          const units = one.lineId === lineId ? Math.min(missing, one.quantity) : 0;
          if (units === 0) return [];
          missing -= units;
          one.quantity -= units;
          const why = reason ? { returnReasonDefinitionId: reason } : {};
          return [{ fulfillmentLineItemId: one.id, quantity: units, returnReasonNote: note, ...why }];
        });
        if (missing > 0) throw notReturnable(missing);
        return taken;
      });
      const { returnCreate } = await admin.run(ReturnCreateDocument, { returnInput: { orderId, returnLineItems } }, { priority });
      const made = refuseUserErrors(returnCreate).return;
      if (!made) throw new RejectedError('shopify-refused', 'Shopify made no return and gave no reason');
      return made.id;
    },
    async process(returnId, lines, refund) {
      const { return: found } = await admin.run(ReturnDetailDocument, { id: returnId }, { priority });
      if (!found)
        throw new RejectedError('return-gone', 'The return is not in Shopify any more', { params: { return: returnId } });
      const reverse = found.reverseFulfillmentOrders.nodes.flatMap(({ lineItems }) => lineItems.nodes);
      const left = lines.map((line) => ({ ...line }));
      const returnLineItems = found.returnLineItems.nodes.flatMap((node) => {
        if (!('fulfillmentLineItem' in node) || !node.fulfillmentLineItem) return [];
        const { id: fulfilled, lineItem } = node.fulfillmentLineItem;
        const target = reverse.find((one) => one.fulfillmentLineItem?.id === fulfilled)?.id;
        let open = node.quantity - node.processedQuantity;
        const dispositions = left.flatMap((line) => {
          const units = line.lineId === lineItem.id ? Math.min(open, line.quantity) : 0;
          if (units === 0) return [];
          open -= units;
          line.quantity -= units;
          return [{ units, restockAt: line.restockAt }];
        });
        const quantity = dispositions.reduce((sum, { units }) => sum + units, 0);
        if (quantity === 0) return [];
        return [
          {
            id: node.id,
            quantity,
            ...(target
              ? {
                  dispositions: dispositions.map(({ units, restockAt }) => ({
                    reverseFulfillmentOrderLineItemId: target,
                    quantity: units,
                    dispositionType: restockAt ? ('RESTOCKED' as const) : ('NOT_RESTOCKED' as const),
                    ...(restockAt ? { locationId: restockAt } : {}),
                  })),
                }
              : {}),
          },
        ];
      });
      // Their money would go along with units that Shopify doesn't take back.
      const missing = left.reduce((sum, { quantity }) => sum + quantity, 0);
      if (missing > 0) throw notReturnable(missing);
      const orderTransactions = (refund.transactions ?? []).flatMap(({ parentId, amount }) =>
        parentId ? [{ parentId, transactionAmount: { amount, currencyCode: refund.currency ?? 'USD' } }] : [],
      );
      const input = {
        returnId,
        note: refund.note ?? '',
        notifyCustomer: refund.notify ?? false,
        returnLineItems,
        ...(refund.shipping ? { refundShipping: { fullRefund: true } } : {}),
        ...(orderTransactions.length > 0 ? { financialTransfer: { issueRefund: { orderTransactions } } } : {}),
      };
      const { returnProcess } = await admin.run(ReturnProcessDocument, { input }, { priority });
      const made = refuseUserErrors(returnProcess).return?.refunds.nodes.find(({ note }) => note === input.note);
      return made ? { refundId: made.id, amount: minor(made.totalRefundedSet.shopMoney) } : null;
    },
    async close(id) {
      const { returnClose } = await admin.run(ReturnCloseDocument, { id }, { priority });
      refuseUserErrors(returnClose);
    },
    async findOrder(name) {
      const query = `name:"${name.replace(/["\\]/g, '')}"`;
      const { orders } = await admin.run(OrderByNameDocument, { query }, { priority });
      // Shopify's search finds #1001 for 1001 too, and names that begin alike.
      return orders.nodes.find((one) => one.name === name) ?? null;
    },
    async readLines(id) {
      const found: Awaited<ReturnType<ShopReturns['readLines']>> = [];
      // By its fulfilments: a tip, and a unit that was taken off before it left, count as fulfilled by the line's own number of unfulfilled units.
      const left = (await shopFulfilments(admin).read(id)).fulfilments
        .filter(({ cancelled }) => !cancelled)
        .flatMap(({ lines }) => lines);
      for (let after: string | null = null; ;) {
        const { order }: OrderLinesQuery = await admin.run(OrderLinesDocument, { id, after }, { priority });
        if (!order) return found;
        for (const line of order.lineItems.nodes)
          found.push({
            lineId: line.id,
            sku: line.sku?.trim() ?? '',
            fulfilled: left.reduce((sum, one) => sum + (one.lineId === line.id ? one.quantity : 0), 0),
            variantId: line.variant?.id ?? null,
          });
        if (!order.lineItems.pageInfo.hasNextPage) return found;
        after = order.lineItems.pageInfo.endCursor;
      }
    },
  };
}
