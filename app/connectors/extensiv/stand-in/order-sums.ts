import { FACTS } from './facts.ts';
import type { NewItem, NewOrder } from './order-read.ts';
import { invalid } from './refusals.ts';
import { amount } from './world.ts';

const cents = (value: number): number => Math.round(Number((value * 100).toFixed(4)));

/** (price − discount) × quantity. A per-unit discount may be a rounded share, so lines are compared by the cent. */
const extended = ({ numbers, quantity }: NewItem): number => ((numbers['price'] ?? 0) - (numbers['discount'] ?? 0)) * quantity;

/** Refuses an order whose own numbers disagree. Numbers that were not sent are worked out; answers carry those. */
export function checkSums(order: NewOrder): void {
  let subTotal = 0;
  let lineDiscounts = 0;
  for (const [index, line] of order.items.entries()) {
    line.numbers['extended_amount'] = agree(`items[${index}].extended_amount`, line.numbers['extended_amount'], extended(line));
    subTotal += line.numbers['extended_amount'];
    lineDiscounts += line.numbers['addl_discount'] ?? 0;
  }
  const { numbers } = order;
  numbers['sub_total'] = agree('sub_total', numbers['sub_total'], subTotal);
  const discount = numbers['order_discount'] ?? lineDiscounts;
  if (discount < 0) throw invalid(FACTS.arithmetic, 'order_discount must not be negative.');
  if (cents(discount) < cents(lineDiscounts))
    throw invalid(
      FACTS.arithmetic,
      `order_discount ${amount(discount)} must include the lines' addl_discount ${amount(lineDiscounts)}.`,
    );
  numbers['order_discount'] = discount;
  const total = numbers['sub_total'] + (numbers['sales_tax'] ?? 0) + (numbers['shipping_handling'] ?? 0) - discount;
  numbers['grand_total'] = agree('grand_total', numbers['grand_total'], total);
}

function agree(name: string, given: number | null | undefined, computed: number): number {
  if (given === null || given === undefined) return computed;
  if (cents(given) !== cents(computed))
    throw invalid(FACTS.arithmetic, `${name} is ${amount(given)} but the order adds up to ${amount(computed)}.`);
  return given;
}
