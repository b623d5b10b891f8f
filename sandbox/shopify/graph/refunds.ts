import { gid, idOf } from '../core/gid.ts';
import { toMinor } from '../core/money.ts';
import { dateTime } from '../core/moment.ts';
import { onlyKnown, NotImplemented } from '../core/not-implemented.ts';
import { page, pageOfList } from '../core/paging.ts';
import { byParent, byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import type { RequestContext } from '../core/world.ts';
import { locationById } from '../domain/locations.ts';
import { orderById } from '../domain/payments.ts';
import { createRefund } from '../domain/refunds.ts';
import {
  dataOf,
  type OrderData,
  type OrderRow,
  type RefundData,
  type RefundLineData,
  type RefundLineRow,
  type RefundRow,
  type TransactionRow,
} from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';
import { shippingLine } from './order-parts.ts';
import { legacyId, moneyBag } from './values.ts';

/** Refund, its parts, and refundCreate. */
export function refundFields(registry: Registry): void {
  defineLoader('Refund', byShop('refunds'));
  defineLoader('RefundLineItem', byParent('refund_lines', 'refund_id', 'refunds'));
  const orderOf = (ctx: RequestContext, row: RefundRow) =>
    ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id) as OrderRow;

  registry.type<unknown>('QueryRoot', {
    refund: withArgs(['id'], (_source, args) => refOrNull('Refund', idOf('Refund', args.id))),
  });

  registry.type<RefundRow>('Refund', {
    id: (row) => gid('Refund', row.id),
    legacyResourceId: legacyId,
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.created_at),
    note: (row) => row.note,
    order: (row) => ref('Order', row.order_id),
    return: (row) => refOrNull('Return', row.return_id),
    totalRefundedSet: (row, _args, ctx) => {
      const sum = ctx.world.state.get<{ s: number; p: number }>(
        "SELECT coalesce(sum(shop_amount), 0) AS s, coalesce(sum(amount), 0) AS p FROM transactions WHERE refund_id = ? AND kind = 'REFUND' AND status = 'SUCCESS'",
        row.id,
      ) ?? { s: 0, p: 0 };
      return moneyBag([sum.s, sum.p], orderOf(ctx, row));
    },
    refundLineItems: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT l.* FROM refund_lines l',
        where: [{ sql: 'l.refund_id = ?', params: [row.id] }],
        id: 'l.id',
        toNode: (line) => ({ __typename: 'RefundLineItem', ...line }),
      }),
    ),
    refundShippingLines: withArgs(PAGING, (row, args, ctx, info) => {
      const order = orderOf(ctx, row);
      const data = dataOf<OrderData>(order);
      const lines = dataOf<RefundData>(row).shipping.flatMap((entry) => {
        const line = data.shippingLines.find((candidate) => candidate.id === entry.lineId);
        return line
          ? [
              {
                id: gid('RefundShippingLine', row.id),
                subtotalAmountSet: moneyBag(entry.amount, order),
                taxAmountSet: moneyBag(entry.tax, order),
                shippingLine: shippingLine(order, data, line),
              },
            ]
          : [];
      });
      return pageOfList(ctx, info, args, lines);
    }),
    orderAdjustments: withArgs(PAGING, (row, args, ctx, info) => {
      const order = orderOf(ctx, row);
      return pageOfList(
        ctx,
        info,
        args,
        dataOf<RefundData>(row).adjustments.map((entry) => ({
          id: gid('OrderAdjustment', entry.id),
          reason: entry.reason,
          amountSet: moneyBag(entry.amount, order),
          taxAmountSet: moneyBag(entry.tax, order),
        })),
      );
    }),
    transactions: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT t.* FROM transactions t',
        where: [{ sql: 't.refund_id = ?', params: [row.id] }],
        id: 't.id',
        toNode: (found) => ({ __typename: 'OrderTransaction', ...found }),
      }),
    ),
    duties: () => [],
  });

  const refundOf = (ctx: RequestContext, row: RefundLineRow) =>
    orderOf(ctx, ctx.world.state.get<RefundRow>('SELECT * FROM refunds WHERE id = ?', row.refund_id) as RefundRow);
  registry.type<RefundLineRow>('RefundLineItem', {
    id: (row) => gid('RefundLineItem', row.id),
    quantity: (row) => row.quantity,
    restockType: (row) => row.restock_type,
    restocked: (row) => row.restocked === 1,
    location: (row) => refOrNull('Location', row.location_id),
    lineItem: (row) => ref('LineItem', row.line_id),
    priceSet: (row, _args, ctx) => moneyBag(dataOf<RefundLineData>(row).price, refundOf(ctx, row)),
    subtotalSet: (row, _args, ctx) => moneyBag(dataOf<RefundLineData>(row).subtotal, refundOf(ctx, row)),
    totalTaxSet: (row, _args, ctx) => moneyBag(dataOf<RefundLineData>(row).tax, refundOf(ctx, row)),
  });

  defineMutation(registry, 'refundCreate', ['input'], (change, args) => {
    const input = args.input as {
      orderId: string;
      note?: string;
      currency?: string;
      shipping?: { amount?: string; fullRefund?: boolean };
      refundLineItems?: { lineItemId: string; quantity: number; restockType?: string; locationId?: string }[];
      transactions?: { parentId?: string; gateway: string; amount: string; kind: string; orderId: string }[];
      allowOverRefunding?: boolean;
      discrepancyReason?: string;
      refundMethods?: unknown[];
    };
    onlyKnown(
      input,
      [
        'orderId',
        'note',
        'currency',
        'shipping',
        'refundLineItems',
        'transactions',
        'allowOverRefunding',
        'discrepancyReason',
        'notify',
        'refundMethods',
      ],
      'RefundInput',
    );
    if (input.refundMethods && input.refundMethods.length > 0) throw new NotImplemented('the input RefundInput.refundMethods');
    const order = orderById(change, idOf('Order', input.orderId), ['orderId']);
    if (order.presentment !== order.currency && !input.currency)
      throw new Refused('Currency must be specified for orders in multiple currencies', { field: ['currency'] });
    const refundId = createRefund(change, order, {
      lines: (input.refundLineItems ?? []).map((line, index) => {
        const locationId = idOf('Location', line.locationId);
        const restockType = line.restockType ?? 'NO_RESTOCK';
        const field = ['refundLineItems', String(index)];
        if (restockType === 'LEGACY_RESTOCK')
          throw new Refused('The restock type legacy_restock can’t be used.', { field: [...field, 'restockType'] });
        if (line.locationId && (locationId === undefined || !locationById(change.state, change.shop.id, locationId)))
          throw new Refused('Location does not exist', { field: [...field, 'locationId'] });
        return {
          lineId: idOf('LineItem', line.lineItemId),
          quantity: line.quantity,
          restockType: restockType as 'NO_RESTOCK' | 'CANCEL' | 'RETURN',
          locationId,
        };
      }),
      shipping: input.shipping?.fullRefund
        ? 'full'
        : input.shipping?.amount
          ? toMinor(input.shipping.amount, order.presentment)
          : undefined,
      transactions: (input.transactions ?? []).map((transaction, index) => {
        const field = ['transactions', String(index)];
        if (transaction.kind !== 'REFUND')
          throw new Refused('The transaction’s kind must be REFUND.', { field: [...field, 'kind'] });
        const parentId = idOf('OrderTransaction', transaction.parentId);
        const parent = change.state.get<TransactionRow>(
          'SELECT * FROM transactions WHERE id = ? AND order_id = ?',
          parentId ?? 0,
          order.id,
        );
        if (!parent) throw new Refused('Transactions parent transaction must exist', { field: [...field, 'parentId'] });
        if (parent.gateway !== transaction.gateway)
          throw new Refused('The gateway is not the parent transaction’s.', { field: [...field, 'gateway'] });
        return { parentId: parent.id, gateway: transaction.gateway, amount: toMinor(transaction.amount, order.presentment) };
      }),
      note: input.note ?? null,
      allowOver: input.allowOverRefunding === true,
      discrepancyReason: input.discrepancyReason ?? null,
      returnId: null,
    });
    return { refund: ref('Refund', refundId), order: ref('Order', order.id) };
  });
}
