import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../../db/scope.ts');
const { prisma } = await import('../../../db/client.ts');
const { stopBoss } = await import('../../../jobs/boss.ts');
const { dueSyncs } = await import('../../../schedules/due-syncs.ts');
const { startSync } = await import('../../runs/start-sync.ts');
const { rollingRun } = await import('../../runs/runs.ts');
const { noteLevelChange } = await import('../note-level-change.ts');
const { publishItems } = await import('../publish-items.ts');
const { itemGid } = await import('../shop.fixture.ts');
const { runInventorySync } = await import('../run-inventory-sync.ts');
const { readUndo } = await import('./read-undo.ts');
const { startUndo } = await import('./start-undo.ts');
const { actor, openUndoShop } = await import('./undo-shop.fixture.ts');
type UndoShop = Awaited<ReturnType<typeof openUndoShop>>;

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

/** A shop that showed A 10, B 4, C 0, until a run made them what the back office says: 3, 9, 5. */
async function publishedShop(): Promise<{ shop: UndoShop; run: string }> {
  const shop = await openUndoShop({ A: 10, B: 4, C: 0 });
  for (const [sku, units] of Object.entries({ A: 3, B: 9, C: 5 })) shop.office.stock.set(`F1 ${sku}`, units);
  const run = await shop.publish();
  expect([1, 2, 3].map(shop.shown)).toEqual([3, 9, 5]);
  return { shop, run };
}
const all = (shop: UndoShop) => [1, 2, 3].map((n) => shop.shown(n));
const refusal = async (shop: UndoShop, run: string) => (await readUndo(shop.shopId, run))?.refusal?.code;
const setCalls = (shop: UndoShop) => shop.shopify.calls.filter(({ operation }) => operation === 'InventorySet').length;

