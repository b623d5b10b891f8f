import type { MessageKey } from './messages.ts';
import type { OrderAnswer, ParcelAnswer, PartAnswer } from './order-answer.ts';

export type Tone = 'neutral' | 'info' | 'success' | 'caution' | 'critical';

/** A state in words, and how much somebody should care. */
export interface StateWord {
  key: MessageKey;
  tone: Tone;
}

const orderWords = new Map(
  Object.entries<StateWord>({
    waiting: { key: 'order.waiting', tone: 'info' },
    held: { key: 'order.held', tone: 'caution' },
    sent: { key: 'order.sent', tone: 'info' },
    'partly-shipped': { key: 'order.partlyShipped', tone: 'info' },
    shipped: { key: 'order.shipped', tone: 'success' },
    skipped: { key: 'order.skipped', tone: 'neutral' },
    cancelled: { key: 'order.cancelled', tone: 'neutral' },
  }),
);

const partWords = new Map(
  Object.entries<StateWord>({
    pending: { key: 'part.pending', tone: 'info' },
    sent: { key: 'part.sent', tone: 'info' },
    'partly-shipped': { key: 'part.partlyShipped', tone: 'info' },
    shipped: { key: 'part.shipped', tone: 'success' },
    cancelled: { key: 'part.cancelled', tone: 'neutral' },
    problem: { key: 'part.problem', tone: 'critical' },
  }),
);

/** The order as a whole. A state that this version of the block doesn't know leads to the app instead of showing a code. */
export function orderWord({ order, problem }: Pick<OrderAnswer, 'order' | 'problem'>): StateWord {
  if (!order) return { key: 'order.notSeen', tone: 'neutral' };
  const word = orderWords.get(order.state) ?? { key: 'order.unknown', tone: 'neutral' };
  return problem ? { ...word, tone: 'critical' } : word;
}

export function partWord({ state }: Pick<PartAnswer, 'state'>): StateWord {
  return partWords.get(state) ?? { key: 'part.unknown', tone: 'neutral' };
}

/** What there is to say about a parcel beside its date; null where all is well and it shows in Shopify. */
export function parcelWord({ state }: Pick<ParcelAnswer, 'state'>): StateWord | null {
  switch (state) {
    case 'mirrored':
      return null;
    case 'withheld':
      return { key: 'parcel.withheld', tone: 'caution' };
    case 'problem':
      return { key: 'parcel.problem', tone: 'critical' };
    case 'cancelled':
    case 'undone':
      return { key: 'parcel.cancelled', tone: 'neutral' };
    default:
      return { key: 'parcel.toShopify', tone: 'info' };
  }
}
