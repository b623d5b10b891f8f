import type { GuideStep } from '../contract/index.ts';

/** Texts: `guide.<id>.title|body|why` in the messages. */
export const guide: GuideStep[] = [
  { id: 'instance', provenBy: 'reachable' },
  { id: 'user', provenBy: 'login' },
  { id: 'store', provenBy: 'store' },
  { id: 'permissions', provenBy: 'permissions' },
  { id: 'oldIntegration' },
  { id: 'facilities', provenBy: 'facilities' },
  { id: 'queue' },
  { id: 'products' },
  { id: 'mappings' },
  { id: 'orders' },
  { id: 'stock' },
  { id: 'shipments' },
  { id: 'returns' },
];
