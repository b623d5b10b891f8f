import type { Money } from '../../core/money.ts';

/** One variant as the back office should know it. */
export interface Product {
  variantId: string;
  productId: string;
  /** The identifier the back office matches by; never empty. */
  sku: string;
  barcode: string | null;
  title: string;
  variantTitle: string | null;
  productType: string;
  vendor: string;
  tags: string[];
  price: Money;
  cost: Money | null;
  /** Grams. */
  weight: number | null;
  countryOfOrigin: string | null;
  hsCode: string | null;
  imageUrl: string | null;
  /** Shopify's options in their order, such as Size: S; empty where the product has but one variant. */
  options: { name: string; value: string }[];
  /** Metafields that the merchant chose, `namespace.key` → value as text. */
  attributes: Record<string, string>;
  /** Shopify's inventory item of the variant, a global id. */
  inventoryItemId: string;
  active: boolean;
  storeId: string | null;
  /** The linked record's id from an earlier push. */
  remoteId: string | null;
}

export type ProductResult =
  | { variantId: string; outcome: 'created' | 'updated' | 'unchanged'; remoteId: string }
  | { variantId: string; outcome: 'refused'; field: string | null; vendorText: string };

export interface ProductsPort {
  /** At most this many in one call. */
  batchSize: number;
  /** Creates or updates; one bad record never fails the rest. Every product handed in is answered once. */
  upsert(products: Product[]): Promise<ProductResult[]>;
  /** What the back office has under these SKUs (first-run review, linking). */
  findBySku(skus: string[]): Promise<{ sku: string; remoteId: string; title: string }[]>;
  /**
   * Finds these products under their SKUs, for a connection that shares a store into which another shop imports: nothing of the store is
   * written, and what isn't there is answered as refused. Absent: `findBySku` is asked.
   */
  link?(products: Product[]): Promise<ProductResult[]>;
  /** How many products the back office has; absent where that can't be asked cheaply. */
  count?(): Promise<number>;
  /**
   * What people changed of products in the back office itself since a moment (epoch ms; null: everything), for metafields in Shopify. With
   * overlap: the same change may come twice. Absent where it tells none, and then `capabilities.productUpdates` isn't declared.
   */
  updates?(request: { since: number | null }): AsyncIterable<ProductUpdatePage>;
}

/** A product as the back office has it, to be written to metafields by the merchant's map of fields. */
export interface ProductUpdate {
  sku: string;
  title: string;
  /** The back office's own names of its fields → value as text; empty fields are absent. */
  fields: Record<string, string>;
}

export interface ProductUpdatePage {
  updates: ProductUpdate[];
  /** The moment up to which everything was told, epoch ms by our clock. */
  upTo: number;
}

/** Fields of a product that only some back offices make something of: a setting about one is offered only where it is declared. */
export type ProductField = 'tags' | 'image' | 'attributes' | 'active';
