import { ControlRefusal, eventually, type ControlClient } from './control-client.ts';
import type { Merchant } from './merchant.ts';

type Settings = Record<string, string | number | boolean | null>;

/** `<id>-<mode>` is a connector that offers more than one mode, connected in that one. */
export function backOfficeNamed(name: string): { connector: string; mode: string | null } {
  const [connector = '', mode = null] = name.split('-');
  return { connector, mode };
}

/** What a merchant would type into a connector's form, told by its stand-in (`GET /_sandbox/<id>/settings`); Stockroom needs nothing. */
async function settingsFor(control: ControlClient, connector: string, mode: string | null): Promise<Settings> {
  if (connector === 'stockroom') return {};
  return control.get<Settings>(`/${connector}/settings${mode === null ? '' : `?mode=${mode}`}`);
}

interface LocationsPage {
  locations: {
    id: string;
    name: string;
    state: string;
    serviceName: string | null;
    link: { connectionId: string; facilityId: string; facilityName: string } | null;
  }[];
  places: {
    connectionId: string;
    createsFacilities: boolean;
    facilities: { id: string; name: string; kind: string; active: boolean }[];
  }[];
}

interface MappingsPage {
  rows: { source?: string; value?: string; target: unknown }[];
}

/** Connects a back office through the app's own form and returns the connection's id. */
export async function connectBackOffice(
  merchant: Merchant,
  control: ControlClient,
  connector: string,
  mode: string | null = null,
): Promise<string> {
  const settings = await settingsFor(control, connector, mode);
  const [path, route] = [`/app/connections/new/${connector}`, 'routes/app.connections.new.$connector'] as const;
  const { name } = await merchant.read<{ name: string }>(path, route);
  await merchant.submit(path, route, { intent: 'save', agreed: true, name, settings });
  const { connections } = await merchant.read<{ connections: { id: string; connector: string }[] }>(
    '/app/connections',
    'routes/app.connections._index',
  );
  const made = connections.find((one) => one.connector === connector);
  if (!made) throw new Error(`The ${connector} connection isn't in the list after it was saved`);
  return made.id;
}

/** Copies the connection's own address into a session of the back office, which calls it every few seconds from then on; the test sees that. */
export async function enterAddresses(
  merchant: Merchant,
  control: ControlClient,
  connectionId: string,
  connector: string,
): Promise<void> {
  const { result } = await merchant.act<{ address: string }>(`/app/connections/${connectionId}`, 'routes/app.connections.$id', {
    intent: 'inbound',
    rotate: false,
  });
  if (!result) throw new Error('The connection told no address');
  const { address } = result;
  await control.post(`/${connector}/session`, {
    ...{ importUrl: `${address}/orders`, successUrl: `${address}/success` },
    ...{ stockUrl: `${address}/stock`, despatchUrl: `${address}/despatch`, exportOn: true, everyMinutes: 0.05 },
  });
  await eventually('the back office to call', async () => {
    const tested = await merchant.act<{ ok: boolean }>(`/app/connections/${connectionId}`, 'routes/app.connections.$id', {
      intent: 'check',
    });
    return tested.result?.ok === true ? true : undefined;
  });
}

/** Maps every location that can be mapped: to the facility of the same name, else to one made from it, else to the first. */
export async function mapLocations(merchant: Merchant, connectionId: string): Promise<LocationsPage['locations']> {
  const route = 'routes/app.locations';
  await merchant.act('/app/locations', route, { intent: 'refresh' });
  const page = await eventually('the locations', async () => {
    const read = await merchant.read<LocationsPage>('/app/locations', route);
    return read.locations.length > 0 ? read : undefined;
  });
  const place = page.places.find((one) => one.connectionId === connectionId);
  for (const location of page.locations) {
    if (location.state !== 'active' || location.serviceName) continue;
    const facility = place?.facilities.find((one) => one.name === location.name);
    if (facility) {
      const change = { locationId: location.id, connectionId, facilityId: facility.id, share: false };
      await merchant.act('/app/locations', route, { intent: 'save', changes: [change] });
    } else if (place?.createsFacilities)
      await merchant.act('/app/locations', route, { intent: 'create', locationId: location.id, connectionId });
  }
  return (await merchant.read<LocationsPage>('/app/locations', route)).locations;
}

interface Offered {
  values: { id: string; label: string; group: string | null }[] | null;
}

/** What a merchant would answer: the back office's method of the same name, else its first; typed where it has no list. */
function answerFor(kind: 'shipping' | 'payment', source: string, { values }: Offered): Record<string, string | null> {
  const chosen = values?.find(({ label }) => label.toLowerCase().includes(source.toLowerCase())) ?? values?.[0];
  if (kind === 'payment') return { method: chosen?.id ?? source };
  return chosen ? { carrier: chosen.group, method: chosen.id } : { carrier: 'DHL', method: source };
}

