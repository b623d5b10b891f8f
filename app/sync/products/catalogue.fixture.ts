import type { Product, ProductResult, ProductsPort } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { TransientError } from '../../core/errors.ts';

/** A variant of the fake catalogue; what is left out gets an ordinary value. */
export interface FakeVariant {
  id: string;
  sku: string | null;
  barcode?: string | null;
  title?: string;
  price?: string;
  cost?: string;
  tracked?: boolean;
  requiresShipping?: boolean;
  updatedAt?: string;
}

export interface FakeProduct {
  id: string;
  title: string;
  status?: string;
  isGiftCard?: boolean;
  tags?: string[];
  updatedAt?: string;
  variants: FakeVariant[];
}

/** Shopify's products in memory: single reads, changed ones, and a bulk result as lines. */
export interface FakeCatalogue {
  products: FakeProduct[];
  calls: string[];
  /** The order of the lines in a bulk result. */
  shuffle: (lines: object[]) => object[];
  /** How often a bulk operation is still running when asked. */
  slow: number;
  /** The bulk result's text. */
  result(): string;
  admin: ShopifyAdmin;
}

export const productGid = (n: number) => `gid://shopify/Product/${n}`;
export const variantGid = (n: number) => `gid://shopify/ProductVariant/${n}`;

const usual = '2026-11-20T10:00:00Z';

const variantNode = (variant: FakeVariant) => ({
  id: variant.id,
  title: variant.title ?? 'Default Title',
  sku: variant.sku,
  barcode: variant.barcode ?? null,
  price: variant.price ?? '10.00',
  inventoryPolicy: 'DENY',
  requiresComponents: false,
  updatedAt: variant.updatedAt ?? usual,
  inventoryItem: {
    id: variant.id.replace('ProductVariant', 'InventoryItem'),
    sku: variant.sku,
    tracked: variant.tracked ?? true,
    requiresShipping: variant.requiresShipping ?? true,
    unitCost: variant.cost ? { amount: variant.cost, currencyCode: 'EUR' } : null,
    countryCodeOfOrigin: 'DE',
    harmonizedSystemCode: null,
    measurement: { weight: { value: 1.5, unit: 'KILOGRAMS' } },
  },
});

const productNode = (product: FakeProduct) => ({
  id: product.id,
  title: product.title,
  handle: '',
  vendor: 'Vendor',
  productType: 'Type',
  status: product.status ?? 'ACTIVE',
  tags: product.tags ?? [],
  isGiftCard: product.isGiftCard ?? false,
  updatedAt: product.updatedAt ?? usual,
  featuredMedia: { preview: { image: { url: `https://cdn.example/${product.id.split('/').at(-1)}.png` } } },
});

const lastPage = { hasNextPage: false, endCursor: null };

export function fakeCatalogue(shop: { id: number; domain: string }, resultUrl: string): FakeCatalogue {
  let operations = 0;
  const catalogue: FakeCatalogue = {
    products: [],
    calls: [],
    shuffle: (lines) => lines,
    slow: 0,
    result: () => {
      const lines = catalogue.products.flatMap((product) => [
        productNode(product),
        ...product.variants.map((variant) => ({ ...variantNode(variant), __parentId: product.id })),
      ]);
      return catalogue
        .shuffle(lines)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join('');
    },
    admin: {
      shop,
      run: (async (document: unknown, variables: unknown) =>
        answer(String(document), variables as Record<string, string>)) as ShopifyAdmin['run'],
      runNotingDenied: () => Promise.reject(new Error('not part of this test')),
    },
  };
  function answer(document: string, variables: Record<string, string>): unknown {
    const operation = /(?:query|mutation) (\w+)/.exec(document)?.[1] ?? '';
    catalogue.calls.push(operation);
    if (operation === 'BulkRunQuery') {
      operations += 1;
      return {
        bulkOperationRunQuery: {
          bulkOperation: { id: `gid://shopify/BulkOperation/${shop.id}${operations}`, status: 'CREATED', createdAt: usual },
          userErrors: [],
        },
      };
    }
    if (operation === 'BulkStatus') {
      const running = catalogue.slow > 0;
      if (running) catalogue.slow -= 1;
      return {
        bulkOperation: {
          id: variables['id'],
          status: running ? 'RUNNING' : 'COMPLETED',
          errorCode: null,
          objectCount: '1',
          url: running ? null : resultUrl,
          partialDataUrl: null,
          completedAt: usual,
        },
      };
    }
    if (operation === 'ProductById') {
      const product = catalogue.products.find((one) => one.id === variables['id']);
      return {
        product: product
          ? { ...productNode(product), variants: { nodes: product.variants.map(variantNode), pageInfo: lastPage } }
          : null,
      };
    }
    if (operation === 'ProductsUpdatedSince') {
      const since = /'(.+)'/.exec(variables['query'] ?? '')?.[1] ?? '';
      const changed = catalogue.products.filter((product) => Date.parse(product.updatedAt ?? usual) >= Date.parse(since));
      return {
        products: {
          nodes: changed.map((product) => ({
            ...productNode(product),
            variants: { nodes: product.variants.map(variantNode), pageInfo: lastPage },
          })),
          pageInfo: lastPage,
        },
      };
    }
    throw new Error(`The fake catalogue doesn't know ${operation}`);
  }
  return catalogue;
}

/** A products port that keeps what it is sent. */
export interface FakeProductsPort extends ProductsPort {
  batches: string[][];
  records: Map<string, Product>;
  /** SKUs it refuses, with its words. */
  refused: Map<string, string>;
  /** The answer of this many batches gets lost after they landed. */
  loseAnswers: number;
}

export function fakeProductsPort(batchSize = 2): FakeProductsPort {
  const port: FakeProductsPort = {
    batchSize,
    batches: [],
    records: new Map(),
    refused: new Map(),
    loseAnswers: 0,
    async upsert(products) {
      port.batches.push(products.map((product) => product.sku));
      const results = products.map((product): ProductResult => {
        const vendorText = port.refused.get(product.sku);
        if (vendorText) return { variantId: product.variantId, outcome: 'refused', field: 'sku', vendorText };
        const remoteId = product.remoteId ?? `R-${product.sku}`;
        const outcome = port.records.has(remoteId) ? 'updated' : 'created';
        port.records.set(remoteId, product);
        return { variantId: product.variantId, outcome, remoteId };
      });
      if (port.loseAnswers > 0) {
        port.loseAnswers -= 1;
        throw new TransientError('no-answer', 'No answer', { mayHaveLanded: true });
      }
      return results;
    },
    findBySku: () => Promise.resolve([]),
  };
  return port;
}
