/** A call from the back office to us, as it arrived. */
export interface InboundRequest {
  method: string;
  /** The path after the connection's own address, without a leading slash. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  /** Who called (core/ip-addresses.ts); null where that can't be said. */
  callerAddress: string | null;
  body: string;
  /** False while the connection is deactivated, cut off or in a dry run: whatever is laid out to be fetched stays where it is. */
  mayHandOver: boolean;
}

/** Something may have changed there; it is read again before anything is done. `eventId` de-duplicates. */
export interface InboundHint {
  eventId: string;
  about: 'shipments' | 'stock' | 'orders' | 'returns';
  /** Where the call names one: of an order our reference, else the record's id in the back office (of a shipment the one it is reported under). */
  subject: string | null;
}

export interface InboundPort {
  /** Verifies and reads one call. Throws RejectedError on a bad secret or body; must not call the network. */
  receive(
    request: InboundRequest,
  ): Promise<{ hints: InboundHint[]; response: { status: number; contentType: string; body: string } }>;
  /** Registers our address there (idempotent). Called on connect and daily; absent when the merchant does it by hand. */
  subscribe?(address: string): Promise<void>;
  unsubscribe?(address: string): Promise<void>;
}
