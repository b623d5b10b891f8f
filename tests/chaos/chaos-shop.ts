import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import {
  connectBackOffice,
  enterAddresses,
  enterCatalogue,
  mapLocations,
  mapMethods,
  openStockroomApi,
  switchSyncs,
} from '../../sandbox/set-up-shop.ts';
import type { BackOffice } from './back-offices.ts';
import type { BackOfficeLedger, ShopifyLedger } from './ledgers.ts';

/** The two places that buyers are served from. */
export const places = ['Main Warehouse', 'East Warehouse'] as const;
export type Place = (typeof places)[number];

/** One shop under test: both ledgers, the merchant's pages and what the suite sells in it. */
export interface ChaosShop {
  port: number;
  domain: string;
  backOffice: BackOffice;
  /** Whose control calls the warehouse acts by. */
  connector: string;
  connectionId: string;
  merchant: Merchant;
  /** Goods that are stocked at both places and that nothing but the suite sells. */
  skus: string[];
  /** One more, of which the first place has a few units and nobody counts them: what is offered too often is sold too often. */
  scarce: string;
  get<Answer>(path: string): Promise<Answer>;
  post<Answer = unknown>(path: string, body?: unknown): Promise<Answer>;
  /** A call about the whole sandbox: clock, faults, processes. */
  control: ControlClient;
  readShopify(query?: string): Promise<ShopifyLedger>;
  readBackOffice(): Promise<BackOfficeLedger>;
}

const INTERVAL_MINUTES = 10;
/** So much later every sync is due again. */
export const A_SYNC_LATER_MS = (INTERVAL_MINUTES + 1) * 60_000;

const GOODS = 12;

/** Units of each of the suite's goods at each place when the run begins: more than it can sell. */
export const startingUnits = (orders: number): number => 400 + orders;

/** Units of what is scarce: fewer than are asked for. */
export const scarceUnits = (units: number): number => Math.max(3, Math.floor((units - startingUnits(0)) / 80));

/** Goods whose SKU stands on one variant and is stocked at both places. */
function goodsOf(levels: ShopifyLedger['levels']): string[] {
  const at = (place: string) =>
    new Set(levels.filter((level) => level.active && level.location === place).map((level) => level.sku));
  const [main, east] = places.map(at);
  const counts = Map.groupBy(levels, (level) => `${level.sku} ${level.location}`);
  return [...(main ?? [])]
    .filter((sku): sku is string => Boolean(sku) && sku === sku?.trim() && (east?.has(sku) ?? false))
    .filter((sku) => counts.get(`${sku} ${places[0]}`)?.length === 1)
    .slice(0, GOODS + 1);
}

/** Both sides begin with the same stock, as after a stock-take. */
async function takeStock(shop: ChaosShop, units: number): Promise<void> {
  for (const sku of shop.skus)
    for (const location of places) await shop.post('/shopify/levels', { sku, location, available: units });
  for (const [index, location] of places.entries())
    await shop.post('/shopify/levels', { sku: shop.scarce, location, available: index === 0 ? scarceUnits(units) : 0 });
  const { levels } = await shop.readShopify('?orders=0');
  const counted = levels.flatMap(({ sku, location, available, active }) =>
    sku?.trim() && active ? [{ sku: sku.trim(), facility: location, available: Math.max(0, available) }] : [],
  );
  const bySku = new Map(counted.map((level) => [`${level.sku} ${level.facility}`, level]));
  await shop.post(`/${shop.connector}/stock`, { levels: [...bySku.values()] });
}

/** The steps of a merchant's setting up speak of the shop at hand, not of the demo shop. */
class ShopControl extends ControlClient {
  readonly #at: (path: string) => string;

  constructor(port: number, at: (path: string) => string) {
    super(port);
    this.#at = at;
  }

  override get<Answer>(path: string): Promise<Answer> {
    return super.get(this.#at(path));
  }

  override post<Answer = unknown>(path: string, body: unknown = {}): Promise<Answer> {
    return super.post(this.#at(path), body);
  }
}

/**
 * Installs the app on a shop of its own, connects it to a back office and switches every sync on, by the doors a merchant uses. Returns are
 * refunded, so that money moves too.
 */
export async function openChaosShop(
  port: number,
  { name, backOffice, units }: { name: string; backOffice: BackOffice; units: number },
): Promise<ChaosShop> {
  const domain = `${name}.myshopify.com`;
  const { connector, mode } = backOffice;
  const control = new ControlClient(port);
  const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
  await control.post('/shops', { domain, catalogue: 'small', plan: 'plus' });
  const merchant = new Merchant(port, { shop: domain });
  await merchant.open();
  const scoped = new ShopControl(port, at);
  const connectionId = await connectBackOffice(merchant, scoped, connector, mode);
  if (backOffice.callsUs.length > 0) await enterAddresses(merchant, scoped, connectionId, connector);
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  if (connector === 'stockroom') await openStockroomApi(merchant, control, connectionId);
  const shop: ChaosShop = {
    port,
    domain,
    backOffice,
    connector,
    connectionId,
    merchant,
    skus: [],
    scarce: '',
    control,
    get: (path) => control.get(at(path)),
    post: (path, body) => control.post(at(path), body),
    readShopify: (query = '') => control.get<ShopifyLedger>(at(`/shopify/ledger${query}`)),
    readBackOffice: () => control.get<BackOfficeLedger>(at(`/${connector}/ledger`)),
  };
  const [scarce, ...skus] = goodsOf((await shop.readShopify('?orders=0')).levels);
  if (scarce === undefined || skus.length < GOODS)
    throw new Error(`The shop has fewer than ${GOODS + 1} goods that are stocked at both places`);
  Object.assign(shop, { skus, scarce });
  await enterCatalogue(scoped, connector);
  await switchSyncs(merchant, connectionId, ['products']);
  const known = new Set([scarce, ...skus]);
  await eventually(
    'the catalogue in the back office',
    async () =>
      (await shop.readBackOffice()).products.filter((one) => known.has((one as { sku: string }).sku)).length === known.size,
    { withinMs: 120_000, everyMs: 1_000 },
  );
  await takeStock(shop, units);
  const set = (sync: string, settings: Record<string, unknown>) =>
    merchant.act('/app/sync-control', 'routes/app.sync-control', {
      intent: 'settings',
      connectionId,
      sync,
      settings,
      intervalMinutes: INTERVAL_MINUTES,
    });
  if (backOffice.returns) await set('returns', { refund: true });
  // The same for every back office, whatever its default: an order is sent also when something of it was refunded before.
  await set('orders', { financialStatuses: ['PAID', 'PARTIALLY_REFUNDED'] });
  await switchSyncs(merchant, connectionId, ['orders', 'inventory', 'shipments', ...(backOffice.returns ? ['returns'] : [])]);
  return shop;
}
