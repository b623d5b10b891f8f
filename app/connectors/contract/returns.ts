/** Goods that came back and were received in the back office. */
export interface Return {
  remoteId: string;
  reference: string;
  facilityId: string | null;
  lines: {
    lineId: string | null;
    sku: string;
    quantity: number;
    restocked: boolean;
    /** What the buyer gets for them instead of money (a replacement, store credit), in the back office's own words; absent: money. */
    instead?: string;
  }[];
  /** ISO 8601; null where the back office doesn't say when. */
  receivedAt: string | null;
  note: string | null;
  /** Money given back without goods, minor units of the shop's currency; only where `lines` is empty. */
  amount?: number | null;
}

/** A return that was opened in Shopify, to be expected (or already received) in the back office. */
export interface ExpectedReturn {
  /** Our own reference and idempotency key: Shopify's name of the return, `#1001-R1`. */
  reference: string;
  shopifyReturnId: string;
  /** Our reference of the order and its id there. */
  orderReference: string;
  orderRemoteId: string;
  facilityId: string | null;
  lines: { lineId: string; sku: string; quantity: number; reason: string | null }[];
  note: string | null;
}

export interface ReturnsPort {
  /** As ShipmentsPort.pull, for returns received. */
  pull(request: { since: string | null }): AsyncIterable<{ returns: Return[]; cursor: string }>;
  /** Announces a return; a reference that exists is answered with that one. Absent where the back office takes none. */
  expect?(expected: ExpectedReturn): Promise<{ remoteId: string }>;
}
