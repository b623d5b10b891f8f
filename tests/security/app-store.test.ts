import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { browser, openApp } from './open-app.ts';
import { openFullShop } from './two-shops.ts';

/* The points of Shopify's App Store review that code decides (docs/app-store.md lists them with the others). */
const world = await openApp();
afterAll(() => world.close());
const { app, routes } = world;
const shop = await openFullShop(world, 1);
const owner = shop.administrator;
const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = globSync(['app/**/*.{ts,tsx}', 'extensions/*/src/**/*.{ts,tsx}'], { cwd: root })
  .filter((file) => !/\.test\.|test-data|test-server|fixture|stand-in|generated/.test(file))
  .map((file) => ({ file, text: read(file) }));
const filesWith = (pattern: RegExp): string[] => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
const page = (address: string, headers: Record<string, string> = {}) =>
  app.request(`http://localhost:3000${address}`, { headers: { 'user-agent': browser, ...headers } });
const toml = read('shopify.app.toml');

describe('what Shopify reviews', () => {
  it('looked at every source', () => {
    expect(sources.length).toBeGreaterThan(300);
  });

  it('1.1.1: keeps nothing in the browser, which gives third-party frames no storage', () => {
    expect(filesWith(/\b(localStorage|indexedDB|document\.cookie)\b|\b(window\.)?sessionStorage\.(get|set|remove)Item/)).toEqual(
      [],
    );
  });

  it('2.2.3: App Bridge is the first script of every document, in the admin and outside', async () => {
    const documents = [
      await world.document(owner, '/app'),
      await world.document(owner, '/app/no-such-page'),
      await page('/'),
      await page('/privacy'),
    ];
    for (const one of documents) {
      const html = await one.text();
      const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      expect(scripts[0]).toContain('/app-bridge.js"');
      expect(html.indexOf('name="shopify-api-key"')).toBeLessThan(html.indexOf('<script'));
    }
  });

  it('2.2.4: asks the GraphQL API only', () => {
    expect(filesWith(/\/admin\/(api\/[^'"`]*(?<!graphql)\.json|oauth\/access_scopes)|\.clients\.Rest\b|restResources/)).toEqual(
      [],
    );
  });

  it('2.3.1: no page asks for a shop’s address', async () => {
    for (const address of ['/', '/auth/login']) expect(await (await page(address)).text()).not.toMatch(/<(form|input)\b/);
  });

  it('2.3.2: a shop that opens the app is led to its permissions at once', async () => {
    const answer = await page(`/auth/login?shop=${shop.domain}`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/admin\.shopify\.com\/|\/oauth\/install/);
  });

  it('3.1.1: every address is https', () => {
    expect([...toml.matchAll(/"http:[^"]*"/g)]).toEqual([]);
    expect(toml).toMatch(/application_url = "https:/);
  });

  it('3.2: all orders of all times are asked for only when a merchant wants them', () => {
    expect(/^scopes = "([^"]*)"/m.exec(toml)?.[1]).not.toContain('read_all_orders');
    expect(/^optional_scopes = \[([^\]]*)\]/m.exec(toml)?.[1]).toContain('read_all_orders');
  });

  it('takes the three compliance topics', () => {
    expect(toml).toContain('compliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]');
  });

  it('sends nobody to a third party before the merchant agreed', async () => {
    const route = routes.find(({ id }) => id === 'routes/app.connections.new.$connector');
    if (!route) throw new Error('The page of a new connection is gone');
    const connect = async (connector: string, more: object) => {
      const settings = { baseUrl: 'https://shop.hotwax.io', username: 'u', password: 'p' };
      const json = { intent: 'save', name: `To ${connector} ${JSON.stringify(more)}`, settings, ...more };
      return (await world.ask(owner, route, { params: { connector }, json })).text();
    };
    for (const connector of ['hotwax', 'pulpo', 'orderwise', 'extensiv'])
      expect([connector, await connect(connector, {})]).toEqual([connector, expect.stringContaining('consent-needed')]);
    expect(await connect('hotwax', { agreed: true })).not.toContain('consent-needed');
  });

  it.each([
    ['/privacy', 'en-GB', 'Privacy', '60 days'],
    ['/privacy', 'de-DE', 'Datenschutz', '60 Tage'],
    ['/support', 'en-GB', 'Support', 'Copy for support'],
    ['/support', 'de-DE', 'Hilfe', 'Für den Support kopieren'],
  ])('%s is public, in %s', async (address, language, title, words) => {
    const answer = await page(address, { 'accept-language': language });
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain(`<h1>${title}</h1>`);
    expect(html).toContain(words);
    expect(html).toContain('mailto:');
    expect(html).not.toMatch(/\{\{|public\.(privacy|support)\./);
  });
});
