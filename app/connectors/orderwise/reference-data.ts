import type { ReferenceDataPort, ReferenceKind } from '../contract/index.ts';
import type { Account } from './account.ts';
import type { ListName } from './value-lists.ts';

const listOf: Partial<Record<ReferenceKind, ListName>> = {
  'shipping-method': 'deliveryMethod',
  'payment-method': 'paymentMethod',
  // A sales channel becomes an order type, a class of customers a price list.
  channel: 'orderType',
  'customer-class': 'priceList',
};

/** OrderWise's own lists, so that nobody hunts for ids. */
export function referenceDataPort({ lists }: Account): ReferenceDataPort {
  return {
    kinds: Object.keys(listOf) as ReferenceKind[],
    async list(kind) {
      const list = listOf[kind];
      return list ? (await lists.all(list)).map(({ id, name }) => ({ id, label: name, group: null })) : [];
    },
  };
}