describe('undoing a stock run', () => {
  it('takes back the difference the run made, and leaves what was sold since sold', async () => {
    const { shop, run } = await publishedShop();
    shop.move(1, -1);
    shop.move(2, -2);
    const undo = await shop.undo(run);
    expect(all(shop)).toEqual([9, 2, 0]);
    expect(await shop.runOf(undo)).toMatchObject({ state: 'finished', counts: { done: 3, failed: 0 } });
    expect(await shop.linesOf(undo)).toMatchObject({
      1: { before: 2, after: 9, code: 'undo-delta', outcome: 'done' },
      3: { before: 5, after: 0, outcome: 'done' },
    });
  });

  it('writes nothing before somebody said yes, and shows what it would do', async () => {
    const { shop, run } = await publishedShop();
    shop.move(3, -2);
    const calls = setCalls(shop);
    const undo = await shop.ask(run);
    expect(setCalls(shop)).toBe(calls);
    expect(await shop.runOf(undo)).toMatchObject({
      state: 'awaiting_approval',
      reason: { code: 'undo-planned', params: { levels: 3, up: 7, down: 8, floored: 1, left: 0 } },
    });
    await shop.work(undo);
    expect(await shop.runOf(undo)).toMatchObject({ state: 'awaiting_approval' });
    expect(all(shop)).toEqual([3, 9, 3]);
  });

  it('never goes below zero, and says where less could be taken back', async () => {
    const { shop, run } = await publishedShop();
    shop.move(2, -7);
    shop.move(3, -5);
    const undo = await shop.undo(run);
    expect(all(shop)).toEqual([10, 0, 0]);
    expect(await shop.linesOf(undo)).toMatchObject({
      2: { code: 'undo-floored' },
      3: { code: 'undo-nothing-left', outcome: 'skipped' },
    });
  });

  it.each(['whole', 'line'] as const)('counts a sale that falls between reading and writing (stale fails %s)', async (mode) => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    shop.shopify.staleFails = mode;
    let calls = 0;
    shop.shopify.beforeSet = () => {
      calls += 1;
      if (calls === 1) shop.move(2, -1);
    };
    await shop.work(undo);
    expect(calls).toBe(2);
    expect(all(shop)).toEqual([10, 3, 0]);
  });

  it('is refused a second time, and can be undone itself: that is a redo', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.undo(run);
    await expect(startUndo(shop.shopId, run, actor)).rejects.toMatchObject({
      code: 'undo-refused',
      params: { reason: 'undo-already' },
    });
    const redo = await shop.undo(undo);
    expect(all(shop)).toEqual([3, 9, 5]);
    expect(await readUndo(shop.shopId, run)).toMatchObject({
      is: null,
      undoneBy: { id: undo },
      refusal: { code: 'undo-already' },
    });
    expect(await readUndo(shop.shopId, undo)).toMatchObject({ is: 'undo', undoes: { id: run }, undoneBy: { id: redo } });
    expect(await readUndo(shop.shopId, redo)).toMatchObject({ is: 'redo', undoes: { id: undo }, refusal: null, levels: 3 });
    expect(await refusal(shop, run)).toBe('undo-already');
  });

  it('is asked for once by two who press at the same moment, and anew after it was discarded', async () => {
    const { shop, run } = await publishedShop();
    const both = await Promise.allSettled([startUndo(shop.shopId, run, actor), startUndo(shop.shopId, run, actor)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusal(shop, run)).toBe('undo-asked');
    await inShop(shop.shopId, (tx) => tx.run.updateMany({ where: { task: 'undo' }, data: { state: 'cancelled' } }));
    expect(await refusal(shop, run)).toBeUndefined();
  });

  it('leaves out a level that a later run wrote, and says beforehand how many', async () => {
    const { shop, run } = await publishedShop();
    shop.office.stock.set('F1 A', 20);
    await shop.publish();
    expect(await readUndo(shop.shopId, run)).toMatchObject({ refusal: null, levels: 2, rewritten: 1 });
    const undo = await shop.ask(run);
    expect(await shop.linesOf(undo)).toMatchObject({ 1: { code: 'undo-rewritten' } });
    expect(await shop.runOf(undo)).toMatchObject({ reason: { params: { levels: 2, left: 1 } } });
    await shop.approve(undo);
    await shop.work(undo);
    expect(all(shop)).toEqual([20, 4, 0]);
  });

  it('leaves out a level that a later run may have written: its answer was lost, and the level sold before anybody looked', async () => {
    const { shop, run } = await publishedShop();
    shop.office.stock.set('F1 A', 20);
    shop.shopify.loseAnswers = 99;
    const lost = await shop.run('full');
    await expect(runInventorySync(shop.live, lost, shop.shopify.admin)).rejects.toMatchObject({ code: 'shopify-no-answer' });
    shop.shopify.loseAnswers = 0;
    shop.move(1, -2);
    shop.office.stock.set('F1 A', 18);
    await runInventorySync(shop.live, lost, shop.shopify.admin);
    expect(await readUndo(shop.shopId, run)).toMatchObject({ refusal: null, rewritten: 1 });
    await shop.undo(run);
    expect(all(shop)).toEqual([18, 4, 0]);
  });

  it('says beforehand which levels it can’t take back, as their worker died and they sold before anybody looked', async () => {
    const shop = await openUndoShop({ A: 10, B: 4, C: 0, D: 6 });
    for (const [sku, units] of Object.entries({ A: 3, B: 9, C: 5, D: 6 })) shop.office.stock.set(`F1 ${sku}`, units);
    shop.shopify.loseAnswers = 99;
    const run = await shop.run('full');
    await expect(runInventorySync(shop.live, run, shop.shopify.admin)).rejects.toMatchObject({ code: 'shopify-no-answer' });
    shop.shopify.loseAnswers = 0;
    await inShop(shop.shopId, (tx) => tx.run.updateMany({ where: { id: run.id }, data: { state: 'failed' } }));
    // Nobody has looked yet.
    expect(await readUndo(shop.shopId, run.id)).toMatchObject({
      refusal: { code: 'undo-doubtful-all', params: { levels: 3 } },
      levels: 0,
      doubtful: 3,
    });
    shop.move(2, -1);
    shop.office.stock.set('F1 B', 8);
    await inShop(shop.shopId, (tx) => tx.write.updateMany({ data: { createdAt: new Date(Date.now() - 3_600_000) } }));
    await shop.publish();
    expect(await readUndo(shop.shopId, run.id)).toMatchObject({ refusal: null, levels: 2, rewritten: 0, doubtful: 1 });
    const undo = await shop.ask(run.id);
    expect(await shop.linesOf(undo)).toMatchObject({
      1: { code: 'undo-delta' },
      2: { code: 'undo-doubtful', outcome: null },
      3: { code: 'undo-delta' },
    });
    expect(await shop.runOf(undo)).toMatchObject({ reason: { params: { levels: 2, left: 1 } } });
    await shop.approve(undo);
    await shop.work(undo);
    expect(all(shop)).toEqual([10, 8, 0]);
    expect(await shop.runOf(undo)).toMatchObject({ counts: { done: 2, skipped: 1 } });
  });

  it('leaves out a level that was written between the plan and the yes', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    shop.office.stock.set('F1 A', 20);
    await shop.publish();
    await shop.approve(undo);
    await shop.work(undo);
    expect(all(shop)).toEqual([20, 4, 0]);
    expect((await shop.linesOf(undo))[1]).toMatchObject({ code: 'undo-rewritten', outcome: 'skipped' });
  });

  it('says why what other syncs did can’t be undone, and when nothing is known any more', async () => {
    const { shop, run } = await publishedShop();
    const row = {
      shopId: shop.shopId,
      connectionId: shop.live.id,
      door: 'button',
      state: 'finished',
      counts: {},
      createdAt: new Date(),
    };
    for (const sync of ['orders', 'shipments', 'returns', 'products', 'statement']) {
      const { id } = await inShop(shop.shopId, (tx) => tx.run.create({ data: { ...row, sync } }));
      expect(await refusal(shop, id)).toBe(`undo-${sync}`);
    }
    const idle = await shop.publish();
    expect(await refusal(shop, idle)).toBe('undo-nothing');
    await inShop(shop.shopId, async (tx) => {
      await tx.write.deleteMany({ where: { runId: run } });
      await tx.run.updateMany({ where: { id: run }, data: { finishedAt: new Date(Date.now() - 31 * 86_400_000) } });
    });
    expect(await readUndo(shop.shopId, run)).toMatchObject({ refusal: { code: 'undo-purged' }, purged: 3 });
  });

  it('writes nothing where the connection may not write, and doesn’t ask', async () => {
    const { shop, run } = await publishedShop();
    await inShop(shop.shopId, (tx) => tx.connection.updateMany({ data: { dryRun: true } }));
    await expect(startUndo(shop.shopId, run, actor)).rejects.toMatchObject({ params: { reason: 'dry-run' } });
  });
});

