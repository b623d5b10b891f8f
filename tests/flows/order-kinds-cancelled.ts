import { expect } from 'vitest';
import {
  appSays,
  costsTheSame,
  fulfilled,
  goods,
  held,
  noPart,
  onePart,
  sent,
  skipped,
  thePart,
  untouched,
  type OrderKind,
} from './order-kind.ts';
import type { OrderView } from './flow-shop.ts';

const group = 'Edited, cancelled, refunded';
const { kettle, blanket } = goods;
const cancelledInStockroom = (view: OrderView) => expect(view.parts.map(({ state }) => state)).toEqual(['cancelled']);
const cancelledInShopify = (view: OrderView) => {
  expect(view.shopify.cancelledAt).not.toBeNull();
  expect(view.shopify.fulfilments).toEqual([]);
};

export const cancelledAndRefunded: OrderKind[] = [
  {
    group,
    kind: 'A line added and a quantity raised',
    verdict: 'The change follows while nobody picks yet',
    backOffice: 'The same order with the new quantities',
    shopify: 'Nothing',
    order: { lines: [{ sku: kettle, quantity: 1 }] },
    async play({ until, inShopify }) {
      await until(onePart(`${kettle}×1`));
      await inShopify('edit', {
        lines: [
          { sku: kettle, quantity: 3 },
          { sku: blanket, quantity: 1 },
        ],
      });
      await inShopify('pay');
    },
    app: sent,
    backOfficeHas(view) {
      onePart(`${kettle}×3`, `${blanket}×1`)(view);
      expect(view.parts).toHaveLength(1);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'A line removed and a quantity cut, with a discount on the order',
    verdict: 'The change follows while nobody picks yet',
    backOffice: 'The same order with fewer units',
    shopify: 'Nothing',
    order: {
      lines: [
        { sku: kettle, quantity: 3, price: 10 },
        { sku: blanket, quantity: 1, price: 20 },
      ],
      discounts: [{ code: 'LESS', amount: 7 }],
    },
    async play({ until, inShopify }) {
      await until(onePart(`${kettle}×3`, `${blanket}×1`));
      await inShopify('edit', {
        lines: [
          { sku: kettle, quantity: 1 },
          { sku: blanket, quantity: 0 },
        ],
      });
    },
    app: sent,
    backOfficeHas: onePart(`${kettle}×1`),
    shopifyHas: (view) => expect(view.shopify.fulfilments).toEqual([]),
  },
  {
    group,
    kind: 'A discount and another shipping line given once it has gone',
    verdict: 'The change follows while nobody picks yet',
    backOffice: 'The same order, at what it costs now',
    shopify: 'Nothing',
    order: { lines: [{ sku: kettle, quantity: 2, price: 10 }] },
    async play({ until, inShopify }) {
      await until(onePart(`${kettle}×2`));
      await inShopify('edit', { discounts: [{ sku: kettle, amount: 3 }], shipping: { title: 'Gift wrap', price: 4.5 } });
      await inShopify('pay');
    },
    app: sent,
    backOfficeHas(view) {
      onePart(`${kettle}×2`)(view);
      costsTheSame(view);
      expect(thePart(view).charges).toContainEqual(expect.objectContaining({ title: 'Gift wrap', amount: 450 }));
      expect(thePart(view).lines).toMatchObject([{ discount: 300 }]);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Edited when it is being picked',
    verdict: 'Too late: a problem that names the order and what to do',
    backOffice: 'The order as it was',
    shopify: 'Nothing',
    order: { lines: [{ sku: kettle, quantity: 1 }] },
    async play({ until, inShopify, pick }) {
      await until(onePart(`${kettle}×1`));
      await pick();
      await inShopify('edit', { lines: [{ sku: kettle, quantity: 2 }] });
    },
    app: (view) => expect(view.app?.problem).toBe('amend-too-late'),
    backOfficeHas: onePart(`${kettle}×1`),
    shopifyHas: (view) => expect(view.shopify.fulfilments).toEqual([]),
  },
  {
    group,
    kind: 'Cancelled before it is handed over',
    verdict: 'Not sent',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: kettle, quantity: 1 }], financialStatus: 'pending' },
    async play({ until, inShopify }) {
      await until(held('awaiting-payment'));
      await inShopify('cancel');
    },
    app: appSays('cancelled'),
    backOfficeHas: noPart,
    shopifyHas: cancelledInShopify,
  },
  {
    group,
    kind: 'Cancelled before picking',
    verdict: 'The cancellation follows',
    backOffice: 'The order is cancelled',
    shopify: 'Nothing',
    order: { lines: [{ sku: kettle, quantity: 1 }] },
    async play({ until, inShopify }) {
      await until(onePart(`${kettle}×1`));
      await inShopify('cancel');
    },
    app: appSays('cancelled'),
    backOfficeHas: cancelledInStockroom,
    shopifyHas: cancelledInShopify,
  },
  {
    group,
    kind: 'Cancelled during picking',
    verdict: 'The cancellation follows: nothing has left yet',
    backOffice: 'The order is cancelled',
    shopify: 'Nothing',
    order: { lines: [{ sku: kettle, quantity: 1 }] },
    async play({ until, inShopify, pick }) {
      await until(onePart(`${kettle}×1`));
      await pick();
      await inShopify('cancel');
    },
    app: appSays('cancelled'),
    backOfficeHas: cancelledInStockroom,
    shopifyHas: cancelledInShopify,
  },
  {
    group,
    kind: 'The rest taken off after a part of it was shipped',
    verdict: 'Too late for what left: a problem that names the order and what to do',
    backOffice: 'What left stays shipped',
    shopify: 'The fulfilment of what left stays',
    order: { lines: [{ sku: kettle, quantity: 2 }] },
    async play({ until, inShopify, ship }) {
      await until(onePart(`${kettle}×2`));
      await ship({ lines: [{ sku: kettle, quantity: 1 }], tracking: 'LEFT-1' });
      await until(fulfilled(['LEFT-1', `${kettle}×1`]));
      await inShopify('edit', { lines: [{ sku: kettle, quantity: 1 }] });
    },
    app: (view) => expect(view.app?.problem).toBe('amend-too-late'),
    backOfficeHas: (view) => expect(view.parts.flatMap(({ lines }) => lines)).toMatchObject([{ quantity: 2, shipped: 1 }]),
    shopifyHas: fulfilled(['LEFT-1', `${kettle}×1`]),
  },
  {
    group,
    kind: 'Refunded partly before it is shipped, units taken off',
    verdict: 'The change follows while nobody picks yet',
    backOffice: 'The same order without the refunded units',
    shopify: 'Nothing',
    order: { lines: [{ sku: blanket, quantity: 3, price: 10 }] },
    async play({ until, inShopify }) {
      await until(onePart(`${blanket}×3`));
      await inShopify('refund', { lines: [{ sku: blanket, quantity: 1 }] });
    },
    app: sent,
    backOfficeHas: onePart(`${blanket}×2`),
    shopifyHas(view) {
      expect(view.shopify.refunds).toHaveLength(1);
      expect(view.shopify.fulfilments).toEqual([]);
    },
  },
  {
    group,
    kind: 'Some money refunded, no units',
    verdict: 'Stays as it is',
    backOffice: 'The same order',
    shopify: 'Nothing',
    order: { lines: [{ sku: blanket, quantity: 2, price: 10 }] },
    async play({ until, inShopify }) {
      await until(onePart(`${blanket}×2`));
      await inShopify('refund', { amount: 5 });
    },
    app: sent,
    backOfficeHas: onePart(`${blanket}×2`),
    shopifyHas: (view) => expect(view.shopify.refunds).toMatchObject([{ amount: '5.00' }]),
  },
  {
    group,
    kind: 'Shipped by hand in Shopify before it is handed over',
    verdict: 'Left out: nothing is left to ship',
    backOffice: 'Nothing',
    shopify: "Nothing; the merchant's own fulfilment stays the only one",
    order: { lines: [{ sku: blanket, quantity: 1 }], financialStatus: 'pending' },
    async play({ until, inShopify }) {
      await until(held('awaiting-payment'));
      await inShopify('fulfil', { tracking: 'BYHAND-1' });
      await inShopify('pay');
    },
    app: skipped('nothing-to-ship'),
    backOfficeHas: noPart,
    shopifyHas: fulfilled(['BYHAND-1', `${blanket}×1`]),
  },
];
