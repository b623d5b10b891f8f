import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { OnHandOfItemsDocument } from '../../shopify/operations/generated/graphql.ts';
import { refreshCatalogue } from '../products/refresh-catalogue.ts';
import { countInRun, type RunOrder } from '../runs/runs.ts';
import { performWrite } from '../writes/perform-write.ts';
import { ITEMS_A_CALL } from './read-levels-from-shopify.ts';
import { readStartingItems, type StartingItem } from './starting-items.ts';
import { stockRulesOf, type StockRules } from './stock-facts.ts';
import { nextItems, planKeyOf } from './store-plan.ts';

/** A location whose stock goes to its facility once. */
interface Start {
  locationId: string;
  facilityId: string;
}

interface Line extends StartingItem {
  onHand: number;
}

interface Refused {
  refused: { facilityId: string; sku: string; vendorText: string }[];
}

/** Locations that carry stock, with the facility that gets it. Queues hold none, and what is left out stays untouched. */
async function startsOf({ shopId, connectionId }: StockRules): Promise<Start[]> {
  return inShop(
    shopId,
    (tx) => tx.$queryRaw<Start[]>`
      SELECT k.location_id AS "locationId", k.facility_id AS "facilityId" FROM location_link k
      LEFT JOIN facility f ON f.shop_id = k.shop_id AND f.connection_id = k.connection_id AND f.id = k.facility_id
      WHERE k.shop_id = ${shopId} AND k.connection_id = ${connectionId}::uuid AND k.carries_stock
        AND coalesce(f.kind, '') <> 'queue' AND NOT coalesce(f.stock_excluded, false)
      ORDER BY k.location_id`,
  );
}

async function onHandAt(admin: Pick<ShopifyAdmin, 'run'>, ids: string[], locationId: string): Promise<Map<string, number>> {
  const { nodes } = await admin.run(OnHandOfItemsDocument, { ids, locationId }, { priority: 'inventory' });
  return new Map(
    nodes.flatMap((node) => {
      if (node?.__typename !== 'InventoryItem' || node.inventoryLevel?.isActive !== true) return [];
      const quantity = node.inventoryLevel.quantities.find(({ name }) => name === 'on_hand')?.quantity;
      return quantity === undefined ? [] : [[node.id, quantity] as const];
    }),
  );
}

async function writeDown(
  { shopId }: StockRules,
  runId: string,
  { locationId }: Start,
  lines: (Line & { outcome: 'done' | 'failed' | 'held' | 'skipped'; reason: object | null })[],
): Promise<void> {
  if (lines.length === 0) return;
  await inShop(shopId, async (tx) => {
    const rows = lines.map(({ inventoryItemId, code, title, onHand, outcome, reason }) => ({
      ...{ item_key: planKeyOf({ inventoryItemId, locationId }), action: outcome === 'skipped' ? 'skip' : 'update' },
      ...{ label: code || title, after: onHand, outcome, reason },
    }));
    await tx.$executeRaw`
      INSERT INTO plan_item (shop_id, run_id, item_key, action, label, after, outcome, reason, done_at)
      SELECT ${shopId}, ${runId}::uuid, item_key, action, label, after, outcome, reason, ${now()}::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (item_key text, action text, label text, after int, outcome text, reason jsonb)
      ON CONFLICT (shop_id, run_id, item_key) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, after = excluded.after`;
    const counts = { seen: lines.length, done: 0, skipped: 0, held: 0, failed: 0 };
    for (const { outcome } of lines) counts[outcome] += 1;
    await countInRun(tx, shopId, runId, counts);
  });
}