describe('an undo whose worker dies', () => {
  /** The worker dies at this call of InventorySet: before it reaches Shopify, or before its answer is recorded. */
  function killAt(shop: UndoShop, call: number, when: 'before' | 'after'): void {
    const { run } = shop.shopify.admin;
    let calls = 0;
    shop.shopify.admin.run = (async (document: never, variables: never, options: never) => {
      if (!String(document).includes('mutation InventorySet')) return run(document, variables, options);
      calls += 1;
      if (calls === call && when === 'before') throw new Error('killed');
      const answer = await run(document, variables, options);
      if (calls === call) throw new Error('killed');
      return answer;
    }) as typeof run;
  }
  /** A killed process writes down nothing more. */
  const asLeftBehind = (shop: UndoShop, undo: string) =>
    inShop(shop.shopId, (tx) =>
      tx.write.updateMany({ where: { runId: undo, state: 'unknown' }, data: { state: 'sent', answer: {}, settledAt: null } }),
    );

  it.each(['before', 'after'] as const)('%s Shopify had answered goes on, and takes nothing back twice', async (when) => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    killAt(shop, 1, when);
    await expect(shop.work(undo)).rejects.toThrow('killed');
    await asLeftBehind(shop, undo);
    // meanwhile people go on buying: the old numbers are no longer there to be recognised
    shop.move(1, -1);
    shop.move(2, -1);
    await shop.work(undo);
    expect(all(shop)).toEqual([9, 3, 0]);
    expect(await shop.runOf(undo)).toMatchObject({ state: 'finished', counts: { done: 3, failed: 0 } });
  });

  it('asks under the same key while answers are lost, and goes on with the next try of its job', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    shop.shopify.loseAnswers = 5;
    await expect(shop.work(undo)).rejects.toMatchObject({ code: 'shopify-no-answer' });
    shop.move(1, -2);
    await shop.work(undo);
    expect(all(shop)).toEqual([8, 4, 0]);
    const keys = new Set(shop.shopify.calls.filter(({ operation }) => operation === 'InventorySet').map(({ key }) => key));
    expect(keys.size).toBe(2);
  });

  it('is not settled by a run of the sync that only looks', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    killAt(shop, 1, 'after');
    await expect(shop.work(undo)).rejects.toThrow('killed');
    await inShop(shop.shopId, (tx) =>
      tx.write.updateMany({ where: { runId: undo }, data: { state: 'sent', createdAt: new Date(Date.now() - 600_000) } }),
    );
    shop.move(1, -1);
    await shop.publish('preview');
    await shop.work(undo);
    expect(all(shop)).toEqual([9, 4, 0]);
  });

  it('leaves a batch that is too old to be asked about as it is, and names its levels', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    killAt(shop, 1, 'after');
    await expect(shop.work(undo)).rejects.toThrow('killed');
    await inShop(shop.shopId, (tx) =>
      tx.write.updateMany({ where: { runId: undo }, data: { state: 'sent', createdAt: new Date(Date.now() - 13 * 3_600_000) } }),
    );
    await shop.work(undo);
    expect(all(shop)).toEqual([10, 4, 0]);
    expect(await shop.runOf(undo)).toMatchObject({ state: 'finished_partially', counts: { failed: 3 } });
    expect((await shop.linesOf(undo))[1]).toMatchObject({ code: 'undo-unsure', outcome: 'failed' });
  });

  it('and that failed for good goes on when it is asked for again, instead of beginning anew', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    killAt(shop, 1, 'after');
    await expect(shop.work(undo)).rejects.toThrow('killed');
    await inShop(shop.shopId, (tx) =>
      tx.run.updateMany({ where: { id: undo }, data: { state: 'failed', finishedAt: new Date() } }),
    );
    expect(await readUndo(shop.shopId, run)).toMatchObject({ refusal: null, levels: 3 });
    expect(await startUndo(shop.shopId, run, actor)).toBe(undo);
    await shop.work(undo);
    expect(all(shop)).toEqual([10, 4, 0]);
  });
});

