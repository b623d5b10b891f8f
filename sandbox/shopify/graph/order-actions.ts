import { gid, idOf, parseGid } from '../core/gid.ts';
import { minus, toMinor } from '../core/money.ts';
import { dateTime } from '../core/moment.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { page, pageOfList } from '../core/paging.ts';
import { byShop, defineLoader, loadRef, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { cancelObstacle } from '../domain/cancel-order.ts';
import { checkEditable, commitEdit, leastQuantity, type StagedEdit } from '../domain/edit-order.ts';
import { orderTotals } from '../domain/order-money.ts';
import { captureOrder, orderById, payOrder } from '../domain/payments.ts';
import {
  dataOf,
  type LineData,
  type LineRow,
  type OrderData,
  type OrderRow,
  type TransactionData,
  type TransactionRow,
} from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';
import { moneyBag, moneyV2 } from './values.ts';
import { compileSearch, id, moment, oneOf, text, type Searchable } from '../search/compile.ts';

interface EditRow {
  id: number;
  order_id: number;
  quantities: string;
  committed: number;
}

/** Cancel, pay, capture, edit, tags, notes; transactions and tenders. */
export function orderActionFields(registry: Registry): void {
  defineLoader('OrderTransaction', byShop('transactions'));
  defineLoader('CalculatedOrder', byShop('edits'));

  cancel(registry);
  payments(registry);
  edits(registry);

  defineMutation(registry, 'orderUpdate', ['input'], (change, args) => {
    const input = args.input as {
      id: string;
      note?: string | null;
      tags?: string[];
      customAttributes?: { key: string; value: string }[];
      poNumber?: string | null;
      email?: string | null;
    };
    onlyKnown(input, ['id', 'note', 'tags', 'customAttributes', 'poNumber', 'email'], 'OrderInput');
    const order = orderById(change, idOf('Order', input.id));
    const data = dataOf<OrderData>(order);
    if (input.note !== undefined) data.note = input.note;
    if (input.customAttributes) data.attributes = input.customAttributes;
    if (input.poNumber !== undefined) data.poNumber = input.poNumber;
    change.state.run(
      'UPDATE orders SET data = ?, tags = ?, email = ? WHERE id = ?',
      JSON.stringify(data),
      input.tags ? JSON.stringify(sorted(input.tags)) : order.tags,
      input.email === undefined ? order.email : input.email,
      order.id,
    );
    change.orderTouched(order.id);
    return { order: ref('Order', order.id) };
  });

  const tags = (name: string, merge: (old: string[], given: string[]) => string[]) =>
    defineMutation(registry, name, ['id', 'tags'], (change, args, ctx) => {
      const target = parseGid(args.id);
      const table = { Order: 'orders', Product: 'products' }[target?.type ?? ''];
      if (!target || !table) throw new Refused('invalid id', { field: ['id'] });
      const row = loadRef(ctx, ref(target.type, target.id)) as { tags: string } | null;
      if (!row) throw new Refused(`${target.type} does not exist`, { field: ['id'] });
      // Shopify reads a comma inside a tag as two tags
      const given = (args.tags as string[])
        .flatMap((tag) => tag.split(','))
        .map((tag) => tag.trim())
        .filter(Boolean);
      const merged = merge(JSON.parse(row.tags) as string[], given);
      if (merged.length > 250) throw new Refused('Tags cannot be more than 250', { field: ['tags'] });
      if (given.some((tag) => tag.length > 255))
        throw new Refused('A tag is too long (maximum is 255 characters)', { field: ['tags'] });
      change.state.run(`UPDATE ${table} SET tags = ? WHERE id = ?`, JSON.stringify(sorted(merged)), target.id);
      if (target.type === 'Order') change.orderTouched(target.id);
      else change.productTouched(target.id);
      return { node: ref(target.type, target.id) };
    });
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  tags('tagsAdd', (old, given) => [...old, ...given.filter((tag) => !old.some((other) => same(other, tag)))]);
  tags('tagsRemove', (old, given) => old.filter((tag) => !given.some((other) => same(other, tag))));

  for (const [name, close] of [
    ['orderClose', true],
    ['orderOpen', false],
  ] as const) {
    defineMutation(registry, name, ['input'], (change, args) => {
      const order = orderById(change, idOf('Order', (args.input as { id: string }).id));
      change.state.run('UPDATE orders SET closed_at = ? WHERE id = ?', close ? change.at : null, order.id);
      change.orderTouched(order.id);
      return { order: ref('Order', order.id) };
    });
  }
}

const sorted = (tags: string[]): string[] => [...new Set(tags)].sort((a, b) => a.localeCompare(b));

function cancel(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    job: withArgs(['id'], (_source, args, ctx) => {
      const found = ctx.world.state.get<{ id: string; done: number }>(
        'SELECT * FROM jobs WHERE id = ? AND shop_id = ?',
        /([0-9a-f-]{36})$/.exec(String(args.id))?.[1] ?? '',
        ctx.shop.id,
      );
      return found ? { id: gid('Job', found.id), done: found.done === 1 } : null;
    }),
  });
  registry.type<{ jobId: string; orderId: number }>('OrderCancelPayload', {
    job: (source, _args, ctx) => {
      if (!source.jobId) return null;
      const found = ctx.world.state.get<{ done: number }>('SELECT done FROM jobs WHERE id = ?', source.jobId);
      return { id: gid('Job', source.jobId), done: found?.done === 1 };
    },
    jobResult: (source, _args, ctx) => {
      if (!source.jobId) return null;
      const found = ctx.world.state.get<{ done: number; result: string | null }>(
        'SELECT done, result FROM jobs WHERE id = ?',
        source.jobId,
      );
      const errors = found?.result ? ((JSON.parse(found.result) as { errors?: unknown[] } | null)?.errors ?? []) : [];
      const done = found?.done === 1;
      return {
        id: gid('OrderCancelJobResult', source.jobId),
        done,
        status: done ? (errors.length > 0 ? 'FAILED' : 'SUCCEEDED') : 'STARTED',
        errors,
        order: ref('Order', source.orderId),
      };
    },
  });
  defineMutation(
    registry,
    'orderCancel',
    ['orderId', 'reason', 'restock', 'notifyCustomer', 'refundMethod', 'staffNote'],
    (change, args, ctx) => {
      const order = orderById(change, idOf('Order', args.orderId), ['orderId'], 'NOT_FOUND');
      const obstacle = cancelObstacle(change, order);
      if (obstacle) throw new Refused(obstacle, { field: ['orderId'], code: 'INVALID' });
      const method = args.refundMethod as
        { originalPaymentMethodsRefund?: boolean; storeCreditRefund?: unknown } | null | undefined;
      if (method) onlyKnown(method, ['originalPaymentMethodsRefund'], 'OrderCancelRefundMethodInput');
      const jobId = ctx.world.after(change.shop, ctx.world.timings.job, 'cancel-order', {
        orderId: order.id,
        reason: args.reason,
        restock: args.restock === true,
        refund: method?.originalPaymentMethodsRefund === true,
        staffNote: (args.staffNote as string | null | undefined) ?? null,
      });
      return { jobId, orderId: order.id };
    },
  );
}

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

