import { z } from 'zod';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { nowMs } from '../../core/clock.ts';
import { inShop, inSystem } from '../../db/scope.ts';
import { setConnectors } from '../../connections/known-connectors.ts';
import type { Connector, ConnectorDefinition, StockLevel } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { TransientError } from '../../core/errors.ts';
import { openRun, type RunOrder } from '../runs/runs.ts';

/** A back office of our own for tests: what it says it has, in memory. */
export interface FakeBackOffice {
  /** By `facility sku`. */
  stock: Map<string, number>;
  pulls: { facilityIds: string[]; since: number | null; skus?: string[] }[];
  /** SKUs that a pull of changes leaves out: nothing changed of them. */
  unchanged: Set<string>;
  /** Called when it is asked, before it answers. */
  onPull: () => Promise<void>;
  /** The moment its numbers were true, when not now. */
  asOf: number | null;
  /** How many levels each call set. */
  onHandSet: number[];
  /** SKUs whose stock it doesn't take. */
  refuses: Set<string>;
  /** The answers of so many calls that set stock get lost. */
  loseAnswers: number;
}

/** Shopify's levels in memory, with the rules that publishing meets. */
export interface FakeShopify {
  levels: Map<string, { available: number; committed: number; active: boolean }>;
  tracked: Map<string, boolean>;
  calls: { operation: string; size: number; key?: string }[];
  /** A batch with one stale level fails whole, or only the stale level does. */
  staleFails: 'whole' | 'line';
  /** Items it refuses, with its words. */
  refused: Map<string, string>;
  /** Called before a set is carried out. */
  beforeSet: (round: number) => void;
  /** The answer of this many sets gets lost after they landed. */
  loseAnswers: number;
  admin: ShopifyAdmin;
}

export const itemGid = (n: number) => `gid://shopify/InventoryItem/${n}`;
export const locationGid = (n: number) => `gid://shopify/Location/${n}`;
export const variantGid = (n: number) => `gid://shopify/ProductVariant/${n}`;
export const levelKey = (item: string, location: string) => `${item}@${location}`;

export function fakeBackOffice(): FakeBackOffice {
  return {
    stock: new Map(),
    pulls: [],
    unchanged: new Set(),
    onPull: () => Promise.resolve(),
    asOf: null,
    onHandSet: [],
    refuses: new Set(),
    loseAnswers: 0,
  };
}

interface Quantity {
  inventoryItemId: string;
  locationId: string;
  quantity: number;
  changeFromQuantity: number;
}

