/** What one facility can sell of one SKU, counted by the back office: on hand minus what it has reserved. */
export interface StockLevel {
  facilityId: string;
  sku: string;
  remoteProductId: string | null;
  available: number;
}

export interface StockPage {
  levels: StockLevel[];
  /**
   * The moment the numbers were true, epoch ms by our clock: the start of the request unless the back office
   * reports a moment of its own. Orders accepted before it are already subtracted in `available`.
   */
  asOf: number;
}

export interface StockPort {
  /**
   * Streams levels of the given facilities. `since` (epoch ms) asks only for what changed; a connector that can't
   * tell sends all. A SKU that is absent from a full pull is unknown, not zero.
   */
  pull(request: { facilityIds: string[]; since: number | null; skus?: string[] }): AsyncIterable<StockPage>;
  /**
   * Sets what is on hand, for the one-time start from Shopify's numbers; one bad record never fails the rest. Absent where the back office
   * lets nobody write stock.
   */
  setOnHand?(
    levels: { facilityId: string; sku: string; remoteProductId: string | null; onHand: number }[],
  ): Promise<{ refused: { facilityId: string; sku: string; vendorText: string }[] }>;
}
