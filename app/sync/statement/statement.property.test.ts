import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openStatementWorld } from './statement-world.test-data.ts';

const world = await openStatementWorld(await openTestDatabase());
const { shopId, inShop, listed, there, addOrder, shipAndMirror, state, takenIn, sentAgain, shopify, office } = world;

afterAll(() => world.close());

async function clear(): Promise<void> {
  await inShop(async (tx) => {
    for (const table of [
      'shop_order',
      'part',
      'part_line',
      'shipment',
      'shipment_line',
      'problem',
      'write',
      'inbox_item',
      'statement_line',
    ])
      await tx.$executeRawUnsafe(`DELETE FROM "${table}"`);
  });
  listed.clear();
  there.clear();
  office.shipments.length = 0;
  shopify.fulfilments = [];
  shopify.fulfilmentOrders = [];
}

/** What may have gone wrong with one order without anybody noticing. */
const drifts = [
  ...(['none', 'none', 'never-seen', 'missing-there', 'out-of-date', 'fulfilment-missing', 'not-recorded'] as const),
  // Somebody may have meant these: they are found and named, and nothing is done about them by itself.
  ...(['tracking-differs', 'contents-differ', 'units-differ-there'] as const),
];
type Drift = (typeof drifts)[number];
const parcelled: readonly Drift[] = ['fulfilment-missing', 'not-recorded', 'tracking-differs', 'contents-differ'];
const named: readonly Drift[] = ['tracking-differs', 'contents-differ', 'units-differ-there'];
const unshipped: readonly Drift[] = ['never-seen', 'missing-there', 'units-differ-there'];

const order = fc.record({ drift: fc.constantFrom(...drifts), units: fc.integer({ min: 1, max: 4 }), shipped: fc.boolean() });

describe('whatever drifted, however often', () => {
  it('is found and repaired to the last one, and nothing else is touched', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 7 }), async (specs) => {
        await clear();
        const made: { id: string; reference: string; lineId: string; drift: Drift; units: number; parcels: boolean }[] = [];
        for (const { drift, units, shipped } of specs) {
          const one = await addOrder(units);
          const parcels = parcelled.includes(drift) || (shipped && !unshipped.includes(drift));
          if (parcels) await shipAndMirror(one, units);
          made.push({ id: one.id, reference: one.references[0]!, lineId: one.lineIds[0]!, drift, units, parcels });
        }
        for (const one of made) {
          const mine = shopify.of(one.id);
          if (one.drift === 'never-seen' || one.drift === 'missing-there') there.delete(one.reference);
          if (one.drift === 'units-differ-there') there.get(one.reference)!.lines[0]!.quantity += 1;
          if (one.drift === 'out-of-date')
            listed.set(one.id, { ...listed.get(one.id)!, updatedAt: new Date(Date.now() - 300_000).toISOString() });
          if (one.drift === 'tracking-differs') mine[0]!.tracking = [{ number: 'BY-HAND', company: null, url: null }];
          if (one.drift === 'contents-differ') mine[0]!.lines[0]!.quantity += 1;
          if (one.drift === 'fulfilment-missing' || one.drift === 'not-recorded') {
            for (const { id } of mine) shopify.cancel(id);
            shopify.fulfilments = shopify.fulfilments.filter((fulfilment) => fulfilment.orderId !== one.id);
          }
          await inShop(async (tx) => {
            if (one.drift === 'never-seen') {
              await tx.order.deleteMany({ where: { shopId, id: one.id } });
              await tx.part.deleteMany({ where: { shopId, orderId: one.id } });
            }
            if (one.drift === 'not-recorded') {
              const rows = await tx.shipment.findMany({ where: { shopId, orderId: one.id } });
              await tx.shipmentLine.deleteMany({ where: { shopId, shipmentId: { in: rows.map(({ id }) => id) } } });
              await tx.shipment.deleteMany({ where: { shopId, orderId: one.id } });
              const parts = await tx.part.findMany({ where: { shopId, orderId: one.id } });
              await tx.partLine.updateMany({ where: { shopId, partId: parts[0]!.id }, data: { shipped: 0, open: one.units } });
              await tx.part.updateMany({ where: { shopId, orderId: one.id }, data: { state: 'sent' } });
            }
          });
        }
        const drifted = made.filter(({ drift }) => drift !== 'none');
        const toRepair = drifted.filter(({ drift }) => !named.includes(drift));
        const toName = drifted.filter(({ drift }) => named.includes(drift));
        const before = new Set(shopify.fulfilments.map(({ id }) => id));
        const shownBefore = JSON.stringify(toName.map(({ id }) => shopify.of(id)));

        const { sums, found } = await state();

        expect(found.map((line) => line.split(' ').at(-1)).sort()).toEqual(drifted.map(({ drift }) => drift).sort());
        const ofOrders = toName.filter(({ drift }) => drift === 'units-differ-there').length;
        expect(sums.order?.buckets).toEqual({ matched: made.length - ofOrders, held: 0, excluded: 0, failed: 0, gap: ofOrders });
        expect(sums.shipment).toMatchObject({ buckets: { gap: toName.length - ofOrders } });
        expect(JSON.stringify(toName.map(({ id }) => shopify.of(id)))).toBe(shownBefore);
        expect([...new Set(takenIn)].sort()).toEqual(toRepair.map(({ id }) => id).sort());
        const handedOver = drifted.filter(({ drift }) => drift === 'never-seen' || drift === 'missing-there');
        expect([...sentAgain].sort()).toEqual(handedOver.map(({ reference }) => reference).sort());
        for (const one of made) {
          expect(there.has(one.reference)).toBe(true);
          const units = one.drift === 'contents-differ' ? one.units + 1 : one.units;
          expect(shopify.fulfilled(one.id)).toEqual(one.parcels ? { [one.lineId]: units } : {});
        }
        // Fulfilments that were right are still the same ones.
        const right = made.filter(({ drift, parcels }) => parcels && (drift === 'none' || drift === 'out-of-date'));
        for (const one of right) expect(shopify.of(one.id).every(({ id }) => before.has(id))).toBe(true);

        const again = await state();
        expect(again.found.map((line) => line.split(' ').at(-1)).sort()).toEqual(toName.map(({ drift }) => drift).sort());
        expect(takenIn).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