export function fakeShopify(shop: { id: number; domain: string }): FakeShopify {
  const answers = new Map<string, unknown>();
  const shopify: FakeShopify = {
    levels: new Map(),
    tracked: new Map(),
    calls: [],
    staleFails: 'line',
    refused: new Map(),
    beforeSet: () => undefined,
    loseAnswers: 0,
    admin: {
      shop,
      run: ((document: unknown, variables: unknown) =>
        run(String(document), variables as Record<string, never>)) as ShopifyAdmin['run'],
      runNotingDenied: () => Promise.reject(new Error('not part of this test')),
    },
  };
  const read = ({ ids, locationId }: { ids: string[]; locationId: string }) => ({
    nodes: ids.map((id) => {
      const level = shopify.levels.get(levelKey(id, locationId));
      const quantities = level && [
        { name: 'available', quantity: level.available },
        { name: 'committed', quantity: level.committed },
      ];
      return {
        __typename: 'InventoryItem',
        id,
        sku: null,
        tracked: shopify.tracked.get(id) ?? true,
        inventoryLevel: level ? { id: `${id}/level`, isActive: level.active, updatedAt: '', quantities } : null,
      };
    }),
  });
  const set = (quantities: Quantity[], { saysWhat }: { saysWhat: boolean }) => {
    const faults = quantities.flatMap((one, index) => {
      const level = shopify.levels.get(levelKey(one.inventoryItemId, one.locationId));
      const refusal = shopify.refused.get(one.inventoryItemId);
      const field = ['input', 'quantities', String(index), 'changeFromQuantity'];
      if (refusal) return [{ field, message: refusal, code: 'INVALID_INVENTORY_ITEM' }];
      return level?.available === one.changeFromQuantity
        ? []
        : [{ field, message: 'The value is stale', code: 'CHANGE_FROM_QUANTITY_STALE' }];
    });
    const changes: unknown[] = [];
    if (faults.length === 0 || shopify.staleFails === 'line') {
      const bad = new Set(faults.map((fault) => fault.field[2]));
      quantities.forEach((one, index) => {
        const level = shopify.levels.get(levelKey(one.inventoryItemId, one.locationId));
        if (!level || bad.has(String(index))) return;
        const [item, location] = [{ id: one.inventoryItemId }, { id: one.locationId }];
        changes.push({ name: 'available', delta: one.quantity - level.available, item, location });
        level.available = one.quantity;
      });
    }
    const group = changes.length > 0 ? { id: 'group', ...(saysWhat ? { changes } : {}) } : null;
    return { inventorySetQuantities: { inventoryAdjustmentGroup: group, userErrors: faults } };
  };
  let sets = 0;
  async function run(document: string, variables: Record<string, never>): Promise<unknown> {
    const operation = /(?:query|mutation) (\w+)/.exec(document)?.[1] ?? '';
    if (operation === 'InventoryOfItems') {
      const asked = variables as unknown as { ids: string[]; locationId: string };
      shopify.calls.push({ operation, size: asked.ids.length });
      if (asked.ids.length > 250) throw new Error('The input array size is greater than the maximum allowed of 250.');
      return read(asked);
    }
    if (operation === 'OnHandOfItems') {
      const asked = variables as unknown as { ids: string[]; locationId: string };
      shopify.calls.push({ operation, size: asked.ids.length });
      return {
        nodes: asked.ids.map((id) => {
          const level = shopify.levels.get(levelKey(id, asked.locationId));
          const quantities = level && [{ name: 'on_hand', quantity: level.available + level.committed }];
          return {
            __typename: 'InventoryItem',
            id,
            inventoryLevel: level?.active ? { id: `${id}/level`, isActive: true, quantities } : null,
          };
        }),
      };
    }
    if (operation === 'InventorySet' || operation === 'InventorySetSayingWhat') {
      const { input, key } = variables as unknown as { input: { quantities: Quantity[] }; key: string };
      shopify.calls.push({ operation: 'InventorySet', size: input.quantities.length, key });
      if (input.quantities.length > 250) throw new Error('The input array size is greater than the maximum allowed of 250.');
      sets += 1;
      if (!answers.has(key)) {
        shopify.beforeSet(sets);
        answers.set(key, set(input.quantities, { saysWhat: operation === 'InventorySetSayingWhat' }));
      }
      if (shopify.loseAnswers > 0) {
        shopify.loseAnswers -= 1;
        throw new TransientError('shopify-no-answer', 'Shopify did not answer', { mayHaveLanded: true });
      }
      return answers.get(key);
    }
    if (operation === 'InventoryToggle') {
      const { inventoryItemId, updates } = variables as unknown as {
        inventoryItemId: string;
        updates: { locationId: string; activate: boolean }[];
      };
      shopify.calls.push({ operation, size: updates.length });
      for (const { locationId, activate } of updates) {
        const key = levelKey(inventoryItemId, locationId);
        shopify.levels.set(key, { ...(shopify.levels.get(key) ?? { available: 0, committed: 0 }), active: activate });
      }
      return { inventoryBulkToggleActivation: { inventoryLevels: [], userErrors: [] } };
    }
    if (operation === 'ProductsUpdatedSince')
      return { products: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } };
    throw new Error(`The fake Shopify doesn't know ${operation}`);
  }
  return shopify;
}

export const testConnector: ConnectorDefinition = {
  id: 'test',
  label: 'Test office',
  settings: z.object({}),
  capabilities: {
    handOver: 'order',
    findOrder: 'exact',
    productFields: ['tags', 'image', 'attributes', 'active'],
    productUpdates: { fields: ['brand'] },
    reservesOnAccept: true,
    amend: true,
    cancel: true,
    partialShipments: true,
    returns: false,
    createsFacilities: false,
    remote: false,
    defaultFinancialStatuses: ['PAID'],
    minimumIntervalMinutes: 1,
  } as ConnectorDefinition['capabilities'],
  guide: [],
  messages: { en: {} },
  limits: () => ({ key: 'test', concurrency: 1, perSecond: null }),
  connect: () => {
    throw new Error('tests hand in their connection');
  },
};

function connectorOf(office: FakeBackOffice): Connector {
  const unused = () => Promise.reject(new Error('not part of this test'));
  return {
    check: [],
    facilities: { list: unused },
    orders: { preview: unused, create: unused, find: unused },
    stock: {
      async *pull(request) {
        office.pulls.push(request);
        const asOf = office.asOf ?? nowMs();
        const levels: StockLevel[] = [...office.stock].map(([key, available]) => {
          const [facilityId = '', ...sku] = key.split(' ');
          return { facilityId, sku: sku.join(' '), remoteProductId: null, available };
        });
        await office.onPull();
        yield {
          levels: levels.filter(({ sku }) =>
            request.skus ? request.skus.includes(sku) : request.since === null || !office.unchanged.has(sku),
          ),
          asOf,
        };
      },
      setOnHand(levels) {
        office.onHandSet.push(levels.length);
        const refused = levels.filter(({ sku }) => office.refuses.has(sku));
        for (const { facilityId, sku, onHand } of levels)
          if (!office.refuses.has(sku)) office.stock.set(`${facilityId} ${sku}`, onHand);
        if (office.loseAnswers > 0) {
          office.loseAnswers -= 1;
          return Promise.reject(new TransientError('no-answer', 'lost', { mayHaveLanded: true }));
        }
        return Promise.resolve({
          refused: refused.map(({ facilityId, sku }) => ({ facilityId, sku, vendorText: 'no such product' })),
        });
      },
    },
  };
}