/** Answers every shipping and payment method the shop is known to have. */
export async function mapMethods(merchant: Merchant, connectionId: string): Promise<number> {
  const route = 'routes/app.mappings';
  await merchant.act('/app/mappings', route, { intent: 'discover' });
  let count = 0;
  for (const kind of ['shipping', 'payment'] as const) {
    const { rows } = await merchant.read<MappingsPage>(`/app/mappings?kind=${kind}&connection=${connectionId}`, route);
    const open = rows.filter((row) => !row.target).map((row) => String(row.value ?? row.source));
    const offered = await merchant.read<Offered>(
      `/app/reference?connection=${connectionId}&kind=${kind}-method`,
      'routes/app.reference',
    );
    const mappings = open.map((source) => ({ match: 'exact', source, target: answerFor(kind, source, offered) }));
    if (mappings.length > 0) await merchant.act('/app/mappings', route, { intent: 'save', connectionId, kind, mappings });
    count += mappings.length;
  }
  return count;
}

interface ReviewPage {
  review: { madeAt: string | null; types: { type: string; suggested: string }[]; confirmed: unknown } | null;
}

/** What a merchant does before the first product is sent: looks at both sides, takes what is suggested for the product types, and says yes. */
export async function reviewProducts(merchant: Merchant, connectionId: string): Promise<void> {
  const control = ['/app/products-control', 'routes/app.products-control'] as const;
  const route = 'routes/app.products.review';
  const page = () => merchant.read<ReviewPage>(`/app/products/review?connection=${connectionId}`, route);
  const matching = { identifier: 'sku', identifierFallback: 'none', physicalOnly: true };
  await merchant.act(...control, { intent: 'review', connectionId, ...matching });
  const review = await eventually('the look at both sides', async () => {
    const read = await page();
    return read.review?.madeAt ? read.review : undefined;
  });
  const mappings = review.types.map(({ type, suggested }) => ({ match: 'exact', source: type, target: { class: suggested } }));
  if (mappings.length > 0)
    await merchant.act('/app/mappings', 'routes/app.mappings', { intent: 'save', connectionId, kind: 'product-type', mappings });
  await merchant.act(...control, { intent: 'confirm', connectionId });
}

export async function switchSyncs(merchant: Merchant, connectionId: string, syncs: string[]): Promise<void> {
  for (const sync of syncs) {
    if (sync === 'products') await reviewProducts(merchant, connectionId);
    else await merchant.act('/app/sync-control', 'routes/app.sync-control', { intent: 'switch', connectionId, sync, on: true });
  }
}

/**
 * Where products are made in the back office only, its people have the shop's catalogue there before anything is sent (`POST
 * /_sandbox/<id>/products`); everywhere else the products sync brings it.
 */
export async function enterCatalogue(control: ControlClient, connector: string): Promise<void> {
  const variants = (await control.catalogue()).flatMap(({ title, variants: all }) =>
    all.map((variant) => ({ ...variant, title })),
  );
  const bySku = new Map(variants.flatMap(({ sku, title }) => (sku?.trim() ? [[sku.trim(), title] as const] : [])));
  const products = [...bySku].map(([sku, name]) => ({ sku, name }));
  for (const door of ['products', 'product']) {
    const taken = await control.post(`/${connector}/${door}`, { products }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ControlRefusal && error.status === 404) return false;
        throw error;
      },
    );
    if (taken) return;
  }
}

/** Presses "Sync now" where the back office doesn't call the app by itself; elsewhere its news must arrive without. */
export async function fetchNews(merchant: Merchant, connectionId: string, sync: string): Promise<void> {
  const { connection } = await merchant.read<{ connection: { connector: string; registration: { calls: string } | null } }>(
    `/app/connections/${connectionId}`,
    'routes/app.connections.$id',
  );
  if (connection.connector !== 'stockroom' && connection.registration?.calls !== 'arranged')
    await merchant.act('/app/sync-control', 'routes/app.sync-control', { intent: 'start', connectionId, sync });
}

/** Makes a token of Stockroom's API in the app and hands it to the control API. */
export async function openStockroomApi(merchant: Merchant, control: ControlClient, connectionId: string): Promise<string> {
  const answer = await merchant.act<{ secret: string }>(
    `/app/stockroom/tokens?connection=${connectionId}`,
    'routes/app.stockroom.tokens',
    { intent: 'create', name: 'Sandbox' },
  );
  const token = answer.result?.secret;
  if (!token) throw new Error('Stockroom gave no token');
  await control.post('/stockroom/token', { token, shop: merchant.shop });
  return token;
}
