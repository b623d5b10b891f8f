import { nowMs } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { asCrossdockError, BugError, NeedsMerchantError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { readSync } from '../../connections/syncs.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import { readGoodsRules } from '../../mappings/goods-rules.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { adminFor, type ShopifyAdmin } from '../../shopify/client.ts';
import { endPaused } from '../inventory/end-paused.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { discoverProductTypes } from '../shop/discover-values.ts';
import { closeProblems, openProblem, problemFromError } from '../problems/problems.ts';
import { endAsPlan } from '../runs/plan-states.ts';
import { countInRun, type RunOrder } from '../runs/runs.ts';
import { startSync } from '../runs/start-sync.ts';
import { allVariants, changedVariants, variantsChangedSince } from './choose-variants.ts';
import { importProductFromShopify } from './import-product-from-shopify.ts';
import { planProducts } from './plan-products.ts';
import { productRulesOf, type ProductRules } from './product-facts.ts';
import { pushProductsToBackOffice } from './push-products-to-back-office.ts';
import { compareWithBackOffice, reconcileProducts } from './reconcile-products.ts';
import { moveCursor, readCursor, refreshCatalogue } from './refresh-catalogue.ts';
import { makeReview } from './review/make-review.ts';
import { takeProductUpdates } from './take-product-updates.ts';

const DAY_MS = 86_400_000;

async function chosenVariants(shopId: number, argument: string): Promise<string[]> {
  const ids = argument.split(',').map((id) => id.trim());
  const rows = await inShop(shopId, (tx) =>
    tx.variant.findMany({ where: { shopId, OR: [{ id: { in: ids } }, { productId: { in: ids } }] }, select: { id: true } }),
  );
  return rows.map((row) => row.id);
}

async function* pieces(list: string[]): AsyncGenerator<string[]> {
  yield* inPieces(list, 1_000);
}

/** The variants a run looks at, and where the cursor stands when it has. */
async function chooseVariants(
  live: LiveConnection,
  run: RunOrder,
  rules: ProductRules,
): Promise<{ variants: AsyncIterable<string[]>; done: () => Promise<void> }> {
  if (run.task === 'chosen' && run.argument) {
    const chosen = await chosenVariants(rules.shopId, run.argument);
    return { variants: pieces(chosen), done: () => Promise.resolve() };
  }
  if (run.task === 'replay')
    return { variants: variantsChangedSince(rules.shopId, replayFrom(run)), done: () => Promise.resolve() };
  const startedAt = nowMs();
  const cursor = await readCursor(live);
  // a gate that opens makes everything that was held back due
  const hash = sha256(JSON.stringify([rules, live.dryRun, live.connector.products !== undefined, cursor.metafields]));
  const all =
    ['full', 'retry', 'preview'].includes(run.task) ||
    cursor.pushedTo === null ||
    cursor.rules !== hash ||
    startedAt - cursor.comparedAt > DAY_MS;
  const variants = all ? allVariants(rules.shopId) : changedVariants(rules, new Date(cursor.pushedTo ?? 0));
  const comparedAt = all ? startedAt : cursor.comparedAt;
  return { variants, done: () => moveCursor(live, { pushedTo: startedAt, comparedAt, rules: hash }) };
}

/** The moment a replay begins at. */
function replayFrom({ argument = '' }: RunOrder): Date {
  const from = new Date(argument);
  if (!Number.isNaN(from.getTime())) return from;
  throw new BugError('replay-without-time', `A replay needs a moment, not "${argument}"`);
}

/** Products read again by themselves, and whether the back office still has them: somebody asks for them by name. */
async function refreshChosen(live: LiveConnection, run: RunOrder, rules: ProductRules, admin: ShopifyAdmin): Promise<void> {
  const products = (run.argument ?? '').split(',').filter((id) => id.includes('/Product/'));
  for (const id of products) await importProductFromShopify(rules.shopId, id.trim(), { admin, push: false });
  await compareWithBackOffice(live, run, rules, await chosenVariants(rules.shopId, run.argument ?? ''), true);
}

/** Once a day both sides are compared, by a run of its own. */
async function askForReconciliation(live: LiveConnection): Promise<void> {
  const { reconciledAt } = await readCursor(live);
  if (nowMs() - reconciledAt < DAY_MS) return;
  const of = { shopId: live.shop.id, connectionId: live.id, sync: 'products' as const };
  const going = await inShop(live.shop.id, (tx) =>
    tx.run.count({ where: { ...of, task: 'reconcile', state: { in: ['queued', 'running'] } } }),
  );
  // What was never looked at is being looked at by this very run.
  if (reconciledAt === 0) await moveCursor(live, { reconciledAt: nowMs() });
  else if (going === 0) await startSync({ ...of, task: 'reconcile', door: 'sweep' });
}

/** What people changed over there; a right that was taken back is a problem of its own and stops nothing else. */
async function takeUpdates(
  live: LiveConnection,
  run: RunOrder,
  settings: SyncSettings<'products'>,
  admin: ShopifyAdmin,
): Promise<void> {
  const { id: shopId } = live.shop;
  const subject = { kind: 'sync' as const, id: `${live.id} product-updates`, label: 'products' };
  try {
    await takeProductUpdates(live, run, settings, admin, { all: run.task === 'full' });
    await inShop(shopId, (tx) => closeProblems(tx, shopId, { subject, evidence: 'run-finished' }));
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (!(error instanceof NeedsMerchantError && error.scope === 'record')) throw thrown;
    const where = { connectionId: live.id, sync: 'products' as const, subject };
    await inShop(shopId, (tx) => openProblem(tx, shopId, problemFromError(error, where)));
  }
}

/** Tasks that write nothing, and may run while the sync is off. */
const looking = ['preview', 'review'];

/**
 * Brings the back office's products in line with the catalogue: reads what changed in Shopify (all of it the first time), then hands over what
 * differs. Tasks: `scheduled`, `full` (imports and compares everything, sends refused ones again), `retry` (sends refused ones again), `preview` (only
 * says what would be sent), `review` (looks at both sides before the first time), `chosen` (product or variant ids in `argument`, comma separated),
 * `replay` (sends again what changed in Shopify since the moment in `argument`), `reconcile` (asks the back office what it has). May be killed and run
 * again at any moment.
 */
export async function runProductsSync(
  live: LiveConnection,
  run: RunOrder,
  admin: ShopifyAdmin = adminFor(live.shop),
): Promise<void> {
  const shopId = live.shop.id;
  const { enabled, settings, goods } = await inShop(shopId, async (tx) => ({
    ...(await readSync(tx, shopId, live.id, 'products')),
    goods: await readGoodsRules(tx, shopId, live.id),
  }));
  if (!enabled && !looking.includes(run.task))
    throw new NeedsMerchantError('sync-off', 'The products sync is switched off', { params: { sync: 'products' } });
  if (!looking.includes(run.task) && (await endPaused(live, run, 'products'))) return;
  const rules = productRulesOf(live, settings, goods);
  if (run.task === 'reconcile') return reconcileProducts(live, run, rules, admin, settings.autoRepair);
  if (run.task === 'chosen') await refreshChosen(live, run, rules, admin);
  else if (run.task === 'replay') await refreshCatalogue(live, run, admin, { from: replayFrom(run) });
  else if (run.task !== 'retry') await refreshCatalogue(live, run, admin, { whole: run.task === 'full' });
  await inShop(shopId, (tx) => discoverProductTypes(tx, shopId));
  if (run.task === 'review') return void (await makeReview(live, run, rules));
  const { variants, done } = await chooseVariants(live, run, rules);
  const again = { resend: ['full', 'retry', 'chosen', 'replay'].includes(run.task), unchanged: run.task === 'replay' };
  for await (const ids of variants) {
    if (run.task === 'preview') await planProducts(rules, run.id, ids);
    else await pushProductsToBackOffice(live, run, rules, ids, again);
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, { seen: ids.length }));
  }
  if (run.task === 'preview') return inShop(shopId, (tx) => endAsPlan(tx, shopId, run.id, null));
  await done();
  if (!['scheduled', 'full'].includes(run.task)) return;
  await takeUpdates(live, run, settings, admin);
  if (settings.reconcileDaily) await askForReconciliation(live);
}
