import { afterEach, expect, it, vi } from 'vitest';
import { keepSlowCounts } from './keep-slow-counts.ts';

let moment = 0;
vi.spyOn(performance, 'now').mockImplementation(() => moment);
afterEach(() => (moment = 0));

/** Takes so long, and says how often it was asked. */
function counting(ms: number) {
  let asked = 0;
  return () => {
    asked += 1;
    moment += ms;
    return Promise.resolve(asked);
  };
}

it('counts anew each time what is quick to count', async () => {
  const [counts, count] = [keepSlowCounts<number>(), counting(40)];
  expect([await counts('a', count), await counts('a', count)]).toEqual([1, 2]);
});

it('shows what was slow to count for a minute, to whom it belongs', async () => {
  const [counts, count, other] = [keepSlowCounts<number>(), counting(60), counting(60)];
  expect([await counts('a', count), await counts('a', count), await counts('b', other)]).toEqual([1, 1, 1]);
  moment += 59_000;
  expect(await counts('b', other)).toBe(1);
  moment += 1_100;
  expect([await counts('a', count), await counts('b', other)]).toEqual([2, 2]);
});

it('counts again after a count that failed', async () => {
  const counts = keepSlowCounts<number>();
  await expect(counts('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await counts('a', counting(60))).toBe(1);
});
