import type { Connector, ConnectorDefinition } from './connector.ts';
import type { SalesOrder } from './orders.ts';
import type { Product } from './products.ts';

/** The back office as people there use it. */
export interface BackOfficeSide {
  /** How many orders it has under this reference, cancelled ones too. */
  countOrders(reference: string): Promise<number>;
  /** Ships these lines, or all that is left, under this tracking number. */
  ship(reference: string, lines?: { sku: string; quantity: number }[], tracking?: string): Promise<void>;
  /** Sets what can be sold. */
  setStock(facilityId: string, sku: string, available: number): Promise<void>;
  /** Works on the order until it can't be amended any more. Needed where `capabilities.amend`. */
  passAmending?(reference: string): Promise<void>;
  /** Works on the order until it can't be cancelled any more. Needed where `capabilities.cancel`. */
  passCancelling?(reference: string): Promise<void>;
  /** Needed where `capabilities.returns`. */
  receiveReturn?(reference: string, lines: { sku: string; quantity: number }[]): Promise<void>;
  /** Lets pass whatever time it takes until changes can be seen. */
  settle?(): Promise<void>;
}

/** What can go wrong between us and a remote back office. Each is for the next fitting call only. */
export interface FaultSwitch {
  /** The next creation of an order is carried out, but its answer is lost. */
  loseAnswerOfNextCreate(): Promise<void>;
  /** The next call is answered with 429 and this Retry-After. */
  rateLimitNextCall(retryAfterSeconds: number): Promise<void>;
  /** The token that was given out is no longer good. Both absent where nobody logs in: each call carries its keys. */
  expireToken?(): Promise<void>;
  /** Log-ins so far. */
  logins?(): Promise<number>;
}

/** A live connector with the other side at hand. */
export interface BatteryRig {
  connector: Connector;
  side: BackOfficeSide;
  /** A facility that takes orders. */
  facilityId: string;
  /** Products the back office knows, with stock at that facility. */
  skus: readonly [string, string, string];
  /** What an order for a SKU it doesn't know comes to. */
  unknownSku: 'refused' | 'accepted';
  /** Values that this back office wants in an order (store, mapped shipping …). */
  order?: Partial<SalesOrder>;
  /** Changes that make a product one that must be refused; needed where products are offered. */
  badProduct?: Partial<Product>;
  /** Rows in one page of a list, where it pages: the battery makes more. Keep it small. */
  pageSize?: { shipments?: number; stock?: number };
  /** Remote only: the same connector with something wrong, and the check step that must name it. */
  wrong?: { what: string; connector: Connector; failsAt: string }[];
  /** Remote only. */
  faults?: FaultSwitch;
  close(): Promise<void>;
}

export interface BatteryInput {
  name: string;
  definition: ConnectorDefinition;
  open: () => Promise<BatteryRig>;
}
