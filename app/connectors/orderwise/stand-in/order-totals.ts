import { isPennies, shown, toPenny } from './amounts.ts';
import { FACTS } from './facts.ts';
import type { IncomingDissur, IncomingOrder, Problem } from './incoming-order.ts';
import { LISTS, listValue } from './value-lists.ts';
import type { World } from './world.ts';

/**
 * The balance of an order. In the prices it is written in (gross, or net with `pricesAsNet`) the sum of lines, delivery, surcharges and
 * discounts must be the total to the penny. In the other one, where every line gives it, a penny a unit may be lost by rounding. Tax is
 * always gross less net. Source: orderwise.md §4.6; the tolerance is a guess after S2's rounding fixes.
 */
export function totalProblems(world: World, order: IncomingOrder): Problem[] {
  const problems: Problem[] = [];
  const say = (text: string, fact: string = FACTS.totals) => void problems.push({ fact, text });
  const { orderGross, orderNet, orderTax, deliveryGross, deliveryNet, deliveryTax, amountPaid } = order;

  for (const [name, value] of Object.entries({
    'order gross': orderGross,
    'order net': orderNet,
    'order tax': orderTax,
    'delivery gross': deliveryGross,
    'delivery net': deliveryNet,
    'delivery tax': deliveryTax,
  }))
    if (value !== null && (!isPennies(value) || value < 0)) say(`${name} ${shown(value)} is not an amount of money`);

  const other = order.pricesAsNet ? 'gross' : 'net';
  const basis = order.pricesAsNet ? 'net' : 'gross';
  const total = { gross: orderGross, net: orderNet };
  const delivery = { gross: deliveryGross, net: deliveryNet };
  if (basis === 'net' && (orderNet === null || deliveryNet === null))
    say('order net and delivery net are needed where prices are net');
  const priced = order.lines.every((line) => !line.systemPrice);
  for (const line of order.lines) {
    if (!line.systemPrice && line[basis] === null) say(`item ${line.itemNumber} has no ${basis} price`);
    if ((line[basis] ?? 0) < 0) say(`item ${line.itemNumber} has a price below zero`);
  }
  for (const one of order.dissurs) if (one.price < 0) say(`${one.description} has a price below zero`, FACTS.dissur);
  if (problems.length > 0) return problems;

  const sum = (which: 'gross' | 'net'): number =>
    order.lines.reduce((added, line) => added + (line[which] ?? 0) * line.quantity, delivery[which] ?? 0) +
    order.dissurs.reduce((added, one) => added + (one.discount ? -1 : 1) * valueIn(world, one, which), 0);
  if (priced && toPenny(sum(basis)) !== total[basis])
    say(`order ${basis} ${shown(total[basis] ?? 0)} does not equal the sum of its parts, ${shown(toPenny(sum(basis)))}`);
  if (priced && total[other] !== null && delivery[other] !== null && order.lines.every((line) => line[other] !== null)) {
    const slack = order.lines.reduce((units, line) => units + line.quantity, order.dissurs.length) * 100;
    if (Math.abs(sum(other) - total[other]) > slack)
      say(`order ${other} ${shown(total[other])} does not equal the sum of its parts, ${shown(toPenny(sum(other)))}`);
  }
  if (orderNet !== null && orderTax !== null && orderGross - orderNet !== orderTax)
    say(`order tax ${shown(orderTax)} is not order gross less order net, ${shown(orderGross - orderNet)}`);
  if (deliveryNet !== null && deliveryTax !== null && deliveryGross - deliveryNet !== deliveryTax)
    say(`delivery tax ${shown(deliveryTax)} is not delivery gross less delivery net, ${shown(deliveryGross - deliveryNet)}`);

  const paid = order.payments.reduce((added, payment) => added + payment.amount, 0);
  if (order.payments.some((payment) => payment.amount <= 0 || !isPennies(payment.amount)))
    say('a payment is not an amount of money above zero', FACTS.payments);
  if (paid > orderGross) say(`payments of ${shown(paid)} are more than order gross ${shown(orderGross)}`, FACTS.payments);
  if (amountPaid !== null && amountPaid !== paid)
    say(`amount paid ${shown(amountPaid)} is not the sum of the payments, ${shown(paid)}`, FACTS.payments);
  return problems;
}

function valueIn(world: World, { price, gross, taxRateId }: IncomingDissur, which: 'gross' | 'net'): number {
  if (gross === (which === 'gross')) return price;
  const rate = taxRateId === null ? 0 : (listValue(world, LISTS.taxRate, taxRateId)?.rate ?? 0);
  return toPenny(which === 'gross' ? price * (1 + rate) : price / (1 + rate));
}
