import { describe, expect, it } from 'vitest';
import { searchWith, withoutLaunchParams } from './search.ts';

describe("the app's own part of an address", () => {
  it('never carries what the admin added, least of all a token', () => {
    const launched = '?embedded=1&host=x&id_token=secret&locale=en&shop=a.myshopify.com&state=held';
    expect(searchWith(launched, { q: 'tote' })).toBe('?state=held&q=tote');
    expect(withoutLaunchParams(`/app/orders${launched}`)).toBe('/app/orders?state=held');
  });

  it('loses a value that is taken away, and the question mark with the last one', () => {
    expect(searchWith('?page=3&state=held', { page: null })).toBe('?state=held');
    expect(searchWith('?page=3', { page: '' })).toBe('');
  });

  it("keeps Remix's mark of an index page", () => {
    expect(new URLSearchParams(withoutLaunchParams('/app?index&shop=a').split('?')[1]).getAll('index')).toEqual(['']);
  });
});
