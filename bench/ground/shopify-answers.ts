import { listedOrder, orderGid, orderLines, orderNode, orderNumber } from './order-node.ts';

/** The orders that exist: `count` from number `from` on, placed at `at`; the first `open` of them are not shipped yet. */
export interface Orders {
  from: number;
  count: number;
  open: number;
  at: string;
}

interface Quantity {
  inventoryItemId: string;
  locationId: string;
  quantity: number;
  changeFromQuantity: number | null;
}

interface Bulk {
  id: string;
  kind: string;
  filter: string;
  /** Of the shop that asked. */
  locationId: string;
  /** When its result is there, epoch ms. */
  readyAt: number;
}

/** What the quick Shopify holds: no catalogue but a file, no orders but their numbers, and levels that somebody wrote. */
export class ShopifyState {
  orders: Orders = { from: 0, count: 0, open: 0, at: new Date().toISOString() };
  /** Path of a catalogue's lines. */
  catalogue = '';
  readonly levels = new Map<string, number>();
  /** When each was last written, epoch ms. */
  readonly written = new Map<string, number>();
  stale = 0;
  readonly #answered = new Map<string, unknown>();
  readonly #bulks = new Map<string, Bulk>();
  readonly #bulkMs: number;
  #serial = 0;

  /** `bulkMs`: how long a bulk operation takes. */
  constructor(bulkMs: number) {
    this.#bulkMs = bulkMs;
  }

  bulk(id: string): Bulk | undefined {
    return this.#bulks.get(id);
  }

  /** The numbers of the orders that a bulk query lists. */
  *listed({ filter }: Bulk): Generator<{ n: number; open: boolean }> {
    const onlyOpen = filter.includes('unfulfilled') || filter.includes('fulfillment_status:');
    const { from, count, open } = this.orders;
    for (let index = 0; index < (onlyOpen ? open : count); index += 1) yield { n: from + index, open: index < open };
  }

  /** The lines of a bulk query over orders. */
  *bulkLines(bulk: Bulk): Generator<object> {
    for (const { n, open } of this.listed(bulk)) {
      if (bulk.kind === 'BulkOrderList') yield listedOrder(n, this.orders.at, open);
      else yield* orderLines(n, bulk.locationId, this.orders.at);
    }
  }

