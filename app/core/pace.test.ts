import { describe, expect, it } from 'vitest';
import { dealtWith, paceOf } from './pace.ts';

const counts = (done: number, total: number | null = 1000) => ({ done, skipped: 0, held: 0, failed: 0, total });

describe('the pace of a run', () => {
  it('is that since its first record: what it waited for before is not waited for again', () => {
    // A minute passed before the first ten came; since then two hundred in twenty seconds.
    const begun = { since: 60_000, from: counts(10) };
    expect(paceOf(counts(210), begun, 80_000)).toEqual({ perSecond: 10, leftMs: 79_000 });
  });

  it('is unknown while there is nothing to tell it from', () => {
    expect(paceOf(counts(0), null, 5_000)).toEqual({ perSecond: null, leftMs: null });
    expect(paceOf(counts(10), { since: 5_000, from: counts(10) }, 6_000)).toEqual({ perSecond: null, leftMs: null });
  });

  it('tells no time left without a total, or when all is done', () => {
    const begun = { since: 0, from: counts(0) };
    expect(paceOf(counts(50, null), begun, 1_000)).toEqual({ perSecond: 50, leftMs: null });
    expect(paceOf(counts(1000), begun, 1_000)).toEqual({ perSecond: 1000, leftMs: null });
  });

  it('leaves out what was left out beforehand where the total counts only what is written', () => {
    expect(dealtWith({ ...counts(20, 100), skipped: 900 })).toBe(20);
    expect(dealtWith({ ...counts(20, 1000), skipped: 900 })).toBe(920);
  });
});
