import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice } from '../../sandbox/set-up-shop.ts';
import { AdminPage, newShop, openBrowser } from './rig.ts';

const SHOP = 'optional-scopes';
let browser: Browser;
const { control, domain } = await newShop(SHOP);
const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
const granted = async () => (await control.get<{ granted: string[] }>(`/shopify/scopes?shop=${domain}`)).granted;

beforeAll(async () => {
  browser = await openBrowser();
  await merchant.open();
  await connectBackOffice(merchant, control, 'stockroom');
});
afterAll(() => browser.close());

async function count(admin: AdminPage): Promise<void> {
  await admin.app.getByRole('button', { name: 'Show: Sync certain orders' }).click();
  await admin.app.getByLabel('Placed from', { exact: true }).fill('2026-01-01');
  await admin.app.getByRole('button', { name: 'Count', exact: true }).click();
}

/* Orders older than 60 days need a scope that Shopify asks the merchant for at the moment somebody looks for them. */
describe.sequential('an optional scope', () => {
  it('that is declined leaves everything as it was, and the page says what is missing', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    await admin.visit('/app/orders');
    await count(admin);
    await admin.app.getByText('Crossdock needs your permission: orders older than 60 days').waitFor();
    await admin.app.getByRole('button', { name: 'Allow in Shopify' }).click();
    await admin.page.getByRole('button', { name: 'Decline' }).click();
    await admin.app.getByText('Not allowed: orders older than 60 days').waitFor();
    expect(await granted()).not.toContain('read_all_orders');
    await admin.close();
  });

  it('that is granted counts at once, and stands on the summary card', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    await admin.visit('/app/orders');
    await count(admin);
    await admin.app.getByRole('button', { name: 'Allow in Shopify' }).click();
    await admin.page.getByRole('button', { name: 'Grant access' }).click();
    await eventually('the scope', async () => (await granted()).includes('read_all_orders'));
    await admin.app.getByText('Crossdock needs your permission').waitFor({ state: 'detached' });
    await admin.visit('/app');
    await admin.app.getByText('Also granted: orders older than 60 days').waitFor();
    await admin.close();
  });
});
