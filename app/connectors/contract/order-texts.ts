import type { SalesOrder } from './orders.ts';

/** What apps and the theme noted, a line for each; empty where they noted nothing. */
export const remarksOf = (attributes: SalesOrder['attributes']): string =>
  attributes.map(({ key, value }) => `${key}: ${value}`).join('\n');

/** The order's note and its details as one text for the people who pick and pack; empty where there is neither. What is to be sent of them the order sync's settings say. */
export const noteOf = ({ note, attributes }: Pick<SalesOrder, 'note' | 'attributes'>): string =>
  [note ?? '', remarksOf(attributes)].filter(Boolean).join('\n');
