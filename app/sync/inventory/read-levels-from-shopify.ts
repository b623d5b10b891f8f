import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { InventoryOfItemsDocument, type InventoryOfItemsQuery } from '../../shopify/operations/generated/graphql.ts';
import { inParallel, inPieces } from './in-parallel.ts';
import { sourceTables } from './stock-sources.ts';

/** Shopify's limit for ids in one call. */
export const ITEMS_A_CALL = 250;
const CALLS_AT_ONCE = 4;

interface ReadLevel {
  inventory_item_id: string;
  location_id: string;
  available: number;
  committed: number;
  active: boolean;
}

type Node = InventoryOfItemsQuery['nodes'][number];
const quantityOf = (quantities: readonly { name: string; quantity: number }[], name: string) =>
  quantities.find((one) => one.name === name)?.quantity ?? 0;

function levelOf(node: Node, locationId: string): ReadLevel[] {
  if (node?.__typename !== 'InventoryItem') return [];
  const level = node.inventoryLevel;
  // an item that was never at this location has no level: the same as an inactive one
  const { isActive, quantities } = level ?? { isActive: false, quantities: [] };
  return [
    {
      inventory_item_id: node.id,
      location_id: locationId,
      available: quantityOf(quantities, 'available'),
      committed: quantityOf(quantities, 'committed'),
      active: isActive,
    },
  ];
}

async function store(
  shopId: number,
  levels: ReadLevel[],
  tracked: { id: string; tracked: boolean }[],
  readAt: Date,
): Promise<void> {
  await inShop(shopId, async (tx) => {
    await tx.$executeRaw`
      INSERT INTO stock_level (shop_id, inventory_item_id, location_id, available, committed, active, read_at)
      SELECT ${shopId}, inventory_item_id, location_id, available, committed, active, ${readAt}
      FROM jsonb_to_recordset(${JSON.stringify(levels)}::jsonb) AS r (inventory_item_id text, location_id text, available int, committed int, active boolean)
      ON CONFLICT (shop_id, inventory_item_id, location_id) DO UPDATE
        SET available = excluded.available, committed = excluded.committed, active = excluded.active, read_at = excluded.read_at
      WHERE stock_level.read_at <= excluded.read_at`;
    await tx.$executeRaw`
      UPDATE variant v SET tracked = r.tracked FROM jsonb_to_recordset(${JSON.stringify(tracked)}::jsonb) AS r (id text, tracked boolean)
      WHERE v.shop_id = ${shopId} AND v.inventory_item_id = r.id AND v.tracked <> r.tracked`;
  });
}

/**
 * Reads available, committed and whether it is active, of each item at each location, into `stock_level`: 250 items a call. Both numbers come
 * in one answer, so that an order is either in both or in neither. `beat` is called after each call.
 */
export async function readLevelsFromShopify(
  admin: Pick<ShopifyAdmin, 'run'>,
  shopId: number,
  items: readonly string[],
  locationIds: readonly string[],
  beat: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const calls = [...inPieces(items, ITEMS_A_CALL)].flatMap((ids) => locationIds.map((locationId) => ({ ids, locationId })));
  await inParallel(calls, CALLS_AT_ONCE, async ({ ids, locationId }) => {
    // the moment before the question: whatever is written to the level afterwards is newer
    const readAt = now();
    const { nodes } = await admin.run(InventoryOfItemsDocument, { ids, locationId }, { priority: 'inventory' });
    const tracked = nodes.flatMap((node) =>
      node?.__typename === 'InventoryItem' ? [{ id: node.id, tracked: node.tracked }] : [],
    );
    await store(
      shopId,
      nodes.flatMap((node) => levelOf(node, locationId)),
      tracked,
      readAt,
    );
    await beat();
  });
}

/** The locations whose levels matter to a connection: those that show stock, those whose orders take of it, and those that showed it before. */
export async function locationsOf(shopId: number, connectionId: string): Promise<string[]> {
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ location_id: string }[]>`
      WITH ${sourceTables({ shopId, connectionId })}
      SELECT from_location AS location_id FROM taking
      UNION SELECT location_id FROM retired_target WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND zero
      ORDER BY location_id`,
  );
  return rows.map((row) => row.location_id);
}
