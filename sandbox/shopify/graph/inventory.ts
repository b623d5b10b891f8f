import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { SqlValue } from '../../kit/state.ts';
import { gid, idOf } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { page } from '../core/paging.ts';
import { byShop, defineLoader, ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Args, type Registry } from '../core/registry.ts';
import type { RequestContext } from '../core/world.ts';
import { levelOf, onHand } from '../domain/inventory.ts';
import { dataOf, QUANTITY_NAMES, type LevelRow, type QuantityName, type VariantData, type VariantRow } from '../domain/rows.ts';
import { compileSearch, id, moment, number, oneOf, text, type Searchable } from '../search/compile.ts';
import { levelGid } from '../webhooks/catalogue-payloads.ts';
import { moneyV2 } from './values.ts';
import { inventoryMutations } from './inventory-mutations.ts';

const LEVEL_SEARCH: Searchable = {
  name: 'inventoryLevels',
  terms: {
    updated_at: moment('l.updated_at'),
    created_at: moment('l.created_at'),
    inventory_item_id: id('l.item_id'),
    id: id('l.id'),
  },
};

const ITEM_SEARCH: Searchable = {
  name: 'inventoryItems',
  terms: {
    id: id('v.item_id'),
    sku: text('v.sku'),
    updated_at: moment('v.item_updated_at'),
    created_at: moment('v.created_at'),
    tracked: oneOf({ true: { sql: 'v.tracked = 1', params: [] }, false: { sql: 'v.tracked = 0', params: [] } }, 'tracked'),
    available: number('(SELECT coalesce(sum(l.available), 0) FROM levels l WHERE l.item_id = v.item_id AND l.active = 1)'),
  },
};

/** Levels of a location or an item, a page at a time. */
export function levelsPage(ctx: RequestContext, info: GraphQLResolveInfo, args: Args, of: { sql: string; params: SqlValue[] }) {
  const search = compileSearch(LEVEL_SEARCH, args.query, ctx.world.clock.now());
  return page(ctx, info, args, {
    select: 'SELECT l.* FROM levels l',
    where: [of, ...(args.includeInactive ? [] : [{ sql: 'l.active = 1', params: [] }]), ...(search ? [search] : [])],
    id: 'l.id',
    toNode: (row) => ({ __typename: 'InventoryLevel', ...row }),
  });
}

