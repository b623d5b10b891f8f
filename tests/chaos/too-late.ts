import { isLive, trackingNumbersOf, type OrderInBackOffice, type OrderInShopify } from './ledgers.ts';
import type { ScriptFacts } from './violation.ts';

const hasBegun = (part: OrderInBackOffice) => part.shipments.length > 0 || !['open', 'held', 'cancelled'].includes(part.state);

/**
 * The back office had begun with the order when the buyer or the merchant changed it, or can be told of no change at all: nothing can be done but
 * say so, and these say so.
 */
const tooLate: Record<string, (parts: OrderInBackOffice[], can: ScriptFacts['can']) => boolean> = {
  'amend-too-late': (parts, { amends }) => parts.some(amends ? hasBegun : isLive),
  'cancel-too-late': (parts, { cancels }) => parts.some(cancels ? hasBegun : isLive),
  'left-for-other-address': (parts) => parts.some((part) => part.shipments.length > 0),
  // It left there after it was cancelled, or shortened, here.
  'nothing-left-to-fulfil': (parts) => parts.some((part) => part.shipments.length > 0),
  'shipped-more-than-open': (parts) => parts.some((part) => part.shipments.length > 0),
};

/** These say that a parcel can't be fulfilled here any more, and only these excuse that it isn't. */
const excusesParcels = ['nothing-left-to-fulfil', 'shipped-more-than-open'];

/** These say that it may go elsewhere. */
export const excusesAddress = ['amend-too-late', 'address-unknown-there', 'left-for-other-address'];

/** What nobody can know of an order that the app has forgotten: right or wrong, it is named until the order has left. */
const unknownOfForgotten: Record<string, (parts: OrderInBackOffice[], can: ScriptFacts['can']) => boolean> = {
  'address-unknown-there': (parts, { amends }) => parts.some((part) => isLive(part) && (!amends || hasBegun(part))),
  'amend-too-late': (parts, { amends }) => parts.some(amends ? hasBegun : isLive),
};

interface Late {
  order: OrderInShopify;
  parts: OrderInBackOffice[];
  /** Open problems of it. */
  causes: readonly string[];
  /** What is there is what is wanted, units and street. */
  asWanted: boolean;
  /** All that left there is fulfilled here. */
  fulfilled: boolean;
}

/**
 * Reasons that the app names and both ledgers bear out: those of a change that came too late. Where nothing differs there is
 * nothing to be named.
 */
export function goodReasons(
  { order, parts, causes, asWanted, fulfilled }: Late,
  { changed, neverLate, restored, can }: ScriptFacts,
): string[] {
  const unknown = restored ? causes.filter((cause) => unknownOfForgotten[cause]?.(parts, can)) : [];
  if (!changed.has(order.name) || neverLate.has(order.name)) return unknown;
  const late = causes.filter(
    (cause) => tooLate[cause]?.(parts, can) === true && !(excusesParcels.includes(cause) ? fulfilled : asWanted),
  );
  return [...new Set([...unknown, ...late])];
}

export const excusesParcel = (reasons: readonly string[]): boolean => reasons.some((reason) => excusesParcels.includes(reason));

const sumBySku = (lines: readonly { sku: string | null; quantity: number }[]): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku?.trim() ?? '', (sums.get(sku?.trim() ?? '') ?? 0) + quantity);
  return sums;
};

/**
 * What must hold even of an order that was changed too late: there are no more units of it there than were wanted at some time, and nothing is fulfilled in
 * Shopify that did not leave there. Returns what doesn't.
 */
export function brokenAllTheSame(order: OrderInShopify, parts: OrderInBackOffice[], { versions }: ScriptFacts): string[] {
  const broken: string[] = [];
  const wanted = versions.get(order.name);
  const left = sumBySku(parts.flatMap((part) => part.shipments.flatMap(({ lines }) => lines)));
  for (const [sku, units] of sumBySku(parts.filter(isLive).flatMap(({ lines }) => lines)))
    if (units > 0 && !wanted?.get(sku)?.has(units) && (units !== left.get(sku) || units > Math.max(...(wanted?.get(sku) ?? [0]))))
      broken.push(`is there with ${units} of ${sku}, and that many were never wanted`);
  const parcels = Map.groupBy(
    parts.flatMap(({ shipments }) => shipments),
    ({ tracking }) => trackingNumbersOf(tracking).sort().join('+'),
  );
  const fulfilled = Map.groupBy(
    order.fulfilments.filter(({ status }) => status === 'SUCCESS'),
    ({ tracking }) =>
      tracking
        .flatMap(({ number }) => number ?? [])
        .sort()
        .join('+'),
  );
  for (const [label, made] of fulfilled) {
    const parcel = sumBySku((parcels.get(label) ?? []).flatMap(({ lines }) => lines));
    for (const [sku, units] of sumBySku(made.flatMap(({ lines }) => lines)))
      if (units > (parcel.get(sku) ?? 0))
        broken.push(`is fulfilled with ${units} of ${sku} under "${label}", and ${parcel.get(sku) ?? 0} left there under it`);
  }
  return broken;
}
