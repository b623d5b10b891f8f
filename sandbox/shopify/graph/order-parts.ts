import { gid } from '../core/gid.ts';
import { shippingNet } from '../domain/order-money.ts';
import type { Allocation, DiscountData, OrderData, OrderRow, ShippingLineData } from '../domain/rows.ts';
import { moneyBag, moneyV2, taxLine } from './values.ts';

const TYPE: Record<DiscountData['kind'], string> = {
  code: 'DiscountCodeApplication',
  automatic: 'AutomaticDiscountApplication',
  manual: 'ManualDiscountApplication',
  script: 'ScriptDiscountApplication',
};

/** DiscountApplication */
export function discountApplication(order: OrderRow, discount: DiscountData, index: number) {
  return {
    __typename: TYPE[discount.kind],
    index,
    allocationMethod: discount.method === 'EACH' ? 'EACH' : 'ACROSS',
    targetSelection: discount.selection,
    targetType: discount.target,
    value:
      discount.percentage === null
        ? { __typename: 'MoneyV2', ...moneyV2(discount.amount?.[1] ?? 0, order.presentment) }
        : { __typename: 'PricingPercentageValue', percentage: discount.percentage },
    title: discount.title,
    ...(discount.kind === 'code' ? { code: discount.title } : {}),
    ...(discount.kind === 'manual' ? { description: discount.description } : {}),
  };
}

/** DiscountAllocation */
export function allocation(order: OrderRow, data: OrderData, entry: Allocation) {
  const discount = data.discounts[entry.index];
  if (!discount) throw new Error(`Order ${order.name} has no discount ${entry.index}.`);
  return {
    allocatedAmountSet: moneyBag(entry.amount, order),
    discountApplication: discountApplication(order, discount, entry.index),
  };
}

/** ShippingLine */
export function shippingLine(order: OrderRow, data: OrderData, line: ShippingLineData) {
  return {
    id: gid('ShippingLine', line.id),
    title: line.title,
    code: line.code,
    source: line.source,
    carrierIdentifier: line.carrier,
    deliveryCategory: data.delivery.type === 'LOCAL' ? 'local' : data.delivery.type === 'PICK_UP' ? 'pickup' : null,
    custom: line.custom,
    isRemoved: false,
    phone: null,
    originalPriceSet: moneyBag(line.price, order),
    discountedPriceSet: moneyBag(shippingNet(line), order),
    currentDiscountedPriceSet: moneyBag(shippingNet(line), order),
    discountAllocations: line.discounts.map((entry) => allocation(order, data, entry)),
    taxLines: line.taxes.map((tax) => taxLine(tax, order)),
  };
}

/** OrderRiskSummary */
export function riskSummary(risk: OrderData['risk']) {
  const recommendation = { NONE: 'NONE', LOW: 'ACCEPT', MEDIUM: 'INVESTIGATE', HIGH: 'CANCEL' }[risk];
  return {
    recommendation,
    assessments:
      risk === 'NONE'
        ? []
        : [
            {
              riskLevel: risk,
              provider: null,
              facts: [
                risk === 'LOW'
                  ? { description: 'The billing address matches the shipping address.', sentiment: 'POSITIVE' }
                  : {
                      description: 'The billing country differs from the country the order was placed from.',
                      sentiment: 'NEGATIVE',
                    },
              ],
            },
          ],
  };
}
