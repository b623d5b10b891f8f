import { describe, expect, it } from 'vitest';
import { runWindow } from './run-window.ts';

const settings = { lookBackMinutes: 5, skipNewestMinutes: 0, dailyDaysBack: 2 };
const at = {
  startedAt: Date.parse('2026-11-20T12:00:00Z'),
  cursor: '2026-11-20T11:50:00.000Z',
  earliest: '2026-11-01T00:00:00.000Z',
};
const window = (task: string, change: Partial<typeof settings> = {}, where: Partial<Parameters<typeof runWindow>[2]> = {}) => {
  const { since, until, next } = runWindow(task, { ...settings, ...change }, { ...at, ...where });
  return [since, until, next].map((moment) => moment.slice(5, 16)).join(' ');
};

describe('the changes that a run of orders reads', () => {
  it.each([
    ['begin the look-back before the last run’s end', 'scheduled', {}, {}, '11-20T11:45 11-20T12:00 11-20T12:00'],
    ['begin as far back as the merchant says', 'scheduled', { lookBackMinutes: 60 }, {}, '11-20T10:50 11-20T12:00 11-20T12:00'],
    ['leave the newest to the next run', 'scheduled', { skipNewestMinutes: 10 }, {}, '11-20T11:45 11-20T11:50 11-20T11:50'],
    ['are read to the end by a retry', 'retry', { skipNewestMinutes: 10 }, {}, '11-20T11:45 11-20T12:00 11-20T12:00'],
    ['reach back to the first day the first time', 'scheduled', {}, { cursor: null }, '11-01T00:00 11-20T12:00 11-20T12:00'],
    ['reach back to the first day when everything is asked for', 'full', {}, {}, '11-01T00:00 11-20T12:00 11-20T12:00'],
    ['are those of the last days once a day', 'daily', { dailyDaysBack: 3 }, {}, '11-17T12:00 11-20T12:00 11-20T11:50'],
  ])('%s', (_, task, change, where, expected) => {
    expect(window(task, change, where)).toBe(expected);
  });
});
