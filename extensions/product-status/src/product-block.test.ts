import { h } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import {
  i18nOf,
  openHost,
  pause,
  type AppAnswer,
  type FakeElement,
  type Host,
  type Locale,
} from '../../shared/src/admin-host.ts';
import { sayWith } from './messages.ts';
import type { ProductAnswer } from './product-answer.ts';
import { shirt } from './product-answer.test-data.ts';
import { ProductBlock } from './product-block.tsx';
import { summaryOf, variantWord } from './states.ts';

let host: Host | null = null;
afterEach(() => {
  host?.leave();
  host = null;
});

const productId = 'gid://shopify/Product/77';
function open(answers: AppAnswer[], locale: Locale = 'en', id = productId): Host {
  const opened = openHost(answers);
  opened.draw(h(ProductBlock, { i18n: i18nOf('product-status', locale), productId: id, request: opened.request, pause }));
  host = opened;
  return opened;
}
async function show(answers: AppAnswer[], locale: Locale = 'en'): Promise<Host> {
  const opened = open(answers, locale);
  await opened.settle();
  return opened;
}
const ok = (answer: ProductAnswer): AppAnswer => ({ body: answer });
const badges = (root: FakeElement): string[] =>
  root.all('s-badge').map(({ text, attributes }) => `${text} (${attributes['tone']})`);
const banners = (root: FakeElement): string[] =>
  root.all('s-banner').map(({ text, attributes }) => `${attributes['heading']}: ${text}`);
const links = (root: FakeElement): Record<string, string | undefined> =>
  Object.fromEntries(root.all('s-link').map(({ text, attributes }) => [text, attributes['href']]));

describe('the block on a product', () => {
  it('shows a spinner that says what it waits for until the app has answered', async () => {
    const { root, settle } = open([ok(shirt)]);
    expect(root.all('s-spinner')[0]?.attributes['accessibilityLabel']).toBe('Reading where this product stands');
    await settle();
    expect(root.all('s-spinner')).toEqual([]);
  });

  it('asks the app for this product in the language of the admin', async () => {
    const { asked } = await show([ok(shirt)], 'de');
    expect(asked).toEqual([{ method: 'GET', url: '/api/extension/product?id=gid%3A%2F%2Fshopify%2FProduct%2F77&locale=de' }]);
  });

  it('shows record, stock of each facility and last sync, with a link to the product in the app', async () => {
    const { root } = await show([ok(shirt)]);
    expect(badges(root)).toEqual(['Linked (success)', 'Needs attention (critical)']);
    expect(root.text).toContain('Record R-1');
    expect(root.text).toContain('Hamburg: 7 · Bremen: unknown');
    expect(root.text).toContain('Last sync Nov 20, 2026, 9:03');
    expect(links(root)['Open in Crossdock']).toBe('app:app/products/77');
  });

  it('says the problem with its fix, and not the reason beside it', async () => {
    const { root } = await show([ok(shirt)]);
    expect(banners(root)).toEqual(['This product has no SKU: Give it one in Shopify.']);
    expect(root.text).not.toContain('Without a SKU');
    expect(root.text).toContain('The products sync is switched off.');
    expect(root.all('s-admin-block')[0]?.attributes['collapsedSummary']).toBe('This product has no SKU');
  });

  it('shows ten variants and says how many more there are', async () => {
    const [first] = shirt.backOffices;
    const [variant] = first?.variants ?? [];
    if (!first || !variant) throw new Error('no variant');
    const variants = Array.from({ length: 12 }, (_, n) => ({ ...variant, code: `S-${n}` }));
    const { root } = await show([ok({ ...shirt, backOffices: [{ ...first, variants }] })]);
    expect(badges(root)).toHaveLength(10);
    expect(root.text).toContain('2 more variants');
  });

  it('says that a product was not seen yet, and leads a shop without a back office to its connections', async () => {
    const unseen = await show([ok({ ...shirt, product: null, backOffices: [] })]);
    expect(unseen.root.text).toContain("hasn't received this product");
    expect(links(unseen.root)).toEqual({});
    unseen.leave();
    const { root } = await show([ok({ ...shirt, product: null, backOffices: [], connected: false })]);
    expect(banners(root)[0]).toMatch(/^No back office is connected/);
    expect(links(root)).toEqual({ 'Set up Crossdock': 'app:app/connections' });
    expect(root.all('s-button')).toEqual([]);
  });

  it('tells a viewer who can sync instead of offering it', async () => {
    const { root } = await show([ok({ ...shirt, canSync: false })]);
    expect(root.all('s-button')).toEqual([]);
    expect(root.text).toContain('Only operators and administrators');
  });

  it('is written in German for a German admin', async () => {
    const { root } = await show([ok(shirt)], 'de');
    expect(badges(root)[0]).toBe('Verknüpft (success)');
    expect(root.text).toContain('Jetzt abgleichen');
  });
});

describe('"Sync now"', () => {
  it('posts once, shows that it works, and then where the product stands', async () => {
    const { root, button, settle, asked } = await show([
      ok({ ...shirt, backOffices: [] }),
      ok({ ...shirt, syncing: true }),
      ok({ ...shirt, syncing: true }),
      ok(shirt),
    ]);
    button('Sync now').click();
    await Promise.resolve();
    await pause();
    expect(button('Sync now').attributes).toMatchObject({ loading: 'true', disabled: 'true' });
    await settle();
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET']);
    expect(root.text).toContain('Synced.');
    expect(badges(root)).toHaveLength(2);
  });

  it('says what went wrong beside the button and can be pressed again', async () => {
    const { root, button, settle } = await show([ok(shirt), { status: 403, body: { error: 'role-too-low' } }, ok(shirt)]);
    button('Sync now').click();
    await settle();
    expect(banners(root)[1]).toMatch(/^You may not do this/);
    button('Sync now').click();
    await settle();
    expect(root.text).toContain('Synced.');
  });

  it('stops watching after half a minute and says so', async () => {
    const { root, button, settle, asked } = await show([ok({ ...shirt, syncing: true })]);
    button('Sync now').click();
    await settle();
    await settle();
    expect(asked).toHaveLength(1 + 1 + 20);
    expect(root.text).toContain('Still syncing.');
  });
});

it.each([
  [new TypeError('Failed to fetch'), /^Crossdock doesn't answer/],
  [{ status: 401, body: {} }, /^Shopify's sign-in has expired/],
  [{ status: 403, body: { error: 'app-not-installed' } }, /^Crossdock isn't set up/],
  [{ status: 400, body: { error: 'not-a-product' } }, /^Crossdock doesn't know this product/],
  [{ status: 500, body: { error: 'unexpected', reference: 'k3' } }, /number k3/],
  [{ status: 200, body: { hello: 1 } }, /^Something went wrong/],
] satisfies [AppAnswer, RegExp][])(
  'an app that does not answer as it should is explained, and can be asked once more',
  async (answer, text) => {
    const { root, button, settle } = await show([answer, ok(shirt)]);
    expect(banners(root)[0]).toMatch(text);
    button('Try again').click();
    await settle();
    expect(badges(root)).toHaveLength(2);
  },
);

it('a state that the block doesn’t know leads to the app, and the summary counts what is linked', () => {
  expect(variantWord({ state: 'constructor' })).toEqual({ key: 'state.unknown', tone: 'neutral' });
  const [first] = shirt.backOffices;
  expect(summaryOf({ ...shirt, backOffices: first ? [first] : [] }, sayWith(i18nOf('product-status', 'en')))).toBe(
    '1 of 1 linked',
  );
});
