import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync } from '../../connections/syncs.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { withLease } from '../inbox/lease.ts';
import { rollingRun } from '../runs/runs.ts';
import { activeConnections, takersOf } from '../shop/shop-context.ts';
import { inPieces } from './in-parallel.ts';
import { forgetNoted, noteForPublishers, shippedSinceCounted } from './noted-levels.ts';
import { publishItems } from './publish-items.ts';
import { ITEMS_A_CALL } from './read-levels-from-shopify.ts';

/** Where connections and Shopify come from; tests hand in their own. */
export interface LevelTools {
  /** The shop's connections that publish stock, or share it with other shops. */
  publishers(shopId: number): Promise<LiveConnection[]>;
  adminOf(live: LiveConnection): ShopifyAdmin;
}

const usualTools: LevelTools = {
  publishers: async (shopId) => {
    const active = await activeConnections(shopId);
    const taking = await takersOf(shopId, active, 'inventory');
    return active.filter((live) => live.sharing || taking.includes(live));
  },
  adminOf: (live) => adminFor(live.shop),
};

async function publishNoted(live: LiveConnection, tools: LevelTools): Promise<void> {
  const shopId = live.shop.id;
  const startedAt = now();
  const noted = await inShop(shopId, (tx) =>
    tx.notedLevel.findMany({
      where: { shopId, connectionId: live.id },
      orderBy: { notedAt: 'asc' },
      take: 10 * ITEMS_A_CALL,
      select: { inventoryItemId: true },
    }),
  );
  for (const piece of inPieces(noted, ITEMS_A_CALL)) {
    const inventoryItemIds = piece.map((one) => one.inventoryItemId);
    const id = await inShop(shopId, (tx) => rollingRun(tx, shopId, live.id, 'inventory'));
    const skus = await inShop(shopId, (tx) => shippedSinceCounted(tx, { shopId, connectionId: live.id }, inventoryItemIds));
    await publishItems(live, { id }, { inventoryItemIds, skus }, tools.adminOf(live));
    await inShop(shopId, (tx) => forgetNoted(tx, { shopId, connectionId: live.id }, startedAt, inventoryItemIds));
  }
}

/**
 * Shopify said that a level of this item changed. It is read again: our own write is recognised by its value and needs nothing, a foreign
 * change is put right at once. A big publication echoes as thousands of webhooks, so whoever comes first reads all that wait, 250 in one call.
 */
export async function noteLevelChange(shopId: number, inventoryItemId: string, tools: LevelTools = usualTools): Promise<void> {
  const connectionIds = await inShop(shopId, (tx) => noteForPublishers(tx, shopId, inventoryItemId));
  if (connectionIds.length === 0) return;
  const failures: unknown[] = [];
  for (const live of await tools.publishers(shopId)) {
    if (!connectionIds.includes(live.id)) continue;
    // what isn't put right at once is the next run's work; while the sync is off there is none
    const { enabled, settings } = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'inventory'));
    if (enabled && !settings.events.includes('shopify')) continue;
    try {
      await withLease(shopId, `noted levels ${live.id}`, () => publishNoted(live, tools), { waitMs: 30_000 });
    } catch (thrown) {
      // what is wrong with one connection isn't another's; what its merchant must mend is named by its own runs
      if (asCrossdockError(thrown).kind !== 'needs-merchant') failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}
