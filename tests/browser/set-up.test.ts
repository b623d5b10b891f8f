import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, type Catalogue } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { openStockroomApi } from '../../sandbox/set-up-shop.ts';
import { AdminPage, newShop, openBrowser } from './rig.ts';

const SHOP = 'six-decisions';
/** As long as the machine may take of the ten minutes; the rest is the merchant's, to read and to think. */
const MACHINE_MS = 120_000;
let browser: Browser;
const { control, domain } = await newShop(SHOP);
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/* From nothing to an order in Stockroom by the set-up guide alone. */
describe('the set-up of Stockroom', () => {
  it('takes at most six decisions, each led to by the guide, and ends with an order handed over', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    const { app } = admin;
    const decisions: string[] = [];
    const go = (name: string) => app.getByRole('link', { name, exact: true }).first().click();
    const decide = async (button: Locator): Promise<void> => {
      decisions.push((await button.textContent()) ?? '');
      await button.click();
    };
    // what was decided leads back to the guide by itself
    const done = (steps: number) => app.getByText(`${steps} of 8 steps done`).waitFor();
    const began = Date.now();
    await admin.visit('/app');
    await go('Connect');
    await app
      .getByRole('link', { name: 'Choose Stockroom' })
      .or(app.getByRole('button', { name: 'Choose Stockroom' }))
      .click();
    await decide(app.getByRole('button', { name: 'Connect', exact: true }));
    await done(1);
    await go('Look at suggestions');
    await decide(app.getByRole('button', { name: /^Accept all/ }));
    await done(4);
    await go('Compare');
    await app.getByRole('button', { name: 'Compare both sides' }).click();
    await decide(app.getByRole('button', { name: 'Confirm and switch on' }));
    await done(5);
    await go('Choose the first day');
    await decide(app.getByRole('button', { name: 'Switch orders on' }));
    await done(6);
    await go('Switch on');
    await decide(app.getByRole('button', { name: 'Switch stock and shipments on' }));
    await done(7);
    expect(decisions.length).toBeLessThanOrEqual(6);

    const catalogue = await control.get<Catalogue>(`/shopify/products?shop=${domain}`);
    const sku = catalogue
      .flatMap((product) => product.variants)
      .find((variant) => variant.sku && variant.requiresShipping && variant.tracked)!.sku!;
    const { orders } = await control.post<{ orders: { name: string }[] }>(`/shopify/orders?shop=${domain}`, {
      shop: domain,
      lines: [{ sku, quantity: 1 }],
      shipping: { title: 'Standard', code: 'Standard' },
    });
    const name = orders[0]!.name;
    await eventually(
      'the guide to follow the order',
      async () => {
        await admin.visit('/app');
        return (await app.getByText(new RegExp(`^${name} was handed over`)).count()) > 0;
      },
      { withinMs: 60_000 },
    );
    expect(Date.now() - began).toBeLessThan(MACHINE_MS);

    // Stockroom began with what Shopify has: nobody is told of products without stock
    const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
    const { connections } = await merchant.read<{ connections: { id: string }[] }>(
      '/app/connections',
      'routes/app.connections._index',
    );
    await openStockroomApi(merchant, control, connections[0]!.id);
    const ledger = await control.backOffice('stockroom', `?shop=${domain}`);
    expect(ledger.orders.map(({ reference }) => reference)).toEqual([name]);
    expect(ledger.stock.some((level) => level.sku === sku && level.available > 0)).toBe(true);
    await admin.close();
  });
});
