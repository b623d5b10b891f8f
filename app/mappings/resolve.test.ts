import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchKinds, type MatchKind } from './kinds.ts';
import {
  normalise,
  resolve,
  resolveChannel,
  resolveCustomerClass,
  resolvePayment,
  resolveShipping,
  rulesByKind,
  type MappingRule,
  type MappingTable,
} from './resolve.ts';

const rule = (match: MatchKind, source: string, method = `${match} ${source}`): MappingRule<'payment'> => ({
  id: `${match}:${source}`,
  match,
  source,
  target: { method },
});

describe('a value finds its answer', () => {
  const cases: [string, MappingRule<'payment'>[], string[], string | null][] = [
    ['exactly the same text', [rule('exact', 'Standard')], ['Standard'], 'exact Standard'],
    [
      'the same but for case and spaces',
      [rule('exact', ' standard  SHIPPING ')],
      ['Standard Shipping'],
      'exact  standard  SHIPPING ',
    ],
    [
      'the same text beats the same but for case',
      [rule('exact', 'standard'), rule('exact', 'Standard')],
      ['Standard'],
      'exact Standard',
    ],
    ['full-width letters are the same letters', [rule('exact', 'ＤＨＬ')], ['dhl'], 'exact ＤＨＬ'],
    ['exact beats starts', [rule('starts', 'UPS Ground'), rule('exact', 'UPS Ground')], ['UPS Ground'], 'exact UPS Ground'],
    [
      'an inexact exact beats starts',
      [rule('starts', 'UPS Ground'), rule('exact', 'ups ground')],
      ['UPS Ground'],
      'exact ups ground',
    ],
    [
      'starts beats a longer contains',
      [rule('contains', 'Ground (3 to 5 days)'), rule('starts', 'UPS')],
      ['UPS Ground (3 to 5 days)'],
      'starts UPS',
    ],
    [
      'the longest prefix wins',
      [rule('starts', 'UPS'), rule('starts', 'UPS Ground'), rule('starts', 'UP')],
      ['ups ground 3 days'],
      'starts UPS Ground',
    ],
    [
      'the longest part wins',
      [rule('contains', 'express'), rule('contains', 'express saver')],
      ['FedEx Express Saver'],
      'contains express saver',
    ],
    ['equally long parts: by their text', [rule('contains', 'bb'), rule('contains', 'aa')], ['xxaabb'], 'contains aa'],
    ['the second name counts too', [rule('exact', '03')], ['UPS Ground (3 days)', '03'], 'exact 03'],
    [
      'the first name beats the second',
      [rule('exact', '03'), rule('exact', 'UPS Ground')],
      ['UPS Ground', '03'],
      'exact UPS Ground',
    ],
    ['an empty value has an answer of its own', [rule('exact', '', 'none'), rule('contains', 'a')], [''], 'none'],
    ['an empty prefix or part matches nothing', [rule('starts', ' '), rule('contains', '')], ['Standard'], null],
    ['a prefix is no part', [rule('starts', 'Ground')], ['UPS Ground'], null],
    ['no rules', [], ['Standard'], null],
    ['characters that mean something in patterns mean themselves', [rule('contains', '.*')], ['Standard'], null],
  ];
  it.each(cases)('%s', (_name, rules, values, expected) => {
    expect(resolve(rules, values)?.target.method ?? null).toBe(expected);
  });

  it('says by which kind of rule', () => {
    expect(resolve([rule('starts', 'UP')], ['UPS'])).toEqual({ id: 'starts:UP', target: { method: 'starts UP' }, by: 'starts' });
  });
});

describe('for any rules and any value', () => {
  const text = fc.oneof(fc.string({ maxLength: 12 }), fc.stringMatching(/^[aAbB ]{0,6}$/));
  const rules = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...matchKinds), text), {
      selector: ([match, source]) => `${match}:${source}`,
      maxLength: 12,
    })
    .map((pairs) => pairs.map(([match, source]) => rule(match, source)));

  it('exact beats starts beats contains, and the longest of its kind wins', () => {
    fc.assert(
      fc.property(rules, text, (all, value) => {
        const found = resolve(all, [value]);
        const name = normalise(value);
        const of = (match: MatchKind) => all.filter((one) => one.match === match);
        const exact = of('exact').filter(({ source }) => normalise(source) === name);
        const filled = (match: MatchKind) => of(match).filter(({ source }) => normalise(source) !== '');
        const starts = filled('starts').filter(({ source }) => name.startsWith(normalise(source)));
        const contains = filled('contains').filter(({ source }) => name.includes(normalise(source)));
        const expected = [exact, starts, contains].find((list) => list.length > 0);
        if (!expected) {
          expect(found).toBeNull();
          return;
        }
        const winner = all.find(({ id }) => id === found?.id);
        expect(expected).toContain(winner);
        if (found?.by === 'exact') {
          if (exact.some(({ source }) => source === value)) expect(winner?.source).toBe(value);
        } else {
          expect(normalise(winner?.source ?? '').length).toBe(
            Math.max(...expected.map(({ source }) => normalise(source).length)),
          );
        }
      }),
    );
  });

  it('the order in which rules were stored changes nothing', () => {
    fc.assert(
      fc.property(
        rules.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        text,
        ([all, shuffled], value) => {
          expect(resolve(shuffled, [value])?.id).toBe(resolve(all, [value])?.id);
        },
      ),
    );
  });

  it('case and surrounding spaces of the value change nothing where no rule is spelt like it', () => {
    fc.assert(
      fc.property(rules, fc.stringMatching(/^[a-z ]{1,8}$/), (all, value) => {
        fc.pre(!all.some(({ source }) => [value, ` ${value.toUpperCase()} `].includes(source)));
        expect(resolve(all, [` ${value.toUpperCase()} `])?.id).toBe(resolve(all, [value])?.id);
      }),
    );
  });
});

it('a table answers shipping by title and code, and payment by gateway', () => {
  const table: MappingTable = {
    version: 1,
    rules: rulesByKind({
      shipping: [{ id: 's', match: 'exact', source: '03', target: { carrier: 'UPS', method: 'GND' } }],
      payment: [{ id: 'p', match: 'exact', source: 'shopify_payments', target: { method: 'CARD' } }],
      channel: [{ id: 'c', match: 'exact', source: 'Online Store', target: { value: 'WEB' } }],
      'customer-class': [{ id: 'k', match: 'exact', source: 'vip', target: { value: 'A' } }],
    }),
  };
  expect(resolveShipping(table, { title: 'Ground', code: '03' })?.target).toEqual({ carrier: 'UPS', method: 'GND' });
  expect(resolveShipping(table, { title: 'Ground', code: null })).toBeNull();
  expect(resolvePayment(table, 'shopify_payments')?.target.method).toBe('CARD');
  expect(resolvePayment(table, 'manual')).toBeNull();
  expect(resolveChannel(table, { handle: 'web', label: 'Online Store' })?.target.value).toBe('WEB');
  expect(resolveChannel(table, { handle: 'pos', label: '' })).toBeNull();
  expect(resolveCustomerClass(table, ['new', 'VIP'])?.target.value).toBe('A');
  expect(resolveCustomerClass(table, [])).toBeNull();
});