describe('the sync of an undone run', () => {
  async function undoneShop() {
    const { shop, run } = await publishedShop();
    const undo = await shop.undo(run);
    return { shop, undo };
  }
  const restored = [10, 4, 0];

  it('is not due, publishes no event, and refuses its buttons until it is released', async () => {
    const { shop, undo } = await undoneShop();
    const { shopId, live } = shop;
    await inShop(shopId, (tx) => tx.sync.updateMany({ data: { nextDue: new Date(Date.now() - 1000) } }));
    expect((await dueSyncs()).filter((due) => due.shopId === shopId).map(({ sync }) => sync)).toEqual(['products']);
    await noteLevelChange(shopId, itemGid(1), { publishers: () => Promise.resolve([live]), adminOf: () => shop.shopify.admin });
    const rolling = await inShop(shopId, (tx) => rollingRun(tx, shopId, live.id, 'inventory'));
    const pulls = shop.office.pulls.length;
    expect(await publishItems(live, { id: rolling }, { skus: ['A', 'B', 'C'] }, shop.shopify.admin)).toMatchObject({ done: 0 });
    expect(shop.office.pulls).toHaveLength(pulls);
    const button = { shopId, connectionId: live.id, sync: 'inventory' } as const;
    await expect(startSync({ ...button, task: 'full' })).rejects.toMatchObject({ code: 'sync-paused', params: { by: 'Olga' } });
    await expect(startSync({ ...button, task: 'preview' })).resolves.toBeTypeOf('string');
    for (const task of ['scheduled', 'full', 'retry', 'chosen']) {
      const run = await shop.publish(task);
      expect(await shop.runOf(run)).toMatchObject({ state: 'cancelled', reason: { code: 'sync-paused' } });
    }
    expect(all(shop)).toEqual(restored);
    expect(await inShop(shopId, (tx) => tx.sync.findFirst({ where: { kind: 'inventory' } }))).toMatchObject({
      pausedReason: { code: 'undone', params: { by: 'Olga', run: undo } },
    });
  });

  it('withholds what was about to be written when it was paused', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    shop.office.stock.set('F1 A', 8);
    const publishing = await shop.run('full');
    const { admin } = shop.shopify;
    let reads = 0;
    const pausing = {
      ...admin,
      run: (async (document: never, variables: never, options: never) => {
        reads += 1;
        if (reads === 1) await shop.approve(undo);
        return admin.run(document, variables, options);
      }) as typeof admin.run,
    };
    await runInventorySync(shop.live, publishing, pausing);
    expect(shop.shown(1)).toBe(3);
    expect((await shop.linesOf(publishing.id))[1]).toMatchObject({ code: 'sync-paused' });
  });

  it('can be previewed as a whole, and publishes everything once it is released, with both written down', async () => {
    const { shop } = await undoneShop();
    const preview = await shop.publish('preview');
    expect(await shop.runOf(preview)).toMatchObject({ state: 'planned', counts: { total: 3 } });
    expect(all(shop)).toEqual(restored);
    expect(await shop.release()).toBe(true);
    expect(await shop.release()).toBe(false);
    const due = await dueSyncs();
    expect(due.filter(({ shopId }) => shopId === shop.shopId).map(({ sync }) => sync)).toContain('inventory');
    await shop.publish('scheduled');
    expect(all(shop)).toEqual([3, 9, 5]);
    const entries = await inShop(shop.shopId, (tx) => tx.auditEntry.findMany({ orderBy: { at: 'asc' } }));
    expect(entries.map(({ action, userName }) => `${action} ${userName}`)).toEqual(
      expect.arrayContaining(['run-undone Olga', 'sync-paused Olga', 'sync-released Olga']),
    );
  });

  it('isn’t released while the undo is still at work', async () => {
    const { shop, run } = await publishedShop();
    const undo = await shop.ask(run);
    await shop.approve(undo);
    await expect(shop.release()).rejects.toMatchObject({ code: 'undo-going' });
  });
});
