import { gid, idOf } from '../core/gid.ts';
import { minus, toMinor } from '../core/money.ts';
import { dateTime } from '../core/moment.ts';
import { page } from '../core/paging.ts';
import { ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { captureOrder, orderById, payOrder } from '../domain/payments.ts';
import { dataOf, type OrderRow, type TransactionData, type TransactionRow } from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';
import { moneyBag, moneyV2 } from './values.ts';
import { compileSearch, id, moment, oneOf, text, type Searchable } from '../search/compile.ts';

const TENDER_SEARCH: Searchable = {
  name: 'tenderTransactions',
  terms: {
    id: id('t.id'),
    processed_at: moment('t.created_at'),
    test: oneOf(
      {
        true: { sql: "json_extract(t.data, '$.test') = 1", params: [] },
        false: { sql: "json_extract(t.data, '$.test') = 0", params: [] },
      },
      'test',
    ),
    payment_method: text('t.gateway'),
  },
};

/** Transactions, tenders, capture and mark-as-paid. */
export function paymentFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    tenderTransactions: withArgs([...PAGING, 'query'], (_source, args, ctx, info) => {
      const search = compileSearch(TENDER_SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT t.* FROM transactions t',
        where: [
          { sql: "t.shop_id = ? AND t.kind IN ('SALE', 'CAPTURE', 'REFUND') AND t.status = 'SUCCESS'", params: [ctx.shop.id] },
          ...(search ? [search] : []),
        ],
        id: 't.id',
        toNode: (row) => {
          const data = dataOf<TransactionData>(row as unknown as TransactionRow);
          const order = ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', Number(row.order_id)) as OrderRow;
          const sign = row.kind === 'REFUND' ? -1 : 1;
          return {
            id: gid('TenderTransaction', Number(row.id)),
            processedAt: dateTime(Number(row.created_at)),
            paymentMethod: data.manual
              ? 'other'
              : row.gateway === 'paypal'
                ? 'paypal'
                : row.gateway === 'gift_card'
                  ? 'other'
                  : 'credit_card',
            remoteReference: data.paymentId,
            test: data.test,
            amount: moneyV2(sign * Number(row.amount), order.presentment),
            order: ref('Order', order.id),
          };
        },
      });
    }),
    shopifyPaymentsAccount: (_source, _args, ctx) =>
      ctx.shop.data.shopifyPayments
        ? {
            id: gid('ShopifyPaymentsAccount', ctx.shop.id),
            activated: true,
            country: ctx.shop.data.address.countryCode ?? 'US',
            defaultCurrency: ctx.shop.data.currency,
          }
        : null,
  });

  const data = (row: TransactionRow) => dataOf<TransactionData>(row);
  registry.type<TransactionRow>('OrderTransaction', {
    id: (row) => gid('OrderTransaction', row.id),
    kind: (row) => row.kind,
    status: (row) => row.status,
    gateway: (row) => row.gateway,
    formattedGateway: (row) => data(row).label,
    manualPaymentGateway: (row) => data(row).manual,
    processedAt: (row) => dateTime(row.created_at),
    createdAt: (row) => dateTime(row.created_at),
    test: (row) => data(row).test,
    paymentId: (row) => data(row).paymentId,
    authorizationExpiresAt: (row) => {
      const { expiresAt } = data(row);
      return expiresAt === null ? null : dateTime(expiresAt);
    },
    multiCapturable: (row) => row.kind === 'AUTHORIZATION' && row.gateway === 'shopify_payments',
    parentTransaction: (row) => refOrNull('OrderTransaction', row.parent_id),
    errorCode: () => null,
    order: (row) => ref('Order', row.order_id),
    amountSet: (row, _args, ctx) =>
      moneyBag(
        [row.shop_amount, row.amount],
        orderOf(ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id)),
      ),
    totalUnsettledSet: (row, _args, ctx) => {
      const order = orderOf(ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
      const captured = ctx.world.state.get<{ s: number; p: number }>(
        "SELECT coalesce(sum(shop_amount), 0) AS s, coalesce(sum(amount), 0) AS p FROM transactions WHERE parent_id = ? AND kind IN ('CAPTURE', 'VOID') AND status = 'SUCCESS'",
        row.id,
      ) ?? { s: 0, p: 0 };
      return moneyBag(
        row.kind === 'AUTHORIZATION' ? minus([row.shop_amount, row.amount], [captured.s, captured.p]) : [0, 0],
        order,
      );
    },
    paymentDetails: (row) =>
      row.gateway === 'shopify_payments'
        ? {
            __typename: 'CardPaymentDetails',
            company: 'Visa',
            wallet: null,
            paymentMethodName: 'card',
            bin: null,
            name: null,
            number: '•••• •••• •••• 4242',
            avsResultCode: null,
            cvvResultCode: null,
            expirationMonth: null,
            expirationYear: null,
          }
        : null,
  });

  defineMutation(registry, 'orderCapture', ['input'], (change, args) => {
    const input = args.input as {
      id: string;
      parentTransactionId: string;
      amount: string;
      currency?: string;
      finalCapture?: boolean;
    };
    const order = orderById(change, idOf('Order', input.id));
    if (order.presentment !== order.currency && !input.currency)
      throw new Refused('Currency must be given for orders in another currency than the shop’s.', {
        field: ['input', 'currency'],
      });
    const transactionId = captureOrder(
      change,
      order,
      idOf('OrderTransaction', input.parentTransactionId),
      toMinor(input.amount, order.presentment),
    );
    return { transaction: ref('OrderTransaction', transactionId) };
  });

  defineMutation(registry, 'orderMarkAsPaid', ['input'], (change, args) => {
    const order = orderById(change, idOf('Order', (args.input as { id: string }).id));
    payOrder(change, order);
    return { order: ref('Order', order.id) };
  });
}

export function orderOf(order: OrderRow | undefined): OrderRow {
  if (!order) throw new Error('A transaction without its order.');
  return order;
}
