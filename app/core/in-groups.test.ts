import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inGroups } from './in-groups.ts';

const options = { atOnce: 1, most: 100, isCommon: () => false };

it('one that comes alone goes at once; those that come meanwhile go together', async () => {
  const groups: number[][] = [];
  const put = inGroups<number>(async (items) => {
    groups.push(items);
    await sleep(20);
  }, options);
  const first = put(1);
  await sleep(5);
  const rest = [2, 3, 4].map(put);
  await Promise.all([first, ...rest]);
  expect(groups).toEqual([[1], [2, 3, 4]]);
});

it('never more than so many at a time', async () => {
  const sizes: number[] = [];
  const put = inGroups<number>((items) => Promise.resolve(void sizes.push(items.length)), { ...options, most: 4 });
  await Promise.all(Array.from({ length: 10 }, (_, index) => put(index)));
  expect(sizes).toEqual([4, 4, 2]);
});

it('a bad one fails alone, and the others of its group are done', async () => {
  const done: number[] = [];
  const put = inGroups<number>((items) => {
    if (items.includes(3)) return Promise.reject(new Error('three'));
    done.push(...items);
    return Promise.resolve();
  }, options);
  const ends = await Promise.allSettled([1, 2, 3, 4].map(put));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(done).toEqual([1, 2, 4]);
});

it('a failure that is nobody’s own is told to all, and nothing is tried again', async () => {
  let calls = 0;
  const put = inGroups<number>(
    () => {
      calls += 1;
      return Promise.reject(new Error('the database is gone'));
    },
    { ...options, isCommon: () => true },
  );
  const ends = await Promise.allSettled([1, 2, 3].map(put));
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(calls).toBe(1);
});
