import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, exponentOf, formatDecimal, parseMoney, writeMoney } from './money.ts';

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

  it.each([
    // Zero in CLDR, two in ISO 4217 and in Shopify.
    ...['HUF', 'COP', 'IDR', 'PKR', 'ALL', 'IRR', 'LBP', 'MGA', 'MMK', 'RSD', 'TWD'].map((code) => [code, 2] as const),
    ...['JPY', 'KRW', 'CLP', 'ISK', 'UGX', 'XPF'].map((code) => [code, 0] as const),
    ...['IQD', 'KWD', 'LYD', 'TND'].map((code) => [code, 3] as const),
    ['USDC', 2] as const,
  ])('counts %s with the places that ISO 4217 and Shopify give it: %i', (currency, places) => {
    expect(exponentOf(currency)).toBe(places);
  });

  it('keeps a forint’s fillér: three lines of 1000.40 come to 3001.20', () => {
    expect(3 * parseMoney('1000.40', 'HUF').amount).toBe(parseMoney('3001.20', 'HUF').amount);
    expect(formatDecimal(parseMoney('3001.20', 'HUF'))).toBe('3001.20');
  });

  it('is written for people to the last minor unit', () => {
    expect(writeMoney({ amount: 300120, currency: 'HUF' }, 'en')).toBe('HUF\u00a03,001.20');
    expect(writeMoney({ amount: 1500, currency: 'JPY' }, 'en')).toBe('¥1,500');
    expect(writeMoney({ amount: 1234, currency: 'USDC' }, 'de')).toBe('12,34 USDC');
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
