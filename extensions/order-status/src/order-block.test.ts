import { afterEach, describe, expect, it } from 'vitest';
import type { AppAnswer, FakeElement, Locale } from '../../shared/src/admin-host.ts';
import { openBlock, type Host } from './open-block.test-data.ts';
import { heldOrder, twoParts } from './order-answer.test-data.ts';
import type { OrderAnswer } from './order-answer.ts';

let host: Host | null = null;
afterEach(() => {
  host?.leave();
  host = null;
});

async function show(answers: AppAnswer[], locale: Locale = 'en'): Promise<Host> {
  host = openBlock(answers, { locale });
  await host.settle();
  return host;
}

const ok = (answer: OrderAnswer): AppAnswer => ({ body: answer });
const badges = (root: FakeElement): string[] =>
  root.all('s-badge').map(({ text, attributes }) => `${text} (${attributes['tone']})`);
const banners = (root: FakeElement): string[] =>
  root.all('s-banner').map(({ text, attributes }) => `${attributes['heading']}: ${text}`);
const links = (root: FakeElement): Record<string, string | undefined> =>
  Object.fromEntries(root.all('s-link').map(({ text, attributes }) => [text, attributes['href']]));

describe('the block on an order', () => {
  it('shows a spinner that says what it waits for until the app has answered', async () => {
    host = openBlock([ok(twoParts)]);
    expect(host.root.all('s-spinner')[0]?.attributes['accessibilityLabel']).toBe('Reading where this order stands');
    await host.settle();
    expect(host.root.all('s-spinner')).toEqual([]);
  });

  it('shows nothing of one order while it waits for the next', async () => {
    const { root, moveTo, settle } = await show([ok(twoParts), 'never']);
    moveTo('gid://shopify/Order/5002');
    await settle();
    expect(badges(root)).toEqual([]);
    expect(root.all('s-spinner')).toHaveLength(1);
  });

  it('asks the app for this order in the language of the admin', async () => {
    const { asked } = await show([ok(twoParts)], 'de');
    expect(asked).toEqual([{ method: 'GET', url: '/api/extension/order?id=gid%3A%2F%2Fshopify%2FOrder%2F5001&locale=de' }]);
  });

  it('says where the order and each of its parts stand', async () => {
    const { root } = await show([ok(twoParts)]);
    expect(badges(root)).toEqual(['Partly shipped (info)', 'Shipped (success)', 'Not sent yet (info)']);
    expect(root.text).toContain('#1001 from Hamburg');
    expect(root.text).toContain('#1001_2 from Bremen');
    expect(root.text).toContain('No back-office number yet');
    expect(root.all('s-admin-block')[0]?.attributes['collapsedSummary']).toBe('Partly shipped · S-10001');
  });

  it('writes when a parcel left in the time zone of the shop, with a link to its carrier', async () => {
    const { root } = await show([ok(twoParts)]);
    expect(root.text).toContain('Shipped Nov 20, 2026, 9:03');
    expect(root.text).toContain('DHL JD01');
    expect(links(root)).toMatchObject({ JD01: 'https://www.dhl.com/track?JD01', 'S-10001': '/app/stockroom/orders/7' });
  });

  it('says of a parcel what is wrong with it, and that it has no tracking number', async () => {
    const [first] = twoParts.parts;
    if (!first) throw new Error('no part');
    const shipments = [{ state: 'problem', shippedAt: '2026-11-20T08:03:00.000Z', tracking: [] }];
    const { root } = await show([ok({ ...twoParts, parts: [{ ...first, shipments }] })]);
    expect(badges(root)).toContain('Not in Shopify: needs attention (critical)');
    expect(root.text).toContain('No tracking number');
  });

  it('leads to the page of the order in the app', async () => {
    const { root } = await show([ok(twoParts)]);
    expect(links(root)['Open in Crossdock']).toBe('app:app/orders/5001');
  });

  it('puts the problem first, with its fix and how many more there are', async () => {
    const { root } = await show([ok(heldOrder)]);
    expect(badges(root)).toEqual(['Held (critical)']);
    expect(banners(root)).toEqual([
      'The shipping method "Express" isn’t mapped: Map it under Mappings.2 more problems: see the order in Crossdock.',
    ]);
  });

  it('says why an order is held where that is no problem', async () => {
    const { root } = await show([ok({ ...heldOrder, problem: null })]);
    expect(root.text).toContain('The shipping method isn’t mapped');
    expect(badges(root)).toEqual(['Held (caution)']);
  });

  it('says the problem once, not as the reason too, and counts no others where there are none', async () => {
    const problem = { title: 'Not mapped', fix: 'Map it.', others: 0 };
    const { root } = await show([ok({ ...heldOrder, problem })]);
    expect(banners(root)).toEqual(['Not mapped: Map it.']);
    expect(root.text).not.toContain('The shipping method isn’t mapped');
  });

  it('opens other systems in a tab of their own and the app in its place', async () => {
    const [first, second] = twoParts.parts;
    if (!first || !second) throw new Error('no parts');
    const abroad = { ...second, backOfficeNumber: 'P-7', backOfficeUrl: 'https://pulpo.example/7' };
    const { root } = await show([ok({ ...twoParts, parts: [first, abroad] })]);
    const targets = Object.fromEntries(root.all('s-link').map(({ text, attributes }) => [text, attributes['target']]));
    expect(targets).toMatchObject({ 'S-10001': 'auto', 'P-7': '_blank', JD01: '_blank', 'Open in Crossdock': undefined });
  });

  it('says that an order was not seen yet and lets it be fetched', async () => {
    const { root, button } = await show([ok({ ...twoParts, order: null, parts: [] })]);
    expect(badges(root)).toEqual(['Not seen yet (neutral)']);
    expect(root.text).toContain("hasn't received this order");
    expect(button('Sync again').attributes['disabled']).toBeUndefined();
    expect(links(root)).toEqual({});
  });

  it('leads to the connections of a shop that has none, and offers nothing that can’t work', async () => {
    const { root } = await show([ok({ ...twoParts, order: null, parts: [], connected: false })]);
    expect(banners(root)[0]).toMatch(/^No back office is connected: /);
    expect(links(root)).toEqual({ 'Set up Crossdock': 'app:app/connections' });
    expect(root.all('s-button')).toEqual([]);
  });

  it('tells a viewer who can sync the order again instead of offering it', async () => {
    const { root } = await show([ok({ ...twoParts, canSyncAgain: false })]);
    expect(root.all('s-button')).toEqual([]);
    expect(root.text).toContain('Only operators and administrators');
  });

  it('is written in German for a German admin', async () => {
    const { root } = await show([ok(twoParts)], 'de');
    expect(badges(root)[0]).toBe('Teilweise versendet (info)');
    expect(root.text).toContain('Versendet 20.11.2026, 09:03');
    expect(root.text).toContain('Erneut abgleichen');
  });
});

