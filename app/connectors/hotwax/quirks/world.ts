import type { z } from 'zod';
import { batteryContext } from '../../contract/battery.ts';
import { openAccount, type Account } from '../account.ts';
import { hotwax } from '../index.ts';
import type { settings } from '../settings.ts';

export type SettingsInput = Partial<z.input<typeof settings>>;

/** A HotWax to try things in: its people, its faults and its call log, all from outside. */
export interface World {
  /** What a merchant would type. */
  credentials: { baseUrl: string; username: string; password: string; productStoreId: string };
  /** What people there do; answers the control API's JSON. */
  act(path: string, body?: unknown): Promise<unknown>;
  /** The next fitting calls go wrong. */
  fault(rule: {
    match: string;
    kind: 'status' | 'timeout-after-commit' | 'drop';
    status?: number;
    body?: unknown;
    ms?: number;
    times?: number;
    after?: number;
  }): void;
  /** Calls of the API so far. */
  calls(): { operation: string; path: string; method: string; status: number }[];
  /** Lets time pass for HotWax. */
  advance(ms: number): void;
  /** By how much HotWax's clock is ahead of ours. */
  offsetMs(): number;
  /** A group of facilities that ship online orders. */
  facilityGroupId: string;
  close(): Promise<void>;
}

export const shopDomain = 'battery.myshopify.com';

/** The connector's account in this HotWax; each has a token of its own. `before` happens just before each call. */
export function accountIn(
  world: World,
  given: SettingsInput = {},
  before: (method: string, path: string) => Promise<void> = () => Promise.resolve(),
): Account {
  const context = batteryContext({
    definition: hotwax,
    settings: { ...world.credentials, ...given },
    baseUrl: world.credentials.baseUrl,
  });
  const { http } = context;
  return openAccount({
    ...context,
    http: {
      async send(request) {
        await before(request.method, request.path);
        return http.send(request);
      },
    },
  });
}

export function connectorIn(world: World, given: SettingsInput = {}) {
  return hotwax.connect(accountIn(world, given).context);
}

/** Id of a facility by its name. */
export async function facilityId(world: World, name: string): Promise<string> {
  const found = (await connectorIn(world).facilities.list()).find((one) => one.name === name);
  if (!found) throw new Error(`The stand-in has no facility ${name}`);
  return found.id;
}

/** What a piece of work throws. */
export const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** An order of the ledger, as people in HotWax see it. */
export interface LedgerOrder {
  reference: string;
  orderId: string;
  state: string;
  vendorState: string;
  total: number;
  lines: { sku: string; quantity: number; facility: string | null; fulfilled: number }[];
}

export async function ledgerOrders(world: World): Promise<LedgerOrder[]> {
  const { orders } = (await world.act('/ledger?stock=0&products=0&returns=0')) as { orders: LedgerOrder[] };
  return orders;
}

export async function ordersIn(world: World, reference: string): Promise<LedgerOrder[]> {
  return (await ledgerOrders(world)).filter((order) => order.reference === reference);
}
