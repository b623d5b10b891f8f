import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openStatementWorld } from './statement-world.test-data.ts';

const world = await openStatementWorld(await openTestDatabase());
const { shopId, connectionId, live, inShop, listed, there, addOrder, shipAndMirror, state, takenIn, sentAgain, shopify, office } =
  world;

const { earliestOrder } = await import('../orders/earliest-order.ts');

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
  // Of the first day or the one before, by the shop's clock; met its connection switched off; its time was up while it was.
  ...(['first-day', 'first-day', 'left-out-while-off', 'held-too-long'] as const),
  // Somebody may have meant these: they are found and named, and nothing is done about them by itself.
  ...(['tracking-differs', 'contents-differ', 'units-differ-there'] as const),
];
type Drift = (typeof drifts)[number];
const parcelled: readonly Drift[] = ['fulfilment-missing', 'not-recorded', 'tracking-differs', 'contents-differ'];
const named: readonly Drift[] = ['tracking-differs', 'contents-differ', 'units-differ-there'];
/** What nothing is said of by our rows or the back office, so that the order is handed over. */
const lost: readonly Drift[] = ['never-seen', 'first-day', 'left-out-while-off', 'held-too-long'];
const unshipped: readonly Drift[] = [...lost, 'missing-there', 'units-differ-there'];
const foundAs: Partial<Record<Drift, string>> = {
  'first-day': 'never-seen',
  'left-out-while-off': 'verdict-outdated',
  'held-too-long': 'verdict-outdated',
};
const codeOf = (drift: Drift) => foundAs[drift] ?? drift;

const order = fc.record({
  drift: fc.constantFrom(...drifts),
  units: fc.integer({ min: 1, max: 4 }),
  shipped: fc.boolean(),
  /** From the first day's midnight in Greenwich. */
  hours: fc.constantFrom(-12, -5, 3, 12),
});
const zone = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York');

describe('whatever drifted, however often', () => {
  it('is found and repaired to the last one, and nothing else is touched', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 7 }), zone, async (specs, timeZone) => {
        await clear();
        Object.assign(live.shop, { timeZone });
        const earliestOrderDate = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
        const settings = { earliestOrderDate };
        await inShop((tx) => tx.sync.updateMany({ where: { shopId, connectionId, kind: 'orders' }, data: { settings } }));
        const first = earliestOrder(settings, null, timeZone)?.getTime() ?? 0;
        const made: { id: string; reference: string; lineId: string; drift: Drift; units: number; parcels: boolean }[] = [];
        const tooOld = new Set<string>();
        for (const { drift, units, shipped, hours } of specs) {
          const one = await addOrder(units);
          if (drift === 'first-day') {
            const placed = Date.parse(earliestOrderDate) + hours * 3_600_000;
            const placedAt = new Date(placed).toISOString();
            listed.set(one.id, { placedAt, updatedAt: placedAt });
            if (placed < first) tooOld.add(one.id);
          }
          const parcels = parcelled.includes(drift) || (shipped && !unshipped.includes(drift));
          if (parcels) await shipAndMirror(one, units);
          made.push({ id: one.id, reference: one.references[0]!, lineId: one.lineIds[0]!, drift, units, parcels });
        }
        for (const one of made) {
          const mine = shopify.of(one.id);
          if (lost.includes(one.drift) || one.drift === 'missing-there') there.delete(one.reference);
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
            if (one.drift === 'never-seen' || one.drift === 'first-day')
              await tx.order.deleteMany({ where: { shopId, id: one.id } });
            if (lost.includes(one.drift)) await tx.part.deleteMany({ where: { shopId, orderId: one.id } });
            const keptBack = {
              'left-out-while-off': { verdict: 'skip', reason: { code: 'orders-sync-off', params: { location: 'Main' } } },
              'held-too-long': {
                ...{ verdict: 'hold', reason: { code: 'edit-window', params: {} } },
                holdUntil: new Date(Date.now() - 3_600_000),
              },
            };
            if (one.drift === 'left-out-while-off' || one.drift === 'held-too-long')
              await tx.order.updateMany({ where: { shopId, id: one.id }, data: keptBack[one.drift] });
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
        const drifted = made.filter(({ id, drift }) => drift !== 'none' && !tooOld.has(id));
        const toRepair = drifted.filter(({ drift }) => !named.includes(drift));
        const toName = drifted.filter(({ drift }) => named.includes(drift));
        const before = new Set(shopify.fulfilments.map(({ id }) => id));
        const shownBefore = JSON.stringify(toName.map(({ id }) => shopify.of(id)));

        const { sums, found } = await state();

        expect(found.map((line) => line.split(' ').at(-1)).sort()).toEqual(drifted.map(({ drift }) => codeOf(drift)).sort());
        const ofOrders = toName.filter(({ drift }) => drift === 'units-differ-there').length;
        expect(sums.order?.buckets).toEqual({
          ...{ matched: made.length - ofOrders - tooOld.size, held: 0, excluded: tooOld.size, failed: 0, gap: ofOrders },
        });
        expect(sums.shipment).toMatchObject({ buckets: { gap: toName.length - ofOrders } });
        expect(JSON.stringify(toName.map(({ id }) => shopify.of(id)))).toBe(shownBefore);
        expect([...new Set(takenIn)].sort()).toEqual(toRepair.map(({ id }) => id).sort());
        const handedOver = drifted.filter(({ drift }) => lost.includes(drift) || drift === 'missing-there');
        expect([...sentAgain].sort()).toEqual(handedOver.map(({ reference }) => reference).sort());
        for (const one of made) {
          expect(there.has(one.reference)).toBe(!tooOld.has(one.id));
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
