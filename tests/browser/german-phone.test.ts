import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods, switchSyncs } from '../../sandbox/set-up-shop.ts';
import { AdminPage, openBrowser } from './rig.ts';

const SHOP = 'langeswort';
const domain = `${SHOP}.myshopify.com`;
const pages = [
  '/app',
  '/app/setup',
  '/app/products/review',
  '/app/orders',
  '/app/inventory',
  '/app/shipments',
  '/app/locations',
  '/app/mappings?kind=product-type',
  '/app/activity',
  '/app/activity/problems',
  '/app/activity/changes',
  '/app/activity/schedules',
  '/app/activity/statement',
  '/app/alerts',
  '/app/alerts/recipients/new',
  '/app/alerts/settings',
  '/app/connections',
  '/app/connections/new/hotwax',
  '/app/connections/new/orderwise',
  '/app/people',
  '/app/stockroom/stock',
  '/app/stockroom/facilities',
];
let browser: Browser;
const control = new ControlClient(inject('sandboxPort'));

beforeAll(async () => {
  await control.post('/shops', { domain, name: 'Langes Wort GmbH', catalogue: 'small', country: 'DE', locale: 'de' });
  const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
  await merchant.open();
  const connectionId = await connectBackOffice(merchant, control, 'stockroom');
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  await switchSyncs(merchant, connectionId, ['products', 'orders']);
  browser = await openBrowser();
});
afterAll(() => browser.close());

/* German words are the longest: what fits in them on a phone fits. */
describe('on a German phone', () => {
  it('every page fits without scrolling sideways, in German, with no key of a catalogue for a text', async () => {
    const admin = await AdminPage.open(browser, SHOP, { width: 390, height: 844 });
    const faults: string[] = [];
    for (const path of pages) {
      await admin.visit(path);
      // Tables turn into cards when the page comes alive; what counts is what stays.
      await eventually(`${path} to fit`, async () => (await admin.sidewaysOverflow()) <= 0, { withinMs: 5_000 }).catch(() =>
        faults.push(`${path} is ${admin.page.viewportSize()?.width} wide and scrolls sideways`),
      );
      const text = await admin.app.locator('body').innerText();
      for (const [key] of text.matchAll(/\b(?:[a-z][A-Za-z-]+\.){2,}[a-z][A-Za-z-]+\b/g))
        if (!/\.(com|io|org|example|json)$/.test(key)) faults.push(`${path} says ${key}`);
      if (/\b(the|your|this|isn’t|doesn’t)\b/.test(text))
        faults.push(`${path} speaks English: ${/.*\b(?:the|your|this|isn’t|doesn’t)\b.*/.exec(text)?.[0]}`);
    }
    expect(faults).toEqual([]);
    await admin.close();
  });

  it('the home loads half of the messages, and whoever goes on from there the other half, once', async () => {
    const admin = await AdminPage.open(browser, SHOP, { width: 390, height: 844 });
    const loaded: string[] = [];
    admin.page.on('request', (request) => {
      const catalogue = /\/assets\/(de(?:\.further)?)-[\w-]+\.js$/.exec(request.url())?.[1];
      if (catalogue) loaded.push(catalogue);
    });
    await admin.visit('/app');
    expect(loaded).toContain('de');
    expect(loaded).not.toContain('de.further');
    await admin.app.getByRole('link', { name: 'Produkte', exact: true }).first().click();
    await admin.app.getByRole('heading', { name: 'Produkte', level: 1 }).waitFor();
    expect(await admin.app.locator('body').innerText()).not.toMatch(/\bproducts\.[a-z]/);
    expect(loaded.filter((name) => name === 'de.further')).toHaveLength(1);
    await admin.close();
  });
});
