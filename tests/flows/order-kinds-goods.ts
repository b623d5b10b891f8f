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
  thePart,
  untouched,
  type OrderKind,
} from './order-kind.ts';
import type { OrderView } from './flow-shop.ts';

const group = 'Goods';
const { pan, blanket } = goods;
const skippedOrder = appSays('skipped');

export const awkward: OrderKind[] = [
  {
    group,
    kind: 'Gift card only',
    verdict: 'Left out: nothing is delivered',
    backOffice: 'Nothing',
    shopify: "Nothing; Shopify's own fulfilment of the card stays the only one",
    order: { lines: [{ sku: 'GIFT-50', quantity: 1 }] },
    app: skippedOrder,
    backOfficeHas: noPart,
    shopifyHas: (view) => expect(view.shopify.refunds).toEqual([]),
  },
  {
    group,
    kind: 'Digital goods only',
    verdict: 'Left out: nothing is delivered',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: 'EBOOK-KNOTS', quantity: 1 }] },
    app: skippedOrder,
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Gift card and goods',
    verdict: 'The goods are sent',
    backOffice: 'One order with the goods only',
    shopify: 'A fulfilment of the goods when they are shipped',
    order: {
      lines: [
        { sku: 'GIFT-25', quantity: 1 },
        { sku: blanket, quantity: 1 },
      ],
    },
    async play({ until, ship }) {
      await until(onePart(`${blanket}×1`));
      await ship({ tracking: 'GOODS-1' });
    },
    app: appSays('shipped'),
    backOfficeHas: onePart(`${blanket}×1`),
    shopifyHas(view) {
      const ours = view.shopify.fulfilments.filter(({ tracking }) => tracking.some(({ number }) => number === 'GOODS-1'));
      expect(ours).toMatchObject([{ lines: [{ sku: blanket, quantity: 1 }] }]);
    },
  },
  {
    group,
    kind: 'The product was deleted since',
    verdict: 'Sent: the line says what was ordered',
    backOffice: 'One order by the SKU that was ordered',
    shopify: 'A fulfilment when it is shipped',
    alone: true,
    order: { lines: [{ sku: 'ST10-05', quantity: 1 }], financialStatus: 'pending' },
    async play({ shop, until, inShopify, ship }) {
      await until(held('awaiting-payment'));
      await shop.control.post(shop.at('/shopify/products'), { product: 'ST10-05', delete: true });
      await inShopify('pay');
      await until(onePart('ST10-05×1'));
      await ship({ tracking: 'GONE-1' });
    },
    app: appSays('shipped'),
    backOfficeHas: onePart('ST10-05×1'),
    shopifyHas: fulfilled(['GONE-1', 'ST10-05×1']),
  },
  {
    group,
    kind: 'The same variant on two lines',
    verdict: 'Sent',
    backOffice: 'One order with both lines, each with its own price',
    shopify: 'Each line is fulfilled for itself when it is shipped',
    order: {
      lines: [
        { sku: pan, quantity: 1, price: 10 },
        { sku: pan, quantity: 2, price: 8, attributes: { engraving: 'Ahoy' } },
      ],
    },
    async play({ until, ship }) {
      await until(onePart(`${pan}×1`, `${pan}×2`));
      await ship({ tracking: 'TWICE-1' });
    },
    app: appSays('shipped'),
    backOfficeHas(view) {
      costsTheSame(view);
      expect(
        thePart(view)
          .lines.map(({ quantity, unitPrice }) => [quantity, unitPrice])
          .sort(),
      ).toEqual([
        [1, 1000],
        [2, 800],
      ]);
    },
    shopifyHas: (view) => expect(view.shopify.lines.map(({ fulfilled: units }) => units)).toEqual([1, 2]),
  },
  {
    group,
    kind: 'A SKU that two variants have',
    verdict: 'A problem: the two must get SKUs of their own first, or the wrong one would be shipped',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: 'FLAG-01', quantity: 1 }] },
    app: (view) => expect(view.app?.problem).toBe('stockroom-product-unknown'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Goods without a SKU',
    verdict: 'Held as a problem that names the product',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: {
      lines: [
        { title: 'Mystery Box', quantity: 1, price: 39, requiresShipping: true },
        { sku: pan, quantity: 1 },
      ],
    },
    app: held('sku-missing'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'A SKU with spaces around it',
    verdict: 'Sent',
    backOffice: 'One order by the SKU without the spaces around it',
    shopify: 'A fulfilment when it is shipped',
    order: { lines: [{ sku: ' SOCK 01 ', quantity: 2 }] },
    async play({ until, ship }) {
      await until(onePart('SOCK 01×2'));
      await ship({ tracking: 'SOCK-1' });
    },
    app: appSays('shipped'),
    backOfficeHas: onePart('SOCK 01×2'),
    shopifyHas: fulfilled(['SOCK-1', 'SOCK 01×2']),
  },
  {
    group,
    kind: 'Two SKUs that differ in case only',
    verdict: 'Sent: each is its own product',
    backOffice: 'One order with both, each as it is written',
    shopify: 'Nothing',
    order: {
      lines: [
        { sku: 'lamp-01', quantity: 1, price: 59 },
        { sku: 'LAMP-01', quantity: 2, price: 61 },
      ],
    },
    app: sent,
    backOfficeHas(view) {
      onePart('lamp-01×1', 'LAMP-01×2')(view);
      costsTheSame(view);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'A bundle',
    verdict: 'Sent',
    backOffice: "The bundle's components, as Shopify ships them",
    shopify: 'Nothing',
    order: { lines: [{ sku: 'BUNDLE-BREAKFAST', quantity: 1 }] },
    app: sent,
    backOfficeHas: onePart('MU06-01×2', 'CA04-01-BLA×1'),
    shopifyHas: untouched,
  },
  {
    group,
    kind: '100 lines',
    verdict: 'Sent',
    backOffice: 'One order with all 100 lines, total to the penny',
    shopify: 'One fulfilment with all of them when it is shipped',
    order: { lines: Array.from({ length: 100 }, (_, index) => ({ sku: pan, quantity: 1, price: 1 + index / 100 })) },
    async play({ until, ship }) {
      await until((view) => expect(thePart(view).lines).toHaveLength(100));
      await ship({ tracking: 'HUNDRED-1' });
    },
    app: appSays('shipped'),
    backOfficeHas(view) {
      expect(thePart(view).lines).toHaveLength(100);
      costsTheSame(view);
    },
    shopifyHas(view: OrderView) {
      expect(view.shopify.fulfilments).toHaveLength(1);
      expect(view.shopify.lines.every((line) => line.fulfilled === 1)).toBe(true);
    },
  },
];
