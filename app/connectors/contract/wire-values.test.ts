import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readRows } from './read-rows.ts';
import { amountOf, decimal, decimalOrNull, idLength, idOf, momentOf, numberOf, wholeLines } from './wire-values.ts';

const noNumbers = [null, undefined, '', ' ', [], [7], {}, true, false, 'NaN', 'Infinity', '1e999', '0x10', '1,5', Infinity, NaN];

describe('a value of a back office', () => {
  it('is a number where it is one, also as text', () => {
    expect(['17.0000', ' -2 ', '1E+1', 7.5, 0].map(numberOf)).toEqual([17, -2, 10, 7.5, 0]);
    expect(Object.is(numberOf('-0'), 0)).toBe(true);
  });

  it('is unknown where it is no number, and never zero', () => {
    expect(noNumbers.map(numberOf)).toEqual(noNumbers.map(() => null));
    const row = z.object({ needed: decimal, known: decimalOrNull });
    for (const value of noNumbers) {
      expect(row.safeParse({ needed: value }).success).toBe(false);
      expect(row.parse({ needed: 1, known: value })).toEqual({ needed: 1, known: null });
    }
    expect(row.parse({ needed: '2' })).toEqual({ needed: 2, known: null });
  });

  it('is a moment only where somebody can have meant it', () => {
    expect([NaN, null, 8.64e15, 1e308, -1].map(momentOf)).toEqual([null, null, null, null, null]);
    expect(momentOf(1_778_560_800_000.4)).toBe(1_778_560_800_000);
  });

  it('is an amount, or unknown', () => {
    expect([amountOf('40.0000', 'EUR'), amountOf('40', 'JPY')]).toEqual([4000, 40]);
    expect(['', 'free', '1e21', '99999999999999999'].map((text) => amountOf(text, 'EUR'))).toEqual([null, null, null, null]);
  });

  it('is an id that can be indexed, however long it is', () => {
    const long = 'x'.repeat(20_000);
    expect([idOf('D1'), idOf(long).length < idLength, idOf(long) === idOf(`${long}y`)]).toEqual(['D1', true, false]);
  });
});

it('an order of which one line has no quantity tells no lines', () => {
  expect(wholeLines([{ quantity: 1 }, { quantity: null }])).toEqual([]);
  expect(wholeLines([{ quantity: 1 }, { quantity: 2 }])).toHaveLength(2);
});

it('a record that can’t be read is named and left out', () => {
  const row = z.object({ orderId: z.string(), quantity: decimal });
  const bad = { note: 'Ada Lovelace', orderId: 'M7', quantity: null };
  expect(readRows([{ orderId: 'M1', quantity: 1 }, bad, 7], row)).toEqual({
    rows: [{ orderId: 'M1', quantity: 1 }],
    unread: [
      { record: 'orderId M7', at: ['quantity'] },
      { record: 'without an id', at: [''] },
    ],
    left: [bad, 7],
  });
});
