import { randomUUID } from 'node:crypto';
import { now } from '../../core/clock.ts';
import { RejectedError, TransientError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import { isAblated } from '../../env.server.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import {
  InventorySetDocument,
  InventorySetSayingWhatDocument,
  type InventorySetMutation,
  type InventorySetSayingWhatMutation,
} from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors, userErrorsOf } from '../../shopify/user-errors.ts';
import { performWrite } from '../writes/perform-write.ts';
import { locationsOf, readLevelsFromShopify } from './read-levels-from-shopify.ts';
import { readStockFacts, type StockFact, type StockRules } from './stock-facts.ts';
import { planKeyOf, type LevelKey } from './store-plan.ts';

/** What publishing needs, whoever asked for it. */
export interface Publishing {
  live: LiveConnection;
  admin: ShopifyAdmin;
  rules: StockRules;
  runId: string;
  /** Why levels that show stock may not be set to none now, where they may not. */
  zeroesWait?: Reason | null;
  /** Why some of it was kept back, once that has happened. */
  withheld?: Reason;
  undo?: never;
}

/** A run that takes back what another one wrote: it writes although the sync is paused, and never the same change twice. */
export interface TakingBack extends Omit<Publishing, 'rules' | 'undo'> {
  rules: Pick<StockRules, 'shopId' | 'connectionId'>;
  undo: true;
}

/** One level to be written, with what Shopify showed when it was read. */
export interface Change extends LevelKey {
  variantId: string;
  label: string;
  quantity: number;
  changeFromQuantity: number;
}

interface SetAnswer {
  landed: LevelKey[];
}

/** A level that Shopify refused, with its code and words. */
export interface Refusal {
  change: Change;
  code: string;
  text: string;
}

/** A lost answer is asked for again under the same key, which Shopify answers from memory. */
const REPEATS = 2;

/** The facts of these levels as they are at this moment. */
export async function factsOf(publishing: Publishing, keys: readonly LevelKey[]): Promise<StockFact[]> {
  const wanted = new Set(keys.map(planKeyOf));
  const items = [...new Set(keys.map((key) => key.inventoryItemId))];
  const facts = await inShop(publishing.rules.shopId, (tx) => readStockFacts(tx, publishing.rules, items));
  return facts.filter((fact) => wanted.has(planKeyOf({ inventoryItemId: fact.inventory_item_id, locationId: fact.location_id })));
}

/** Those of the facts that call for a write. */
export const changesIn = (facts: StockFact[]): Change[] =>
  facts
    .filter((fact) => fact.action === 'update' || fact.action === 'zero')
    .map((fact) => ({
      inventoryItemId: fact.inventory_item_id,
      locationId: fact.location_id,
      variantId: fact.variant_id,
      label: fact.code || fact.title,
      quantity: fact.target ?? 0,
      changeFromQuantity: fact.available ?? 0,
    }));

/** Reads the levels of these items in Shopify again. */
export async function reread({ admin, rules }: Publishing, keys: readonly LevelKey[]): Promise<void> {
  const items = [...new Set(keys.map((key) => key.inventoryItemId))];
  await readLevelsFromShopify(admin, rules.shopId, items, await locationsOf(rules.shopId, rules.connectionId));
}

/** What was written is known from `sentAt` on; a reading begun later knows better. */
export async function markPublished(
  { rules }: Pick<TakingBack, 'rules'>,
  changes: (LevelKey & { quantity: number })[],
  sentAt: Date,
): Promise<void> {
  const rows = changes.map(({ inventoryItemId, locationId, quantity }) => ({
    item: inventoryItemId,
    location: locationId,
    quantity,
  }));
  await inShop(
    rules.shopId,
    (tx) => tx.$executeRaw`
      UPDATE stock_level s SET published_at = ${now()},
        available = CASE WHEN s.read_at <= ${sentAt} THEN r.quantity ELSE s.available END, read_at = greatest(s.read_at, ${sentAt})
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (item text, location text, quantity int)
      WHERE s.shop_id = ${rules.shopId} AND s.inventory_item_id = r.item AND s.location_id = r.location`,
  );
}

type SetPayload = (InventorySetMutation | InventorySetSayingWhatMutation)['inventorySetQuantities'];

/** What Shopify says it changed, although it refused some: a group of adjustments, or none where it changed nothing. */
function saidToHaveLanded(payload: SetPayload, changes: Change[]): Change[] {
  const group = payload?.inventoryAdjustmentGroup;
  const said = new Set(
    (group && 'changes' in group ? group.changes : [])
      .filter(({ name }) => name === 'available')
      .map(({ item, location }) => planKeyOf({ inventoryItemId: item?.id ?? '', locationId: location?.id ?? '' })),
  );
  return changes.filter((change) => said.has(planKeyOf(change)));
}

/** Shopify may have taken the rest of the batch or none of it: the levels themselves tell. */
async function seenToHaveLanded(publishing: Publishing, changes: Change[], refused: Map<string, Refusal>): Promise<Change[]> {
  await reread(publishing, changes);
  const facts = await factsOf(publishing, changes);
  const shown = new Map(
    facts.map((fact) => [planKeyOf({ inventoryItemId: fact.inventory_item_id, locationId: fact.location_id }), fact.available]),
  );
  return changes.filter(
    (change) =>
      shown.get(planKeyOf(change)) === change.quantity && (refused.size === changes.length || !refused.has(planKeyOf(change))),
  );
}

