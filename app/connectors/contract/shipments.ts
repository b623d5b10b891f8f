export interface Tracking {
  number: string;
  carrier: string | null;
  url: string | null;
}

/** A parcel (or several under one id) that left the back office. */
export interface Shipment {
  /** Unique and stable in the back office. */
  remoteId: string;
  /** Our reference of the order (`#1001_2`). */
  reference: string;
  facilityId: string | null;
  /**
   * `lineId` where the back office carries it; else SKU and quantity are matched against open lines. None at all: everything left, and nobody can say of what;
   * it stands for all of the order that no other parcel holds.
   */
  lines: { lineId: string | null; sku: string; quantity: number }[];
  tracking: Tracking[];
  /** ISO 8601. */
  shippedAt: string;
  /** Lot and serial numbers in plain words, for the order's note. */
  note: string | null;
  /** Set when the parcel was cancelled or its tracking changed after the first report. */
  cancelled: boolean;
}

export interface ShipmentsPort {
  /**
   * Streams shipments that appeared or changed since `since` (the back office's own change time, ISO 8601; null =
   * from the beginning), oldest change first. `cursor` of the last page is the next `since`: it moves only when
   * every page was taken, and the connector overlaps windows by itself.
   */
  pull(request: { since: string | null }): AsyncIterable<{ shipments: Shipment[]; cursor: string }>;
  /** The shipments of one order, for recovery and "Sync again". */
  ofOrder(remoteId: string): Promise<Shipment[]>;
  /**
   * Tells the back office that Shopify has these parcels of an order, where it waits for that; called after each was fulfilled in Shopify. Again
   * changes nothing. Throws RejectedError for a number that the order doesn't have.
   */
  confirm?(orderRemoteId: string, trackingNumbers: readonly string[]): Promise<void>;
}
