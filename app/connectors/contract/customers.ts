/** What a customer may still buy on account, and has bought; minor units of the shop's currency. Null: the back office says nothing of it. */
export interface CustomerCredit {
  /** The back office's own id or account number. */
  remoteId: string;
  /** How Shopify knows the customer; null: the back office has none. */
  email: string | null;
  available: number | null;
  used: number | null;
}

export interface CustomersPort {
  /** Customers whose credit changed since, page by page; as ShipmentsPort.pull has the cursor. */
  credit(request: { since: string | null }): AsyncIterable<{ customers: CustomerCredit[]; cursor: string }>;
}
