import type { GuideStep } from '../contract/index.ts';

/** Texts: `guide.<id>.title|body|why` in the messages. */
export const guide: GuideStep[] = [
  { id: 'system', provenBy: 'reachable' },
  { id: 'user', provenBy: 'login' },
  { id: 'warehouses', provenBy: 'warehouses' },
  { id: 'choices', provenBy: 'choices' },
  { id: 'oldIntegration' },
  { id: 'locations' },
  { id: 'products' },
  { id: 'shipping' },
  { id: 'orders' },
  { id: 'stock' },
  { id: 'returns' },
  { id: 'webhooks' },
];