async function take(live: LiveConnection, run: RunOrder, rules: StockRules, start: Start, lines: Line[]): Promise<void> {
  const negative = lines.filter(({ onHand }) => onHand < 0);
  const reason = { code: 'starting-stock-negative', params: {} };
  const good = lines.filter(({ onHand }) => onHand >= 0);
  await writeDown(
    rules,
    run.id,
    start,
    negative.map((line) => ({ ...line, outcome: 'skipped' as const, reason })),
  );
  const [first] = good;
  const { stock } = live.connector;
  if (!first || !stock?.setOnHand) return;
  const levels = good.map(({ code, remoteProductId, onHand }) => ({
    ...{ facilityId: start.facilityId, sku: code, remoteProductId, onHand },
  }));
  const set = stock.setOnHand.bind(stock);
  // The same numbers set again change nothing: a lost answer is simply asked for once more.
  const send = (): Promise<Refused> => set(levels);
  const result = await performWrite<Refused>(
    live,
    {
      ...{ runId: run.id, target: 'back-office', kind: 'stock-start', class: 'final' },
      subject: { kind: 'sync', id: `inventory ${live.id}` },
      key: `stock-start ${run.id} ${start.locationId} ${first.inventoryItemId}`,
      after: levels.map(({ sku, onHand }) => ({ sku, facilityId: start.facilityId, onHand })),
    },
    { send, ask: send },
  );
  const refused = new Map(
    result.outcome === 'landed' ? result.answer.refused.map(({ sku, vendorText }) => [sku, vendorText]) : [],
  );
  await writeDown(
    rules,
    run.id,
    start,
    good.map((line) => {
      if (result.outcome === 'withheld') return { ...line, outcome: 'held', reason: result.reason };
      const vendorText = refused.get(line.code);
      if (vendorText === undefined) return { ...line, outcome: 'done', reason: null };
      return { ...line, outcome: 'failed', reason: { code: 'starting-stock-refused', params: { sku: line.code, vendorText } } };
    }),
  );
}

/**
 * Hands Shopify's on-hand numbers to the back office, once, before its own are published: each location's to its facility. Only while the inventory sync
 * is off, so that nothing of it comes back as an echo; switched on, the sync finds both sides equal. Throws NeedsMerchantError where the back office
 * lets nobody set stock, the sync is on, or it was done before (the argument `again` says that somebody wants it all the same).
 */
export async function takeStartingStock(live: LiveConnection, run: RunOrder, admin: ShopifyAdmin): Promise<void> {
  const shopId = live.shop.id;
  if (!live.connector.stock?.setOnHand) {
    throw new RejectedError('starting-stock-not-offered', 'The back office lets nobody set stock', {
      params: { backOffice: live.name },
    });
  }
  const { inventory, products, goods, before } = await inShop(shopId, async (tx) => ({
    inventory: await readSync(tx, shopId, live.id, 'inventory'),
    products: await readSync(tx, shopId, live.id, 'products'),
    goods: await readGoodsRules(tx, shopId, live.id),
    before: await tx.write.count({
      where: { shopId, connectionId: live.id, kind: 'stock-start', state: 'landed', runId: { not: run.id } },
    }),
  }));
  if (inventory.enabled) throw new NeedsMerchantError('starting-stock-sync-on', 'The inventory sync is on');
  if (before > 0 && run.argument !== 'again')
    throw new NeedsMerchantError('starting-stock-taken', 'The starting stock was taken over before');
  const rules = stockRulesOf(live, inventory.settings, products.settings, goods);
  await refreshCatalogue(live, run, admin);
  const starts = await startsOf(rules);
  for (let after = ''; ;) {
    const from = after;
    const ids = await inShop(shopId, (tx) => nextItems(tx, rules, from, ITEMS_A_CALL));
    const last = ids.at(-1);
    if (last === undefined) return;
    const items = await inShop(shopId, (tx) => readStartingItems(tx, rules, ids));
    for (const start of starts) {
      const onHand = await onHandAt(admin, ids, start.locationId);
      const lines = items.flatMap((item) => {
        const quantity = onHand.get(item.inventoryItemId);
        return quantity === undefined ? [] : [{ ...item, onHand: quantity }];
      });
      const named = lines.filter(({ problem }) => problem !== null);
      await writeDown(
        rules,
        run.id,
        start,
        named.map((line) => ({
          ...line,
          outcome: 'skipped' as const,
          reason: { code: line.problem, params: { sku: line.code } },
        })),
      );
      await take(
        live,
        run,
        rules,
        start,
        lines.filter(({ problem }) => problem === null),
      );
    }
    after = last;
  }
}