/** Sends one batch. Resolves with what landed and what was refused; throws when nothing can be said, or nothing landed. */
async function sendQuantities(
  publishing: Publishing | TakingBack,
  changes: Change[],
  key: string,
  refused: Refusal[],
): Promise<SetAnswer> {
  const { admin, runId } = publishing;
  refused.length = 0;
  const sentAt = now();
  const quantities = changes.map(({ inventoryItemId, locationId, quantity, changeFromQuantity }) => ({
    inventoryItemId,
    locationId,
    quantity,
    changeFromQuantity: isAblated('compare-and-set') ? null : changeFromQuantity,
  }));
  const input = { name: 'available', reason: 'correction', referenceDocumentUri: `gid://crossdock/Run/${runId}`, quantities };
  const options = { priority: 'inventory' } as const;
  const payload = publishing.undo
    ? (await admin.run(InventorySetSayingWhatDocument, { input, key }, options)).inventorySetQuantities
    : (await admin.run(InventorySetDocument, { input, key }, options)).inventorySetQuantities;
  const errors = userErrorsOf(payload);
  const first = errors[0];
  if (!first) {
    await markPublished(publishing, changes, sentAt);
    return { landed: changes.map(({ inventoryItemId, locationId }) => ({ inventoryItemId, locationId })) };
  }
  if (first.code?.startsWith('IDEMPOTENCY_')) refuseUserErrors(payload);
  const byLevel = new Map<string, Refusal>();
  for (const error of errors) {
    const named = changes[Number(error.field?.find((step) => /^\d+$/.test(step)) ?? NaN)];
    for (const change of named ? [named] : changes)
      byLevel.set(planKeyOf(change), { change, code: error.code ?? '', text: error.message });
  }
  refused.push(...byLevel.values());
  // A target may be seen: written again it changes nothing. A change taken back may not: a level that landed and sold since would get it twice.
  const landed = publishing.undo ? saidToHaveLanded(payload, changes) : await seenToHaveLanded(publishing, changes, byLevel);
  if (landed.length === 0)
    throw new RejectedError(
      first.code === 'CHANGE_FROM_QUANTITY_STALE' ? 'shopify-quantity-stale' : 'stock-refused',
      first.message,
    );
  await markPublished(publishing, landed, sentAt);
  return { landed: landed.map(({ inventoryItemId, locationId }) => ({ inventoryItemId, locationId })) };
}

/** Why nothing may be written by this run although its connection may write: its sync waits to be released, or was switched off meanwhile. */
async function heldBySync({ live, undo }: Publishing | TakingBack): Promise<Reason | null> {
  if (undo) return null;
  const { enabled, paused: pause } = await inShop(live.shop.id, (tx) => readSync(tx, live.shop.id, live.id, 'inventory'));
  if (!enabled) return { code: 'sync-off', params: {} };
  return pause && { code: 'sync-paused', params: { since: pause.since.toISOString(), by: pause.reason.params['by'] ?? '' } };
}

/** The key that a batch is recorded and sent under. */
const writeKeyOf = (kind: string, key: string): string => `${kind} ${key}`;

/** An answer that came late, to a question whose own answer was lost: nothing of it landed, so nobody has to ask again. */
async function closeRefused(shopId: number, key: string): Promise<void> {
  await inShop(shopId, (tx) =>
    tx.write.updateMany({
      where: { shopId, key, state: { in: ['sent', 'unknown'] } },
      data: { state: 'refused', settledAt: now() },
    }),
  );
}

/**
 * Writes one batch of at most 250 levels through the gate, recorded beforehand. What Shopify took of a batch that it refused in part is found by
 * reading (by Shopify's own account in an undo); a lost answer is asked for again under the same key. `key`: that of an earlier attempt at the very
 * same batch.
 */
export async function writeBatch(
  publishing: Publishing | TakingBack,
  changes: Change[],
  key: string = randomUUID(),
): Promise<{ landed: Change[]; refused: Refusal[]; withheld: Reason | null }> {
  const { live, runId } = publishing;
  const kind = publishing.undo ? 'stock-undo' : 'stock-set';
  const held = await heldBySync(publishing);
  if (held) return { landed: [], refused: [], withheld: held };
  const refused: Refusal[] = [];
  const send = () => sendQuantities(publishing, changes, key, refused);
  const rows = (quantity: 'quantity' | 'changeFromQuantity') =>
    changes.map((change) => ({
      inventoryItemId: change.inventoryItemId,
      locationId: change.locationId,
      available: change[quantity],
    }));
  for (let repeat = 0; ; repeat += 1) {
    try {
      const outcome = await performWrite<SetAnswer>(
        live,
        {
          runId,
          target: 'shopify',
          kind,
          subject: { kind: 'sync', id: `inventory ${live.id}` },
          key: writeKeyOf(kind, key),
          class: 'reversible',
          before: rows('changeFromQuantity'),
          after: rows('quantity'),
        },
        // the same key and content again: Shopify answers what it answered, or does it now
        { send, ask: send },
      );
      if (outcome.outcome === 'withheld') return { landed: [], refused: [], withheld: outcome.reason };
      const landed = new Set(outcome.answer.landed.map(planKeyOf));
      return { landed: changes.filter((change) => landed.has(planKeyOf(change))), refused, withheld: null };
    } catch (thrown) {
      if (thrown instanceof RejectedError && refused.length > 0) {
        await closeRefused(live.shop.id, writeKeyOf(kind, key));
        return { landed: [], refused, withheld: null };
      }
      if (!(thrown instanceof TransientError && thrown.mayHaveLanded) || repeat >= REPEATS) throw thrown;
    }
  }
}
