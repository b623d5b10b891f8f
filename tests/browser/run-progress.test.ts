import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, inject, it } from 'vitest';
import { eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, switchSyncs } from '../../sandbox/set-up-shop.ts';
import { AdminPage, newShop, openBrowser } from './rig.ts';

const SHOP = 'two-runs';
const { control, domain } = await newShop(SHOP);
let browser: Browser;
let connectionId = '';

beforeAll(async () => {
  const merchant = new Merchant(inject('sandboxPort'), { shop: domain });
  await merchant.open();
  connectionId = await connectBackOffice(merchant, control, 'stockroom');
  await switchSyncs(merchant, connectionId, ['products']);
  browser = await openBrowser();
});
afterAll(() => browser.close());

const runOf = (id: string) => ({
  ...{
    id,
    connectionId,
    connectionName: 'Stockroom',
    connector: 'stockroom',
    sync: 'products',
    door: 'button',
    state: 'running',
  },
  counts: { seen: 0, done: 0, skipped: 0, held: 0, failed: 0, total: null },
  ...{ rolling: false, reason: null, startedBy: null, createdAt: new Date().toISOString(), startedAt: null },
  ...{ finishedAt: null, heartbeatAt: null, begun: null },
});

it('a page is read again for each of its runs that ends, and not only for the first', async () => {
  const admin = await AdminPage.open(browser, SHOP);
  await admin.visit('/app');
  let going = ['one', 'two'];
  let readings = 0;
  const answer = async (route: Route, change: (data: Record<string, unknown>) => void) => {
    const response = await route.fetch();
    const data = (await response.json()) as Record<string, unknown>;
    change(data);
    await route.fulfill({ response, json: data });
  };
  await admin.page.route(/_data=routes%2Fapp\.products\._index/, (route) =>
    answer(route, (data) => {
      readings += 1;
      (data['page'] as { view: { sync: { running: unknown[] } } }).view.sync.running = going.map(runOf);
    }),
  );
  await admin.page.route(/_data=routes%2Fapp\.progress/, (route) => answer(route, (told) => (told['runs'] = going.map(runOf))));
  const read = (times: number) =>
    eventually(`the page to be read ${times} times`, () => Promise.resolve(readings === times), { withinMs: 20_000 });
  await admin.app.getByRole('link', { name: 'Products', exact: true }).first().click();
  await read(1);
  going = ['two'];
  await read(2);
  going = [];
  await read(3);
  await admin.page.unrouteAll({ behavior: 'ignoreErrors' });
  await admin.close();
});
