import { formatDecimal } from '../../core/money.ts';
import type { SalesOrder, Tax } from '../contract/index.ts';

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const taxOf = (taxes: readonly Tax[]) => sum(taxes.map(({ amount }) => amount));

/**
 * An order's amounts by IM's arithmetic (extensiv.md §2.3): extended_amount = (price − discount) × quantity; sub_total = their sum; grand_total =
 * sub_total + sales_tax + shipping_handling − order_discount, and order_discount includes the lines' addl_discount. A line's discount goes into
 * `discount` as far as it can be divided by its units; what is left over goes into `addl_discount`, so that nothing is rounded. Where the prices
 * include tax, sales_tax is none. Charges that IM has no field for (tips, duties, fees) are handling; those below zero are order discount.
 */
export function orderAmounts({ lines, charges, taxesIncluded, currency }: SalesOrder) {
  const decimal = (amount: number) => Number(formatDecimal({ amount, currency }));
  const worked = lines.map(({ unitPrice, quantity, discount, taxes }) => {
    const each = Math.trunc(discount / quantity);
    return {
      price: unitPrice,
      discount: each,
      left: discount - each * quantity,
      extended: (unitPrice - each) * quantity,
      tax: taxesIncluded ? 0 : taxOf(taxes),
    };
  });
  const nets = charges.map(({ amount, discount }) => amount - discount);
  const subTotal = sum(worked.map(({ extended }) => extended));
  const salesTax = sum(worked.map(({ tax }) => tax)) + (taxesIncluded ? 0 : sum(charges.map(({ taxes }) => taxOf(taxes))));
  const handling = sum(nets.filter((net) => net > 0));
  const orderDiscount = sum(worked.map(({ left }) => left)) - sum(nets.filter((net) => net < 0));
  return {
    lines: worked.map(({ price, discount, left, extended, tax }) => ({
      price: decimal(price),
      discount: decimal(discount),
      addl_discount: decimal(left),
      extended_amount: decimal(extended),
      tax: decimal(tax),
    })),
    totals: {
      sub_total: decimal(subTotal),
      sales_tax: decimal(salesTax),
      shipping_handling: decimal(handling),
      order_discount: decimal(orderDiscount),
      grand_total: decimal(subTotal + salesTax + handling - orderDiscount),
    },
  };
}
