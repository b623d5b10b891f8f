import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seededRandom } from '../../sandbox/kit/random.ts';
import type { Ground } from './ground.ts';
import { rage, unstruck } from './storm.ts';
import type { Traffic } from './traffic.ts';

/* How a storm is paced, without a sandbox: its time passes at once. */

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => Promise.resolve(vi.setSystemTime(Date.now() + ms)),
}));
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const only = [
  'back office answers 5xx',
  'back office is slow',
  'back office refuses a record',
  'back office’s answer is lost after it wrote',
];

/** A ground on which a fault strikes each time it is played, or never. */
function groundWith(strikes: (fault: string) => boolean) {
  const played: string[] = [];
  let set: string[] = [];
  let advanced = 0;
  const struck: Record<string, number> = {};
  const found = () => Object.fromEntries(set.filter(strikes).map((fault) => [fault, 1]));
  const ground = {
    ...{ random: seededRandom(1), struck, shop: { connector: 'office' } },
    rule: (fault: string) => Promise.resolve(void (set.push(fault), played.push(fault))),
    struckSoFar: () => Promise.resolve({ ...struck, ...found() }),
    clearRules: () => Promise.resolve(void (Object.assign(struck, found()), (set = []))),
    syncAgain: () => Promise.resolve(1),
    runNow: () => Promise.resolve(1),
    advance: (ms: number) => Promise.resolve(void (advanced += ms)),
  };
  return { ground: ground as unknown as Ground, played, struck, advanced: () => advanced };
}

/** People of whom `perTick` orders are done with each time they are asked to go on. */
function trafficOf(orders: number, perTick: number) {
  const seen = { most: 0, ticks: 0 };
  const traffic = {
    ...{ toPlace: orders, underWay: 0 },
    place(count: number) {
      const placed = Math.min(count, this.toPlace);
      this.toPlace -= placed;
      this.underWay += placed;
      seen.most = Math.max(seen.most, this.underWay);
      return Promise.resolve();
    },
    tick() {
      seen.ticks += 1;
      this.underWay = Math.max(0, this.underWay - perTick);
      return Promise.resolve();
    },
  };
  return { traffic: traffic as unknown as Traffic, seen };
}

const options = { alone: true, backOffice: { hasApi: true, callsUs: [] }, only };

test('a storm goes on until every order was placed, and no more of them are under way than the system can go on with', async () => {
  const { ground, advanced } = groundWith(() => true);
  const { traffic, seen } = trafficOf(2000, 0.3);
  const played = await rage(ground, traffic, options);
  expect(traffic.toPlace).toBe(0);
  expect(seen.most).toBeLessThanOrEqual(150);
  expect(new Set(played.flat())).toEqual(new Set(only));
  // Between two faults it was calm, and schedules fell due.
  expect(advanced()).toBeGreaterThan(0);
  expect(seen.ticks).toBeGreaterThan(played.length * 3);
});

test('where few orders are under way one fault follows the other without a pause', async () => {
  const { ground, advanced } = groundWith(() => true);
  await rage(ground, trafficOf(30, 30).traffic, options);
  expect(advanced()).toBe(0);
});

test('what had nothing to strike is played again at the end, but not for ever, and is told', async () => {
  const never = 'back office is slow';
  const { ground, played, struck } = groundWith((fault) => fault !== never);
  const groups = await rage(ground, trafficOf(30, 30).traffic, options);
  const times = (fault: string) => played.filter((one) => one === fault).length;
  // Alone, mixed, and four times more.
  expect(only.map(times).sort()).toEqual([2, 2, 2, 6]);
  expect(times(never)).toBe(6);
  expect(unstruck(struck, groups.flat())).toEqual([never]);
});

test('what strikes when it is played again is not played once more', async () => {
  const late = 'back office is slow';
  const times = () => played.filter((one) => one === late).length;
  // Neither alone nor mixed: the third time.
  const { ground, played } = groundWith((fault) => fault !== late || times() >= 3);
  await rage(ground, trafficOf(30, 30).traffic, options);
  expect(times()).toBe(3);
});
