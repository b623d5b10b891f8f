import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { openTestDatabase } from '../../../../tests/setup/database.ts';
import { undoTarget } from './undo-target.ts';

const database = await openTestDatabase();
const { inShop } = await import('../../../db/scope.ts');
const { prisma } = await import('../../../db/client.ts');
const { stopBoss } = await import('../../../jobs/boss.ts');
const { openUndoShop } = await import('./undo-shop.fixture.ts');
type UndoShop = Awaited<ReturnType<typeof openUndoShop>>;

afterAll(async () => {
  await stopBoss();
  await prisma.$disconnect();
  await database.close();
});

describe('what is taken back of a level', () => {
  it('is the change, unless it would sink below zero; a level is never raised by lowering it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 500 }), fc.integer({ min: -500, max: 500 }), (available, delta) => {
        const { target, missing } = undoTarget(available, delta);
        expect(target).toBe(available - delta + missing);
        if (missing > 0) expect(target).toBe(Math.min(available, 0));
        else if (delta > 0) expect(target).toBeGreaterThanOrEqual(0);
        if (delta > 0) expect(target).toBeLessThanOrEqual(available);
      }),
      { numRuns: 1000 },
    );
  });
});

/** One product: what Shopify showed, what the run made of it, and what is sold or counted while the undo is at work. */
const product = fc.record({
  shown: fc.integer({ min: 0, max: 60 }),
  published: fc.integer({ min: 0, max: 60 }),
  moves: fc.array(fc.integer({ min: -6, max: 6 }), { maxLength: 4 }),
});

/** What goes wrong at a call that sets levels. */
const fate = fc.constantFrom('well', 'well', 'killed before', 'killed after', 'answer lost');
const mishaps = fc.record({
  fates: fc.array(fate, { maxLength: 8 }),
  staleFails: fc.constantFrom('whole' as const, 'line' as const),
});

/** Lets the undo meet what fast-check chose, and the shop go on selling at each of its calls. */
function trouble(shop: UndoShop, fates: string[], products: { moves: number[] }[]): { moved: number[] } {
  const moved = products.map(() => 0);
  const { run } = shop.shopify.admin;
  let call = 0;
  shop.shopify.admin.run = (async (document: never, variables: never, options: never) => {
    if (!String(document).includes('mutation InventorySet')) return run(document, variables, options);
    const fate = fates[call] ?? 'well';
    products.forEach(({ moves }, index) => {
      // above the units that could be taken back, so that nothing is floored: each change has to come back whole
      const by = moves[call] ?? 0;
      moved[index] = (moved[index] ?? 0) + by;
      shop.move(index + 1, by);
    });
    call += 1;
    if (fate === 'killed before') throw new Error('killed');
    if (fate === 'answer lost') shop.shopify.loseAnswers = 1;
    const answer = await run(document, variables, options);
    if (fate === 'killed after') throw new Error('killed');
    return answer;
  }) as typeof run;
  return { moved };
}

async function workUntilEnded(shop: UndoShop, undo: string): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    try {
      await shop.work(undo);
      return;
    } catch {
      // a killed process writes down nothing more
      await inShop(shop.shopId, (tx) =>
        tx.write.updateMany({ where: { runId: undo, state: 'unknown' }, data: { state: 'sent', settledAt: null, answer: {} } }),
      );
    }
  }
  throw new Error('The undo never ended');
}

describe('whatever is sold, lost and killed meanwhile', () => {
  it('undoing a run changes each level by exactly what the run had, once', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(product, { minLength: 1, maxLength: 6 }), mishaps, async (products, { fates, staleFails }) => {
        const roomy = products.map(({ shown, published, moves }) => ({ shown: shown + 100, published: published + 100, moves }));
        const shop = await openUndoShop(Object.fromEntries(roomy.map(({ shown }, n) => [`SKU-${n}`, shown])));
        roomy.forEach(({ published }, n) => shop.office.stock.set(`F1 SKU-${n}`, published));
        const run = await shop.publish();
        if (roomy.every(({ shown, published }) => shown === published)) return;
        const undo = await shop.ask(run);
        await shop.approve(undo);
        shop.shopify.staleFails = staleFails;
        const { moved } = trouble(shop, fates, roomy);
        await workUntilEnded(shop, undo);
        expect(roomy.map((_, n) => shop.shown(n + 1))).toEqual(roomy.map(({ shown }, n) => shown + (moved[n] ?? 0)));
        expect(await shop.runOf(undo)).toMatchObject({ state: 'finished' });
      }),
      { numRuns: inject('fuzz') === 'nightly' ? 300 : 25 },
    );
  });
});
