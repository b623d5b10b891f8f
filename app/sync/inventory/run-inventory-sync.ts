import { nowMs } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { NeedsMerchantError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { analyseAfterLoad } from '../products/analyse-after-load.ts';
import { refreshCatalogue } from '../products/refresh-catalogue.ts';
import { countInRun, showLife, type RunOrder } from '../runs/runs.ts';
import { activatePlannedLevels } from './activate-levels.ts';
import { brakeHolds, coveredByApproval, type BrakeLimits } from './brake.ts';
import { inventoryCursor, saveInventoryCursor } from './inventory-cursor.ts';
import { publishItems } from './publish-items.ts';
import { endPaused } from './end-paused.ts';
import { publishStockToShopify } from './publish-stock-to-shopify.ts';
import { forgetNoted } from './noted-levels.ts';
import { pullStockFromBackOffice, type PulledStock } from './pull-stock-from-back-office.ts';
import { pullStockChanges } from './pull-stock-changes.ts';
import { locationsOf, readLevelsFromShopify } from './read-levels-from-shopify.ts';
import {
  approvedPlan,
  awaitApproval,
  endAsPlan,
  otherAwaiting,
  restateCounts,
  supersedeAwaiting,
  zeroesInDoubt,
} from '../runs/plan-states.ts';
import { forgetRetired } from './retired-targets.ts';
import { settleOrphanedWrites } from './settle-orphaned-writes.ts';
import { shareSales } from './share-sales.ts';
import { stockRulesOf, type StockRules } from './stock-facts.ts';
import { sourceTables } from './stock-sources.ts';
import { switchOnAfterStart } from './switch-on-after-start.ts';
import { restateStockProblems } from './stock-problems.ts';
import { takeStartingStock } from './take-starting-stock.ts';
import { restateWaitingLocations } from './waiting-locations.ts';
import type { Publishing } from './write-stock-batch.ts';
import { gateFor } from '../writes/gate.ts';
import { runUndo } from './undo/run-undo.ts';
import { itemsConcerned, itemsToRead, nextItems, stockedLevels, storePlan, type PlanSummary } from './store-plan.ts';

const HOUR_MS = 3_600_000;
/** Changes of the last minute are asked for twice: the back office's clock may differ from ours. */
const OVERLAP_MS = 60_000;
const ITEMS_A_PAGE = 10_000;
const STATEMENT_MS = 120_000;

interface InventoryRun {
  live: LiveConnection;
  admin: ShopifyAdmin;
  run: RunOrder;
  rules: StockRules;
  limits: BrakeLimits;
  /** Everything is pulled and read, not only what changed. */
  full: boolean;
  since: number | null;
  comparedAt: number;
  rulesHash: string;
}

/** The rules, the links, the facilities and the gate in force as one text: when they change, every level is compared again. */
async function hashOfRules(live: LiveConnection, rules: StockRules): Promise<string> {
  const { shopId, connectionId } = rules;
  const tables = await inShop(
    shopId,
    (tx) => tx.$queryRaw<object[]>`
      WITH ${sourceTables(rules)}
      SELECT (SELECT json_agg(json_build_array(location_id, facility_id, carries_stock, safety_stock, threshold) ORDER BY location_id) FROM link) AS links,
        (SELECT json_agg(json_build_array(location_id, facility_id) ORDER BY location_id, facility_id) FROM source) AS sources,
        (SELECT json_agg(location_id ORDER BY location_id) FROM waiting) AS waiting,
        (SELECT json_agg(location_id ORDER BY location_id) FROM retired_target
          WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND zero) AS retired`,
  );
  return sha256(JSON.stringify([rules, live.access, live.dryRun, tables]));
}

async function prepare(live: LiveConnection, run: RunOrder, admin: ShopifyAdmin): Promise<InventoryRun> {
  const shopId = live.shop.id;
  const { inventory, products, goods } = await inShop(shopId, async (tx) => ({
    inventory: await readSync(tx, shopId, live.id, 'inventory'),
    products: await readSync(tx, shopId, live.id, 'products'),
    goods: await readGoodsRules(tx, shopId, live.id),
  }));
  if (!inventory.enabled && run.task !== 'preview')
    throw new NeedsMerchantError('sync-off', 'The inventory sync is switched off', { params: { sync: 'inventory' } });
  const rules = stockRulesOf(live, inventory.settings, products.settings, goods);
  const rulesHash = await hashOfRules(live, rules);
  const cursor = inventoryCursor(inventory.cursor);
  const full =
    ['full', 'approve', 'retry'].includes(run.task) ||
    // what its release would do is everything
    inventory.paused !== null ||
    !cursor ||
    cursor.rules !== rulesHash ||
    nowMs() - cursor.comparedAt > inventory.settings.fullEveryHours * HOUR_MS;
  const since = full || !cursor ? null : cursor.pulledTo - OVERLAP_MS;
  return {
    live,
    admin,
    run,
    rules,
    limits: inventory.settings,
    full,
    since,
    comparedAt: full ? nowMs() : cursor.comparedAt,
    rulesHash,
  };
}

/** Shopify's levels of what matters to this run. Returns the items the plan is about, or null for the whole catalogue. */
async function readLevels({ admin, run, rules, full }: InventoryRun, pulled: PulledStock): Promise<string[] | null> {
  const { shopId } = rules;
  const locations = await locationsOf(shopId, rules.connectionId);
  const beat = () => inShop(shopId, (tx) => showLife(tx, shopId, run.id));
  if (full) {
    for (let after = '', read = 0; ; read += ITEMS_A_PAGE) {
      const page = await inShop(shopId, (tx) => nextItems(tx, rules, after, ITEMS_A_PAGE), { timeoutMs: STATEMENT_MS });
      await readLevelsFromShopify(admin, shopId, page, locations, beat);
      const last = page.at(-1);
      if (!last || page.length < ITEMS_A_PAGE) {
        if (read > 0) await inShop(shopId, (tx) => Promise.resolve(analyseAfterLoad(tx, 'stock_level')));
        return null;
      }
      after = last;
    }
  }
  const { skus } = pulled;
  const concerned = skus ? await inShop(shopId, (tx) => itemsConcerned(tx, rules, skus), { timeoutMs: STATEMENT_MS }) : null;
  const toRead = await inShop(shopId, (tx) => itemsToRead(tx, rules, concerned), { timeoutMs: STATEMENT_MS });
  await readLevelsFromShopify(admin, shopId, toRead, locations, beat);
  return concerned;
}

/** Whether the run must stop here; says so in the run. */
async function waitsForYes({ live, run, rules, limits, full }: InventoryRun, summary: PlanSummary): Promise<boolean> {
  const { shopId } = rules;
  return inShop(shopId, async (tx) => {
    const planned = { ...summary, stocked: await stockedLevels(tx, rules) };
    const approved = run.task === 'approve' ? await approvedPlan(tx, shopId, run.id) : null;
    const go = !brakeHolds(planned, limits) || (approved !== null && coveredByApproval(planned, approved));
    if (go) {
      // only a run over everything answers the question of an earlier one
      if (full) await supersedeAwaiting(tx, shopId, live.id, run.id);
      return false;
    }
    const params = {
      writes: planned.writes,
      zeroes: planned.zeroes,
      stocked: planned.stocked,
      percent: limits.brakePercent,
      units: limits.brakeUnits,
    };
    await countInRun(tx, shopId, run.id, { held: planned.writes });
    // one question at a time: while an earlier run waits for its yes, this one only says so
    if (await otherAwaiting(tx, shopId, live.id, run.id))
      await endAsPlan(tx, shopId, run.id, { code: 'waits-for-approval', params });
    else await awaitApproval(tx, shopId, run.id, { code: 'brake', params });
    return true;
  });
}

async function pullPlanPublish(order: InventoryRun): Promise<void> {
  const { live, admin, run, rules } = order;
  const { shopId } = rules;
  const startedAt = new Date(nowMs());
  // without variants there is nothing to match; where products aren't handed over nobody else would read them
  if (order.full) await refreshCatalogue(live, run, admin);
  const pulled =
    order.since === null
      ? await pullStockFromBackOffice(live, run, { since: null })
      : await pullStockChanges(live, run, rules, { since: order.since, comparedAt: order.comparedAt });
  const items = await readLevels(order, pulled);
  const publishing: Publishing = { live, admin, rules, runId: run.id };
  await settleOrphanedWrites(publishing);
  const summary = await inShop(shopId, (tx) => storePlan(tx, rules, run.id, items), { timeoutMs: STATEMENT_MS });
  await inShop(
    shopId,
    async (tx) => {
      await shareSales(tx, rules, items);
      await restateStockProblems(tx, rules, live.name, items);
      await restateWaitingLocations(tx, rules);
      await restateCounts(tx, shopId, run.id, {
        seen: summary.levels + summary.skips,
        skipped: summary.skips,
        total: summary.writes,
      });
    },
    { timeoutMs: STATEMENT_MS },
  );
  if (run.task === 'preview') {
    await inShop(shopId, (tx) => endAsPlan(tx, shopId, run.id, null));
    return;
  }
  // While it waits the cursor stays, so that the next run sees the same changes and more. A full run without any change answers the question, too.
  if ((order.full || summary.writes > 0) && (await waitsForYes(order, summary))) return;
  if (!order.full) publishing.zeroesWait = await inShop(shopId, (tx) => zeroesInDoubt(tx, shopId, live.id, run.id));
  await activatePlannedLevels(publishing);
  await publishStockToShopify(publishing);
  // Closed while the run worked: nobody knows any more what was kept back once it is open again, unless the same is looked at anew.
  if (publishing.withheld && gateFor(live, 'shopify') === null) return;
  const cursor = { pulledTo: pulled.asOf, comparedAt: order.comparedAt, rules: order.rulesHash };
  await inShop(
    shopId,
    async (tx) => {
      await saveInventoryCursor(tx, rules, cursor, order.full);
      await forgetNoted(tx, rules, startedAt);
      await forgetRetired(tx, rules, order.full);
    },
    { timeoutMs: STATEMENT_MS },
  );
}

/**
 * Brings Shopify's stock in line with the back office's: pull, read, plan, brake, activate, publish. Tasks: `scheduled` (what changed),
 * `full` and `retry` (everything), `preview` (only the plan), `approve` (a run that the brake held, planned anew), `chosen` (the SKUs in `argument`, comma
 * separated), `undo` (takes the run in `argument` back), `starting-stock` (Shopify's numbers to the back office; with the argument `then-on` the sync is switched on
 * afterwards). While the sync is paused only plans are made. The handler lets one run of a connection
 * work at a time; killed and started again it plans anew and finds what landed by reading.
 */
export async function runInventorySync(
  live: LiveConnection,
  run: RunOrder,
  admin: ShopifyAdmin = adminFor(live.shop),
): Promise<void> {
  if (run.task === 'undo') return runUndo(live, run, admin);
  if (run.task === 'starting-stock') {
    await takeStartingStock(live, run, admin);
    if (run.argument === 'then-on') await switchOnAfterStart(live, run);
    return;
  }
  if (run.task !== 'preview' && (await endPaused(live, run, 'inventory'))) return;
  if (run.task === 'chosen' && run.argument) {
    const skus = run.argument.split(',').map((sku) => sku.trim());
    await publishItems(live, run, { skus: skus.filter((sku) => sku !== '') }, admin);
    return;
  }
  await pullPlanPublish(await prepare(live, run, admin));
}
