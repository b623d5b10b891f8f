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
    ['merchant cancel', 'merchant edit', 'merchant pay', 'merchant refund', 'warehouse return', 'warehouse ship'].sort(),
  );
});

test('a storm holds every fault that fits, mixed, and by itself where asked for; the same seed mixes the same', () => {
  const names = (options: { alone: boolean; remote: boolean }, seed = 1) =>
    planStorm(seededRandom(seed), options).map((group) => group.map(({ name }) => name));
  expect(names({ alone: true, remote: true })).toEqual(names({ alone: true, remote: true }));
  expect(names({ alone: true, remote: true })).not.toEqual(names({ alone: true, remote: true }, 2));
  const all = names({ alone: true, remote: true });
  for (const { name, alone } of faults) {
    expect(all).toContainEqual([name]);
    if (!alone) expect(all.some((group) => group.length > 1 && group.includes(name))).toBe(true);
  }
  const remoteOnly = new Set(faults.filter((fault) => fault.remoteOnly).map(({ name }) => name));
  const near = names({ alone: false, remote: false }).flat();
  expect(near.filter((name) => remoteOnly.has(name))).toEqual([]);
  expect(new Set(near).size).toBe(faults.length - remoteOnly.size);
  expect(faults.length).toBeGreaterThanOrEqual(14);
});
