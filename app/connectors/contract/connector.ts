import type { z } from 'zod';
import type { OptionalScope } from '../../core/access-scopes.ts';
import type { Logger } from '../../core/logger.ts';
import type { HttpClient } from '../../core/http.ts';
import type { CustomersPort } from './customers.ts';
import type { FacilitiesPort, ReferenceDataPort } from './facilities.ts';
import type { InboundPort } from './inbound.ts';
import type { MappingKind } from './mapping-kinds.ts';
import type { MirrorPort } from './mirror.ts';
import type { OrdersPort } from './orders.ts';
import type { ProductField, ProductsPort } from './products.ts';
import type { ReturnsPort } from './returns.ts';
import type { ShipmentsPort } from './shipments.ts';
import type { StockPort } from './stock.ts';
import type { SharedStock, StoreChoice, StoresPort } from './stores.ts';
import type { UnreadRow } from './read-rows.ts';

/** What differs between back offices, declared once; the engine reads these and never a connector's name. */
export interface Capabilities {
  /** Handed over per connection: the whole order at its locations, or one order per fulfilment order. */
  handOver: 'order' | 'fulfilmentOrder';
  /** `exact`: `find` sees every order created before. `delayed`: after a while. `none`: it can't be asked. */
  findOrder: 'exact' | 'delayed' | 'none';
  /** Whether accepting an order lowers the available stock it reports. */
  reservesOnAccept: boolean;
  amend: boolean;
  /** `less`: of the amendments it takes whole lines off, another address and another place; anything more is answered `too-late`. Absent: everything. */
  amends?: 'less';
  cancel: boolean;
  partialShipments: boolean;
  returns: boolean;
  /** Whether a return opened in Shopify can be announced to it (`ReturnsPort.expect`). */
  expectsReturns?: boolean;
  /** Whether it tells of money given back without goods (`Return.amount`). */
  refundsWithoutGoods?: boolean;
  /** Whether it can create a facility from a location. */
  createsFacilities: boolean;
  /** Whether it tells the pages of its orders, products and facilities itself (`url`, `productPage`); else a merchant may say where they are. */
  tellsPages?: boolean;
  /** False only for the built-in back office: nothing travels over a network. */
  remote: boolean;
  /** Whether it calls an address of ours, which the connection's page then shows. */
  callsUs?: boolean;
  /** Financial statuses from which its vendor's own integration takes orders; the default of the setting. */
  defaultFinancialStatuses: readonly string[];
  /** Financial statuses at which its vendor's own integration cancels an order; the default of the setting, which without it is none. */
  defaultCancelStatuses?: readonly ('EXPIRED' | 'REFUNDED' | 'VOIDED')[];
  /** Whether it takes sales that were handed over already (`SalesOrder.handedOver`): goods sold at the till leave its stock. */
  recordsHandedOver?: boolean;
  /** Whether it takes orders as history (`SalesOrder.parked`): kept, without taking stock and without being worked on. */
  parksHistory?: boolean;
  /** Whether it tells what customers may buy on account (`Connector.customers`). */
  tellsCredit?: boolean;
  /** Whether it keeps customers of its own, so that an order may name one by the back office's id (`Customer.remoteId`). */
  keepsCustomers?: boolean;
  /** What a merchant can map for it; without it the usual kinds (mapping-kinds.ts). A kind that it makes nothing of must not be named. */
  mappingKinds?: readonly MappingKind[];
  /** What it makes of the parts of a product that not every back office has a place for; without it none of them. */
  productFields?: readonly ProductField[];
  /** Whether it tells what people change of products there (`ProductsPort.updates`), and which of its fields those are; a merchant may name others. */
  productUpdates?: { fields: readonly string[] };
  /** Fastest sensible polling, minutes. */
  minimumIntervalMinutes: number;
}

/** What `limits` keys are shared by: host and account, never the shop. */
export interface AccountLimits {
  /** Everything with the same key shares the limits below, in all processes. */
  key: string;
  concurrency: number;
  perSecond: number | null;
}

/** One step of a connection test, in order; the first that fails ends it. */
export interface CheckStep {
  /** Catalogue key in the connector's messages: `check.<step>`. */
  step: string;
  run(): Promise<{ detail?: string }>;
}

/** A token that all processes share: read, or renewed by exactly one of them while the others wait. */
export interface TokenCache {
  get(renew: () => Promise<{ token: string; expiresAt: number }>): Promise<string>;
  /** Forgets `token` (the other side refused it), so that the next `get` renews once. */
  invalidate(token: string): Promise<void>;
}

/**
 * Small documents that a connector keeps for one connection between calls, sealed in the database: an order laid out until the back office
 * fetches it, a session's last answer. Whatever holds personal data must be removed once it was fetched; what is left goes 60 days after it was last
 * written. What has our reference, the back office's id or Shopify's id of an order as its key stays until that order has left or was closed.
 */
