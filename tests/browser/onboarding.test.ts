import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, type Catalogue } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { openStockroomApi, switchSyncs } from '../../sandbox/set-up-shop.ts';
import { AdminPage, newShop, openBrowser } from './rig.ts';

const SHOP = 'new-merchant';
let browser: Browser;
const { control, domain } = await newShop(SHOP);
const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
beforeAll(async () => {
  browser = await openBrowser({ blockThirdPartyStorage: true });
});
afterAll(() => browser.close());

/* A new merchant's first quarter of an hour, by mouse and keyboard, with third-party storage blocked as reviewers have it. */
describe.sequential('a new merchant', () => {
  it('connects Stockroom from the set-up guide after testing it', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    await admin.visit('/app');
    await admin.app.getByText('0 of 8 steps done').waitFor();
    await admin.app.getByRole('link', { name: 'Connect', exact: true }).click();
    await admin.app
      .getByRole('link', { name: 'Choose Stockroom' })
      .or(admin.app.getByRole('button', { name: 'Choose Stockroom' }))
      .click();
    await admin.app.getByRole('button', { name: 'Test connection' }).click();
    await admin.app.getByText('The connection works').waitFor();
    await admin.app.getByRole('button', { name: 'Connect', exact: true }).click();
    // and is led on, not left on the form
    await admin.app.getByText('1 of 8 steps done').waitFor();
    await admin.close();
  });

  it('is told at the field what is missing, keeps what was typed, and hears only of what was asked last', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    await admin.visit('/app/connections/new/hotwax');
    const missing = admin.app.getByText('Enter a value.');
    await admin.app.getByRole('button', { name: 'Connect', exact: true }).click();
    await missing.first().waitFor();
    await admin.app.getByText('Agree first').waitFor();
    const instance = admin.app.getByLabel('HotWax instance');
    await instance.fill('http://127.0.0.1:1/');
    await admin.app.getByLabel('User name').fill('crossdock');
    await admin.app.getByLabel('Password').fill('secret');
    await admin.app.getByRole('button', { name: 'Test connection' }).click();
    await eventually('the old complaints to be gone', async () => (await missing.count()) === 0);
    expect(await admin.app.getByText('Agree first').count()).toBe(0);
    expect(await instance.inputValue()).toBe('http://127.0.0.1:1/');
    // Not by close(): the browser itself complains of each answer that refuses something.
    await admin.page.context().close();
  });

  it('makes a facility from each location', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    await admin.visit('/app/locations');
    for (let left = 3; left > 0; left -= 1) {
      await admin.app
        .getByRole('button', { name: /^Create (a )?facility/ })
        .first()
        .click();
      await eventually(
        'one button less',
        async () => (await admin.app.getByRole('button', { name: /^Create (a )?facility/ }).count()) === left - 1,
      );
    }
    await admin.close();
  });

  it('maps a shipping method; the save bar guards it until it is saved', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    await admin.visit('/app/mappings');
    const row = admin.app.getByRole('row', { name: /^Standard/ }).first();
    await row.getByLabel(/carrier/i).fill('DHL');
    await row
      .getByLabel(/method/i)
      .last()
      .fill('Paket');
    await admin.page.getByRole('button', { name: 'Save' }).click();
    await admin.app.getByText('1 of 14 mapped.').waitFor();
    await admin.close();
  });

  it('switches the syncs on and sees an order arrive, held for its shipping method, mapped, and gone by itself', async () => {
    const { connections } = await merchant.read<{ connections: { id: string }[] }>(
      '/app/connections',
      'routes/app.connections._index',
    );
    const connectionId = connections[0]!.id;
    await openStockroomApi(merchant, control, connectionId);
    await switchSyncs(merchant, connectionId, ['products']);
    const ledger = () => control.backOffice('stockroom', `?shop=${domain}`);
    await eventually('the catalogue', async () => (await ledger()).products.length > 3, { withinMs: 90_000 });
    await switchSyncs(merchant, connectionId, ['orders', 'shipments']);
    const catalogue = await control.get<Catalogue>(`/shopify/products?shop=${domain}`);
    const sku = catalogue
      .flatMap((product) => product.variants)
      .find((variant) => variant.sku && variant.requiresShipping && variant.tracked)!.sku!;
    const place = async (title: string) =>
      (
        await control.post<{ orders: { name: string }[] }>(`/shopify/orders?shop=${domain}`, {
          shop: domain,
          lines: [{ sku, quantity: 1 }],
          shipping: { title, code: title },
        })
      ).orders[0]!.name;
    const good = await place('Standard');
    await eventually(`${good} in Stockroom`, async () => (await ledger()).orders.some((order) => order.reference === good), {
      withinMs: 60_000,
    });

    const held = await place('Pigeon');
    const admin = await AdminPage.open(browser, SHOP);
    await eventually(
      `${held} to be held`,
      async () => {
        await admin.visit('/app/orders');
        return (await admin.app.getByText("The shipping method “Pigeon” isn't mapped").count()) > 0;
      },
      { withinMs: 60_000, everyMs: 1_000 },
    );
    await admin.app.getByRole('link', { name: held }).first().click();
    await admin.app.getByRole('heading', { name: held, level: 1 }).waitFor();
    await admin.visit('/app/mappings');
    const row = admin.app.getByRole('row', { name: /^Pigeon/ }).first();
    await row.getByLabel(/carrier/i).fill('Brieftaube');
    await row
      .getByLabel(/method/i)
      .last()
      .fill('Air');
    await admin.page.getByRole('button', { name: 'Save' }).click();
    // It is named whom that concerns before it is saved.
    const question = admin.app.getByRole('dialog');
    await admin.app.getByText('1 open order would be handled differently:').waitFor();
    await admin.app.getByRole('listitem').filter({ hasText: held }).waitFor();
    await question.getByRole('button', { name: 'Save' }).click();
    await eventually(`${held} in Stockroom`, async () => (await ledger()).orders.some((order) => order.reference === held), {
      withinMs: 60_000,
    });
    await admin.close();
  });

  it.each([
    '/app',
    '/app/orders',
    '/app/products',
    '/app/inventory',
    '/app/shipments',
    '/app/returns',
    '/app/locations',
    '/app/mappings',
    '/app/activity',
    '/app/connections',
    '/app/people',
    '/app/stockroom/orders',
    '/app/stockroom/stock',
  ])('reads %s on a phone without scrolling sideways', async (path) => {
    const admin = await AdminPage.open(browser, SHOP, { width: 390, height: 844 });
    await admin.visit(path);
    // Tables turn into cards when the page comes alive; what counts is what stays.
    await eventually('the page to fit', async () => (await admin.sidewaysOverflow()) <= 0, { withinMs: 10_000 });
    await admin.close();
  });
});
