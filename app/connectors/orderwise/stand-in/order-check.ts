import { customerByAccount, customerById } from './customer-record.ts';
import { FACTS } from './facts.ts';
import type { IncomingOrder, Problem } from './incoming-order.ts';
import { totalProblems } from './order-totals.ts';
import type { SessionData } from './session-record.ts';
import { LISTS, listValue } from './value-lists.ts';
import { variantByCode } from './variant-record.ts';
import type { World } from './world.ts';

const IMITATED_TYPES: readonly number[] = [1, 3, 4];

/** Everything that keeps an order out, by the rules of the session it comes through; nothing means that it may come in. */
export function orderProblems(world: World, session: SessionData, order: IncomingOrder): Problem[] {
  const problems: Problem[] = [...order.unresolved];
  const say = (fact: string, text: string) => void problems.push({ fact, text });
  const unknown = (list: number, id: number | null | undefined, what: string) => {
    if (id !== null && id !== undefined && !listValue(world, list, id)) say(FACTS.unknownId, `${what} ${id} does not exist`);
  };

  if (!IMITATED_TYPES.includes(order.type)) say(FACTS.orderType, `system order type ${order.type} is not imitated`);
  customerProblem(world, order, say);
  if (order.deliveryMethodId === null && order.unresolved.length === 0)
    say(FACTS.unknownId, 'no delivery method has been provided');
  unknown(LISTS.deliveryMethod, order.deliveryMethodId, 'delivery method');
  unknown(LISTS.deliveryMethod, order.deliveryAddress?.['deliveryMethodId'] as number | null | undefined, 'delivery method');
  unknown(LISTS.orderType, order.header['orderTypeId'] as number | null | undefined, 'order type');
  unknown(LISTS.currency, order.header['currencyId'] as number | null | undefined, 'currency');
  for (const payment of order.payments) unknown(LISTS.paymentMethod, payment.methodId, 'payment method');

  for (const line of order.lines) {
    if (line.code === null || line.code === '') say(FACTS.noVariant, 'no variant has been provided');
    else {
      const variant = variantByCode(world, line.code);
      const barred = variant?.discontinued === 1 && !session.overrideDisallow;
      if (!variant || variant.active === 0 || variant.template === 1 || barred)
        say(FACTS.variant, `variant code: ${line.code} does not exist or is not active`);
    }
    unknown(LISTS.taxRate, line.taxRateId, 'tax rate');
    unknown(LISTS.stockLocation, line.locationId, 'stock location');
  }
  for (const one of order.dissurs) {
    if (!world.state.get('SELECT 1 FROM dissur_codes WHERE description = ?', one.description))
      say(FACTS.dissur, `discount/surcharge ${one.description} does not exist`);
    unknown(LISTS.taxRate, one.taxRateId, 'tax rate');
  }
  return [...problems, ...totalProblems(world, order)].map(({ fact, text }) => ({
    fact,
    text: `Order number ${order.ecommerceNumber ?? '(none)'}: ${text}`,
  }));
}

function customerProblem(world: World, { customer }: IncomingOrder, say: (fact: string, text: string) => void): void {
  const { id, accountNumber, details } = customer;
  if (id !== null) {
    if (!customerById(world, id)) say(FACTS.unknownId, `customer ${id} does not exist`);
  } else if (details === null) {
    if (accountNumber === null) say(FACTS.unknownId, 'no customer has been provided');
    else if (!customerByAccount(world, accountNumber)) say(FACTS.unknownId, `customer ${accountNumber} does not exist`);
  }
}
