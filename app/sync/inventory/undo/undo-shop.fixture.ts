import { releaseSync } from '../../../connections/pause-sync.ts';
import { inShop } from '../../../db/scope.ts';
import { finishRun } from '../../runs/runs.ts';
import { runInventorySync } from '../run-inventory-sync.ts';
import { itemGid, levelKey, locationGid, testShop, type TestShop } from '../shop.fixture.ts';
import { approveUndo, startUndo } from './start-undo.ts';

export const actor = { userId: '7', userName: 'Olga' };

/** A shop with one location whose stock was published once, and what a person does there. */
export interface UndoShop extends TestShop {
  shown(n: number): number | undefined;
  /** Somebody buys, or counts, in Shopify. */
  move(n: number, by: number): void;
  /** A run of the sync, ended. Returns its id. */
  publish(task?: string): Promise<string>;
  /** The worker takes a run's job, as often as it is queued or was killed. */
  work(runId: string): Promise<void>;
  /** Asks for the undo and lets it be planned. Returns its id. */
  ask(runId: string): Promise<string>;
  /** Asks, says yes, and lets it be done. */
  undo(runId: string): Promise<string>;
  approve(undoId: string): Promise<boolean>;
  release(): Promise<boolean>;
  runOf(id: string): Promise<{ state: string; reason: unknown; counts: unknown }>;
  linesOf(
    id: string,
  ): Promise<Record<string, { before: number | null; after: number | null; code: string; outcome: string | null }>>;
}

export async function openUndoShop(stock: Record<string, number>): Promise<UndoShop> {
  const shop = await testShop();
  const at = locationGid(1);
  await shop.link(at, 'F1');
  let n = 0;
  for (const [sku, available] of Object.entries(stock)) {
    n += 1;
    await shop.variant(n, sku, { available });
  }
  const { shopId, live, shopify } = shop;
  const level = (one: number) => shopify.levels.get(levelKey(itemGid(one), at));
  const read = (id: string) => inShop(shopId, (tx) => tx.run.findUniqueOrThrow({ where: { shopId_id: { shopId, id } } }));
  const self: UndoShop = {
    ...shop,
    shown: (one) => level(one)?.available,
    move: (one, by) => {
      const found = level(one);
      if (found) found.available += by;
    },
    async publish(task) {
      const run = await shop.run(task);
      await self.work(run.id);
      return run.id;
    },
    async work(id) {
      const { task, argument } = await read(id);
      await runInventorySync(live, { id, task, ...(argument ? { argument } : {}) }, shopify.admin);
      await inShop(shopId, (tx) => finishRun(tx, shopId, id));
    },
    async ask(id) {
      const undo = await startUndo(shopId, id, actor);
      await self.work(undo);
      return undo;
    },
    async undo(id) {
      const undo = await self.ask(id);
      await self.approve(undo);
      await self.work(undo);
      return undo;
    },
    approve: (id) => approveUndo(shopId, id, actor),
    release: () => inShop(shopId, (tx) => releaseSync(tx, shopId, actor, live.id, 'inventory')),
    runOf: read,
    async linesOf(id) {
      const lines = await inShop(shopId, (tx) => tx.planItem.findMany({ where: { shopId, runId: id } }));
      return Object.fromEntries(
        lines.map(({ itemKey, before, after, reason, outcome }) => [
          /InventoryItem\/(\d+)/.exec(itemKey)?.[1] ?? '',
          { before, after, code: (reason as { code: string } | null)?.code ?? '', outcome },
        ]),
      );
    },
  };
  return self;
}
