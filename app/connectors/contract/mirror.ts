/** The shop, for back offices that keep a record of it. */
export interface ShopRecord {
  /** Numeric tail of Shopify's shop id. */
  shopifyShopId: string;
  domain: string;
  name: string;
  owner: string | null;
  plan: string | null;
  timeZone: string;
  currency: string;
  weightUnit: string | null;
  /** ISO 3166 alpha-2. */
  countryCode: string | null;
  storeId: string | null;
}

/** A mapping that people in the back office see and may change, too. */
export interface MirroredMapping {
  kind: 'location' | 'shipping-method' | 'payment-method' | 'channel' | 'product-type';
  /** The Shopify value: a location's numeric id, a shipping title, a gateway, a channel, a product type. */
  source: string;
  /** The back office's id; null retires the mapping there. */
  target: string | null;
  /** For shipping methods: the carrier beside the method. */
  carrier: string | null;
}

/**
 * Keeps the shop's record and its mappings in the back office as well, where that has a place for them. Without the permission each call
 * throws NeedsMerchantError with scope `record`: the engine then keeps the mappings by itself and says so.
 */
export interface MirrorPort {
  /**
   * Finds or creates the shop's record and brings it up to date; called after every successful connection test and daily.
   * `access` is what the back office lets this shop do, in its own word in `detail`.
   */
  register(shop: ShopRecord): Promise<{ recordId: string; access: 'none' | 'read' | 'read-write'; detail: string }>;
  /** Every mapping it holds for this shop, to offer for import. */
  read(): Promise<MirroredMapping[]>;
  /** Writes the given mappings and reads them back; answers those that didn't stick, each with the back office's own words. */
  write(mappings: MirroredMapping[]): Promise<{ mapping: MirroredMapping; vendorText: string }[]>;
}