function payments(registry: Registry): void {
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

function orderOf(order: OrderRow | undefined): OrderRow {
  if (!order) throw new Error('A transaction without its order.');
  return order;
}

function edits(registry: Registry): void {
  const staged = (row: EditRow): StagedEdit => JSON.parse(row.quantities) as StagedEdit;
  const lineNode = (row: EditRow, line: LineRow, order: OrderRow, least: number) => {
    const data = dataOf<LineData>(line);
    const change = staged(row).quantities[line.id];
    return {
      id: gid('CalculatedLineItem', line.id),
      sku: line.sku,
      title: data.title,
      variantTitle: data.variantTitle,
      quantity: change?.quantity ?? line.current,
      editableQuantity: (change?.quantity ?? line.current) - least,
      editableQuantityBeforeChanges: line.current - least,
      restockable: line.item_id !== null,
      restocking: change?.restock ?? false,
      variant: refOrNull('ProductVariant', line.variant_id),
      originalUnitPriceSet: moneyBag(data.unit, order),
      customAttributes: data.attributes,
    };
  };
  registry.type<EditRow>('CalculatedOrder', {
    id: (row) => gid('CalculatedOrder', row.id),
    originalOrder: (row) => ref('Order', row.order_id),
    lineItems: withArgs(PAGING, (row, args, ctx, info) => {
      const order = orderOf(ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
      const lines = ctx.world.state.all<LineRow>(
        'SELECT * FROM order_lines WHERE order_id = ? AND current > 0 ORDER BY id',
        row.order_id,
      );
      return pageOfList(
        ctx,
        info,
        args,
        lines.map((line) => lineNode(row, line, order, 0)),
      );
    }),
    subtotalLineItemsQuantity: (row, _args, ctx) =>
      ctx.world.state
        .all<LineRow>('SELECT * FROM order_lines WHERE order_id = ?', row.order_id)
        .reduce((sum, line) => sum + (staged(row).quantities[line.id]?.quantity ?? line.current), 0),
    totalOutstandingSet: (row, _args, ctx) => {
      const order = orderOf(ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
      return moneyBag(orderTotals(ctx.world.state, order).outstanding, order);
    },
  });

  const editById = (change: Parameters<Parameters<typeof defineMutation>[3]>[0], given: unknown): EditRow => {
    const parsed = parseGid(given);
    const row = change.state.get<EditRow>(
      'SELECT * FROM edits WHERE id = ? AND shop_id = ?',
      parsed?.type === 'CalculatedOrder' || parsed?.type === 'OrderEditSession' ? parsed.id : 0,
      change.shop.id,
    );
    if (!row || row.committed === 1) throw new Refused('The calculated order does not exist.', { field: ['id'] });
    return row;
  };

  defineMutation(registry, 'orderEditBegin', ['id'], (change, args) => {
    const order = orderById(change, idOf('Order', args.id));
    checkEditable(order);
    const { lastId } = change.state.run(
      'INSERT INTO edits (shop_id, order_id, quantities) VALUES (?,?,?)',
      change.shop.id,
      order.id,
      JSON.stringify({ quantities: {}, added: [] }),
    );
    return { calculatedOrder: ref('CalculatedOrder', lastId), orderEditSession: { id: gid('OrderEditSession', lastId) } };
  });

  defineMutation(registry, 'orderEditSetQuantity', ['id', 'lineItemId', 'quantity', 'restock'], (change, args) => {
    const row = editById(change, args.id);
    const lineId = idOf('CalculatedLineItem', args.lineItemId) ?? idOf('LineItem', args.lineItemId);
    const line = change.state.get<LineRow>('SELECT * FROM order_lines WHERE id = ? AND order_id = ?', lineId ?? 0, row.order_id);
    if (!line) throw new Refused('Line item does not exist.', { field: ['lineItemId'] });
    const quantity = Number(args.quantity);
    const least = leastQuantity(change, line);
    if (quantity < least)
      throw new Refused('The quantity can’t be lower than what is already fulfilled.', { field: ['quantity'] });
    const edit = staged(row);
    edit.quantities[line.id] = { quantity, restock: args.restock === true };
    change.state.run('UPDATE edits SET quantities = ? WHERE id = ?', JSON.stringify(edit), row.id);
    const order = orderOf(change.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
    return {
      calculatedLineItem: lineNode({ ...row, quantities: JSON.stringify(edit) }, line, order, least),
      calculatedOrder: ref('CalculatedOrder', row.id),
      orderEditSession: { id: gid('OrderEditSession', row.id) },
    };
  });

  defineMutation(registry, 'orderEditAddVariant', ['id', 'variantId', 'quantity'], (change, args) => {
    const row = editById(change, args.id);
    const edit = staged(row);
    const variantId = idOf('ProductVariant', args.variantId);
    if (
      variantId === undefined ||
      !change.state.get('SELECT 1 FROM variants WHERE id = ? AND shop_id = ?', variantId, change.shop.id)
    )
      throw new Refused('Variant does not exist.', { field: ['variantId'] });
    edit.added.push({ variantId, quantity: Number(args.quantity) });
    change.state.run('UPDATE edits SET quantities = ? WHERE id = ?', JSON.stringify(edit), row.id);
    return { calculatedOrder: ref('CalculatedOrder', row.id), orderEditSession: { id: gid('OrderEditSession', row.id) } };
  });

  defineMutation(registry, 'orderEditCommit', ['id', 'notifyCustomer', 'staffNote'], (change, args) => {
    const row = editById(change, args.id);
    const order = orderById(change, row.order_id);
    commitEdit(change, order, staged(row));
    change.state.run('UPDATE edits SET committed = 1 WHERE id = ?', row.id);
    return { order: ref('Order', order.id), successMessages: [] };
  });
}
