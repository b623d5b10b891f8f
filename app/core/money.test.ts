import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, formatDecimal, parseMoney } from './money.ts';

describe('money', () => {
  it.each([
    ['12.30', 'EUR', 1230],
    ['0.05', 'USD', 5],
    ['-3.5', 'EUR', -350],
    ['1500', 'JPY', 1500],
    ['1.234', 'KWD', 1234],
    ['0.005', 'EUR', 1],
    ['-0.00', 'EUR', 0],
  ])('reads %s %s', (text, currency, amount) => {
    expect(parseMoney(text, currency)).toEqual({ amount, currency });
  });

  it.each(['', 'abc', '1,5', '1e3', '--1'])('refuses %j', (text) => {
    expect(() => parseMoney(text, 'EUR')).toThrow(RangeError);
  });

  it('writes what it reads (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom('EUR', 'JPY', 'KWD'), (amount, currency) => {
        expect(parseMoney(formatDecimal({ amount, currency }), currency)).toEqual({ amount: amount + 0, currency });
      }),
    );
  });

  it('splits without losing a unit (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }),
        (amount, weights) => {
          expect(allocate(amount, weights).reduce((sum, share) => sum + share, 0)).toBe(amount);
        },
      ),
    );
  });
});
