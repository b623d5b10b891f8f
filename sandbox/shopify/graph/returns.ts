import { gid, idOf } from '../core/gid.ts';
import { toMinor } from '../core/money.ts';
import { dateTime, dateTimeOrNull } from '../core/moment.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { page, pageOfList } from '../core/paging.ts';
import { byParent, byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { orderById } from '../domain/payments.ts';
import { closeReturn, createReturn, processReturn, returnable, returnById } from '../domain/returns.ts';
import type { FulfillmentLineRow, FulfillmentRow, ReturnLineRow, ReturnRow, TransactionRow } from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';

/** Shopify's standard return reasons. */
const REASONS = [
  'Unknown',
  'Size was too small',
  'Size was too large',
  'Customer changed their mind',
  'Item not as described',
  'Received the wrong item',
  'Damaged or defective',
  'Style',
  'Color',
  'Other',
].map((name, index) => ({
  number: 5_300_001 + index,
  name,
  handle: name.toLowerCase().replace(/[^a-z]+/g, '-'),
}));

const reason = (entry: (typeof REASONS)[number]) => ({
  __typename: 'ReturnReasonDefinition',
  id: gid('ReturnReasonDefinition', entry.number),
  handle: entry.handle,
  name: entry.name,
  deleted: false,
});

/** Return, what may be returned, and the mutations of returns. */
export function returnFields(registry: Registry): void {
  defineLoader('Return', byShop('returns'));
  defineLoader('ReturnLineItem', byParent('return_lines', 'return_id', 'returns'));

  registry.type<unknown>('QueryRoot', {
    return: withArgs(['id'], (_source, args) => refOrNull('Return', idOf('Return', args.id))),
    returnReasonDefinitions: withArgs([...PAGING, 'sortKey', 'handles', 'ids'], (_source, args, ctx, info) => {
      const handles = args.handles as string[] | null | undefined;
      const ids = args.ids as string[] | null | undefined;
      return pageOfList(
        ctx,
        info,
        args,
        REASONS.map(reason).filter((entry) => (!handles || handles.includes(entry.handle)) && (!ids || ids.includes(entry.id))),
      );
    }),
    returnableFulfillments: withArgs([...PAGING, 'orderId'], (_source, args, ctx, info) => {
      const { state } = ctx.world;
      const rows = state.all<FulfillmentRow>(
        "SELECT * FROM fulfillments WHERE order_id = ? AND shop_id = ? AND status = 'SUCCESS' ORDER BY id",
        idOf('Order', args.orderId) ?? 0,
        ctx.shop.id,
      );
      const found = rows.flatMap((row) => {
        const lines = state
          .all<FulfillmentLineRow>('SELECT * FROM fulfillment_lines WHERE fulfillment_id = ? ORDER BY id', row.id)
          .map((line) => ({ line, quantity: returnable(state, line) }))
          .filter((entry) => entry.quantity > 0);
        return lines.length === 0
          ? []
          : [
              {
                __typename: 'ReturnableFulfillment',
                id: gid('ReturnableFulfillment', row.id),
                fulfillment: ref('Fulfillment', row.id),
                lines,
              },
            ];
      });
      return pageOfList(ctx, info, args, found);
    }),
  });
  registry.type<{ lines: { line: FulfillmentLineRow; quantity: number }[] }>('ReturnableFulfillment', {
    returnableFulfillmentLineItems: withArgs(PAGING, (source, args, ctx, info) =>
      pageOfList(
        ctx,
        info,
        args,
        source.lines.map(({ line, quantity }) => ({ quantity, fulfillmentLineItem: ref('FulfillmentLineItem', line.id) })),
      ),
    ),
  });

  registry.type<ReturnRow>('Return', {
    id: (row) => gid('Return', row.id),
    name: (row) => row.name,
    status: (row) => row.status,
    order: (row) => ref('Order', row.order_id),
    createdAt: (row) => dateTime(row.created_at),
    closedAt: (row) => dateTimeOrNull(row.closed_at),
    totalQuantity: (row, _args, ctx) =>
      ctx.world.state.get<{ n: number }>('SELECT coalesce(sum(quantity), 0) AS n FROM return_lines WHERE return_id = ?', row.id)
        ?.n ?? 0,
    refunds: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT r.* FROM refunds r',
        where: [{ sql: 'r.return_id = ?', params: [row.id] }],
        id: 'r.id',
        toNode: (found) => ({ __typename: 'Refund', ...found }),
      }),
    ),
    returnLineItems: withArgs(PAGING, (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT l.* FROM return_lines l',
        where: [{ sql: 'l.return_id = ?', params: [row.id] }],
        id: 'l.id',
        toNode: (line) => ({ __typename: 'ReturnLineItem', ...line }),
      }),
    ),
    // Nobody exchanges goods here.
    exchangeLineItems: withArgs([...PAGING, 'includeRemovedItems', 'processingStatus'], (_row, args, ctx, info) =>
      pageOfList(ctx, info, args, []),
    ),
    // one reverse fulfilment order for each return, with the return's number
    reverseFulfillmentOrders: withArgs(PAGING, (row, args, ctx, info) =>
      pageOfList(ctx, info, args, [
        {
          __typename: 'ReverseFulfillmentOrder',
          number: row.id,
          id: gid('ReverseFulfillmentOrder', row.id),
          status: row.status === 'CLOSED' ? 'CLOSED' : 'OPEN',
          order: ref('Order', row.order_id),
        },
      ]),
    ),
  });
  registry.type<{ number: number }>('ReverseFulfillmentOrder', {
    lineItems: withArgs(PAGING, (source, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT l.* FROM return_lines l',
        where: [{ sql: 'l.return_id = ?', params: [source.number] }],
        id: 'l.id',
        toNode: (line) => ({
          __typename: 'ReverseFulfillmentOrderLineItem',
          id: gid('ReverseFulfillmentOrderLineItem', Number(line.id)),
          totalQuantity: line.quantity,
          fulfillmentLineItem: ref('FulfillmentLineItem', Number(line.fulfillment_line_id)),
          dispositions: [],
        }),
      }),
    ),
  });
  registry.type<ReturnLineRow>('ReturnLineItem', {
    id: (row) => gid('ReturnLineItem', row.id),
    quantity: (row) => row.quantity,
    processedQuantity: (row) => row.processed,
    unprocessedQuantity: (row) => row.quantity - row.processed,
    processableQuantity: (row) => row.quantity - row.processed,
    refundableQuantity: (row) => row.quantity - row.processed,
    refundedQuantity: (row) => row.processed,
    fulfillmentLineItem: (row) => ref('FulfillmentLineItem', row.fulfillment_line_id),
    returnReasonDefinition: (row) => {
      const found = REASONS.find((entry) => entry.number === row.reason_id);
      return found ? reason(found) : null;
    },
    returnReasonNote: (row) => row.note ?? '',
    customerNote: () => null,
  });

  defineMutation(registry, 'returnCreate', ['returnInput'], (change, args) => {
    const input = args.returnInput as { orderId: string; returnLineItems: Record<string, unknown>[] };
    onlyKnown(input, ['orderId', 'returnLineItems', 'requestedAt', 'notifyCustomer', 'unprocessed'], 'ReturnInput');
    const order = orderById(change, idOf('Order', input.orderId), ['returnInput', 'orderId'], 'NOT_FOUND');
    const returnId = createReturn(
      change,
      order,
      input.returnLineItems.map((line) => {
        onlyKnown(
          line,
          ['fulfillmentLineItemId', 'quantity', 'returnReason', 'returnReasonDefinitionId', 'returnReasonNote'],
          'ReturnLineItemInput',
        );
        return {
          fulfillmentLineId: idOf('FulfillmentLineItem', line.fulfillmentLineItemId),
          quantity: Number(line.quantity),
          reasonId: idOf('ReturnReasonDefinition', line.returnReasonDefinitionId) ?? null,
          note: (line.returnReasonNote as string | undefined) ?? null,
        };
      }),
    );
    return { return: ref('Return', returnId) };
  });

  defineMutation(registry, 'returnProcess', ['input'], (change, args) => {
    const input = args.input as {
      returnId: string;
      note?: string;
      returnLineItems?: {
        id: string;
        quantity: number;
        dispositions?: {
          dispositionType: string;
          quantity: number;
          locationId?: string;
          reverseFulfillmentOrderLineItemId: string;
        }[];
      }[];
      refundShipping?: { fullRefund?: boolean; shippingRefundAmount?: { amount: string; currencyCode: string } };
      financialTransfer?: {
        issueRefund?: {
          allowOverRefunding?: boolean;
          orderTransactions: { parentId: string; transactionAmount: { amount: string } }[];
          refundMethods?: unknown[];
        };
      };
      exchangeLineItems?: unknown[];
      refundDuties?: unknown[];
    };
    onlyKnown(
      {
        ...input,
        exchangeLineItems: input.exchangeLineItems?.length ? input.exchangeLineItems : null,
        refundDuties: input.refundDuties?.length ? input.refundDuties : null,
      },
      ['returnId', 'note', 'returnLineItems', 'refundShipping', 'financialTransfer', 'notifyCustomer'],
      'ReturnProcessInput',
    );
    const row = returnById(change, idOf('Return', input.returnId), ['input', 'returnId']);
    const order = orderById(change, row.order_id);
    const issue = input.financialTransfer?.issueRefund;
    const shipping = input.refundShipping?.fullRefund
      ? ('full' as const)
      : input.refundShipping?.shippingRefundAmount
        ? toMinor(input.refundShipping.shippingRefundAmount.amount, order.presentment)
        : undefined;
    processReturn(change, row, {
      note: input.note ?? null,
      lines: (input.returnLineItems ?? []).map((line) => ({
        returnLineId: idOf('ReturnLineItem', line.id),
        quantity: line.quantity,
        dispositions: (line.dispositions ?? []).map((disposition) => {
          if (
            idOf('ReverseFulfillmentOrderLineItem', disposition.reverseFulfillmentOrderLineItemId) !==
            idOf('ReturnLineItem', line.id)
          ) {
            throw new Refused('The reverse fulfillment order line item was not found.', {
              field: ['input', 'returnLineItems'],
              code: 'NOT_FOUND',
            });
          }
          return {
            type: disposition.dispositionType,
            quantity: disposition.quantity,
            locationId: idOf('Location', disposition.locationId),
          };
        }),
      })),
      refund:
        issue || shipping !== undefined
          ? {
              allowOver: issue?.allowOverRefunding === true,
              shipping,
              transactions: (issue?.orderTransactions ?? []).map((transaction) => {
                const parent = change.state.get<TransactionRow>(
                  'SELECT * FROM transactions WHERE id = ? AND order_id = ?',
                  idOf('OrderTransaction', transaction.parentId) ?? 0,
                  order.id,
                );
                if (!parent)
                  throw new Refused('The parent transaction was not found.', {
                    field: ['input', 'financialTransfer'],
                    code: 'NOT_FOUND',
                  });
                return {
                  parentId: parent.id,
                  gateway: parent.gateway,
                  amount: toMinor(transaction.transactionAmount.amount, order.presentment),
                };
              }),
            }
          : undefined,
    });
    return { return: ref('Return', row.id) };
  });

  defineMutation(registry, 'returnClose', ['id'], (change, args) => {
    const row = returnById(change, idOf('Return', args.id), ['id']);
    closeReturn(change, row);
    return { return: ref('Return', row.id) };
  });
}
