import type { SalesOrder, SalesOrderLine, Tax } from '../contract/index.ts';

/** A line as OrderWise prices it: so many units at one price. Amounts are minor units. */
export interface PricedLine {
  line: SalesOrderLine;
  quantity: number;
  /** Price of one unit in the prices that the order is written in; whole. */
  unit: number;
  /** The same in the other ones; may have a fraction, OrderWise keeps four places. */
  other: number;
  /** Percent; null where the line has no tax or several. */
  rate: number | null;
}

interface Amounts {
  gross: number;
  net: number;
  tax: number;
}

export interface OrderAmounts {
  /** Whether prices are without tax. Totals balance to the penny in the prices that the order is written in. */
  pricesAsNet: boolean;
  lines: PricedLine[];
  delivery: Amounts & { rate: number | null };
  /** Beside the lines: tips, duties and fees; what is below zero is a discount. */
  extras: { amount: number; discount: boolean; rate: number | null }[];
  order: Amounts;
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const taxOf = (taxes: readonly Tax[]) => sum(taxes.map(({ amount }) => amount));

/** The rate in percent of everything that is taxed, without the noise of floating point; null where nothing says. */
function rateOf(taxes: readonly Tax[]): number | null {
  return taxes.length === 0 ? null : Math.round(sum(taxes.map(({ rate }) => rate)) * 1_000_000) / 10_000;
}

/**
 * A line's amount over its units: where it can't be divided the line becomes two, so that price × quantity is exact. An amount rounded per
 * unit made OrderWise invent discounts (S2).
 */
function priced(line: SalesOrderLine, taxesIncluded: boolean): PricedLine[] {
  const { quantity, total, taxes } = line;
  if (quantity === 0) return [];
  const each = Math.floor(total / quantity);
  const dearer = total - each * quantity;
  const tax = (taxOf(taxes) / quantity) * (taxesIncluded ? -1 : 1);
  const rate = rateOf(taxes);
  const at = (unit: number, units: number): PricedLine[] =>
    units === 0 ? [] : [{ line, quantity: units, unit, other: Math.max(0, unit + tax), rate }];
  return [...at(each + 1, dearer), ...at(each, quantity - dearer)];
}

/**
 * An order in OrderWise's arithmetic (orderwise.md §4.6): the sum of unit price × quantity, delivery and surcharges, less discounts, is the
 * total; tax is gross less net. Shopify's discounts are in the unit prices, its taxes are taken as they are.
 */
export function orderAmounts({ lines, charges, taxesIncluded }: SalesOrder): OrderAmounts {
  const amounts = (value: number, tax: number): Amounts =>
    taxesIncluded ? { gross: value, net: value - tax, tax } : { gross: value + tax, net: value, tax };
  const delivery = charges.filter(({ kind }) => kind === 'shipping');
  const extras = charges.filter(({ kind, amount, discount }) => kind !== 'shipping' && amount !== discount);
  const valueOf = (some: typeof charges) => sum(some.map(({ amount, discount }) => amount - discount));
  const taxes = [...lines, ...charges].map((one) => taxOf(one.taxes));
  return {
    pricesAsNet: !taxesIncluded,
    lines: lines.flatMap((line) => priced(line, taxesIncluded)),
    delivery: {
      ...amounts(valueOf(delivery), sum(delivery.map((one) => taxOf(one.taxes)))),
      rate: rateOf(delivery[0]?.taxes ?? []),
    },
    extras: extras.map((one) => {
      const value = one.amount - one.discount;
      return { amount: Math.abs(value), discount: value < 0, rate: rateOf(one.taxes) };
    }),
    order: amounts(sum(lines.map(({ total }) => total)) + valueOf(charges), sum(taxes)),
  };
}

/** Payments that are handed over: mapped, paid, not left out by the merchant, and never more than is due. */
export function paymentsOf({ payments }: SalesOrder, due: number): { gateway: string; method: string; amount: number }[] {
  let left = due;
  return payments.flatMap(({ gateway, method, amount, paid }) => {
    if (!paid || method === null) return [];
    const part = Math.min(left, amount);
    left -= Math.max(0, part);
    return part > 0 ? [{ gateway, method, amount: part }] : [];
  });
}
