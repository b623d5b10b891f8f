import { beforeAll, expect, inject, test } from 'vitest';
import { eventually, type ShopifyLedger } from '../../sandbox/control-client.ts';
import { openFlowShop, type FlowShop } from './flow-shop.ts';

/* A mistake in the warehouse reaches Shopify, people go on buying, and the run that published it is undone: from outside. */

const WITHIN_MS = 120_000;
const [mug, knife] = ['MU06-02', 'KI07-02'];
const place = 'Main Warehouse';
const runs = 'routes/app.activity._index';
const runPage = 'routes/app.activity.runs.$id';

interface Run {
  id: string;
  sync: string;
  state: string;
  rolling: boolean;
  counts: { done: number };
  reason: { code: string; params: Record<string, string | number> } | null;
}
interface Shown {
  run: Run;
  lines: { label: string; before: number; after: number; reason: { code: string } | null }[];
  undo: { refusal: { code: string } | null; levels: number; rewritten: number; undoneBy: { id: string } | null };
}

let shop: FlowShop;
const shopify = () => shop.control.get<ShopifyLedger>(shop.at('/shopify/ledger'));
const available = async (sku: string) =>
  (await shopify()).levels.find((level) => level.sku === sku && level.location === place)?.available;
const shows = (sku: string, units: number) =>
  eventually(`${units} of ${sku} in Shopify`, async () => (await available(sku)) === units, { withinMs: WITHIN_MS });
const stockIs = (levels: Record<string, number>) =>
  shop.stockroom('PUT', '/stock', {
    lines: Object.entries(levels).map(([sku, units]) => ({ sku, facility: place, available: units })),
  });
const sell = (sku: string, quantity: number) => shop.control.post(shop.at('/shopify/orders'), { lines: [{ sku, quantity }] });
const control = (body: object) => shop.merchant.act<{ runId: string }>('/app/sync-control', 'routes/app.sync-control', body);
const undoing = (body: object) => shop.merchant.act<{ runId: string }>('/app/undo', 'routes/app.undo', body);
const read = (id: string) => shop.merchant.read<Shown>(`/app/activity/runs/${id}`, runPage);
const becomes = (id: string, ...states: string[]) =>
  eventually(
    `the run to be ${states.join(' or ')}`,
    async () => {
      const shown = await read(id);
      return states.includes(shown.run.state) ? shown : undefined;
    },
    { withinMs: WITHIN_MS, everyMs: 500 },
  );
const inventory = () => ({ connectionId: shop.connectionId, sync: 'inventory' });

const ofInventory = async () => (await shop.merchant.read<{ rows: Run[] }>('/app/activity?sync=inventory', runs)).rows;

/** Nothing of the inventory sync is at work, and nothing happens by itself for a while. */
const calm = () =>
  eventually(
    'the inventory sync to be calm',
    async () => {
      return (await ofInventory()).every((run) => run.rolling || !['queued', 'running'].includes(run.state));
    },
    { withinMs: WITHIN_MS, everyMs: 500 },
  );

beforeAll(async () => {
  shop = await openFlowShop(inject('sandboxPort'), `undo-${Date.now().toString(36)}`, { syncs: ['inventory'] });
  await stockIs({ [mug]: 40, [knife]: 30 });
  await shows(mug, 40);
  await shows(knife, 30);
  await calm();
  // the mistake is published by one run, not by the news of each level
  await control({ intent: 'switch', ...inventory(), on: false });
  await stockIs({ [mug]: 5, [knife]: 90 });
  // the news of it comes while nobody publishes, and is over before somebody does
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await control({ intent: 'switch', ...inventory(), on: true });
  await shows(mug, 5);
  await shows(knife, 90);
  await calm();
});

let wrong: string;
let undo: string;

test('the run that published a mistake says how much of it can be taken back', async () => {
  const { rows } = await shop.merchant.read<{ rows: Run[] }>('/app/activity?sync=inventory', runs);
  wrong = rows.find((run) => !run.rolling && run.counts.done > 0)?.id ?? '';
  const { undo: view } = await read(wrong);
  expect(view).toMatchObject({ refusal: null, undoneBy: null });
  expect(view.levels).toBeGreaterThanOrEqual(2);
});

test('its undo is planned from what Shopify shows now, and writes nothing before the yes', async () => {
  await sell(mug, 2);
  await shows(mug, 3);
  undo = (await undoing({ intent: 'plan', runId: wrong })).result?.runId ?? '';
  const { run, lines } = await becomes(undo, 'awaiting_approval');
  expect(run.reason).toMatchObject({ code: 'undo-planned' });
  expect(lines.find(({ label }) => label.startsWith(mug))).toMatchObject({ before: 3, after: 38 });
  expect(lines.find(({ label }) => label.startsWith(knife))).toMatchObject({ before: 90, after: 30 });
  expect([await available(mug), await available(knife)]).toEqual([3, 90]);
});

test('after the yes the difference is taken back, what was sold stays sold, and an answer that gets lost changes nothing of it', async () => {
  await sell(knife, 1);
  await shows(knife, 89);
  await shop.control.post('/faults', {
    target: 'shopify',
    match: 'inventorySetQuantities',
    kind: 'timeout-after-commit',
    times: 1,
  });
  await undoing({ intent: 'undo', runId: undo });
  await becomes(undo, 'finished');
  expect([await available(mug), await available(knife)]).toEqual([38, 29]);
  expect((await read(wrong)).undo).toMatchObject({ refusal: { code: 'undo-already' }, undoneBy: { id: undo } });
  const again = await shop.merchant.tryAct('/app/undo', 'routes/app.undo', { intent: 'plan', runId: wrong });
  expect(again).toMatchObject({ ok: false, failure: { code: 'undo-refused' } });
});

test('nothing publishes over it: no news from the warehouse, no schedule, no button', async () => {
  const known = new Set((await ofInventory()).map(({ id }) => id));
  await stockIs({ [mug]: 6 });
  await shop.control.post('/clock', { advanceMs: 30 * 60_000 });
  const button = await shop.merchant.tryAct('/app/sync-control', 'routes/app.sync-control', {
    intent: 'start',
    ...inventory(),
    task: 'full',
  });
  expect(button).toMatchObject({ ok: false, failure: { code: 'sync-paused' } });
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  await calm();
  expect([await available(mug), await available(knife)]).toEqual([38, 29]);
  // Nor does the list fill with runs that only say that they must not.
  expect((await ofInventory()).filter(({ id, state }) => !known.has(id) && state === 'cancelled')).toEqual([]);
});

test('released, the sync publishes everything that the back office says by then', async () => {
  await stockIs({ [mug]: 40, [knife]: 30 });
  await undoing({ intent: 'release', ...inventory() });
  // sold in Shopify and in no part yet, since the orders sync is off: they stay subtracted
  await shows(mug, 38);
  await shows(knife, 29);
  await stockIs({ [mug]: 50 });
  await shows(mug, 48);
});
