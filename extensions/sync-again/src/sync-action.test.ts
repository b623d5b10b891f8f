import { h } from 'preact';
import { afterEach, expect, it } from 'vitest';
import { i18nOf, openHost, type AppAnswer, type FakeElement, type Host, type Locale } from '../../shared/src/admin-host.ts';
import { SyncAction, type Kind } from './sync-action.tsx';

let host: Host | null = null;
let closed = 0;
afterEach(() => {
  host?.leave();
  host = null;
  closed = 0;
});

function open(answers: AppAnswer[], kind: Kind, ids: string[], locale: Locale = 'en'): Host {
  const opened = openHost(answers);
  const close = () => (closed += 1);
  opened.draw(h(SyncAction, { kind, i18n: i18nOf('sync-again', locale), ids, request: opened.request, close }));
  host = opened;
  return opened;
}
const orders = (count: number) => Array.from({ length: count }, (_, n) => `gid://shopify/Order/${n + 1}`);
const banners = (root: FakeElement): string[] => root.all('s-banner').map(({ attributes }) => attributes['heading'] ?? '');
const started = (count: number): AppAnswer => ({ body: { started: count, connected: true } });

it('says how many it is about and does nothing before somebody says yes', () => {
  const { root, asked } = open([started(2)], 'orders', orders(2));
  expect(root.all('s-admin-action')[0]?.attributes['heading']).toBe('Sync orders again');
  expect(root.text).toContain('Crossdock reads 2 orders again');
  expect(asked).toEqual([]);
});

it('hands the chosen orders to the app once, says what came of it and closes', async () => {
  const { root, button, settle, asked } = open([started(2)], 'orders', orders(2));
  button('Sync').click();
  await settle();
  expect(asked).toEqual([{ method: 'POST', url: '/api/extension/sync', body: { kind: 'orders', ids: orders(2) } }]);
  expect(banners(root)).toEqual(['2 orders are being synced']);
  expect(root.all('s-button').map(({ text }) => text)).toEqual(['Close']);
  button('Close').click();
  expect(closed).toBe(1);
});

it('does the same for products, in German', async () => {
  const { root, button, settle, asked } = open([started(1)], 'products', ['gid://shopify/Product/7'], 'de');
  button('Abgleichen').click();
  await settle();
  expect(asked[0]?.body).toEqual({ kind: 'products', ids: ['gid://shopify/Product/7'] });
  expect(banners(root)).toEqual(['1 Produkt wird abgeglichen']);
});

it('takes a hundred at once and says so', async () => {
  const { root, button, settle, asked } = open([started(100)], 'orders', orders(120));
  expect(root.text).toContain('Only the first 100 are taken.');
  button('Sync').click();
  await settle();
  expect((asked[0]?.body as { ids: string[] }).ids).toHaveLength(100);
});

it('says that nothing takes them, and what the app refused, with the button still there', async () => {
  const first = open([{ body: { started: 0, connected: false } }], 'products', ['gid://shopify/Product/7']);
  first.button('Sync').click();
  await first.settle();
  expect(banners(first.root)).toEqual(['No back office takes them']);
  first.leave();
  const { root, button, settle } = open([{ status: 403, body: { error: 'role-too-low' } }, started(1)], 'orders', orders(1));
  button('Sync').click();
  await settle();
  expect(banners(root)).toEqual(['You may not do this']);
  button('Sync').click();
  await settle();
  expect(banners(root)).toEqual(['1 order is being synced']);
});
