import type { RemoteOrderState } from '../contract/index.ts';
import type { Settings } from './settings.ts';
import { same, wordsIn } from './words.ts';

type Words = Pick<Settings, 'fulfilledStatuses' | 'partialStatuses' | 'heldStatuses' | 'cancelledStatuses' | 'refundedStatuses'>;
const isOneOf = (status: string, list: string) => wordsIn(list).some((word) => same(word, status));

export const isFulfilled = (status: string, words: Words) => isOneOf(status, words.fulfilledStatuses);
export const isPartial = (status: string, words: Words) => isOneOf(status, words.partialStatuses);
export const isRefunded = (status: string, words: Words) => isOneOf(status, words.refundedStatuses);

/** OrderWise's status text in our words; one that the settings don't name is an order that is being worked on. */
export function stateOf(status: string, sub: string | null, words: Words): RemoteOrderState {
  if (isOneOf(status, words.cancelledStatuses)) return 'cancelled';
  if (isFulfilled(status, words) || isRefunded(status, words)) return 'shipped';
  if (isPartial(status, words)) return 'partly-shipped';
  if (isOneOf(status, words.heldStatuses)) return 'held';
  if (sub !== null && /^pick/i.test(sub)) return 'picking';
  return sub !== null && /^pack/i.test(sub) ? 'packed' : 'open';
}

/** Why a partial despatch can't be shown: the export tells no lines. */
export const partsUnknown = (status: string): string =>
  `OrderWise says "${status}", but its export doesn't say which lines left. They follow when the order is complete.`;
