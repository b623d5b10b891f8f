import fc from 'fast-check';
import type { Charge, SalesOrder, SalesOrderLine, Tax } from '../../contract/index.ts';
import { orderOf } from './world.ts';

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const taxOf = (taxes: readonly Tax[]) => sum(taxes.map(({ amount }) => amount));

const taxes = (value: number, included: boolean): fc.Arbitrary<Tax[]> =>
  fc.constantFrom(0, 0.05, 0.2).map((rate) => {
    const amount = Math.round(included ? (value * rate) / (1 + rate) : value * rate);
    return rate === 0 ? [] : [{ title: 'VAT', rate, amount }];
  });

const line = (sku: string, included: boolean): fc.Arbitrary<SalesOrderLine> =>
  fc
    .record({ unitPrice: fc.integer({ min: 0, max: 20_000 }), quantity: fc.integer({ min: 1, max: 12 }), off: fc.nat(100) })
    .chain(({ unitPrice, quantity, off }) => {
      const discount = Math.floor((unitPrice * quantity * off) / 100);
      const total = unitPrice * quantity - discount;
      return taxes(total, included).map((given): SalesOrderLine => ({
        ...{ lineId: `gid://shopify/LineItem/${sku}`, variantId: null, sku, remoteProductId: null, title: sku, quantity },
        ...{ facilityId: '5', unitPrice, discount, taxes: given, total, requiresShipping: true, attributes: [] },
      }));
    });

const charge = (kind: Charge['kind'], range: { min: number; max: number }, included: boolean): fc.Arbitrary<Charge> =>
  fc.integer(range).chain((amount) =>
    (kind === 'shipping' ? taxes(amount, included) : fc.constant<Tax[]>([])).map((given) => ({
      ...{ kind, title: kind, amount, discount: 0, taxes: given },
    })),
  );

/** Orders that add up as the engine's do: any prices, discounts, tax rates and charges, with tax inside the prices or on top. */
export const anyOrder = (skus: readonly string[] = ['A', 'B', 'C']): fc.Arbitrary<SalesOrder> =>
  fc.boolean().chain((taxesIncluded) =>
    fc
      .record({
        lines: fc.tuple(...skus.map((sku) => line(sku, taxesIncluded))),
        shipping: charge('shipping', { min: 0, max: 3000 }, taxesIncluded),
        tip: charge('tip', { min: 0, max: 1000 }, taxesIncluded),
        rounding: charge('rounding', { min: -4, max: 4 }, taxesIncluded),
      })
      .map(({ lines, shipping, tip, rounding }): SalesOrder => {
        const charges = [shipping, tip, rounding];
        const net = sum(lines.map(({ total }) => total)) + sum(charges.map(({ amount, discount }) => amount - discount));
        const tax = taxesIncluded ? 0 : sum([...lines, ...charges].map((one) => taxOf(one.taxes)));
        const amount = net + tax;
        const order = orderOf({});
        const payments = [{ gateway: 'shopify_payments', method: '1', amount, paid: true }];
        return { ...order, lines, charges, taxesIncluded, payments, currency: 'GBP', total: { amount, currency: 'GBP' } };
      })
      // Rounding alone can't leave a buyer with less than nothing to pay.
      .filter(({ total }) => total.amount >= 0),
  );
