import type { GuideStep } from '../contract/index.ts';

/** Texts: `guide.<id>.title|body|why` in the messages. */
export const guide: GuideStep[] = [
  { id: 'connect', provenBy: 'ready' },
  { id: 'facilities' },
  { id: 'products' },
  { id: 'stock' },
  { id: 'orders' },
  { id: 'scripts' },
];
