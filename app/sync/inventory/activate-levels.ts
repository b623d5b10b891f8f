import { randomUUID } from 'node:crypto';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { startBulkMutation } from '../../shopify/bulk/start-bulk.ts';
import {
  BulkToggleLevelsDocument,
  InventoryToggleDocument,
  type BulkToggleLevelsMutationVariables,
} from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { waitForBulk } from '../products/wait-for-bulk.ts';
import { showLife } from '../runs/runs.ts';
import { performWrite } from '../writes/perform-write.ts';
import { inParallel } from './in-parallel.ts';
import type { Publishing } from './write-stock-batch.ts';
import { ITEMS_A_CALL, locationsOf, readLevelsFromShopify } from './read-levels-from-shopify.ts';
import { explainPlanned, nextPlannedLevels, planKeyOf, type LevelKey } from './store-plan.ts';

const CALLS_AT_ONCE = 4;
/** From so many levels on one bulk mutation is faster than single calls, which cost 10 points each. */
const BULK_FROM = 200;

type ToggleLine = BulkToggleLevelsMutationVariables;

function byItem(keys: LevelKey[]): LevelKey[][] {
  const groups = new Map<string, LevelKey[]>();
  for (const key of keys) groups.set(key.inventoryItemId, [...(groups.get(key.inventoryItemId) ?? []), key]);
  return [...groups.values()];
}

/** Switches one item on at the locations given. Doing it twice changes nothing. */
async function activateItem(publishing: Publishing, keys: LevelKey[]): Promise<Reason | null> {
  const { live, admin, runId } = publishing;
  const inventoryItemId = keys[0]?.inventoryItemId ?? '';
  const updates = keys.map(({ locationId }) => ({ locationId, activate: true }));
  const send = async () => {
    const { inventoryBulkToggleActivation } = await admin.run(
      InventoryToggleDocument,
      { inventoryItemId, updates },
      { priority: 'inventory' },
    );
    refuseUserErrors(inventoryBulkToggleActivation);
    return { activated: keys.length };
  };
  try {
    const outcome = await performWrite(
      live,
      {
        runId,
        target: 'shopify',
        kind: 'level-activate',
        subject: { kind: 'level', id: planKeyOf(keys[0] ?? { inventoryItemId, locationId: '' }) },
        key: `level-activate ${randomUUID()}`,
        class: 'reversible',
        before: { active: false },
        after: { active: true, locations: keys.map((key) => key.locationId) },
      },
      { send, ask: send },
    );
    if (outcome.outcome !== 'withheld') return null;
    publishing.withheld = outcome.reason;
    return outcome.reason;
  } catch (thrown) {
    if (!(thrown instanceof RejectedError)) throw thrown;
    return { code: 'level-not-activated', params: { vendorText: thrown.vendorText } };
  }
}

/** Switches these levels on and reads them again; says in the plan of those that couldn't be. Returns how many are on. */
export async function activateLevels(publishing: Publishing, keys: LevelKey[]): Promise<number> {
  const { rules, runId } = publishing;
  const activated: LevelKey[] = [];
  await inParallel(byItem(keys), CALLS_AT_ONCE, async (group) => {
    const refused = await activateItem(publishing, group);
    if (!refused) activated.push(...group);
    else await inShop(rules.shopId, (tx) => explainPlanned(tx, rules.shopId, runId, group, refused));
  });
  await readAgain(publishing, activated);
  return activated.length;
}

async function readAgain({ admin, rules }: Publishing, keys: LevelKey[]): Promise<void> {
  const items = [...new Set(keys.map((key) => key.inventoryItemId))];
  if (items.length > 0)
    await readLevelsFromShopify(admin, rules.shopId, items, await locationsOf(rules.shopId, rules.connectionId));
}

/** One line of the bulk mutation for each item that the plan wants switched on. */
async function* linesOfPlan({ rules, runId }: Publishing): AsyncGenerator<ToggleLine> {
  for await (const keys of inactiveInPlan(rules.shopId, runId)) {
    for (const group of byItem(keys)) {
      yield {
        inventoryItemId: group[0]?.inventoryItemId ?? '',
        inventoryItemUpdates: group.map(({ locationId }) => ({ locationId, activate: true })),
      };
    }
  }
}

async function* inactiveInPlan(shopId: number, runId: string): AsyncGenerator<LevelKey[]> {
  for (let last = ''; ;) {
    const keys = await inShop(shopId, (tx) => nextPlannedLevels(tx, shopId, runId, last, ITEMS_A_CALL, 'create'));
    const end = keys.at(-1);
    if (!end) return;
    last = planKeyOf(end);
    yield keys;
  }
}

/** All of a plan's levels by one bulk mutation: one call each would take hours. Which of them are on is read afterwards. */
async function activateInBulk(publishing: Publishing): Promise<void> {
  const { live, admin, rules, runId } = publishing;
  const send = async () => {
    const operation = await startBulkMutation(admin, BulkToggleLevelsDocument, linesOfPlan(publishing), {
      purpose: 'level-activate',
      runId,
    });
    await waitForBulk(admin, operation, runId);
    await inShop(rules.shopId, (tx) =>
      tx.bulkOperation.updateMany({ where: { shopId: rules.shopId, id: operation }, data: { state: 'taken' } }),
    );
    return { operation };
  };
  const outcome = await performWrite(
    live,
    {
      runId,
      target: 'shopify',
      kind: 'level-activate',
      subject: { kind: 'sync', id: `inventory ${live.id}` },
      key: `level-activate ${randomUUID()}`,
      class: 'reversible',
      after: { active: true },
    },
    { send, ask: send },
  );
  if (outcome.outcome === 'withheld') publishing.withheld = outcome.reason;
  for await (const keys of inactiveInPlan(rules.shopId, runId)) {
    if (outcome.outcome === 'withheld')
      await inShop(rules.shopId, (tx) => explainPlanned(tx, rules.shopId, runId, keys, outcome.reason));
    else await readAgain(publishing, keys);
  }
}

/** Switches on every level that the run's plan wants stock at. A quantity written to an inactive level would vanish without an error. */
export async function activatePlannedLevels(publishing: Publishing): Promise<void> {
  const { rules, runId } = publishing;
  const count = await inShop(rules.shopId, (tx) =>
    tx.planItem.count({ where: { shopId: rules.shopId, runId, action: 'create' } }),
  );
  if (count > BULK_FROM) return activateInBulk(publishing);
  for await (const keys of inactiveInPlan(rules.shopId, runId)) {
    await activateLevels(publishing, keys);
    await inShop(rules.shopId, (tx) => showLife(tx, rules.shopId, runId));
  }
}
