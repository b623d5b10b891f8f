import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { looseCodes, productCode } from '../products/product-code.ts';
import { zeroesInDoubt } from '../runs/plan-states.ts';
import { countInRun } from '../runs/runs.ts';
import { activateLevels } from './activate-levels.ts';
import { withKin } from './kit-flight.ts';
import { publishLevels, type Published } from './publish-stock-to-shopify.ts';
import { pullStockFromBackOffice } from './pull-stock-from-back-office.ts';
import { locationsOf, readLevelsFromShopify } from './read-levels-from-shopify.ts';
import { shareSales } from './share-sales.ts';
import { stockRulesOf, type StockRules } from './stock-facts.ts';
import { restateStockProblems } from './stock-problems.ts';
import { nextPlannedLevels, planKeyOf, storePlan, type LevelKey } from './store-plan.ts';

export interface ItemsToPublish {
  /** The back office's SKUs: their stock is pulled first. */
  skus?: string[];
  /** Shopify's inventory items, with the stock last pulled. */
  inventoryItemIds?: string[];
}

const nothing: Published = { done: 0, unchanged: 0, held: 0, failed: 0 };

async function itemsOf(rules: StockRules, { skus = [], inventoryItemIds = [] }: ItemsToPublish): Promise<string[]> {
  const { among } = productCode(rules);
  const rows = await inShop(
    rules.shopId,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      SELECT v.inventory_item_id AS id FROM variant v
      WHERE v.shop_id = ${rules.shopId} AND v.deleted_at IS NULL AND v.tracked AND ${among(looseCodes(skus))}`,
  );
  const items = [...new Set([...inventoryItemIds, ...rows.map((row) => row.id)])];
  return inShop(rules.shopId, (tx) => withKin(tx, rules, items));
}

/** The run's planned lines of these items that would be written. */
async function plannedOf(rules: StockRules, runId: string, items: string[], action?: 'create'): Promise<LevelKey[]> {
  const wanted = new Set(items);
  const keys: LevelKey[] = [];
  for (let last = ''; ;) {
    const page = await inShop(rules.shopId, (tx) => nextPlannedLevels(tx, rules.shopId, runId, last, 1_000, action));
    keys.push(...page.filter((key) => wanted.has(key.inventoryItemId)));
    const end = page.at(-1);
    if (!end || page.length < 1_000) return keys;
    last = planKeyOf(end);
  }
}

/**
 * Publishes some items at once, after an event in the back office or a change in Shopify: reads their levels, plans and writes only them. The
 * brake doesn't hold it: it is for runs. But while a run that it held is in doubt no level is set to none: what is at hand may be what it was held for. Publishes nothing while the sync is off or paused. The plan lines and counts go to `run` (a rolling one, as a rule).
 */
export async function publishItems(
  live: LiveConnection,
  run: { id: string },
  which: ItemsToPublish,
  admin: ShopifyAdmin = adminFor(live.shop),
): Promise<Published> {
  const shopId = live.shop.id;
  const { inventory, products, goods } = await inShop(shopId, async (tx) => ({
    inventory: await readSync(tx, shopId, live.id, 'inventory'),
    products: await readSync(tx, shopId, live.id, 'products'),
    goods: await readGoodsRules(tx, shopId, live.id),
  }));
  // Whoever shares the store has to know what is sold here, also while nothing is published here.
  const publishes = inventory.enabled && !inventory.paused;
  if (!live.connector.stock || (!publishes && !live.sharing)) return nothing;
  const rules = stockRulesOf(live, inventory.settings, products.settings, goods);
  // the back office first, then Shopify, then our own rows: see stock-facts
  if (which.skus?.length && inventory.enabled) await pullStockFromBackOffice(live, run, { since: null, skus: which.skus });
  const items = await itemsOf(rules, which);
  if (items.length === 0) return nothing;
  await readLevelsFromShopify(admin, shopId, items, await locationsOf(shopId, live.id));
  const summary = await inShop(shopId, async (tx) => {
    if (!inventory.enabled) {
      await shareSales(tx, rules, items);
      return null;
    }
    const plan = await storePlan(tx, rules, run.id, items);
    await shareSales(tx, rules, items);
    await restateStockProblems(tx, rules, live.name, items);
    if (plan.writes > 0) await countInRun(tx, shopId, run.id, { seen: plan.levels });
    return plan;
  });
  if (!summary?.writes || !publishes) return nothing;
  const zeroesWait = await inShop(shopId, (tx) => zeroesInDoubt(tx, shopId, live.id, run.id));
  const publishing = { live, admin, rules, runId: run.id, zeroesWait };
  const inactive = await plannedOf(rules, run.id, items, 'create');
  if (inactive.length > 0) await activateLevels(publishing, inactive);
  return publishLevels(publishing, await plannedOf(rules, run.id, items));
}
