import type { Charge, Tax } from '../../connectors/contract/index.ts';
import type { ShopifyOrder, ShopifyOrderLine } from './shopify-order.ts';

/**
 * The share of a line's amount that `quantity` of its units carry. Units are laid out in order: `from` is how many earlier parts
 * took, so that the shares of all parts add up to the whole exactly; the first units carry the remainder.
 */
export function share(amount: number, of: number, from: number, quantity: number): number {
  if (of === 0) return 0;
  const each = Math.trunc(amount / of);
  const remainder = amount - each * of;
  const extra = Math.max(0, Math.min(from + quantity, Math.abs(remainder)) - from);
  return each * quantity + Math.sign(remainder) * extra;
}

/** Everything of the order that isn't a line. */
export function chargesOf(order: ShopifyOrder): Charge[] {
  const charges: Charge[] = order.shippingLines.map((line) => ({
    kind: 'shipping',
    title: line.title,
    amount: line.amount,
    discount: line.discount,
    taxes: line.taxes,
  }));
  const others: [Charge['kind'], number][] = [
    ['tip', order.tips],
    ['duty', order.duties],
    ['rounding', order.rounding],
  ];
  for (const [kind, amount] of others) if (amount !== 0) charges.push({ kind, title: kind, amount, discount: 0, taxes: [] });
  return charges;
}

const sumTaxes = (taxes: readonly Tax[]) => taxes.reduce((sum, tax) => sum + tax.amount, 0);

/** What lines and charges come to: tax is inside the prices or on top, as the order says. */
export function totalOf(
  lines: readonly { total: number; taxes: Tax[] }[],
  charges: readonly Charge[],
  taxesIncluded: boolean,
): number {
  const net =
    lines.reduce((sum, line) => sum + line.total, 0) + charges.reduce((sum, charge) => sum + charge.amount - charge.discount, 0);
  const tax = taxesIncluded
    ? 0
    : sumTaxes(lines.flatMap((line) => line.taxes)) + sumTaxes(charges.flatMap((charge) => charge.taxes));
  return net + tax;
}

/** Shopify doesn't tie refunded money to amounts that could be checked. */
const isCheckable = (order: ShopifyOrder): boolean => order.refundedTotal === 0 && !order.cancelledAt;

const computedTotal = (order: ShopifyOrder, lines: readonly ShopifyOrderLine[]): number =>
  totalOf(
    lines.map(({ unitPrice, quantity, discount, taxes }) => ({ total: unitPrice * quantity - discount, taxes })),
    chargesOf(order),
    order.taxesIncluded,
  );

/** The line without the units that were taken off it, and how many of its amounts had to be rounded for that. */
function reduced(line: ShopifyOrderLine): { line: ShopifyOrderLine; rounded: number } {
  const { quantity, currentQuantity } = line;
  if (quantity === currentQuantity) return { line, rounded: 0 };
  const part = (amount: number) => Math.round((amount * currentQuantity) / quantity);
  const taxes = line.taxes.map((tax) => ({ ...tax, amount: part(tax.amount) }));
  const amounts = [line.discount, ...line.taxes.map(({ amount }) => amount)];
  const rounded = amounts.filter((amount) => !Number.isInteger((amount * currentQuantity) / quantity)).length;
  return { line: { ...line, quantity: currentQuantity, discount: part(line.discount), taxes }, rounded };
}

/**
 * The order's lines as they are now. Shopify goes on telling the discount and the taxes of a line for all the units it ever had, and beside them only
 * what the whole order comes to after units were taken off. Each amount's share is rounded; Shopify may have rounded them together. What that leaves, less
 * than a minor unit for each rounded amount, goes to the first of them, so that the sum is Shopify's. Any other difference stays one.
 */
export function currentLines(order: ShopifyOrder): ShopifyOrderLine[] {
  if (!isCheckable(order)) return order.lines;
  const all = order.lines.map(reduced);
  const lines = all.map(({ line }) => line);
  const left = order.currentTotal - computedTotal(order, lines);
  const roundings = all.reduce((sum, { rounded }) => sum + rounded, 0);
  const at = all.findIndex(({ rounded }) => rounded > 0);
  const first = lines[at];
  if (left === 0 || !first || Math.abs(left) > roundings) return lines;
  const [tax, ...taxes] = first.taxes;
  lines[at] =
    tax && !order.taxesIncluded
      ? { ...first, taxes: [{ ...tax, amount: tax.amount + left }, ...taxes] }
      : { ...first, discount: first.discount - left };
  return lines;
}

/**
 * The penny check over the whole order, parts and excluded lines together: what we computed against what Shopify says. Null when they
 * agree, or when money was refunded, which Shopify doesn't tie to amounts we could check.
 */
export function totalsDiffer(order: ShopifyOrder): { expected: number; computed: number } | null {
  if (!isCheckable(order)) return null;
  const computed = computedTotal(order, currentLines(order));
  return computed === order.currentTotal ? null : { expected: order.currentTotal, computed };
}
