import { expect } from 'vitest';
import {
  appSays,
  cents,
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

const group = 'Payment and amounts';
const { pan, knife, board } = goods;

export const payments: OrderKind[] = [
  {
    group,
    kind: 'Paid',
    verdict: 'Sent at once',
    backOffice: 'One order by the same number: lines, address, mapped carrier and method, total to the penny',
    shopify: 'A fulfilment with tracking once it is shipped',
    order: {
      lines: [
        { sku: pan, quantity: 2, price: 10 },
        { sku: knife, quantity: 1, price: 7.35 },
      ],
    },
    async play({ until, ship }) {
      await until(onePart(`${pan}×2`, `${knife}×1`));
      await ship({ tracking: 'PAID-1' });
    },
    app: appSays('shipped'),
    backOfficeHas(view) {
      onePart(`${pan}×2`, `${knife}×1`)(view);
      costsTheSame(view);
      const part = thePart(view);
      expect(part).toMatchObject({
        reference: view.shopify.name,
        shipping: { title: 'Standard', carrier: 'DHL', method: 'Standard' },
        shipTo: { countryCode: 'US' },
        deliveryMethod: 'shipping',
      });
      expect(part.payments).toMatchObject([{ gateway: 'shopify_payments', amount: cents(view.shopify.total), paid: true }]);
    },
    shopifyHas: fulfilled(['PAID-1', `${knife}×1`, `${pan}×2`]),
  },
  {
    group,
    kind: 'Pending, then paid',
    verdict: 'Held: waits for payment; sent when it is paid',
    backOffice: 'Nothing while it is unpaid; then one order',
    shopify: 'Nothing',
    order: { lines: [{ sku: pan, quantity: 1 }], financialStatus: 'pending' },
    async play({ until, inShopify }) {
      await until((view) => {
        held('awaiting-payment')(view);
        noPart(view);
      });
      await inShopify('pay');
    },
    app: sent,
    backOfficeHas: onePart(`${pan}×1`),
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Partial payment',
    verdict: 'Held: waits for the rest of the payment',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: pan, quantity: 1, price: 50 }], financialStatus: 'partially_paid', paid: 20 },
    app: held('awaiting-payment'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Authorised only',
    verdict: 'Held: waits for the payment to be captured',
    backOffice: 'Nothing',
    shopify: 'Nothing',
    order: { lines: [{ sku: pan, quantity: 1 }], financialStatus: 'authorized' },
    app: held('awaiting-payment'),
    backOfficeHas: noPart,
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Paid with a gift card and a card',
    verdict: 'Sent',
    backOffice: 'One order; both payments are named and come to its total',
    shopify: 'Nothing',
    order: {
      lines: [{ sku: knife, quantity: 1, price: 40 }],
      gateway: [{ name: 'gift_card', amount: 15 }, { name: 'shopify_payments' }],
    },
    app: sent,
    backOfficeHas(view) {
      onePart(`${knife}×1`)(view);
      const { payments: all, total } = thePart(view);
      expect(all.map(({ gateway }) => gateway).sort()).toEqual(['gift_card', 'shopify_payments']);
      expect(all.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: "Paid in another currency than the shop's",
    verdict: 'Sent',
    backOffice: "Amounts in the shop's currency",
    shopify: 'Nothing',
    order: { lines: [{ sku: knife, quantity: 2, price: 33.33 }], currency: 'EUR', rate: 1.1 },
    app: sent,
    backOfficeHas(view) {
      onePart(`${knife}×2`)(view);
      costsTheSame(view);
      expect(thePart(view).currency).toBe('USD');
    },
    shopifyHas(view) {
      untouched(view);
      expect(view.shopify.presentment.currency).toBe('EUR');
    },
  },
  {
    group,
    kind: 'With an additional fee',
    verdict: 'Sent',
    backOffice: 'The fee as a charge',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], fees: [{ name: 'Import handling', price: 2.5 }] },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      costsTheSame(view);
      expect(thePart(view).charges).toContainEqual(expect.objectContaining({ title: 'Import handling', amount: 250 }));
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Prices include tax',
    verdict: 'Sent',
    backOffice: 'Prices with the tax in them, each tax named, none added to the total',
    shopify: 'Nothing',
    order: { lines: [{ sku: knife, quantity: 3, price: 9.99 }], taxesIncluded: true, taxRate: 0.19 },
    app: sent,
    backOfficeHas(view) {
      costsTheSame(view);
      const { taxesIncluded, lines, charges, total } = thePart(view);
      expect(taxesIncluded).toBe(true);
      expect(lines[0]?.taxes[0]).toMatchObject({ rate: 0.19 });
      expect(lines[0]?.taxes[0]?.amount).toBeGreaterThan(0);
      expect(total).toBe(2997 + charges.reduce((sum, { amount }) => sum + amount, 0));
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Tax is added to the prices',
    verdict: 'Sent',
    backOffice: 'Prices without tax, each tax named and added to the total',
    shopify: 'Nothing',
    order: { lines: [{ sku: knife, quantity: 3, price: 9.99 }], taxesIncluded: false, taxRate: 0.0825 },
    app: sent,
    backOfficeHas(view) {
      costsTheSame(view);
      const { taxesIncluded, lines, charges, total } = thePart(view);
      expect(taxesIncluded).toBe(false);
      const taxes = [...lines, ...charges].flatMap((one) => one.taxes).reduce((sum, tax) => sum + tax.amount, 0);
      expect(taxes).toBe(cents(view.shopify.tax));
      expect(total).toBe(2997 + charges.reduce((sum, { amount }) => sum + amount, 0) + taxes);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Discount on the whole order',
    verdict: 'Sent',
    backOffice: 'The discount shared out over the lines to the penny',
    shopify: 'Nothing',
    order: {
      lines: [
        { sku: pan, quantity: 3, price: 10 },
        { sku: board, quantity: 1, price: 9.99 },
      ],
      discounts: [{ code: 'WELCOME', amount: 10 }],
    },
    app: sent,
    backOfficeHas(view) {
      onePart(`${pan}×3`, `${board}×1`)(view);
      costsTheSame(view);
      expect(thePart(view).lines.reduce((sum, line) => sum + line.discount, 0)).toBe(1000);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Discount on one line',
    verdict: 'Sent',
    backOffice: 'The discount on that line only',
    shopify: 'Nothing',
    order: {
      lines: [
        { sku: pan, quantity: 2, price: 10, discount: 3.33 },
        { sku: board, quantity: 1, price: 9.99 },
      ],
    },
    app: sent,
    backOfficeHas(view) {
      costsTheSame(view);
      expect(Object.fromEntries(thePart(view).lines.map((line) => [line.sku, line.discount]))).toEqual({
        [pan]: 333,
        [board]: 0,
      });
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Free shipping',
    verdict: 'Sent',
    backOffice: 'The mapped method, at no charge',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1 }], shipping: { title: 'Free Shipping', price: 0 } },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      costsTheSame(view);
      expect(thePart(view)).toMatchObject({
        shipping: { title: 'Free Shipping', carrier: 'DHL' },
        charges: [{ kind: 'shipping', amount: 0 }],
      });
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'Several shipping lines',
    verdict: 'Sent',
    backOffice: 'The first decides the method; each is charged',
    shopify: 'Nothing',
    order: {
      lines: [{ sku: board, quantity: 1 }],
      shipping: [
        { title: 'Express', price: 12.9 },
        { title: 'Standard', price: 4.9 },
      ],
    },
    app: sent,
    backOfficeHas(view) {
      costsTheSame(view);
      const { shipping, charges } = thePart(view);
      expect(shipping?.title).toBe('Express');
      expect(charges.map(({ title, amount }) => [title, amount])).toEqual([
        ['Express', 1290],
        ['Standard', 490],
      ]);
    },
    shopifyHas: untouched,
  },
  {
    group,
    kind: 'With a tip',
    verdict: 'Sent',
    backOffice: 'The tip as a charge, never as goods',
    shopify: 'Nothing',
    order: { lines: [{ sku: board, quantity: 1, price: 20 }], tip: 5 },
    app: sent,
    backOfficeHas(view) {
      onePart(`${board}×1`)(view);
      costsTheSame(view);
      expect(thePart(view).charges.filter(({ kind }) => kind === 'tip')).toMatchObject([{ amount: 500 }]);
    },
    shopifyHas: untouched,
  },
];