  /** Answers one operation of one shop; throws for what nobody taught it. */
  answer(
    operation: string,
    variables: Record<string, unknown>,
    { locationId, base }: { locationId: string; base: string },
  ): unknown {
    switch (operation) {
      case 'OrderRead':
        return { order: orderNode(orderNumber(variables['id'] as string), locationId, this.orders.at) };
      case 'OrdersRead': {
        const ids = (variables['query'] as string).matchAll(/id:(\d+)/g);
        return { orders: { nodes: Array.from(ids, ([, id = '']) => orderNode(orderNumber(id), locationId, this.orders.at)) } };
      }
      case 'OrdersCount':
        return { ordersCount: { count: this.orders.count, precision: 'EXACT' } };
      case 'OrdersUpdated': {
        const { from, count, at } = this.orders;
        const start = Number(variables['after'] ?? 0);
        const size = Math.min(variables['first'] as number, count - start);
        const nodes = Array.from({ length: size }, (_, index) => {
          const n = from + start + index;
          return { id: orderGid(n), name: `#${n}`, createdAt: at, updatedAt: at, cancelledAt: null };
        });
        const hasNextPage = start + size < count;
        return { orders: { nodes, pageInfo: { hasNextPage, endCursor: hasNextPage ? String(start + size) : null } } };
      }
      case 'OrdersPaged': {
        const { from, count, at } = this.orders;
        const start = Number(variables['after'] ?? 0);
        const size = Math.min(variables['page'] as number, count - start);
        const nodes = Array.from({ length: size }, (_, index) => orderNode(from + start + index, locationId, at));
        const hasNextPage = start + size < count;
        return { orders: { nodes, pageInfo: { hasNextPage, endCursor: hasNextPage ? String(start + size) : null } } };
      }
      case 'BulkRunQuery': {
        const text = variables['query'] as string;
        const id = `gid://shopify/BulkOperation/${++this.#serial}`;
        this.#bulks.set(id, {
          id,
          locationId,
          readyAt: Date.now() + this.#bulkMs,
          kind: /query (\w+)/.exec(text)?.[1] ?? '',
          filter: JSON.parse(/query: ("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? '""') as string,
        });
        return { bulkOperationRunQuery: { bulkOperation: { id, status: 'CREATED', createdAt: this.orders.at }, userErrors: [] } };
      }
      case 'BulkStatus': {
        const bulk = this.#bulks.get(variables['id'] as string);
        const url = bulk ? `${base}/results/${bulk.id.slice(bulk.id.lastIndexOf('/') + 1)}` : null;
        const facts = { type: 'QUERY', errorCode: null, objectCount: '1', rootObjectCount: '1', fileSize: '1' };
        const times = { createdAt: this.orders.at, completedAt: this.orders.at };
        if (bulk && bulk.readyAt > Date.now())
          return {
            bulkOperation: {
              id: bulk.id,
              status: 'RUNNING',
              url: null,
              partialDataUrl: null,
              ...facts,
              ...times,
              completedAt: null,
            },
          };
        return { bulkOperation: bulk && { id: bulk.id, status: 'COMPLETED', url, partialDataUrl: null, ...facts, ...times } };
      }
      case 'ProductsUpdatedSince':
        return { products: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } };
      case 'InventoryOfItems':
        return { nodes: (variables['ids'] as string[]).map((id) => this.#item(id, variables['locationId'] as string)) };
      case 'InventorySet':
        return this.#set(variables as { input: { quantities: Quantity[] }; key: string });
      default:
        throw new Error(`The quick Shopify doesn't know ${operation}`);
    }
  }

  #item(id: string, location: string): object {
    const quantities = [
      { name: 'available', quantity: this.levels.get(`${id}@${location}`) ?? 0 },
      { name: 'committed', quantity: 0 },
    ];
    const inventoryLevel = { id: `${id}/level`, isActive: true, updatedAt: this.orders.at, quantities };
    return { __typename: 'InventoryItem', id, sku: null, tracked: true, inventoryLevel };
  }

  #set({ input: { quantities }, key }: { input: { quantities: Quantity[] }; key: string }): unknown {
    const known = this.#answered.get(key);
    if (known) return known;
    const userErrors = quantities.flatMap(({ inventoryItemId, locationId, changeFromQuantity }, index) =>
      changeFromQuantity === null || (this.levels.get(`${inventoryItemId}@${locationId}`) ?? 0) === changeFromQuantity
        ? []
        : [
            {
              ...{ field: ['input', 'quantities', String(index), 'changeFromQuantity'], message: 'The value is stale' },
              code: 'CHANGE_FROM_QUANTITY_STALE',
            },
          ],
    );
    this.stale += userErrors.length;
    let inventoryAdjustmentGroup: object | null = null;
    if (userErrors.length === 0) {
      const changes = quantities.map(({ inventoryItemId: id, locationId, quantity }) => {
        const key = `${id}@${locationId}`;
        const delta = quantity - (this.levels.get(key) ?? 0);
        this.levels.set(key, quantity);
        this.written.set(key, Date.now());
        return { name: 'available', delta, quantityAfterChange: null, item: { id }, location: { id: locationId } };
      });
      inventoryAdjustmentGroup = {
        id: `gid://shopify/InventoryAdjustmentGroup/${++this.#serial}`,
        createdAt: this.orders.at,
        changes,
      };
    }
    const answer = { inventorySetQuantities: { inventoryAdjustmentGroup, userErrors } };
    this.#answered.set(key, answer);
    return answer;
  }
}
