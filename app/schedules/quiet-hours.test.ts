import { describe, expect, it } from 'vitest';
import { nextDue } from './next-due.ts';
import { nextRun } from './next-run.ts';
import { isQuietAt, quietUntil } from './quiet-hours.ts';

const night = { from: '22:00', to: '06:00' };
const noon = { from: '12:00', to: '13:30' };

describe('quiet hours', () => {
  it.each([
    ['over midnight, late', '23:10', night, true],
    ['over midnight, early', '05:59', night, true],
    ['over midnight, at their end', '06:00', night, false],
    ['over midnight, by day', '14:00', night, false],
    ['by day, at their start', '12:00', noon, true],
    ['by day, before', '11:59', noon, false],
    ['by day, at their end', '13:30', noon, false],
  ])('%s', (_, time, quiet, expected) => {
    expect(isQuietAt(time, quiet)).toBe(expected);
  });

  it.each([
    ['late: the next morning', '2026-11-21T22:30:00Z', 'Europe/Berlin', '2026-11-22T05:00:00.000Z'],
    ['early: the same morning', '2026-11-21T02:00:00Z', 'Europe/Berlin', '2026-11-21T05:00:00.000Z'],
    ['in the shop’s zone, not in ours', '2026-11-21T22:30:00Z', 'America/New_York', undefined],
    ['over the change of clocks', '2026-10-24T21:00:00Z', 'Europe/Berlin', '2026-10-25T05:00:00.000Z'],
    ['a zone that nobody knows counts as UTC', '2026-11-21T23:00:00Z', 'Moon/Base', '2026-11-22T06:00:00.000Z'],
  ])('end %s', (_, at, zone, expected) => {
    expect(quietUntil(new Date(at), night, zone)?.toISOString()).toBe(expected);
  });
});

describe('a sync that runs once a day at a time', () => {
  it.each([
    ['later today', '2026-11-21T03:00:00Z', '2026-11-21T05:30:00.000Z'],
    ['tomorrow when it has passed', '2026-11-21T05:30:00Z', '2026-11-22T05:30:00.000Z'],
    ['at the same time of day when clocks change', '2026-10-24T10:00:00Z', '2026-10-25T05:30:00.000Z'],
  ])('is due %s, whenever it last ran', (_, now, expected) => {
    const rhythm = { intervalMinutes: 1440, timeZone: 'Europe/Berlin', dailyAt: '06:30' };
    expect(nextDue(rhythm, new Date('2026-11-19T17:11:00Z'), new Date(now)).toISOString()).toBe(expected);
  });

  it('keeps its rhythm where it runs more often than that', () => {
    const rhythm = { intervalMinutes: 60, timeZone: 'UTC', dailyAt: '06:30' };
    const due = nextDue(rhythm, new Date('2026-11-21T10:00:00Z'), new Date('2026-11-21T10:00:01Z'));
    expect(due.toISOString()).toBe('2026-11-21T11:00:00.000Z');
  });
});

describe('what a page says of the next run', () => {
  const schedule = { quietFrom: '22:00', quietTo: '06:00' };
  const next = (nextDue: string | null, now: string, enabled = true) => {
    const found = nextRun({ enabled, nextDue: nextDue ? new Date(nextDue) : null, schedule }, 'UTC', new Date(now));
    return found && { at: found.at.toISOString(), quiet: found.quiet };
  };

  it.each([
    ['its time, by day', '2026-11-21T15:10:00Z', '2026-11-21T15:00:00Z', { at: '2026-11-21T15:10:00.000Z', quiet: false }],
    [
      'the end of the quiet hours it would fall into',
      '2026-11-21T22:05:00Z',
      '2026-11-21T21:55:00Z',
      { at: '2026-11-22T06:00:00.000Z', quiet: true },
    ],
    [
      'the same once it was put off',
      '2026-11-22T06:00:00Z',
      '2026-11-22T01:00:00Z',
      { at: '2026-11-22T06:00:00.000Z', quiet: true },
    ],
    [
      'now when it is overdue by day',
      '2026-11-21T14:00:00Z',
      '2026-11-21T15:00:00Z',
      { at: '2026-11-21T15:00:00.000Z', quiet: false },
    ],
    ['nothing when nothing is due', null, '2026-11-21T15:00:00Z', null],
  ])('is %s', (_, due, now, expected) => {
    expect(next(due, now)).toEqual(expected);
  });

  it('is nothing while the sync is off', () => {
    expect(next('2026-11-21T15:10:00Z', '2026-11-21T15:00:00Z', false)).toBeNull();
  });
});
