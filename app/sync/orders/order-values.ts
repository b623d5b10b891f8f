import type { MappingKind } from '../../connectors/contract/index.ts';
import type { SeenValue } from '../../mappings/observed-values.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** What of an order is answered by mappings. Tags of customers aren't kept: they may say something of a person. */
export function valuesOf(order: ShopifyOrder): SeenValue[] {
  const seen = (kind: MappingKind, value: string, label = value): SeenValue => ({ kind, value, label, origin: 'order' });
  const types = new Set(order.lines.map(({ productType }) => productType).filter((type) => type !== ''));
  return [
    ...order.shippingLines.map(({ title }) => seen('shipping', title)),
    ...order.gateways.map((gateway) => seen('payment', gateway)),
    ...(order.channel ? [seen('channel', order.channel, order.channelLabel)] : []),
    ...[...types].map((type) => seen('product-type', type)),
  ];
}

/** The same by kind, as it is kept with the order. */
export function usedValuesOf(order: ShopifyOrder): Partial<Record<string, string[]>> {
  const byKind = Object.groupBy(valuesOf(order), ({ kind }) => kind);
  return Object.fromEntries(Object.entries(byKind).map(([kind, list]) => [kind, (list ?? []).map(({ value }) => value)]));
}
