import { expect, it } from 'vitest';
import { readJson } from './read-json.ts';

it('reads JSON, without what PostgreSQL can keep in no text', () => {
  expect(readJson('{"a": ["1Z\\u0000 7", "\\ud83d\\ude00", "\\uD800!", "\\\\u0000"], "b": 1e3}')).toEqual({
    a: ['1Z 7', '😀', '\uFFFD!', '\\u0000'],
    b: 1000,
  });
  expect(() => readJson('<html>')).toThrow(SyntaxError);
});
