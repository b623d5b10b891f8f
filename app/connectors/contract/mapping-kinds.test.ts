import { expect, it } from 'vitest';
import { offeredMappingKinds } from './mapping-kinds.ts';

it('a connector offers the usual kinds of mappings, or those that it declares, in the order of the page', () => {
  expect(offeredMappingKinds({})).toEqual(['shipping', 'payment', 'channel', 'product-type', 'sku-alias', 'kit']);
  expect(offeredMappingKinds({ mappingKinds: ['order-status', 'shipping'] })).toEqual(['shipping', 'order-status']);
});
