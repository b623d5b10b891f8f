import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Merchant } from '../../sandbox/merchant.ts';
import { AdminPage, newShop, openBrowser } from './rig.ts';

const SHOP = 'connections-list';
const route = 'routes/app.connections._index';
let browser: Browser;
const { domain } = await newShop(SHOP);
const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
interface Listed {
  connections: { id: string; name: string }[];
}

/** Three stockrooms: one works, one is switched off, one in a dry run. */
beforeAll(async () => {
  browser = await openBrowser();
  await merchant.open();
  for (const name of ['Amber', 'Birch', 'Cedar']) {
    const given = { intent: 'save', agreed: true, name, settings: {} };
    await merchant.submit('/app/connections/new/stockroom', 'routes/app.connections.new.$connector', given);
  }
  const { connections } = await merchant.read<Listed>('/app/connections', route);
  const act = (name: string, what: object) => {
    const id = connections.find((one) => one.name === name)?.id ?? '';
    return merchant.act(`/app/connections/${id}`, 'routes/app.connections.$id', what);
  };
  for (const { name } of connections) await act(name, { intent: 'check' });
  await act('Birch', { intent: 'state', state: 'deactivated' });
  await act('Cedar', { intent: 'dry-run', dryRun: true });
});
afterAll(() => browser.close());

describe('the list of connections', () => {
  it('shows those of a state, of what may be written, and of a name; favourites come first, what is switched off last', async () => {
    const admin = await AdminPage.open(browser, SHOP);
    const names = async () =>
      (await admin.app.getByRole('link', { name: /^(Amber|Birch|Cedar)$/ }).allTextContents()).map((text) => text.trim());
    const choose = async (label: string, value: string) =>
      admin.app.getByLabel(label, { exact: true }).selectOption({ label: value });
    const shows = (expected: string[]) => expect.poll(names).toEqual(expected);
    await admin.visit('/app/connections');
    await shows(['Amber', 'Cedar', 'Birch']);
    await choose('State', 'Deactivated');
    await shows(['Birch']);
    await choose('State', 'Active');
    await shows(['Amber', 'Cedar']);
    await choose('Access to Shopify', 'Dry run');
    await shows(['Cedar']);
    await admin.app.getByPlaceholder('Search by name or back office').fill('amb');
    await admin.app.getByText('No connection matches').waitFor();
    await choose('Access to Shopify', 'All');
    await shows(['Amber']);
    await admin.visit('/app/connections');
    await admin.app.getByRole('button', { name: 'Make Cedar a favourite' }).click();
    await shows(['Cedar', 'Amber', 'Birch']);
    await admin.close();
  });
});
