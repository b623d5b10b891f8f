import { NotImplemented } from '../core/not-implemented.ts';
import { id, laggingMoment, moment, oneOf, text, type Searchable } from '../search/compile.ts';

const status = (column: string) =>
  oneOf(
    Object.fromEntries(
      ['active', 'draft', 'archived', 'unlisted'].map((word) => [word, { sql: `${column} = ?`, params: [word.toUpperCase()] }]),
    ),
    'status',
  );

export const PRODUCT_SEARCH: Searchable = {
  name: 'products',
  terms: {
    id: id('p.id'),
    updated_at: laggingMoment('p'),
    created_at: moment('p.created_at'),
    status: status('p.status'),
    title: text('p.title'),
    handle: text('p.handle'),
    vendor: text('p.vendor'),
    product_type: text('p.product_type'),
    tag: (_operator, value) => ({
      sql: 'EXISTS (SELECT 1 FROM json_each(p.tags) t WHERE t.value = ? COLLATE NOCASE)',
      params: [value],
    }),
    sku: (operator, value, now) => {
      const inner = text('v.sku')(operator, value, now);
      return { sql: `EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND ${inner.sql})`, params: inner.params };
    },
    gift_card: oneOf(
      { true: { sql: 'p.gift_card = 1', params: [] }, false: { sql: 'p.gift_card = 0', params: [] } },
      'gift_card',
    ),
  },
  text: (_operator, value) => ({
    sql: "instr(lower(p.title || ' ' || p.vendor || ' ' || p.product_type), lower(?)) > 0",
    params: [value.replace(/\*$/, '')],
  }),
};

export const PRODUCT_SORT: Record<string, string | undefined> = {
  ID: undefined,
  RELEVANCE: undefined,
  UPDATED_AT: 'p.updated_at',
  CREATED_AT: 'p.created_at',
  TITLE: 'p.title',
  VENDOR: 'p.vendor',
  PRODUCT_TYPE: 'p.product_type',
};

export const VARIANT_SEARCH: Searchable = {
  name: 'productVariants',
  terms: {
    id: id('v.id'),
    sku: text('v.sku'),
    barcode: text('v.barcode'),
    title: text('v.title'),
    product_id: id('v.product_id'),
    updated_at: moment('v.updated_at'),
    product_status: status('(SELECT status FROM products p WHERE p.id = v.product_id)'),
    inventory_item_id: id('v.item_id'),
  },
  text: (_operator, value) => ({
    sql: 'v.sku = ? COLLATE NOCASE OR v.barcode = ? OR instr(lower(v.title), lower(?)) > 0',
    params: [value, value, value],
  }),
};

export const VARIANT_SORT: Record<string, string | undefined> = {
  ID: undefined,
  RELEVANCE: undefined,
  POSITION: 'v.position',
  SKU: 'v.sku',
  TITLE: 'v.title',
  NAME: 'v.title',
};

export const sortOf = (sorts: Record<string, string | undefined>, key: unknown, what: string): string | undefined => {
  const name = String(key);
  if (!(name in sorts)) throw new NotImplemented(`the sort key ${name} of ${what}`);
  return sorts[name];
};
