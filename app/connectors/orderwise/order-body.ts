import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import { formatDecimal } from '../../core/money.ts';
import type { SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { orderKind } from './assumptions.ts';
import { deliveryBlock, instructionsOf } from './convert-address.ts';
import { customerIdOf } from './customers.ts';
import { toLocal } from './local-time.ts';
import { orderAmounts, paymentsOf } from './order-amounts.ts';
import { pairsIn } from './words.ts';

/** OrderWise's name for a Shopify tax rate in percent, by the setting; null where it says none. */
export function taxRateFor(rate: number | null, setting: string): string | null {
  if (rate === null) return null;
  return pairsIn(setting)?.find(([percent]) => Math.abs(Number(percent) - rate) < 0.001)?.[1] ?? null;
}

/** The delivery method that was mapped, else the setting's. */
export function deliveryMethodOf({ shipping }: SalesOrder, fallback: string): string {
  const method = shipping?.method ?? fallback;
  if (method !== '') return method;
  throw new NeedsMerchantError('orderwise-delivery-method-missing', 'The order has no delivery method', {
    params: { value: shipping?.title ?? '—' },
  });
}

/** Throws RejectedError on a number that OrderWise can't keep: `~` separates numbers in its confirmations. */
export function checkNumber(reference: string): void {
  if (reference.length <= 50 && !reference.includes('~')) return;
  throw new RejectedError('orderwise-number-unusable', `OrderWise can't take the number ${reference}`, {
    field: 'eCommerceOrderNumber',
    params: { reference },
  });
}

const tail = (gid: string) => gid.split('/').at(-1) ?? gid;

/**
 * The body of `POST /sales/order` (orderwise.md §5). `codes` says which variant codes stand for which SKUs where they differ. Only what was
 * seen is always sent; what is a guess goes through the table of names.
 */
export async function orderBody(
  account: Account,
  order: SalesOrder,
  codes: ReadonlyMap<string, string>,
  customerId: () => Promise<number | null> = () => customerIdOf(account, order),
) {
  const { settings, lists, named } = account;
  const amounts = orderAmounts(order);
  const money = (amount: number) => Number(formatDecimal({ amount, currency: order.currency }));
  const taxRateId = async (rate: number | null) => {
    const typed = taxRateFor(rate, settings.taxRates);
    return typed === null ? null : lists.idOf('taxRate', typed);
  };
  const listed = async (list: 'orderType' | 'currency', typed: string) => (typed === '' ? null : lists.idOf(list, typed));
  // A channel that is mapped names an order type; one that isn't is Shopify's own word.
  const mappedType = order.channel === null ? null : await lists.idIfAny('orderType', order.channel);
  const locationId = (facilityId: string) => {
    if (/^\d{1,9}$/.test(facilityId)) return Number(facilityId);
    throw new NeedsMerchantError('orderwise-location-unknown', 'Not a stock location of OrderWise', {
      params: { location: facilityId },
    });
  };

  const deliveryMethodId = await lists.idOf('deliveryMethod', deliveryMethodOf(order, settings.defaultDeliveryMethod));
  const { pricesAsNet, delivery, order: total } = amounts;
  const lines = [];
  for (const [index, { line, quantity, unit, rate }] of amounts.lines.entries()) {
    const price = money(unit);
    const taxRate = await taxRateId(rate);
    lines.push({
      itemNumber: index + 1,
      variantCode: codes.get(line.sku) ?? line.sku,
      quantity,
      ...(pricesAsNet ? named('itemNet', price) : { itemGross: price }),
      ...(taxRate === null ? {} : { taxRateId: taxRate }),
      stockLocationId: locationId(line.facilityId),
      ...named('eCommerceItemId', tail(line.lineId)),
    });
  }
  const extras = [];
  for (const { amount, discount, rate } of amounts.extras) {
    extras.push({
      ...named('dissurDescription', discount ? settings.discountCode : settings.surchargeCode),
      ...named('dissurPrice', money(amount)),
      ...named('dissurTaxRateId', await taxRateId(rate)),
      ...named('dissurDiscount', discount),
    });
  }
  const payments = [];
  for (const { method, amount } of paymentsOf(order, total.gross)) {
    payments.push({
      ...named('paymentMethodId', await lists.idOf('paymentMethod', method)),
      ...named('paymentAmount', money(amount)),
    });
  }
  const instructions = instructionsOf(order);
  const { name, contact, ...block } = deliveryBlock(order);
  const promised = order.lines.flatMap(({ promisedOn }) => promisedOn ?? []).sort();
  return {
    // Last, so that an order that can't go leaves no customer behind.
    customer: { id: await customerId() },
    orderHeader: {
      systemOrderType: orderKind,
      deliveryMethodId,
      orderGross: money(total.gross),
      deliveryGross: money(delivery.gross),
      eCommerceOrderNumber: order.reference,
      orderDate: toLocal(Date.parse(order.placedAt), settings.timeZone),
      ...(promised.length > 0 ? { requiredDate: `${promised.at(-1)}T00:00:00` } : {}),
      ...(instructions === null ? {} : { specialInstructions: instructions }),
      // The exports carry no e-commerce number: this is how an order is found again.
      ...named('customerOrderRef', order.reference),
      ...named('orderTypeId', mappedType ?? (await listed('orderType', settings.orderType))),
      ...named('currencyId', await listed('currency', settings.currency)),
      ...(pricesAsNet
        ? {
            ...named('pricesAsNet', true),
            ...named('orderNet', money(total.net)),
            ...named('orderTax', money(total.tax)),
            ...named('deliveryNet', money(delivery.net)),
            ...named('deliveryTax', money(delivery.tax)),
          }
        : {}),
    },
    customerDeliveryAddress: { deliveryName: name, contactName: contact ?? name, ...block, deliveryMethodId },
    orderLines: lines,
    ...(payments.length > 0 ? named('payments', payments) : {}),
    ...(extras.length > 0 ? named('dissurs', extras) : {}),
  };
}
