import type { SyncSettings } from '../../connections/sync-settings.ts';
import { resolve, resolveChannel, resolveCustomerClass, resolvePayment, resolveShipping } from '../../mappings/resolve.ts';
import type { MappingTable } from '../../mappings/resolve.ts';
import type { MappedPayment, MappedShipping, Reason } from '../../connectors/contract/index.ts';
import type { ShopifyOrder } from './shopify-order.ts';

export interface MappedValues {
  shipping: MappedShipping | null;
  payments: MappedPayment[];
  /** The back office's name of the sales channel; Shopify's handle where it isn't mapped and goes as it is. */
  channel: string | null;
  customerClass: string | null;
  /** Lines (by id) whose product type nobody ships, and what happens to them. They are no part of what is handed over. */
  notShipped: ReadonlyMap<string, 'skip' | 'complete'>;
  /** What the merchant must still answer before the order may go. */
  missing: Reason | null;
  /** Shopify value → back-office value, for the order's page. */
  shown: Record<string, string>;
}

type UnmappedRules = Pick<SyncSettings<'orders'>, 'unmappedShipping' | 'unmappedPayment' | 'unmappedChannel'>;

/** Lines of types that nobody ships, but for those that the back office was already handed: what went stays there. */
function linesNotShipped(order: ShopifyOrder, table: MappingTable, handedOver: ReadonlySet<string>): MappedValues['notShipped'] {
  const found = new Map<string, 'skip' | 'complete'>();
  for (const { id, productType } of order.lines) {
    const target = handedOver.has(id) ? undefined : resolve(table.rules['product-type'], [productType])?.target;
    if (target && target.class !== 'physical') found.set(id, target.lines);
  }
  return found;
}

/**
 * Answers of the merchant's mappings for one order. Pure. An order without a shipping line (a draft order) has nothing to map.
 * With several shipping lines the first decides the method; all are charged. `handedOver`: lines that the back office has already.
 */
export function mapOrder(
  order: ShopifyOrder,
  table: MappingTable,
  rules: UnmappedRules,
  handedOver: ReadonlySet<string> = new Set(),
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
  let channel = order.channel || null;
  if (channel !== null) {
    const found = resolveChannel(table, { handle: channel, label: order.channelLabel });
    if (found) {
      shown[order.channelLabel || channel] = found.target.value;
      channel = found.target.value;
    } else if (rules.unmappedChannel === 'hold') missing ??= { code: 'channel-unmapped', params: { value: channel } };
  }
  const classOf = resolveCustomerClass(table, order.customer?.tags ?? []);
  const notShipped = linesNotShipped(order, table, handedOver);
  return { shipping, payments, channel, customerClass: classOf?.target.value ?? null, notShipped, missing, shown };
}
