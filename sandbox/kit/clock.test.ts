import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openClock } from './clock.ts';

const file = () => join(mkdtempSync(join(tmpdir(), 'clock-')), 'sub', 'offset');

test('a clock moved forward by one process is moved for every process that reads the same file', async () => {
  const path = file();
  const mine = openClock(path);
  mine.now();
  const theirs = openClock(path);
  theirs.advance(86_400_000);
  await sleep(40);
  expect(mine.offsetMs()).toBe(86_400_000);
  expect(mine.now() - Date.now()).toBeGreaterThan(86_000_000);
  expect(Date.parse(mine.iso())).toBeGreaterThan(Date.now() + 86_000_000);
});

test('the offset is plain text, advances add up and listeners hear of each', () => {
  const path = file();
  const clock = openClock(path);
  const heard: number[] = [];
  const stop = clock.onAdvance(() => heard.push(clock.offsetMs()));
  clock.advance(1_000);
  writeFileSync(path, '5000\n');
  clock.advance(10);
  stop();
  clock.advance(1);
  expect(heard).toEqual([1_000, 5_010]);
});

test('time never runs back', () => {
  expect(() => openClock(':memory:').advance(-1)).toThrow('forward');
  expect(() => openClock(':memory:').advance(Number.NaN)).toThrow('forward');
});
