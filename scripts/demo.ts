import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ControlClient, eventually, type BackOfficeLedger, type ShopifyLedger } from '../sandbox/control-client.ts';
import { Merchant } from '../sandbox/merchant.ts';
import {
  backOfficeNamed,
  connectBackOffice,
  enterAddresses,
  enterCatalogue,
  fetchNews,
  mapLocations,
  mapMethods,
  openStockroomApi,
  switchSyncs,
} from '../sandbox/set-up-shop.ts';
import { startSandbox } from '../sandbox/start.ts';
import { buildIfStale } from './build-if-stale.ts';
import { accountForOrders, ordersOfDemo, say, table } from './demo-report.ts';

/**
 * `npm run demo`: the whole loop on this machine, by the same doors a merchant uses. `--exit` ends after the report, with 0 only if every
 * order is accounted for on both sides; `--connector` picks the back office (`<id>-<mode>`: in its other mode), `--port` the sandbox's port.
 */
const { values } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    connector: { type: 'string', default: 'stockroom' },
    port: { type: 'string', default: '3100' },
  },
});
const { connector, mode } = backOfficeNamed(values.connector);
const port = Number(values.port);
const data = path.resolve('.data/demo');

buildIfStale();
rmSync(data, { recursive: true, force: true });
mkdirSync(data, { recursive: true });
say('Starting the database, Shopify and back-office stand-ins, the app and its worker …');
const sandbox = await startSandbox({ data, port, workers: 1 });
let stopping: Promise<void> | undefined;
const stop = () => (stopping ??= sandbox.stop());
process.on('SIGINT', () => void stop().then(() => process.exit(0)));
process.on('SIGTERM', () => void stop().then(() => process.exit(0)));

/** Stock on both sides before the syncs are switched on, as after a stock-take: the back office holds what Shopify shows. */
async function startingStock(control: ControlClient, shopify: ShopifyLedger): Promise<number> {
  const bySku = new Map(
    shopify.levels.filter((level) => level.active && level.sku).map((level) => [`${level.sku} ${level.location}`, level]),
  );
  await control.post(`/${connector}/stock`, {
    levels: [...bySku.values()].map(({ sku, location, available }) => ({
      sku,
      facility: location,
      available: Math.max(0, available),
    })),
  });
  return bySku.size;
}

async function shipSome(control: ControlClient, ledger: BackOfficeLedger): Promise<{ whole: number; partly: number }> {
  const open = ledger.orders.filter((order) => order.state === 'open');
  const partly = open.filter((order) => order.lines.some((line) => line.quantity > 1)).slice(0, 3);
  const whole = open.filter((order) => !partly.includes(order)).slice(0, 6);
  for (const [index, order] of whole.entries())
    await control.post(`/${connector}/ship`, { reference: order.reference, tracking: `DEMO${1000 + index}`, carrier: 'DHL' });
  for (const [index, order] of partly.entries()) {
    const line = order.lines.find((one) => one.quantity > 1);
    if (line)
      await control.post(`/${connector}/ship`, {
        reference: order.reference,
        lines: [{ sku: line.sku, quantity: 1 }],
        tracking: `PART${1000 + index}`,
        carrier: 'DHL',
      });
  }
  return { whole: whole.length, partly: partly.length };
}

