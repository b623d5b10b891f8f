import { id, laggingMoment, moment, number, oneOf, text, type Searchable, type Sql } from '../search/compile.ts';

const plain = (sql: string): Sql => ({ sql, params: [] });
const equals = (column: string, value: string): Sql => ({ sql: `${column} = ?`, params: [value] });

/** What orders can be searched by. */
export const ORDER_SEARCH: Searchable = {
  name: 'orders',
  terms: {
    id: id('o.id'),
    name: (_operator, value) => ({ sql: 'o.name = ? COLLATE NOCASE OR o.name = ? COLLATE NOCASE', params: [value, `#${value}`] }),
    updated_at: laggingMoment('o'),
    created_at: moment('o.created_at'),
    processed_at: moment('o.processed_at'),
    status: oneOf(
      {
        open: plain('o.closed_at IS NULL AND o.cancelled_at IS NULL'),
        closed: plain('o.closed_at IS NOT NULL AND o.cancelled_at IS NULL'),
        cancelled: plain('o.cancelled_at IS NOT NULL'),
        any: plain('1'),
        not_closed: plain('o.closed_at IS NULL'),
      },
      'status',
    ),
    financial_status: oneOf(
      Object.fromEntries([
        ...['authorized', 'expired', 'paid', 'partially_paid', 'partially_refunded', 'pending', 'refunded', 'voided'].map(
          (word): [string, Sql] => [word, equals('o.financial', word.toUpperCase())],
        ),
        ['any', plain('1')],
        ['unpaid', plain("o.financial IN ('AUTHORIZED', 'EXPIRED', 'PENDING', 'PARTIALLY_PAID')")],
      ]),
      'financial_status',
    ),
    fulfillment_status: oneOf(
      {
        unfulfilled: plain("o.fulfillment NOT IN ('FULFILLED', 'PARTIALLY_FULFILLED')"),
        unshipped: plain("o.fulfillment NOT IN ('FULFILLED', 'PARTIALLY_FULFILLED')"),
        shipped: equals('o.fulfillment', 'FULFILLED'),
        fulfilled: equals('o.fulfillment', 'FULFILLED'),
        partial: equals('o.fulfillment', 'PARTIALLY_FULFILLED'),
        scheduled: equals('o.fulfillment', 'SCHEDULED'),
        on_hold: equals('o.fulfillment', 'ON_HOLD'),
        request_declined: equals('o.fulfillment', 'REQUEST_DECLINED'),
        in_progress: equals('o.fulfillment', 'IN_PROGRESS'),
      },
      'fulfillment_status',
    ),
    tag: (_operator, value) => ({
      sql: 'EXISTS (SELECT 1 FROM json_each(o.tags) t WHERE t.value = ? COLLATE NOCASE)',
      params: [value],
    }),
    tag_not: (_operator, value) => ({
      sql: 'NOT EXISTS (SELECT 1 FROM json_each(o.tags) t WHERE t.value = ? COLLATE NOCASE)',
      params: [value],
    }),
    email: text('o.email'),
    customer_id: id('o.customer_id'),
    source_name: text('o.source_name'),
    test: oneOf({ true: plain('o.test = 1'), false: plain('o.test = 0') }, 'test'),
    sku: (operator, value, now) => {
      const inner = text('l.sku')(operator, value, now);
      return { sql: `EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND ${inner.sql})`, params: inner.params };
    },
    location_id: (operator, value, now) => {
      const inner = id('f.location_id')(operator, value, now);
      return {
        sql: `EXISTS (SELECT 1 FROM fulfillment_orders f WHERE f.order_id = o.id AND ${inner.sql})`,
        params: inner.params,
      };
    },
    fulfillment_location_id: (operator, value, now) => {
      const inner = id('f.location_id')(operator, value, now);
      return { sql: `EXISTS (SELECT 1 FROM fulfillments f WHERE f.order_id = o.id AND ${inner.sql})`, params: inner.params };
    },
    gateway: (_operator, value) => ({
      sql: "EXISTS (SELECT 1 FROM json_each(o.data, '$.gateways') g WHERE g.value = ? COLLATE NOCASE)",
      params: [value],
    }),
    po_number: text("json_extract(o.data, '$.poNumber')"),
    order_number: number('o.number'),
  },
  text: (_operator, value) => ({
    sql: 'o.name = ? COLLATE NOCASE OR o.name = ? COLLATE NOCASE OR o.email = ? COLLATE NOCASE',
    params: [value, `#${value}`, value],
  }),
};
