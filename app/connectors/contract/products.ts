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
}
