import { nowMs } from '../../core/clock.ts';
import type { Product, ProductResult, ProductsPort, ProductUpdate } from '../../connectors/contract/index.ts';
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
  sellsOn?: boolean;
  options?: { name: string; value: string }[];
  /** `namespace.key` → value. */
  metafields?: Record<string, string>;
  updatedAt?: string;
}

export interface FakeProduct {
  id: string;
  title: string;
  status?: string;
  isGiftCard?: boolean;
  tags?: string[];
  productType?: string;
  metafields?: Record<string, string>;
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
  /** The bulk result's text; of chosen metafields, for an address that says `of=metafields`. */
  result(address?: string): string;
  /** Global ids of products that Shopify says were deleted. */
  deleted: string[];
  /** `owner namespace.key` → `type value`, as written. */
  metafields: Map<string, string>;
  /** What Shopify answers instead of writing metafields. */
  refuses: { message: string; code: string } | null;
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
  inventoryPolicy: variant.sellsOn ? 'CONTINUE' : 'DENY',
  requiresComponents: false,
  updatedAt: variant.updatedAt ?? usual,
  selectedOptions: variant.options ?? [{ name: 'Title', value: 'Default Title' }],
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
  productType: product.productType ?? 'Type',
  status: product.status ?? 'ACTIVE',
  tags: product.tags ?? [],
  isGiftCard: product.isGiftCard ?? false,
  updatedAt: product.updatedAt ?? usual,
  featuredMedia: { preview: { image: { url: `https://cdn.example/${product.id.split('/').at(-1)}.png` } } },
});

const lastPage = { hasNextPage: false, endCursor: null };

const metafieldNodes = (values: Record<string, string> = {}) =>
  Object.entries(values).map(([name, value], index) => {
    const at = name.lastIndexOf('.');
    return { id: `gid://shopify/Metafield/${index}`, namespace: name.slice(0, at), key: name.slice(at + 1), value };
  });

function metafieldLines(products: readonly FakeProduct[]): string {
  const owned = (__parentId: string, values?: Record<string, string>) =>
    metafieldNodes(values).map((node) => ({ ...node, __parentId }));
  const lines = products.flatMap((product) => [
    { id: product.id },
    ...owned(product.id, product.metafields),
    ...product.variants.flatMap(({ id, metafields }) => [{ id, __parentId: product.id }, ...owned(id, metafields)]),
  ]);
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function fakeCatalogue(shop: { id: number; domain: string }, resultUrl: string): FakeCatalogue {
  let operations = 0;
  const catalogue: FakeCatalogue = {
    products: [],
    calls: [],
    shuffle: (lines) => lines,
    slow: 0,
    deleted: [],
    metafields: new Map(),
    refuses: null,
    result: (address = '') => {
      if (address.includes('of=metafields')) return metafieldLines(catalogue.products);
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
      const of = String(variables['query']).includes('metafields(') ? 1 : 0;
      return {
        bulkOperationRunQuery: {
          bulkOperation: { id: `gid://shopify/BulkOperation/${shop.id}${of}${operations}`, status: 'CREATED', createdAt: usual },
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
          url: running ? null : `${resultUrl}${variables['id']?.includes(`/${shop.id}1`) ? '?of=metafields' : ''}`,
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
    if (operation === 'ProductMetafields') {
      const product = catalogue.products.find((one) => one.id === variables['id']);
      const nodes = (values?: Record<string, string>) => ({ nodes: metafieldNodes(values) });
      return {
        product: product && {
          id: product.id,
          metafields: nodes(product.metafields),
          variants: {
            nodes: product.variants.map(({ id, metafields }) => ({ id, metafields: nodes(metafields) })),
            pageInfo: lastPage,
          },
        },
      };
    }
    if (operation === 'ProductDeletions')
      return { events: { nodes: catalogue.deleted.map((subjectId) => ({ subjectId })), pageInfo: lastPage } };
    if (operation === 'ProductsCount') return { productsCount: { count: catalogue.products.length } };
    if (operation === 'MetafieldsSet') {
      if (catalogue.refuses) return { metafieldsSet: { metafields: [], userErrors: [{ field: null, ...catalogue.refuses }] } };
      const given = variables['metafields'] as unknown as Record<'ownerId' | 'namespace' | 'key' | 'type' | 'value', string>[];
      for (const { ownerId, namespace, key, type, value } of given)
        catalogue.metafields.set(`${ownerId.split('/').slice(-2).join(' ')} ${namespace}.${key}`, `${type} ${value}`);
      return { metafieldsSet: { metafields: [], userErrors: [] } };
    }
    if (operation === 'VariantsBySku') {
      const sku = /'(.+)'/.exec(variables['query'] ?? '')?.[1];
      const nodes = catalogue.products.flatMap(({ variants }) => variants.filter((one) => one.sku === sku).map(variantNode));
      return { productVariants: { nodes, pageInfo: lastPage } };
    }
    if (operation === 'DraftProduct') {
      const input = variables['input'] as unknown as { title: string; status: string; variants: { sku: string }[] };
      const n = catalogue.products.length + 100;
      const variants = input.variants.map(({ sku }) => ({ id: variantGid(n), sku }));
      catalogue.products.push({ id: productGid(n), title: input.title, status: input.status, variants });
      return { productSet: { product: { id: productGid(n), variants: { nodes: variants } }, userErrors: [] } };
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
  /** What people changed there. */
  told: ProductUpdate[];
  /** Since when it was asked for that. */
  askedSince: (number | null)[];
}

export function fakeProductsPort(batchSize = 2): FakeProductsPort {
  const port: FakeProductsPort = {
    batchSize,
    batches: [],
    records: new Map(),
    refused: new Map(),
    loseAnswers: 0,
    told: [],
    askedSince: [],
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
    findBySku: (skus) =>
      Promise.resolve(
        [...port.records].flatMap(([remoteId, { sku, title }]) => (skus.includes(sku) ? [{ sku, remoteId, title }] : [])),
      ),
    count: () => Promise.resolve(port.records.size),
    async *updates({ since }) {
      port.askedSince.push(since);
      yield { updates: port.told, upTo: nowMs() };
    },
  };
  return port;
}
