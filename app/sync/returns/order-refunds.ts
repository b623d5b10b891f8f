import { createHash } from 'node:crypto';
import { RejectedError } from '../../core/errors.ts';
import { formatDecimal, parseMoney } from '../../core/money.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  OrderLinesDocument,
  OrderPaymentsDocument,
  OrderRefundsDocument,
  RefundCreateDocument,
  SuggestedRefundDocument,
  type OrderLinesQuery,
  type RefundInput,
} from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { readFulfilments } from '../shipments/order-in-shopify.ts';
import { readExchanges, type Exchanges } from './order-exchanges.ts';

/** A refund that exists, whoever made it. */
export interface Refund {
  id: string;
  note: string | null;
  /** Minor units of the shop's currency. */
  amount: number;
  lines: { lineId: string; quantity: number }[];
}

/** What can still be refunded of an order, and what was. */
export interface RefundsOfOrder {
  /** Units ordered less those refunded or removed, by line id. */
  refundable: Map<string, number>;
  /** Of these, units that Shopify still holds to be fulfilled: refunding one of them takes it out of the order. */
  unfulfilled: Map<string, number>;
  /** Units that left, by line id; read only where something was taken off the order since it was placed. */
  shipped: Map<string, number>;
  exchanges: Exchanges;
  refunds: Refund[];
}

export interface RefundLine {
  lineId: string;
  quantity: number;
  /** Where Shopify puts the units back on its shelf; null leaves its stock alone. */
  restockAt: string | null;
}

export interface RefundAnswer {
  refundId: string;
  /** Minor units of the shop's currency. */
  amount: number;
}

/** The refund that bears this note: ours are known again by it, also where nothing here remembers them, as after the database was put back to a backup. */
export function refundNoted({ refunds }: Pick<RefundsOfOrder, 'refunds'>, note: RefundInput['note']): RefundAnswer | null {
  const found = refunds.find((one) => one.note === note);
  return found ? { refundId: found.id, amount: found.amount } : null;
}

/** The refunds of a shop. */
export interface ShopRefunds {
  /** Throws RejectedError('order-gone') when the order was deleted. */
  read(orderId: string): Promise<RefundsOfOrder>;
  /** The refund Shopify itself suggests for these lines, ready to be sent. */
  prepare(
    orderId: string,
    lines: RefundLine[],
    options: { shipping: boolean; notifyCustomer: boolean; note: string },
  ): Promise<RefundInput>;
  /** A refund of money without goods, to the payments that can still give it. Throws RejectedError('refund-above-paid' | 'refund-other-currency'). */
  prepareAmount(orderId: string, amount: number, options: { notifyCustomer: boolean; note: string }): Promise<RefundInput>;
  /** The same key with the same input makes one refund, however often it is sent. */
  create(input: RefundInput, key: string): Promise<RefundAnswer>;
}

type Run = Pick<ShopifyAdmin, 'run'>;
const priority = 'order' as const;

/** A key in the form Shopify wants (a UUID), always the same for the same text. */
export function idempotencyKeyOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

function gone(orderId: string): RejectedError {
  return new RejectedError('order-gone', 'The order is not in Shopify any more', { params: { order: orderId } });
}

/** Minor units of an amount in Shopify's decimals. */
export const minor = (money: { amount: string; currencyCode: string }): number =>
  parseMoney(money.amount, money.currencyCode).amount;

async function readShipped(admin: Run, id: string): Promise<Map<string, number>> {
  const shipped = new Map<string, number>();
  for (const { cancelled, lines } of await readFulfilments(admin, id)) {
    if (cancelled) continue;
    for (const { lineId, quantity } of lines) shipped.set(lineId, (shipped.get(lineId) ?? 0) + quantity);
  }
  return shipped;
}

async function readUnits(admin: Run, id: string): Promise<Omit<RefundsOfOrder, 'refunds' | 'exchanges'>> {
  const refundable = new Map<string, number>();
  const unfulfilled = new Map<string, number>();
  let takenOff = false;
  for (let after: string | null = null; ;) {
    const answer: OrderLinesQuery = await admin.run(OrderLinesDocument, { id, after }, { priority });
    if (!answer.order) throw gone(id);
    for (const line of answer.order.lineItems.nodes) {
      refundable.set(line.id, line.currentQuantity);
      unfulfilled.set(line.id, line.unfulfilledQuantity);
      takenOff ||= line.currentQuantity < line.quantity;
    }
    if (!answer.order.lineItems.pageInfo.hasNextPage)
      return { refundable, unfulfilled, shipped: takenOff ? await readShipped(admin, id) : new Map() };
    after = answer.order.lineItems.pageInfo.endCursor;
  }
}

