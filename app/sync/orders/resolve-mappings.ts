import { resolvePayment, resolveShipping } from '../../mappings/resolve.ts';
import type { MappingTable } from '../../mappings/resolve.ts';
import type { MappedPayment, MappedShipping, Reason } from '../../connectors/contract/index.ts';
import type { ShopifyOrder } from './shopify-order.ts';

export interface MappedValues {
  shipping: MappedShipping | null;
  payments: MappedPayment[];
  channel: string | null;
  /** What the merchant must still answer before the order may go. */
  missing: Reason | null;
  /** Shopify value → back-office value, for the order's page. */
  shown: Record<string, string>;
}

/**
 * Answers of the merchant's mappings for one order. Pure. An order without a shipping line (a draft order) has nothing to map.
 * With several shipping lines the first decides the method; all are charged.
 */
export function mapOrder(
  order: ShopifyOrder,
  table: MappingTable,
  rules: { unmappedShipping: 'hold' | 'send'; unmappedPayment: 'hold' | 'send' },
): MappedValues {
  const shown: Record<string, string> = {};
  let missing: Reason | null = null;
  let shipping: MappedShipping | null = null;
  const line = order.shippingLines[0];
  if (line) {
    const found = resolveShipping(table, { title: line.title, code: line.code });
    shipping = {
      title: line.title,
      code: line.code,
      carrier: found?.target.carrier ?? null,
      method: found?.target.method ?? null,
    };
    if (found) shown[line.title] = [found.target.carrier, found.target.method].filter(Boolean).join(' · ');
    else if (rules.unmappedShipping === 'hold') missing = { code: 'shipping-unmapped', params: { value: line.title } };
  }
  const paid = ['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(order.financialStatus);
  const payments = order.gateways.map((gateway, index): MappedPayment => {
    const found = resolvePayment(table, gateway);
    if (found) shown[gateway] = found.target.method;
    else if (rules.unmappedPayment === 'hold') missing ??= { code: 'payment-unmapped', params: { value: gateway } };
    return { gateway, method: found?.target.method ?? null, amount: index === 0 ? order.currentTotal : 0, paid };
  });
  return { shipping, payments, channel: order.channel || null, missing, shown };
}
