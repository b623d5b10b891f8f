import type { Clock } from '../../kit/clock.ts';
import type { CallLog } from '../../kit/call-log.ts';
import type { ActiveFault, Faults } from '../../kit/faults.ts';
import type { Random } from '../../kit/random.ts';
import type { State } from '../../kit/state.ts';
import type { AppConfig } from './app-config.ts';

export interface Timings {
  /** Order routing takes this long, in ms [from, to]; the fulfilment orders appear then. */
  routing: readonly [number, number];
  /** A webhook is on its way this long before the first attempt, in ms. */
  webhook: readonly [number, number];
  /** Searches see a change after this long, in ms. */
  searchLag: readonly [number, number];
  /** Asynchronous jobs (orderCancel, bulk operations) start after this long, in ms. */
  job: readonly [number, number];
  /** A mutation takes this long, in real ms. */
  mutation: readonly [number, number];
}

/** Makes a webhook's payload; `wanted` names the top-level fields that somebody listens for, undefined = all of them. */
export type MakePayload = (wanted?: ReadonlySet<string>) => unknown;

/** One thing that happens to a shop: a transaction that knows what it touched, so that its webhooks are told once at the end. */
export interface Change {
  readonly world: World;
  readonly shop: Shop;
  readonly state: State;
  /** ms by the sandbox clock. */
  readonly now: number;
  /** `now` as Shopify keeps it: whole seconds. */
  readonly at: number;
  /** The order's statuses and `updated_at` are brought up to date at the end, and orders/updated goes out. */
  orderTouched(id: number): void;
  productTouched(id: number): void;
  /** The level's `available` changed: inventory_levels/update goes out. */
  levelTouched(id: number): void;
  fulfillmentOrderTouched(id: number): void;
  /** A webhook of its own; the payload is made at the end of the change. */
  tell(topic: string, payload: MakePayload): void;
}

/** Everything the stand-in's parts share. */
export interface World {
  state: State;
  clock: Clock;
  calls: CallLog;
  faults: Faults;
  random: Random;
  timings: Timings;
  /** What inventorySetQuantities does when one quantity is stale: refuse the whole batch, or only that quantity. */
  staleBatch: 'whole' | 'part';
  /** How likely a webhook comes twice, and how likely the finish of a bulk operation is never told (0–1). */
  duplicateRate: number;
  lostFinishRate: number;
  appUrl: string;
  publicUrl: string;
  apiKey: string;
  apiSecret: string;
  /** Folder for uploads and results of bulk operations. */
  filesDir: string;
  /** What the app's toml says now. */
  appConfig(): AppConfig;
  /** Does something to a shop in one transaction: statuses are brought up to date and webhooks queued at its end. */
  change<T>(shop: Shop, work: (change: Change) => T): T;
  /** Queues a job of the scheduler; returns its id. */
  after(shop: Shop, [from, to]: readonly [number, number], kind: string, payload: unknown): string;
  /** Tells the loops that something may be due. */
  wake(): void;
}

export type Plan = 'standard' | 'advanced' | 'plus' | 'enterprise';

export interface ShopData {
  name: string;
  email: string;
  contactEmail: string;
  owner: string;
  plan: Plan;
  currency: string;
  presentmentCurrencies: string[];
  timezone: string;
  weightUnit: 'GRAMS' | 'KILOGRAMS' | 'OUNCES' | 'POUNDS';
  unitSystem: 'IMPERIAL_SYSTEM' | 'METRIC_SYSTEM';
  locale: string;
  taxesIncluded: boolean;
  taxShipping: boolean;
  taxRate: number;
  taxTitle: string;
  prefix: string;
  suffix: string;
  partnerDevelopment: boolean;
  address: Address;
  gateways: { id: string; label: string; manual: boolean }[];
  wallets: string[];
  channels: { handle: string; name: string; sourceName: string }[];
  shopifyPayments: boolean;
  /** Protected customer data that the app isn't approved for in this shop. */
  withheld?: ProtectedField[];
}

/** What Shopify approves one by one (facts: shopify.md "Protected customer data", level 2). */
export type ProtectedField = 'name' | 'address' | 'phone' | 'email';

export interface Address {
  firstName?: string | null;
  lastName?: string | null;
  company?: string | null;
  address1?: string | null;
  address2?: string | null;
  city?: string | null;
  province?: string | null;
  provinceCode?: string | null;
  zip?: string | null;
  country?: string | null;
  countryCode?: string | null;
  phone?: string | null;
}

export interface Shop {
  id: number;
  domain: string;
  installed: boolean;
  scopes: string[];
  data: ShopData;
  createdAt: number;
}

/** Where a bulk operation's query is read from: the root connection page by page, nested ones whole. */
export interface BulkPage {
  size: number;
  after: Map<string, string | undefined>;
  /** Set by the root connection: its cursor, or undefined when it is done. */
  next: Map<string, string | undefined>;
}

/** One request to the Admin API. */
export interface RequestContext {
  world: World;
  shop: Shop;
  scopes: ReadonlySet<string>;
  userId: number | undefined;
  fault: ActiveFault | undefined;
  bulk: BulkPage | undefined;
  /** First thing that nobody implemented: fails the request as a whole. */
  notImplemented: Error | undefined;
}