async function play(): Promise<boolean> {
  const control = new ControlClient(port);
  const merchant = new Merchant(port);
  await merchant.open();
  say(`Installed the app on ${merchant.shop}`);
  const connectionId = await connectBackOffice(merchant, control, connector, mode);
  if (mode !== null) await enterAddresses(merchant, control, connectionId, connector);
  const mapped = (await mapLocations(merchant, connectionId)).filter((location) => location.link?.connectionId === connectionId);
  const methods = await mapMethods(merchant, connectionId);
  say(`Connected ${values.connector}; mapped ${mapped.length} locations, ${methods} shipping and payment methods`);
  if (connector === 'stockroom') await openStockroomApi(merchant, control, connectionId);

  await enterCatalogue(control, connector);
  await switchSyncs(merchant, connectionId, ['products']);
  const before = await control.shopify('?orders=0');
  const variants = (await control.catalogue()).flatMap((product) => product.variants);
  const skus = new Set(variants.flatMap((variant) => variant.sku?.trim() || []));
  const products = await eventually(
    'the catalogue in the back office',
    async () => {
      const { products: there } = await control.backOffice(connector);
      return there.length > 0 && there.length >= skus.size * 0.8 ? there : undefined;
    },
    { withinMs: 120_000 },
  );
  say(`Imported the catalogue: ${products.length} products in the back office of ${before.variants} variants in Shopify`);
  say(`Entered starting stock for ${await startingStock(control, before)} SKUs and facilities`);
  await switchSyncs(merchant, connectionId, ['orders', 'inventory', 'shipments']);

  const sent: string[] = [];
  for (const body of ordersOfDemo(before.levels, variants)) {
    const { orders } = await control.post<{ orders: { name: string }[] }>('/shopify/orders', body);
    sent.push(...orders.map((order) => order.name));
  }
  say(`Placed ${sent.length} orders in Shopify`);
  const accounted = () => accountForOrders(control, merchant, connector, sent);
  await eventually('every order to be in the back office or named', async () => (await accounted()).gap.length === 0, {
    withinMs: 90_000,
  });
  const shipped = await shipSome(control, await control.backOffice(connector));
  const fulfilments = await eventually(
    'the shipments in Shopify',
    async () => {
      await fetchNews(merchant, connectionId, 'shipments');
      const { orders } = await control.shopify('?levels=0');
      const found = orders
        .flatMap((order) => order.fulfilments)
        .filter((one) => one.tracking.some((tracking) => /^(DEMO|PART)/.test(tracking.number)));
      return found.length === shipped.whole + shipped.partly ? found.length : undefined;
    },
    { withinMs: 60_000, everyMs: 2_000 },
  );
  say(
    `Shipped ${shipped.whole} orders whole and ${shipped.partly} in part; ${fulfilments} fulfilments with tracking are in Shopify`,
  );

  const change = (await control.backOffice(connector)).stock.find(
    (level) => level.available > 5 && mapped.some((location) => location.name === level.facility),
  );
  if (!change) throw new Error('The back office has no stock to change');
  await control.post(`/${connector}/stock`, { sku: change.sku, facility: change.facility, available: 3 });
  await eventually(
    `${change.sku} to show 3 in Shopify`,
    async () => {
      await fetchNews(merchant, connectionId, 'inventory');
      const { levels } = await control.shopify('?orders=0');
      return levels.some((level) => level.sku === change.sku && level.location === change.facility && level.available === 3);
    },
    { withinMs: 60_000, everyMs: 2_000 },
  );
  say(`Changed the stock of ${change.sku} at ${change.facility} to 3; Shopify shows 3`);

  const report = await accounted();
  const { calls } = await control.shopify('?orders=0&levels=0');
  process.stdout.write(
    `\n${table([
      ['Orders placed in Shopify', sent.length],
      [`In ${connector}, once each, lines equal`, report.sent],
      ['Left out by a rule', report.excluded],
      ['Held or named as a problem', report.named],
      ['Unaccounted for', report.gap.length],
      ['Fulfilments with tracking in Shopify', fulfilments],
      ['Calls to Shopify (throttled)', `${calls.graphql} (${calls.throttled})`],
    ])}\n`,
  );
  for (const line of report.details) process.stdout.write(`  ${line}\n`);
  if (report.gap.length > 0) process.stdout.write(`  Not accounted for: ${report.gap.join(', ')}\n`);
  return report.gap.length === 0 && fulfilments === shipped.whole + shipped.partly && shipped.whole > 0;
}

const right = await play().catch((error: unknown) => {
  process.stderr.write(
    `\nThe demo broke: ${error instanceof Error ? `${error.message}\n${String(error.cause ?? '')}` : String(error)}\nLogs are in ${data}\n`,
  );
  return false;
});
if (values.exit || !right) {
  await stop();
  process.exit(right ? 0 : 1);
}
process.stdout.write(
  `\nShopify admin (stand-in): ${sandbox.urls['admin']}\nLook around: place an order there, and see it arrive in the app. Ctrl-C stops everything.\n`,
);
