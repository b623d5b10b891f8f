/** What a mapping can be about. The kind is part of a mapping's key: the same text can be a channel and a payment method. */
export const mappingKinds = [
  'shipping',
  'payment',
  'channel',
  'product-type',
  'order-status',
  'customer-class',
  'product-tag',
  'sku-alias',
  'kit',
] as const;

export type MappingKind = (typeof mappingKinds)[number];

/**
 * Kinds that have a use for any back office, because the engine itself acts on them or every order carries them. A connector that hands over
 * fewer, or knows order statuses, customer classes or product tags, says so in `capabilities.mappingKinds`.
 */
const usualMappingKinds: readonly MappingKind[] = ['shipping', 'payment', 'channel', 'product-type', 'sku-alias', 'kit'];

/** The kinds that are offered for a connector, in the order of the page. */
export function offeredMappingKinds({ mappingKinds: own }: { mappingKinds?: readonly MappingKind[] }): MappingKind[] {
  const offered = own ?? usualMappingKinds;
  return mappingKinds.filter((kind) => offered.includes(kind));
}
