import type { Charge, Reason, Tax } from '../../connectors/contract/index.ts';
import type { ShopifyOrder, ShopifyOrderLine } from './shopify-order.ts';

/**
 * The share of a line's amount that `quantity` of its units carry. Units are laid out in order: `from` is how many earlier parts
 * took, so that the shares of all parts add up to the whole exactly. The remainder is spread over the units: wherever a part's lie among them, its share is
 * the same to a minor unit.
 */
export function share(amount: number, of: number, from: number, quantity: number): number {
  if (of === 0) return 0;
  const upTo = (units: number) => Math.ceil((Math.abs(amount) * units) / of);
  return 0 + Math.sign(amount) * (upTo(from + quantity) - upTo(from));
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
  for (const { title, amount, taxes } of order.fees) charges.push({ kind: 'fee', title, amount, discount: 0, taxes });
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

/** Amounts of a line, beside its unit price, that make its order's total: taxes inside the prices don't. */
const amountsOf = ({ discount, taxes }: ShopifyOrderLine, { taxesIncluded }: ShopifyOrder): number[] => [
  discount,
  ...(taxesIncluded ? [] : taxes.map(({ amount }) => amount)),
];

/** The line without the units that were taken off it, and how many of its amounts had to be rounded for that. */
function reduced(line: ShopifyOrderLine, order: ShopifyOrder): { line: ShopifyOrderLine; rounded: number } {
  const { quantity, currentQuantity } = line;
  if (quantity === currentQuantity) return { line, rounded: 0 };
  const part = (amount: number) => Math.round((amount * currentQuantity) / quantity);
  const taxes = line.taxes.map((tax) => ({ ...tax, amount: part(tax.amount) }));
  const rounded = amountsOf(line, order).filter((amount) => !Number.isInteger((amount * currentQuantity) / quantity)).length;
  return { line: { ...line, quantity: currentQuantity, discount: part(line.discount), taxes }, rounded };
}

/**
 * The order's lines as they are now. Shopify goes on telling the discount and the taxes of a line for all the units it ever had, and beside them only
 * what the whole order comes to after units were taken off. Each amount's share is rounded; Shopify may have rounded them together. What that leaves, less
 * than a minor unit for each rounded amount, goes to the first of them, so that the sum is Shopify's. Any other difference stays one.
 */
export function currentLines(order: ShopifyOrder): ShopifyOrderLine[] {
  if (!isCheckable(order)) return order.lines;
  const all = order.lines.map((line) => reduced(line, order));
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
 * How far the total of a part can be from what it was told without any change of money. Units' shares of discounts and taxes are rounded otherwise when
 * another part goes or comes; what is left of a line after units were taken off is rounded with the order's total until money is refunded.
 */
export function roundingOf(order: ShopifyOrder, units: readonly { lineId: string; quantity: number }[]): number {
  const amounts = new Map(order.lines.map((line) => [line.id, amountsOf(line, order).filter((amount) => amount !== 0).length]));
  const ofLines = (lines: readonly string[]) => lines.reduce((sum, id) => sum + (amounts.get(id) ?? 0), 0);
  const whole = new Map(order.lines.map(({ id, quantity }) => [id, quantity]));
  const shared = units.filter(({ lineId, quantity }) => quantity !== whole.get(lineId)).map(({ lineId }) => lineId);
  const shortened = order.lines.filter(({ quantity, currentQuantity }) => quantity !== currentQuantity).map(({ id }) => id);
  return ofLines(shared) + 2 * ofLines(shortened);
}

/** Minor units. `context`: what differs, where that can be told; `line`: which of the lines. */
export interface TotalsDifference {
  expected: number;
  computed: number;
  context?: 'line' | 'shipping' | 'tax';
  line?: string;
}

/** Shopify tells beside the whole what a unit costs after its discounts, rounded, and what shipping and taxes come to: one of them may be what differs. */
function whatDiffers(order: ShopifyOrder, lines: readonly ShopifyOrderLine[]): Pick<TotalsDifference, 'context' | 'line'> {
  const { shippingLines, sums } = order;
  const wrong = order.lines.filter(
    ({ unitNet, unitPrice, quantity, discount }) =>
      unitNet !== null && Math.abs((unitPrice - unitNet) * quantity - discount) > quantity,
  );
  const [line] = wrong;
  if (line && wrong.length === 1) return { context: 'line', line: line.sku ? `${line.title} (${line.sku})` : line.title };
  if (wrong.length > 0 || !sums) return {};
  const add = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
  // Whether it is before or after discounts, and after which edits, isn't documented: named is what fits in no way.
  const shipping = [add(shippingLines.map(({ amount }) => amount)), add(shippingLines.map((one) => one.amount - one.discount))];
  if (!shipping.includes(sums.shipping)) return { context: 'shipping' };
  const beside = sumTaxes(chargesOf(order).flatMap(({ taxes }) => taxes));
  const goods = sumTaxes(lines.flatMap(({ taxes }) => taxes));
  return [goods, goods + beside].includes(sums.tax) ? {} : { context: 'tax' };
}

/**
 * The penny check over the whole order, parts and excluded lines together: what we computed against what Shopify says. Null when they
 * agree, or when money was refunded, which Shopify doesn't tie to amounts we could check.
 */
export function totalsDiffer(order: ShopifyOrder): TotalsDifference | null {
  if (!isCheckable(order)) return null;
  const lines = currentLines(order);
  const computed = computedTotal(order, lines);
  return computed === order.currentTotal ? null : { expected: order.currentTotal, computed, ...whatDiffers(order, lines) };
}

/** Why an order is held that doesn't add up. */
export const totalsReason = ({ currency }: ShopifyOrder, difference: TotalsDifference): Reason => ({
  code: 'totals-differ',
  params: { ...difference, currency },
});