/** The refunds of a shop through its Admin API. */
export function shopRefunds(admin: Run): ShopRefunds {
  return {
    async read(id) {
      // Refunds first: one made between the two reads then lowers what is refundable, and is never paid twice.
      const { order } = await admin.run(OrderRefundsDocument, { id, first: 100, lines: 100 }, { priority });
      if (!order) throw gone(id);
      const refunds = order.refunds.map((refund) => ({
        id: refund.id,
        note: refund.note,
        amount: minor(refund.totalRefundedSet.shopMoney),
        lines: refund.refundLineItems.nodes.map(({ lineItem, quantity }) => ({ lineId: lineItem.id, quantity })),
      }));
      const exchanges: Exchanges =
        order.returnStatus === 'NO_RETURN' ? { open: new Set(), done: new Map() } : await readExchanges(admin, id);
      return { refunds, exchanges, ...(await readUnits(admin, id)) };
    },
    async prepare(orderId, lines, { shipping, notifyCustomer, note }) {
      const refundLineItems = lines.map(({ lineId, quantity, restockAt }) => ({
        lineItemId: lineId,
        quantity,
        restockType: restockAt ? ('RETURN' as const) : ('NO_RESTOCK' as const),
        ...(restockAt ? { locationId: restockAt } : {}),
      }));
      const { order } = await admin.run(
        SuggestedRefundDocument,
        { orderId, lines: refundLineItems, refundShipping: shipping },
        { priority },
      );
      if (!order?.suggestedRefund) throw gone(orderId);
      const { suggestedTransactions, shipping: carriage } = order.suggestedRefund;
      const shippingLeft = shipping && minor(carriage.maximumRefundableSet.presentmentMoney) > 0;
      return {
        orderId,
        note,
        notify: notifyCustomer,
        currency: order.presentmentCurrencyCode,
        refundLineItems,
        ...(shippingLeft ? { shipping: { fullRefund: true } } : {}),
        transactions: suggestedTransactions
          .filter(({ amountSet }) => minor(amountSet.presentmentMoney) > 0)
          .map(({ gateway, amountSet, parentTransaction }) => ({
            orderId,
            gateway: gateway ?? '',
            kind: 'REFUND' as const,
            amount: amountSet.presentmentMoney.amount,
            ...(parentTransaction ? { parentId: parentTransaction.id } : {}),
          })),
      };
    },
    async prepareAmount(orderId, amount, { notifyCustomer, note }) {
      const { order } = await admin.run(OrderPaymentsDocument, { id: orderId }, { priority });
      if (!order) throw gone(orderId);
      const { currencyCode: currency, presentmentCurrencyCode: paidIn } = order;
      if (currency !== paidIn)
        throw new RejectedError('refund-other-currency', 'The buyer paid in another currency', { params: { paidIn, currency } });
      const landed = order.transactions.filter(({ status }) => status === 'SUCCESS');
      let missing = amount;
      const transactions = landed
        .filter(({ kind }) => kind === 'SALE' || kind === 'CAPTURE')
        .flatMap(({ id, gateway, amountSet }) => {
          const given = landed
            .filter(({ kind, parentTransaction }) => kind === 'REFUND' && parentTransaction?.id === id)
            .reduce((sum, one) => sum + minor(one.amountSet.presentmentMoney), 0);
          const units = Math.min(missing, minor(amountSet.presentmentMoney) - given);
          if (units <= 0) return [];
          missing -= units;
          const kind = 'REFUND' as const;
          return [{ orderId, gateway: gateway ?? '', kind, amount: formatDecimal({ amount: units, currency }), parentId: id }];
        });
      if (missing > 0)
        throw new RejectedError('refund-above-paid', 'Less was paid, or is left of it', { params: { missing, currency } });
      return { orderId, note, notify: notifyCustomer, currency: paidIn, refundLineItems: [], transactions };
    },
    async create(input, key) {
      const { refundCreate } = await admin.run(RefundCreateDocument, { input, key }, { priority });
      const { refund } = refuseUserErrors(refundCreate);
      if (!refund) throw new RejectedError('shopify-refused', 'Shopify made no refund and gave no reason');
      return { refundId: refund.id, amount: minor(refund.totalRefundedSet.shopMoney) };
    },
  };
}
