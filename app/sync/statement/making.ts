import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync, type SyncState } from '../../connections/syncs.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { countInRun } from '../runs/runs.ts';
import { stockRulesOf, type StockRules } from '../inventory/stock-facts.ts';
import { gateFor } from '../writes/gate.ts';
import type { Statement } from './statement.ts';

/** What differs in tests: Shopify, and what happens while a statement waits for the repairs it asked for. */
export interface StatementTools {
  admin?: ShopifyAdmin;
  pause?: () => Promise<void>;
}

/** A statement in the making, with all that its steps need. */
export interface Making {
  statement: Statement;
  live: LiveConnection;
  admin: ShopifyAdmin;
  orders: SyncState<'orders'>;
  shipments: SyncState<'shipments'>;
  inventory: SyncState<'inventory'>;
  rules: StockRules;
  /** Why nothing may be written to Shopify now, or no levels, or nothing to the back office; null: it may. */
  gates: { shopify: string | null; levels: Reason | null; backOffice: string | null };
  /** Shows in its run that it lives, and how many records more it has read. */
  beat: (read?: number) => Promise<void>;
  pause: () => Promise<void>;
}

const PAUSE_MS = 500;

const pausedReason = ({ paused }: SyncState<'inventory'>): Reason | null =>
  paused && { code: 'sync-paused', params: { since: paused.since.toISOString(), by: paused.reason.params['by'] ?? '' } };

export async function prepareMaking(
  live: LiveConnection,
  statement: Statement,
  runId: string,
  { admin = adminFor(live.shop), pause = () => sleep(PAUSE_MS) }: StatementTools,
): Promise<Making> {
  const shopId = live.shop.id;
  return inShop(shopId, async (tx) => {
    const inventory = await readSync(tx, shopId, live.id, 'inventory');
    const products = await readSync(tx, shopId, live.id, 'products');
    return {
      ...{ statement, live, admin, inventory, pause },
      orders: await readSync(tx, shopId, live.id, 'orders'),
      shipments: await readSync(tx, shopId, live.id, 'shipments'),
      rules: stockRulesOf(live, inventory.settings, products.settings, await readGoodsRules(tx, shopId, live.id)),
      gates: {
        shopify: gateFor(live, 'shopify')?.code ?? null,
        levels: gateFor(live, 'shopify') ?? pausedReason(inventory),
        backOffice: gateFor(live, 'back-office')?.code ?? null,
      },
      beat: (read = 0) => inShop(shopId, (one) => countInRun(one, shopId, runId, { seen: read, done: read })),
    };
  });
}

/** News needs a moment to arrive: what is younger than this is on its way, not missing. */
const ON_ITS_WAY_MS = 2 * 60_000;
/** A run that is due may be late by this. */
const LATE_MS = 5 * 60_000;

/** What changed before it should be known by now. */
export const settledBefore = (): Date => new Date(nowMs() - ON_ITS_WAY_MS);

/** What a sync reads by its schedule and what happened before this should be read by now. */
export const readBefore = ({ intervalMinutes }: Pick<SyncState, 'intervalMinutes'>): Date =>
  new Date(nowMs() - intervalMinutes * 60_000 - LATE_MS);