/** InventoryItem, InventoryLevel and the inventory mutations. */
export function inventoryFields(registry: Registry): void {
  // an InventoryItem's number is the variant row's item_id
  defineLoader('InventoryItem', (ctx, itemId) =>
    ctx.world.state.get('SELECT * FROM variants WHERE item_id = ? AND shop_id = ?', itemId, ctx.shop.id),
  );
  defineLoader('InventoryLevel', byShop('levels'));
  defineLoader('InventoryAdjustmentGroup', byShop('adjustment_groups'));

  registry.type<unknown>('QueryRoot', {
    inventoryItem: withArgs(['id'], (_source, args) => refOrNull('InventoryItem', idOf('InventoryItem', args.id))),
    inventoryLevel: withArgs(['id'], (_source, args) => refOrNull('InventoryLevel', idOf('InventoryLevel', args.id))),
    inventoryItems: withArgs([...PAGING, 'query'], (_source, args, ctx, info) => {
      const search = compileSearch(ITEM_SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT v.* FROM variants v',
        where: [{ sql: 'v.shop_id = ?', params: [ctx.shop.id] }, ...(search ? [search] : [])],
        id: 'v.item_id',
        toNode: (row) => ({ __typename: 'InventoryItem', ...row }),
      });
    }),
    inventoryProperties: () => ({ quantityNames: [...QUANTITY_NAMES, 'on_hand'].map(quantityName) }),
  });

  registry.type<VariantRow>('InventoryItem', {
    id: (row) => gid('InventoryItem', row.item_id),
    legacyResourceId: (row) => String(row.item_id),
    sku: (row) => row.sku,
    duplicateSkuCount: (row, _args, ctx) =>
      row.sku === null
        ? 0
        : (ctx.world.state.get<{ n: number }>(
            'SELECT count(*) - 1 AS n FROM variants WHERE shop_id = ? AND sku = ?',
            row.shop_id,
            row.sku,
          )?.n ?? 0),
    tracked: (row) => row.tracked === 1,
    trackedEditable: () => ({ locked: false, reason: null }),
    requiresShipping: (row) => row.requires_shipping === 1,
    unitCost: (row, _args, ctx) => {
      const { cost } = dataOf<VariantData>(row);
      return cost === null ? null : moneyV2(cost, ctx.shop.data.currency);
    },
    countryCodeOfOrigin: (row) => dataOf<VariantData>(row).countryOfOrigin,
    provinceCodeOfOrigin: (row) => dataOf<VariantData>(row).provinceOfOrigin,
    harmonizedSystemCode: (row) => dataOf<VariantData>(row).hsCode,
    measurement: (row) => ({ id: gid('InventoryItemMeasurement', row.item_id), weight: dataOf<VariantData>(row).weight }),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.item_updated_at),
    variant: (row) => ref('ProductVariant', row.id),
    variants: withArgs(['first', 'after', 'last', 'before'], (row, args, ctx, info) =>
      page(ctx, info, args, {
        select: 'SELECT v.* FROM variants v',
        where: [{ sql: 'v.item_id = ?', params: [row.item_id] }],
        id: 'v.id',
        toNode: (variant) => ({ __typename: 'ProductVariant', ...variant }),
      }),
    ),
    locationsCount: (row, _args, ctx) => ({
      count:
        ctx.world.state.get<{ n: number }>('SELECT count(*) AS n FROM levels WHERE item_id = ? AND active = 1', row.item_id)?.n ??
        0,
      precision: 'EXACT',
    }),
    inventoryLevels: withArgs([...PAGING, 'query', 'includeInactive'], (row, args, ctx, info) =>
      levelsPage(ctx, info, args, { sql: 'l.item_id = ?', params: [row.item_id] }),
    ),
    inventoryLevel: withArgs(['locationId', 'includeInactive'], (row, args, ctx) => {
      const level = levelOf(ctx.world.state, row.item_id, idOf('Location', args.locationId) ?? 0);
      return level && (level.active === 1 || args.includeInactive) ? { __typename: 'InventoryLevel', ...level } : null;
    }),
  });

  registry.type<LevelRow>('InventoryLevel', {
    id: (row) => levelGid(row),
    isActive: (row) => row.active === 1,
    item: (row) => ref('InventoryItem', row.item_id),
    location: (row) => ref('Location', row.location_id),
    createdAt: (row) => dateTime(row.created_at),
    updatedAt: (row) => dateTime(row.updated_at),
    canDeactivate: (row) => row.active === 1 && row.committed === 0 && row.incoming === 0 && row.reserved === 0,
    deactivationAlert: (row) => (row.committed > 0 ? 'This location has committed inventory.' : null),
    quantities: withArgs(['names'], (row, args) =>
      (args.names as string[]).map((name) => ({
        id: `${gid('InventoryQuantity', row.id)}?name=${name}`,
        name,
        quantity: quantityOf(row, name),
        updatedAt: dateTime(row.updated_at),
      })),
    ),
  });

  registry.type<{ id: number; reason: string; reference: string | null; changes: string; created_at: number }>(
    'InventoryAdjustmentGroup',
    {
      id: (row) => gid('InventoryAdjustmentGroup', row.id),
      reason: (row) => row.reason,
      referenceDocumentUri: (row) => row.reference,
      createdAt: (row) => dateTime(row.created_at),
      changes: (row) => JSON.parse(row.changes) as unknown[],
    },
  );

  inventoryMutations(registry);
}

function quantityOf(level: LevelRow, name: string): number {
  if (name === 'on_hand') return onHand(level);
  if (!QUANTITY_NAMES.includes(name as QuantityName))
    throw new GraphQLError(`The specified quantity name '${name}' doesn't exist.`, { extensions: { code: 'BAD_REQUEST' } });
  return level[name as QuantityName];
}

function quantityName(name: string) {
  const inOnHand = name !== 'on_hand' && name !== 'incoming';
  return {
    name,
    displayName: name[0]?.toUpperCase() + name.slice(1).replaceAll('_', ' '),
    isInUse: ['available', 'committed', 'incoming', 'on_hand'].includes(name),
    belongsTo: inOnHand ? ['on_hand'] : [],
    comprises: name === 'on_hand' ? ['available', 'committed', 'damaged', 'quality_control', 'reserved', 'safety_stock'] : [],
  };
}