export interface RecordStore {
  /** Creates or replaces. */
  put(kind: string, key: string, body: unknown): Promise<void>;
  get(kind: string, key: string): Promise<unknown>;
  /**
   * Replaces a document by what `to` makes of it, as no other change of it can in between; null leaves it as it is. False where it was left, or isn't there. `to`
   * must not wait for anything. For what several callers change by what they read of it.
   */
  change(kind: string, key: string, to: (body: unknown) => unknown): Promise<boolean>;
  /** Oldest first. `after` is the key of the last one had. */
  list(kind: string, page: { limit: number; after?: string }): Promise<{ key: string; body: unknown; createdAt: number }[]>;
  remove(kind: string, keys: string[]): Promise<void>;
  /** Whether what was put since that moment (ISO 8601) may be missing: the database was put back to an older backup. */
  mayLack(since: string): boolean;
}

/** What a connector is handed to do its work with. */
export interface ConnectContext<Settings> {
  shop: { id: number; domain: string; name: string; currency: string; timeZone: string };
  connectionId: string;
  /** What `store.idOf` says of the settings. */
  storeId: string | null;
  settings: Settings;
  /** Timeouts, Retry-After, host guard, account limits and the call log live in it. */
  http: HttpClient;
  tokens: TokenCache;
  records: RecordStore;
  nowMs(): number;
  logger: Logger;
  /** Has records named to the merchant that nobody can read, so that what is left out is not left out in silence. */
  unread(rows: readonly UnreadRow[]): void;
}

/** The ports of one live connection; an absent port is not offered. */
export interface Connector {
  check: CheckStep[];
  facilities: FacilitiesPort;
  orders: OrdersPort;
  referenceData?: ReferenceDataPort;
  stores?: StoresPort;
  products?: ProductsPort;
  stock?: StockPort;
  shipments?: ShipmentsPort;
  returns?: ReturnsPort;
  customers?: CustomersPort;
  inbound?: InboundPort;
  mirror?: MirrorPort;
}

/** A step of the set-up guide; texts are `guide.<id>.title|body|why` in the connector's messages. */
export interface GuideStep {
  id: string;
  /** Name of a check step that proves this one live, where one can. */
  provenBy?: string;
  /** To be copied as it is, the same in every language. */
  code?: string;
  /** Shown only while a setting has this value. */
  when?: { name: string; is: string };
}

export type Messages = { [key: string]: string | Messages };

/** Drawn as the form of the settings page. Texts are `settings.<name>.label|help` in the connector's messages. */
export interface SettingMeta {
  secret?: boolean;
  /** Must be filled where it is shown, which the schema as a whole checks: its own default is for where it isn't. */
  needed?: boolean;
  /** Values the merchant picks from, as constants or from the back office's lists. */
  options?: readonly string[];
  placeholder?: string;
  /** Shown only while another setting has this value. */
  when?: { name: string; is: string };
  /** Works only with this optional scope of Shopify's, unless it has this value (as core/setting-state.ts calls it: `false`, `none` for a list …). */
  scope?: { name: OptionalScope; unless: string };
}

export interface ConnectorDefinition<Schema extends z.ZodObject = z.ZodObject> {
  id: string;
  label: string;
  settings: Schema;
  capabilities: Capabilities;
  /** What is different with these settings (without secrets, as they are stored), where the connector has several ways to connect. */
  differing?(settings: Record<string, unknown>): Partial<Capabilities>;
  /** Absent: the back office knows no stores, or the credentials decide. */
  store?: StoreChoice<z.infer<Schema>>;
  /** Whether connections of several shops may share a store's stock; absent: they can't. */
  sharedStock?: SharedStock<z.infer<Schema>>;
  guide: GuideStep[];
  messages: { en: Messages; de?: Messages };
  /** The page of a product there, where it has one that is known from its id. Pages of orders and facilities are told with them (`url`). */
  productPage?(remoteId: string, connectionId: string): string;
  /** Settings that say where, and as whom, we work there: a connection never takes them over from another. */
  account?: readonly string[];
  /**
   * Settings that name records of one instance by an id (a party, a definition of an export), and which instance these settings work in, null where they
   * don't tell: a connection takes them over only from another one to the same instance.
   */
  records?: { settings: readonly string[]; instanceOf(settings: z.infer<Schema>): string | null };
  /** Those of them that together only one connection may use, where the vendor forbids sharing (a session, a till). Why: `errors.account-shared` in its messages. */
  exclusive?: readonly string[];
  limits(settings: z.infer<Schema>): AccountLimits;
  connect(context: ConnectContext<z.infer<Schema>>): Connector;
}

/** Fixes the types of a connector; it exists so that each `index.ts` is checked where it stands. */
export function defineConnector<Schema extends z.ZodObject>(
  definition: ConnectorDefinition<Schema>,
): ConnectorDefinition<Schema> {
  return definition;
}
