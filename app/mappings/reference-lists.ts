import type { MappingKind, ReferenceKind } from '../connectors/contract/index.ts';

/** The back office's list that answers of a kind are chosen from; the others are typed, or ours. */
export const referenceListOf: Partial<Record<MappingKind, ReferenceKind>> = {
  shipping: 'shipping-method',
  payment: 'payment-method',
  channel: 'channel',
  'product-type': 'product-type',
  'customer-class': 'customer-class',
};

/** What of an answer stands in that list: the method, or the value. */
export function listedPart(kind: MappingKind, target: object): string | null {
  const name = kind === 'shipping' || kind === 'payment' ? 'method' : 'value';
  const part = (target as Record<string, unknown>)[name];
  return typeof part === 'string' && part !== '' ? part : null;
}
