import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { locations, openSyncWorld } from './sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, live, addOrder, ship, shopId } = world;
const { TransientError } = await import('../../core/errors.ts');
const { shopFulfilments } = await import('./order-in-shopify.ts');
const { noteFulfilmentsOfOrder } = await import('./mirror-shipments-of-order.ts');
const { runShipmentsSync } = await import('./run-shipments-sync.ts');
const options = { shopify: shopFulfilments(shopify as never) };

afterAll(() => world.close());

async function run(task = 'scheduled'): Promise<boolean> {
  try {
    await runShipmentsSync(live, await world.newRun('shipments', task), options);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof TransientError)) throw thrown;
    return false;
  }
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('ship' as const),
      line: fc.nat(2),
      units: fc.integer({ min: 1, max: 3 }),
      tracked: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      lost: fc.constantFrom('lost-answer', 'lost-answer', 'lost-request', null),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('move' as const, 'hold' as const, 'release' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('by-hand' as const), line: fc.nat(2) }) },
);

describe('whatever happens on the way', () => {
  it('every unit shipped is fulfilled in Shopify exactly once', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 2, maxLength: 8 }),
        async (quantities, steps) => {
          // Two lines share a SKU, so that units have to be spread.
          const order = await addOrder(
            quantities.map((quantity, index) => ({ sku: index === 2 ? 'S0' : `S${index}`, quantity })),
          );
          const mine = () => shopify.fulfilmentOrders.filter((one) => one.orderId === order.id);
          const byHand = new Set<string>();
          const left = [...quantities];
          for (const one of steps) {
            if (one.kind === 'ship') {
              const at = one.line % quantities.length;
              const units = Math.min(one.units, left[at] ?? 0);
              if (units === 0) continue;
              left[at] = (left[at] ?? 0) - units;
              ship(
                order.references[0]!,
                [{ sku: at === 2 ? 'S0' : `S${at}`, quantity: units, lineId: order.lineIds[at]! }],
                one.tracked ? {} : { tracking: [] },
              );
            } else if (one.kind === 'run') {
              if (one.lost) shopify.failNext('FulfilmentCreate', one.lost as 'lost-answer');
              await Promise.all(one.twice ? [run(), run()] : [run()]);
            } else if (one.kind === 'by-hand') {
              const lineId = order.lineIds[one.line % quantities.length]!;
              if (mine().some(({ lines }) => lines.some((line) => line.lineId === lineId && line.remaining > 0)))
                byHand.add(shopify.fulfilByHand(order.id, [{ lineId, quantity: 1 }]).id);
            } else {
              const open = mine().find(({ status }) => status === (one.kind === 'release' ? 'ON_HOLD' : 'OPEN'));
              if (!open) continue;
              if (one.kind === 'move')
                shopify.move(open, open.locationId === locations.north ? locations.annex : locations.north);
              else open.status = one.kind === 'hold' ? 'ON_HOLD' : 'OPEN';
            }
          }
          shopify.faults.length = 0;
          for (const held of mine()) if (held.status === 'ON_HOLD') held.status = 'OPEN';
          for (let again = 0; again < 4 && !(await run('retry')); again += 1);
          await run('full');
          // What was fulfilled by hand after our last pass is news about the order.
          await noteFulfilmentsOfOrder(live, order.id, options);

          const rows = await world.inShop((tx) => tx.shipment.findMany({ where: { shopId, orderId: order.id } }));
          const units = await world.inShop((tx) =>
            tx.shipmentLine.findMany({ where: { shopId, shipmentId: { in: rows.map(({ id }) => id) } } }),
          );
          expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'mirrored'));
          for (const unit of units) expect(unit.mirrored + unit.elsewhere).toBe(unit.quantity);
          // Each fulfilment of ours belongs to one shipment, none to two or to nobody.
          const ours = shopify
            .of(order.id)
            .filter(({ id }) => !byHand.has(id))
            .map(({ id }) => id);
          const claimed = rows.flatMap(({ fulfilmentIds }) => fulfilmentIds);
          expect(new Set(claimed).size).toBe(claimed.length);
          expect(claimed.filter((id) => !byHand.has(id)).sort()).toEqual(ours.sort());
          // One made by hand of the very units of an untracked parcel whose request was lost can't be told from ours, and needn't be. No other.
          for (const { id, tracking, fulfilmentIds } of rows.filter((row) => row.fulfilmentIds.some((one) => byHand.has(one)))) {
            const [claimedByHand] = shopify.of(order.id).filter((one) => fulfilmentIds.includes(one.id));
            const shippedUnits = units
              .filter(({ shipmentId }) => shipmentId === id)
              .map(({ lineId, quantity }) => ({ lineId, quantity }));
            expect(steps.some((one) => one.kind === 'run' && one.lost === 'lost-request')).toBe(true);
            expect({ tracking, times: fulfilmentIds.length }).toEqual({ tracking: [], times: 1 });
            expect(claimedByHand?.lines).toMatchObject(shippedUnits);
          }
          const fulfilled = shopify.fulfilled(order.id);
          order.lineIds.forEach((lineId, index) => {
            const shipped = (quantities[index] ?? 0) - (left[index] ?? 0);
            expect(fulfilled[lineId] ?? 0).toBeLessThanOrEqual(quantities[index] ?? 0);
            expect(fulfilled[lineId] ?? 0).toBeGreaterThanOrEqual(shipped);
            const hand = shopify
              .of(order.id)
              .filter(({ id }) => byHand.has(id))
              .flatMap(({ lines }) => lines)
              .filter((line) => line.lineId === lineId).length;
            expect(fulfilled[lineId] ?? 0).toBeLessThanOrEqual(shipped + hand);
          });
          const remaining = mine()
            .flatMap(({ lines }) => lines)
            .reduce((sum, line) => sum + line.remaining, 0);
          const part = await world.part(order.partIds[0]!);
          if (rows.some(({ fulfilmentIds }) => fulfilmentIds.length > 0))
            expect(part.open.reduce((sum, open) => sum + open, 0)).toBe(remaining);
          expect(await world.problems()).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  });
});
