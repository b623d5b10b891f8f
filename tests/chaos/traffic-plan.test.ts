import { expect, test } from 'vitest';
import { seededRandom } from '../../sandbox/kit/random.ts';
import { faults } from './faults.ts';
import { planStorm } from './storm.ts';
import { planOrders } from './traffic-plan.ts';

const skus = ['A', 'B', 'C', 'D'];

test('the same seed gives the same orders and steps, another seed others', () => {
  expect(planOrders(1, 50, skus)).toEqual(planOrders(1, 50, skus));
  expect(planOrders(1, 50, skus)).not.toEqual(planOrders(2, 50, skus));
});

test('two hundred orders hold every kind of traffic', () => {
  const steps = new Set(planOrders(1, 200, skus).flatMap((order) => order.steps.map((step) => `${step.by} ${step.does}`)));
  expect([...steps].sort()).toEqual(
    [
      ...['cancel', 'edit', 'hold', 'pay', 'readdress', 'refund', 'release'].map((does) => `merchant ${does}`),
      ...['warehouse return', 'warehouse ship'],
    ].sort(),
  );
});

test('half of the orders cost something that has to be shared out', () => {
  const dear = planOrders(1, 200, skus).filter(({ body }) => body.discounts ?? body.shipping ?? body.tip ?? body.taxesIncluded);
  expect(dear.length).toBeGreaterThan(80);
  expect(dear.length).toBeLessThan(140);
});

test('what a back office can’t do is left out of the steps, the orders stay the same', () => {
  const all = planOrders(1, 200, skus);
  const some = planOrders(1, 200, skus, { returns: false, wholeOrders: true, amends: false, cancels: true });
  expect(some.map(({ body }) => body)).toEqual(all.map(({ body }) => body));
  const steps = some.flatMap((order) => order.steps);
  expect(steps.filter((step) => step.does === 'return')).toEqual([]);
  expect(steps.filter((step) => step.does === 'ship' && step.part === 2)).toEqual([]);
  const fromTwo = some.find(({ kind }) => kind === 'from two places');
  const near = fromTwo?.body.lines.filter(({ location }) => location === 'Main Warehouse');
  expect(fromTwo?.steps).toMatchObject([
    { does: 'ship', lines: near?.map(({ sku, quantity }) => ({ sku, quantity })) },
    { does: 'ship' },
  ]);
});

test('a storm holds every fault that fits, mixed, and by itself where asked for; the same seed mixes the same', () => {
  const names = (options: { alone: boolean; backOffice: { hasApi: boolean; callsUs: string[] } }, seed = 1) =>
    planStorm(seededRandom(seed), options).map((group) => group.map(({ name }) => name));
  const everything = { hasApi: true, callsUs: ['call'] };
  expect(names({ alone: true, backOffice: everything })).toEqual(names({ alone: true, backOffice: everything }));
  expect(names({ alone: true, backOffice: everything })).not.toEqual(names({ alone: true, backOffice: everything }, 2));
  const all = names({ alone: true, backOffice: everything });
  for (const { name, alone } of faults) {
    expect(all).toContainEqual([name]);
    if (!alone) expect(all.some((group) => group.length > 1 && group.includes(name))).toBe(true);
  }
  const ofTheirs = new Set(faults.filter((fault) => fault.needs).map(({ name }) => name));
  const near = names({ alone: false, backOffice: { hasApi: false, callsUs: [] } }).flat();
  expect(near.filter((name) => ofTheirs.has(name))).toEqual([]);
  expect(new Set(near).size).toBe(faults.length - ofTheirs.size);
  expect(faults.length).toBeGreaterThanOrEqual(14);
});
