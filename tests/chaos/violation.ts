import type { BackOffice } from './back-offices.ts';

/** Something that must never be so, with both sides' records. */
export interface Violation {
  invariant: 'orders' | 'shipments' | 'refunds' | 'levels' | 'claims' | 'runs' | 'problems' | 'logs';
  /** The order's name, or the SKU and place. */
  subject: string;
  what: string;
  shopify: unknown;
  backOffice: unknown;
  app: unknown;
}

/** What the script itself did that the ledgers alone can't tell apart. */
export interface ScriptFacts {
  /** Orders that the rules leave out or keep back for good: never paid, nothing to ship. */
  neverSent: ReadonlySet<string>;
  /** Orders that buyers or the merchant changed after they were placed: only these can have been changed too late. */
  changed: ReadonlySet<string>;
  /** By order and SKU, every number of units that was ever wanted of it. */
  versions: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<number>>>;
  /** By order, what was wanted of it last, as `unitsText` has it. */
  wanted: ReadonlyMap<string, string>;
  /** Orders that somebody tried to cancel. */
  cancelled: ReadonlySet<string>;
  /** Orders of which something else than the address was changed: they cost something else now. */
  repriced: ReadonlySet<string>;
  /** The app's database was put back to an older backup: what it can't know of orders that went over before is named. */
  restored: boolean;
  /** Orders that left only once the back office had heard of every change: none of theirs can have come too late. */
  neverLate: ReadonlySet<string>;
  /** By order, the street that it was sent to last. No two orders go to the same. */
  streets: ReadonlyMap<string, string>;
  /** Parcels that the back office took note of: what it answered with success must be in both ledgers. `lines` where the warehouse said what is in it. */
  parcels: readonly { order: string; tracking: string; lines?: readonly { sku: string; quantity: number }[] }[];
  /** By order, the units that the warehouse said came back, and those whose answer got lost. */
  returned: ReadonlyMap<string, { sure: number; unsure: number }>;
  /** SKUs of which there were only so many, that nobody counts and that are bought only while Shopify offers them. */
  scarce: ReadonlyMap<string, number>;
  /** Steps that never became possible, with the last refusal. */
  givenUp: readonly { order: string; step: { does: string }; because: string }[];
  /** SKUs the suite sells. The rest of the catalogue has its oddities (no SKU, a SKU twice), which are named with or without a storm. */
  goods: ReadonlySet<string>;
  /** The places that they are stocked at. */
  places: readonly string[];
  /** wholeOrders: it decides itself which place sends what, places can't be compared. amends, cancels: it can be told of a change, of a cancellation. */
  can: Pick<BackOffice, 'wholeOrders' | 'amends' | 'cancels' | 'minorUnits'>;
}

/** The note of refunds that the merchant makes, so that nobody takes them for the app's. */
export const merchantsNote = 'Refunded by the merchant';
