import { describe, expect, it } from 'vitest';
import { scopesMissing } from './check-scopes.ts';

const fields = [
  { name: 'metafields', scope: { name: 'write_products', unless: 'false' } },
  { name: 'deleted', scope: { name: 'write_products', unless: 'leave' } },
  { name: 'tags', scope: { name: 'write_customers', unless: 'none' } },
  { name: 'plain' },
] as const;
const off = { metafields: false, deleted: 'leave', tags: [], plain: 1 };
const on = { metafields: true, deleted: 'archive', tags: ['vip'], plain: 2 };
const missing = (before: object, after: object, granted: string[]) =>
  Object.entries(scopesMissing([...fields], { ...before }, { ...after }, granted)).map(([name, { params }]) => [
    name,
    params['scope'],
  ]);

describe('a setting that needs an optional scope', () => {
  it('is not turned on without it, and says which', () => {
    expect(missing(off, on, ['read_products'])).toEqual([
      ['metafields', 'write_products'],
      ['deleted', 'write_products'],
      ['tags', 'write_customers'],
    ]);
    expect(missing(off, on, ['write_products', 'write_customers'])).toEqual([]);
  });

  it('may be turned off, and stay on while other settings are saved', () => {
    expect(missing(on, off, [])).toEqual([]);
    expect(missing(on, { ...on, plain: 3 }, [])).toEqual([]);
  });
});
