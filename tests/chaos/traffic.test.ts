import { expect, test } from 'vitest';
import { ControlRefusal } from '../../sandbox/control-client.ts';
import type { ChaosShop } from './chaos-shop.ts';
import { Traffic } from './traffic.ts';
import type { PlannedOrder } from './traffic-plan.ts';

/* What the suite's own people do when their calls go wrong. */

const plan: PlannedOrder[] = [
  {
    kind: 'shipped whole',
    steps: [{ by: 'warehouse', does: 'ship', part: 1 }],
    neverSent: false,
    body: { lines: [{ sku: 'A', quantity: 1 }] },
  } as unknown as PlannedOrder,
];

/** A warehouse that takes one parcel; `fails` is how its first answer goes wrong, and whether the parcel left all the same. */
function warehouse(fails: Error, leaves: boolean) {
  const left: string[] = [];
  const shop = {
    connector: 'stockroom',
    skus: ['A'],
    readBackOffice: () =>
      Promise.resolve({
        orders: [{ reference: '#1', shipments: left.map((number) => ({ tracking: [{ number }] })), lines: [] }],
      }),
    post(path: string, body: { tracking: string }) {
      if (!path.endsWith('/ship')) return Promise.resolve({ orders: [{ name: '#1' }] });
      if (left.length > 0) return Promise.reject(new ControlRefusal('POST /ship', 409, 'it is shipped'));
      const first = body.tracking === 'PARCEL1';
      if (!first || leaves) left.push(body.tracking);
      return first ? Promise.reject(fails) : Promise.resolve({});
    },
  } as unknown as ChaosShop;
  return { shop, left };
}

test.each([
  ['was carried out, and its answer lost', new Error('socket hang up'), true, 'PARCEL1'],
  ['never arrived', new ControlRefusal('POST /ship', 500, 'no answer'), false, 'PARCEL2'],
  ['was refused', new ControlRefusal('POST /ship', 409, 'not there yet'), false, 'PARCEL2'],
])('a parcel whose call %s has left once', async (_what, fails, leaves, label) => {
  const { shop, left } = warehouse(fails, leaves);
  const traffic = new Traffic(shop, { seed: 1, plan, units: 10 });
  await traffic.place(1);
  await traffic.goOn();
  for (let again = 0; again < 3 && traffic.stepsLeft > 0; again += 1) await traffic.goOn();
  expect([left, traffic.parcels, traffic.stepsLeft]).toEqual([[label], [{ order: '#1', tracking: label }], 0]);
});
