import type { Reason } from '../../connectors/contract/index.ts';
import type { RefundLine, RefundsOfOrder } from './order-refunds.ts';

export interface ReturnedLine {
  lineId: string;
  sku: string;
  quantity: number;
  /** Of these, units that went back into the back office's stock. */
  restocked: number;
}

export type RefundPlan =
  | { verdict: 'refund'; lines: RefundLine[] }
  /** Refunded or exchanged in Shopify already, by somebody else. */
  | { verdict: 'refunded-elsewhere' }
  | { verdict: 'problem'; reason: Reason };

export interface RefundKnowledge {
  /** Refunds that other returns of the order made. */
  ours: ReadonlySet<string>;
  /** Units refunded by somebody else that other returns of the order were recognised in, by line id. */
  claimed: ReadonlyMap<string, number>;
  /** Units of other returns of the order that are done with, refunded or only recorded, by line id. */
  settled: ReadonlyMap<string, number>;
  restockAt: string | null;
  /** Whether money is to move; else the return is only registered. */
  refunding: boolean;
  /** A person wants it refunded. */
  asked: boolean;
}

/**
 * What to refund, pure. A return may be heard of before the parcel it came in: its units are refunded only once they are fulfilled in Shopify, which would
 * otherwise take them out of the order, and their fulfilment could never be made. Money is never guessed: a return of more units than Shopify can still refund is refunded in no part, unless all of its units were refunded
 * by somebody else. `ours` are refunds that our own returns made, `claimed` are units of the others that other returns were already recognised in.
 * Of several units of a line nobody can tell which one somebody refunded by hand: where more of those that left were taken off than other returns brought
 * back (`settled`), a person decides (`asked`); and so where the buyer gets other goods for what came back.
 */
export function planRefund(
  lines: readonly ReturnedLine[],
  order: RefundsOfOrder,
  { ours, claimed, settled, restockAt, refunding, asked }: RefundKnowledge,
): RefundPlan {
  const byOthers = (lineId: string): number =>
    order.refunds
      .filter(({ id }) => !ours.has(id))
      .flatMap((refund) => refund.lines)
      .reduce((sum, line) => sum + (line.lineId === lineId ? line.quantity : 0), order.exchanges.done.get(lineId) ?? 0) -
    (claimed.get(lineId) ?? 0);
  const refundable = (lineId: string): number => order.refundable.get(lineId) ?? 0;
  if (lines.every(({ lineId, quantity }) => refundable(lineId) === 0 && byOthers(lineId) >= quantity))
    return { verdict: 'refunded-elsewhere' };
  const short = lines.find(({ lineId, quantity }) => quantity > refundable(lineId));
  if (short) {
    const { sku, quantity, lineId } = short;
    return {
      verdict: 'problem',
      reason: { code: 'return-above-refundable', params: { sku, quantity, refundable: refundable(lineId) } },
    };
  }
  const early = lines.find(({ lineId, quantity }) => quantity > refundable(lineId) - (order.unfulfilled.get(lineId) ?? 0));
  if (early)
    return {
      verdict: 'problem',
      reason: { code: 'return-before-fulfilment', params: { sku: early.sku, quantity: early.quantity } },
    };
  const exchanged = asked ? undefined : lines.find(({ lineId }) => order.exchanges.open.has(lineId));
  if (exchanged)
    return {
      verdict: 'problem',
      reason: { code: 'return-is-exchange', params: { sku: exchanged.sku, quantity: exchanged.quantity } },
    };
  const alreadyBack = (lineId: string): number => {
    const stillOut = refundable(lineId) - (order.unfulfilled.get(lineId) ?? 0);
    return (order.shipped.get(lineId) ?? 0) - stillOut - (settled.get(lineId) ?? 0);
  };
  const doubtful = asked || !refunding ? undefined : lines.find(({ lineId }) => alreadyBack(lineId) > 0);
  if (doubtful) {
    const { sku, quantity, lineId } = doubtful;
    return {
      verdict: 'problem',
      reason: { code: 'return-maybe-refunded', params: { sku, quantity, refunded: alreadyBack(lineId) } },
    };
  }
  return {
    verdict: 'refund',
    lines: lines.flatMap(({ lineId, quantity, restocked }) => {
      const back = restockAt ? restocked : 0;
      return [
        { lineId, quantity: back, restockAt },
        { lineId, quantity: quantity - back, restockAt: null },
      ].filter((line) => line.quantity > 0);
    }),
  };
}

/**
 * Where Shopify restocks returned units, or null. The merchant has to want it; only units that really went back on a shelf count; and where the back office's own
 * stock is published to Shopify, they come back with it: restocked in Shopify as well they would be there twice.
 */
export function restockLocation({
  wanted,
  stockPublished,
  locationId,
}: {
  wanted: boolean;
  stockPublished: boolean;
  locationId: string | null;
}): string | null {
  return wanted && !stockPublished ? locationId : null;
}
