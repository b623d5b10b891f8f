import { expect, it } from 'vitest';
import { normalBaseUrl as hotwaxUrl } from '../../app/connectors/hotwax/base-url.ts';
import { offersOrders } from '../../app/connectors/hotwax/graphql-schema.ts';
import { baseUrlOf as extensivUrl } from '../../app/connectors/extensiv/base-url.ts';
import { unknownCodesIn } from '../../app/connectors/orderwise/refusal.ts';
import { baseUrlOf as pulpoUrl } from '../../app/connectors/pulpo/base-url.ts';
import { metafieldValue } from '../../app/connections/product-field-map.ts';
import { parseComponents } from '../../app/mappings/kit-text.ts';
import { lotLine } from '../../app/sync/shipments/lot-line.ts';

/** So long that what looks at every pair of signs needs minutes. */
const SIGNS = 600_000;
const long = (piece: string): string => piece.repeat(SIGNS / piece.length);
const url = `https://x.example${long('/')}x`;

const works: [string, () => unknown][] = [
  ['an address of slashes (HotWax)', () => hotwaxUrl(url)],
  ['an address of slashes (PULPO)', () => pulpoUrl({ environment: 'custom', baseUrl: url })],
  ['an address of slashes (Extensiv)', () => extensivUrl({ baseUrl: url })],
  ['a refusal that is mostly blank', () => unknownCodesIn([`variant code: x${long(' ')}`, long('variant code: x ')])],
  ['a schema of beginnings of types', () => offersOrders(long('type Query '))],
  ['a schema whose type never ends', () => offersOrders(long('type Query { '))],
  ['a schema of one word', () => offersOrders(`type Query { ${long('a')} }`)],
  ['a schema of arguments that never end', () => offersOrders(`type Query { order: Order } ${long('order(')}`)],
  ['a schema of blanks', () => offersOrders(`type Query { a${long(' ')}b }`)],
  ['a kit with a gap', () => parseComponents(`a${long(' ')}b`)],
  ['lots with a gap', () => lotLine({ note: `a${long(' ')}b`, tracking: [] })],
  ['a product’s field with a gap', () => metafieldValue('single_line_text_field', `a${long(' ')}b`)],
];

it.each(works)(
  '%s is read in time: what a tenant or their back office writes keeps nobody else waiting',
  { timeout: 20_000 },
  (_, work) => {
    expect(work).not.toThrow();
  },
);

it('and is read as before', () => {
  expect(unknownCodesIn(['Variant code:  AB 1 does not exist or is not active', 'Variant code: does not exist'])).toEqual([
    'AB 1',
  ]);
  expect(parseComponents(' 2 × SHIRT , CAP CAP\n')).toEqual([
    { sku: 'SHIRT', quantity: 2 },
    { sku: 'CAP CAP', quantity: 1 },
  ]);
  expect(parseComponents('2 × ')).toBeNull();
  expect(lotLine({ note: ' Lot 7 \n\n Lot 8\n', tracking: [] })).toBe('Lot 7, Lot 8');
  expect(lotLine({ note: ' \n ', tracking: [] })).toBeNull();
  expect(metafieldValue('single_line_text_field', 'a \r\n \n b')).toBe('a b');
  expect(hotwaxUrl('https://x.example/a//b//')).toBe('https://x.example/a//b');
  expect(extensivUrl({ baseUrl: 'https://x.example//' })).toBe('https://x.example/v1');
});
