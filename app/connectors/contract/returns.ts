/** Goods that came back and were received in the back office. */
export interface Return {
  remoteId: string;
  reference: string;
  facilityId: string | null;
  lines: { lineId: string | null; sku: string; quantity: number; restocked: boolean }[];
  /** ISO 8601. */
  receivedAt: string;
  note: string | null;
}

export interface ReturnsPort {
  /** As ShipmentsPort.pull, for returns received. */
  pull(request: { since: string | null }): AsyncIterable<{ returns: Return[]; cursor: string }>;
}
