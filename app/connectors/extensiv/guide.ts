import type { GuideStep } from '../contract/index.ts';

/** Texts: `guide.<id>.title|body|why` in the messages. */
export const guide: GuideStep[] = [
  { id: 'cart', provenBy: 'reachable' },
  { id: 'keys', provenBy: 'cartKeys' },
  { id: 'merchantKeys', provenBy: 'inventory' },
  { id: 'warehouses', provenBy: 'warehouses' },
  { id: 'oldIntegration' },
  { id: 'locations' },
  { id: 'skus' },
  { id: 'shipping' },
  { id: 'cartSettings' },
  { id: 'orders' },
  { id: 'stock' },
  { id: 'shipments' },
];