describe('an app that does not answer as it should', () => {
  it.each([
    ['a lost connection', new TypeError('Failed to fetch'), /^Crossdock doesn't answer: Check your connection/],
    ['a timeout', Object.assign(new Error('late'), { name: 'TimeoutError' }), /^Crossdock took too long/],
    [
      'an expired ID token',
      { status: 401, body: { error: 'id-token-invalid' } },
      /^Shopify's sign-in has expired: Reload this page/,
    ],
    ['a shop without the app', { status: 403, body: { error: 'app-not-installed' } }, /^Crossdock isn't set up for this shop/],
    ['an id that is no order', { status: 400, body: { error: 'not-an-order' } }, /^Crossdock doesn't know this kind of order/],
    ['its own mistake', { status: 500, body: { error: 'unexpected', reference: 'k3j9' } }, /tell support the number k3j9/],
    ['a page of a proxy', { status: 502, body: 'Bad gateway' }, /tell support the number 502/],
    ['something else entirely', { status: 200, body: { hello: 'world' } }, /^Something went wrong in Crossdock/],
  ] satisfies [string, AppAnswer, RegExp][])('is explained with the one thing to do: %s', async (_, answer, text) => {
    const { root } = await show([answer]);
    expect(banners(root)).toHaveLength(1);
    expect(banners(root)[0]).toMatch(text);
  });

  it('can be asked once more', async () => {
    const { root, button, settle } = await show([new TypeError('Failed to fetch'), ok(twoParts)]);
    button('Try again').click();
    await settle();
    expect(badges(root)[0]).toBe('Partly shipped (info)');
    expect(banners(root)).toEqual([]);
  });
});

describe('"Sync again"', () => {
  it('posts once, shows that it works and then where the order stands now', async () => {
    const { root, button, settle, asked } = await show([
      ok(heldOrder),
      ok({ ...heldOrder, syncing: true }),
      ok({ ...heldOrder, syncing: true }),
      ok(twoParts),
    ]);
    button('Sync again').click();
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(button('Sync again').attributes).toMatchObject({ loading: 'true', disabled: 'true' });
    expect(root.text).toContain('Syncing this order');
    await settle();
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET']);
    expect(badges(root)[0]).toBe('Partly shipped (info)');
    expect(root.text).toContain('Synced. This is where the order stands now.');
    expect(button('Sync again').attributes['loading']).toBeUndefined();
  });

  it('says what went wrong beside the button, keeps what was shown and can be pressed again', async () => {
    const { root, button, settle } = await show([ok(twoParts), { status: 403, body: { error: 'role-too-low' } }, ok(twoParts)]);
    button('Sync again').click();
    await settle();
    expect(banners(root)).toEqual(['You may not do this: Ask an administrator of Crossdock to make you an operator.']);
    expect(badges(root)).toHaveLength(3);
    button('Sync again').click();
    await settle();
    expect(banners(root)).toEqual([]);
    expect(root.text).toContain('Synced.');
  });

  it('stops watching after half a minute and says so', async () => {
    const { root, button, settle, asked } = await show([ok({ ...twoParts, syncing: true })]);
    button('Sync again').click();
    await settle();
    await settle();
    expect(asked).toHaveLength(1 + 1 + 20);
    expect(root.text).toContain('Still syncing. Look again in a minute.');
    button('Look again').click();
    await settle();
    expect(root.text).not.toContain('Still syncing');
  });

  it('stays with the order it shows when the answer about another one comes late', async () => {
    const { root, button, settle, moveTo } = await show([
      ok(twoParts),
      ok({ ...twoParts, syncing: true }),
      ok(heldOrder),
      ok(twoParts),
    ]);
    button('Sync again').click();
    moveTo('gid://shopify/Order/5002');
    await settle();
    expect(badges(root)).toEqual(['Held (critical)']);
    expect(root.text).not.toContain('Synced.');
  });
});
