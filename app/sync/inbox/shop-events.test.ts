import { expect, it } from 'vitest';
import { readSubject, sharesOf, subjectOf } from './shop-events.ts';

const orders = (count: number) => Array.from({ length: count }, (_, n) => `gid://shopify/Order/${5_000_000_000_000 + n}`);
const customer = 'gid://shopify/Customer/7000000000000';

it.each([0, 1, 100, 101, 250])('a row tells whom and which of %d orders a request is about, and fits into an index', (count) => {
  const shares = sharesOf(orders(count));
  expect(shares.flat()).toEqual(orders(count));
  expect(shares.length).toBeGreaterThan(0);
  for (const share of shares) {
    const text = subjectOf(customer, share);
    expect(text.length).toBeLessThan(2_600);
    expect(readSubject(text)).toEqual({ id: customer, orderIds: share });
  }
});
