import { describe, expect, it } from 'vitest';
import { metafieldTypes, metafieldValue, productFieldMapEntry, readFieldMapping } from './product-field-map.ts';

describe('a line of the map', () => {
  it('says which field becomes which metafield, and of what type', () => {
    expect(readFieldMapping('brand = custom.brand')).toEqual({
      ...{ field: 'brand', namespace: 'custom', key: 'brand', type: 'single_line_text_field' },
    });
    expect(readFieldMapping(' Country of origin=custom.origin ( number_integer ) ')).toEqual({
      ...{ field: 'Country of origin', namespace: 'custom', key: 'origin', type: 'number_integer' },
    });
    expect(readFieldMapping('weight = $app:facts.kg')).toMatchObject({ namespace: '$app:facts', key: 'kg' });
  });

  it.each([
    'brand',
    'brand = custom',
    '= custom.brand',
    'brand = custom.brand (colour)',
    'a:b = custom.brand',
    'brand = c.brand',
  ])('is refused as "%s"', (line) => {
    expect(readFieldMapping(line)).toBeNull();
    expect(productFieldMapEntry.safeParse(line).success).toBe(false);
  });
});

describe('a value of the back office', () => {
  it.each([
    ['single_line_text_field', ' two\nlines ', 'two lines'],
    ['multi_line_text_field', 'two\nlines', 'two\nlines'],
    ['number_integer', '12', '12'],
    ['number_integer', '12.00', '12'],
    ['number_integer', '12.5', null],
    ['number_decimal', '1,5', '1.5'],
    ['number_decimal', 'heavy', null],
    ['boolean', 'Ja', 'true'],
    ['boolean', '0', 'false'],
    ['boolean', 'maybe', null],
    ['date', '2026-11-20T08:00:00', '2026-11-20'],
    ['date', '20.11.2026', null],
    ['url', 'https://example.com/a', 'https://example.com/a'],
    ['url', 'example.com', null],
    ['json', '{"a": 1}', '{"a":1}'],
    ['json', '{', null],
  ] as const)('becomes a %s: "%s" is %s', (type, text, value) => {
    expect(metafieldValue(type, text)).toBe(value);
  });

  it('has a reading for every type that is offered', () => {
    for (const type of metafieldTypes) expect(() => metafieldValue(type, '1')).not.toThrow();
  });
});
