import { expect, it } from 'vitest';
import { hasScheme, mayLeadTo } from './link-address.ts';

it('a link leads to pages of the app, the web, Shopify’s admin and mails, whoever told its address', () => {
  for (const url of [
    '/app/orders/1?edit=1',
    'https://track.example/1',
    'HTTP://track.example',
    'shopify://admin/orders',
    'mailto:a@b.example',
  ])
    expect([url, mayLeadTo(url)]).toEqual([url, true]);
  expect([hasScheme('/app/orders/1'), hasScheme('https://track.example')]).toEqual([false, true]);
});

it.each([
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  ' java\tscript:alert(1)',
  'blob:https://x.example/1',
])('nowhere is %s', (url) => {
  expect(mayLeadTo(url)).toBe(false);
});