/** A shop with one connection, its inventory sync on. */
export interface TestShop {
  shopId: number;
  live: LiveConnection;
  office: FakeBackOffice;
  shopify: FakeShopify;
  /** Links a location to a facility of the back office. */
  link(location: string, facility: string, options?: { carriesStock?: boolean; safetyStock?: number }): Promise<void>;
  /** A variant with its item's level in Shopify. */
  variant(
    n: number,
    sku: string,
    options?: { at?: string; available?: number; committed?: number; active?: boolean; status?: string; barcode?: string },
  ): Promise<void>;
  settings(inventory: Record<string, unknown>, products?: Record<string, unknown>): Promise<void>;
  run(task?: string, argument?: string): Promise<RunOrder>;
}

let shops = 0;

export async function testShop(): Promise<TestShop> {
  shops += 1;
  setConnectors([testConnector]);
  const domain = `inventory-${shops}.myshopify.com`;
  const installedAt = new Date();
  const { id: shopId } = await inSystem('install-shop', (tx) => tx.shop.create({ data: { domain, installedAt } }));
  const connection = await inShop(shopId, (tx) =>
    tx.connection.create({
      data: {
        shopId,
        connector: 'test',
        name: 'Warehouse',
        inboundHash: domain,
        createdAt: installedAt,
        updatedAt: installedAt,
      },
    }),
  );
  await inShop(shopId, (tx) =>
    tx.sync.createMany({
      data: ['inventory', 'products'].map((kind) => ({ shopId, connectionId: connection.id, kind, enabled: true })),
    }),
  );
  const office = fakeBackOffice();
  const shopify = fakeShopify({ id: shopId, domain });
  // the catalogue was imported before
  await inShop(shopId, (tx) =>
    tx.bulkOperation.create({
      data: { shopId, id: `gid://shopify/BulkOperation/${shopId}`, purpose: 'catalogue', state: 'taken', startedAt: installedAt },
    }),
  );
  const live: LiveConnection = {
    id: connection.id,
    name: 'Warehouse',
    shop: { id: shopId, domain, name: 'Shop', currency: 'EUR', timeZone: 'Europe/Berlin' },
    definition: testConnector,
    connector: connectorOf(office),
    access: 'read_write',
    dryRun: false,
    state: 'active',
    blocked: null,
    storeId: null,
    mappingVersion: 1,
    settings: {},
    unread: [],
  };
  return {
    shopId,
    live,
    office,
    shopify,
    link: (location, facility, { carriesStock = true, safetyStock = 0 } = {}) =>
      inShop(shopId, async (tx) => {
        await tx.location.create({
          data: {
            shopId,
            id: location,
            name: `Location ${location.slice(-1)}`,
            active: true,
            fulfillsOnline: true,
            address: {},
            importedAt: new Date(),
          },
        });
        await tx.locationLink.create({
          data: {
            shopId,
            locationId: location,
            connectionId: live.id,
            facilityId: facility,
            carriesStock,
            safetyStock,
            createdAt: new Date(),
          },
        });
      }),
    variant: (n, sku, { at = locationGid(1), available = 0, committed = 0, active = true, status = 'ACTIVE', barcode } = {}) => {
      shopify.levels.set(levelKey(itemGid(n), at), { available, committed, active });
      return inShop(shopId, async (tx) => {
        await tx.variant.create({
          data: {
            shopId,
            id: variantGid(n),
            productId: `gid://shopify/Product/${n}`,
            inventoryItemId: itemGid(n),
            sku,
            barcode: barcode ?? null,
            productTitle: `Product ${n}`,
            title: 'Default Title',
            productType: '',
            vendor: '',
            tags: [],
            status,
            price: 1000n,
            tracked: true,
            requiresShipping: true,
            isGiftCard: false,
            hasComponents: false,
            whenOutOfStock: 'deny',
            shopifyUpdatedAt: new Date(),
            readAt: new Date(),
          },
        });
      });
    },
    settings: (inventory, products = {}) =>
      inShop(shopId, async (tx) => {
        const where = (kind: string) => ({ shopId_connectionId_kind: { shopId, connectionId: live.id, kind } });
        await tx.sync.update({ where: where('inventory'), data: { settings: inventory as object } });
        await tx.sync.update({ where: where('products'), data: { settings: products as object } });
      }),
    async run(task = 'scheduled', argument) {
      const order = {
        connectionId: live.id,
        sync: 'inventory' as const,
        door: 'button' as const,
        task,
        ...(argument ? { argument } : {}),
      };
      const id = await inShop(shopId, (tx) => openRun(tx, shopId, order));
      return { id, task, ...(argument ? { argument } : {}) };
    },
  };
}
