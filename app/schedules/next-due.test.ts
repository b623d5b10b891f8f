import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDue } from './next-due.ts';

const due = (intervalMinutes: number, last: string, now: string, timeZone = 'UTC') =>
  nextDue({ intervalMinutes, timeZone }, new Date(last), new Date(now)).toISOString();

describe('when a sync is due again', () => {
  it('one interval after it was due, whenever it really ran', () => {
    expect(due(10, '2026-11-21T10:00:00Z', '2026-11-21T10:00:07Z')).toBe('2026-11-21T10:10:00.000Z');
  });

  it('a time that was missed is made up once, in the same rhythm', () => {
    expect(due(10, '2026-11-21T10:00:00Z', '2026-11-21T17:34:00Z')).toBe('2026-11-21T17:40:00.000Z');
  });

  it('exactly at its time it moves on', () => {
    expect(due(10, '2026-11-21T10:00:00Z', '2026-11-21T10:10:00Z')).toBe('2026-11-21T10:20:00.000Z');
  });

  it('once a day keeps its time of day in the shop when clocks go back', () => {
    // 25 October 2026, 03:00 → 02:00 in Berlin
    expect(due(1440, '2026-10-24T06:00:00Z', '2026-10-24T06:00:01Z', 'Europe/Berlin')).toBe('2026-10-25T07:00:00.000Z');
    expect(due(1440, '2026-10-24T06:00:00Z', '2026-10-24T06:00:01Z', 'UTC')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('an hour is an hour when clocks go back', () => {
    expect(due(60, '2026-10-25T00:30:00Z', '2026-10-25T00:30:01Z', 'Europe/Berlin')).toBe('2026-10-25T01:30:00.000Z');
  });

  it('a zone nobody knows counts as UTC', () => {
    expect(due(1440, '2026-10-24T06:00:00Z', '2026-10-24T06:00:01Z', 'Mars/Olympus')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('always lies in the future, at most one interval (and one hour of changed clocks) away', () => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    const moment = fc.integer({ min: 0, max: 400 * 86_400_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(1, 5, 10, 60, 720, 1440),
        moment,
        fc.integer({ min: 0, max: 30 * 86_400_000 }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
        (intervalMinutes, offset, late, timeZone) => {
          const last = new Date(start + offset);
          const now = new Date(last.getTime() + late);
          const wait = nextDue({ intervalMinutes, timeZone }, last, now).getTime() - now.getTime();
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThanOrEqual(intervalMinutes * 60_000 + 3_600_000);
        },
      ),
    );
  });
});
