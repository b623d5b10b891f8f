import { capabilitiesOf } from '../../connections/known-connectors.ts';
import { readSharing } from '../../connections/shared-store/sharing.ts';
import { readSync } from '../../connections/syncs.ts';
import type { Tx } from '../../db/scope.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import { readStockFacts, stockRulesOf, type StockVerdict } from './stock-facts.ts';
import { planKeyOf } from './store-plan.ts';

/** Why a level shows what it shows. */
export interface LevelExplained {
  /** `ok` where it has a target. */
  verdict: StockVerdict;
  /** Sellable in the back office at the location's facilities together, matched as the settings say; null where it said nothing. */
  remoteAvailable: number | null;
  remoteAsOf: string | null;
  /** Units sold in Shopify that the back office hasn't reserved yet. */
  inFlight: number;
  safetyStock: number;
  threshold: number;
  /** What Shopify should show; null where that can't be said. */
  target: number | null;
}

/** The stock formula of some items' levels, number by number. By item and location. */
export async function explainLevels(
  tx: Tx,
  shopId: number,
  connectionId: string,
  inventoryItemIds: string[],
): Promise<Map<string, LevelExplained>> {
  const connection = await tx.connection.findUniqueOrThrow({
    where: { shopId_id: { shopId, id: connectionId } },
    select: { connector: true, settings: true },
  });
  const { settings } = await readSync(tx, shopId, connectionId, 'inventory');
  const products = await readSync(tx, shopId, connectionId, 'products');
  const goods = await readGoodsRules(tx, shopId, connectionId);
  const definition = { capabilities: capabilitiesOf(connection) };
  const sharing = await readSharing(tx, shopId, connectionId);
  const rules = stockRulesOf({ id: connectionId, shop: { id: shopId }, definition, sharing }, settings, products.settings, goods);
  const facts = await readStockFacts(tx, rules, inventoryItemIds);
  return new Map(
    facts.map((fact) => [
      planKeyOf({ inventoryItemId: fact.inventory_item_id, locationId: fact.location_id }),
      {
        verdict: fact.verdict,
        remoteAvailable: fact.remote_available,
        remoteAsOf: fact.as_of?.toISOString() ?? null,
        inFlight: fact.in_flight,
        safetyStock: fact.safety_stock,
        threshold: fact.threshold,
        target: fact.target,
      },
    ]),
  );
}
