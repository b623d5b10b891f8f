import type { z } from 'zod';
import { batteryContext } from '../../contract/battery.ts';
import { batteryOrder } from '../../contract/battery-samples.ts';
import type { SalesOrder } from '../../contract/index.ts';
import { openAccount, type Account } from '../account.ts';
import { extensiv } from '../index.ts';
import type { settings } from '../settings.ts';

export type SettingsInput = Partial<z.input<typeof settings>>;

/** An Integration Manager to try things in: its people, its faults and its call log, all from outside. */
export interface World {
  /** Address of the API. */
  baseUrl: string;
  credentials: { apiUser: string; apiKey: string; merchantApiUser: string; merchantApiKey: string };
  /** What the merchant's people and those in the warehouse do; answers the control API's JSON. */
  act(path: string, body?: unknown): Promise<unknown>;
  /** The next fitting calls go wrong. */
  fault(rule: {
    match: string;
    kind: 'status' | 'timeout-after-commit' | 'drop' | 'refuse' | 'throttled' | 'stale';
    status?: number;
    body?: unknown;
    mode?: string;
    ms?: number;
    times?: number;
    after?: number;
  }): void;
  /** Calls of the API so far, `METHOD /path/:ref`. */
  calls(): { operation: string; path: string; status: number }[];
  /** Lets time pass. */
  advance(ms: number): void;
  /** Lets every hop run, and the lists' lag pass. */
  settle(): Promise<void>;
  now(): number;
  close(): Promise<void>;
}

/** The connector's account in this IM. `before` happens just before each call. */
export function accountIn(
  world: World,
  given: SettingsInput = {},
  before: (path: string) => Promise<void> = () => Promise.resolve(),
): Account {
  const input = { baseUrl: world.baseUrl, ...world.credentials, ...given };
  const context = batteryContext({ definition: extensiv, settings: input, baseUrl: world.baseUrl, nowMs: () => world.now() });
  const { http } = context;
  return openAccount({
    ...context,
    http: {
      async send(request) {
        await before(request.path);
        return http.send(request);
      },
    },
  });
}

export function connectorIn(world: World, given: SettingsInput = {}) {
  return extensiv.connect(accountIn(world, given).context);
}

/** Key of a warehouse by its name. */
export async function warehouseId(world: World, name: string): Promise<string> {
  const found = (await connectorIn(world).facilities.list()).find((one) => one.name === name);
  if (!found) throw new Error(`The stand-in has no warehouse ${name}`);
  return found.id;
}

let counter = Date.now() % 1_000_000_000;
const main = new Map<World, string>();

/** An order for the main warehouse under a reference of its own. */
export async function orderIn(
  world: World,
  units: Record<string, number>,
  changes: Partial<SalesOrder> = {},
): Promise<SalesOrder> {
  const facilityId = main.get(world) ?? (await warehouseId(world, 'Main Warehouse'));
  main.set(world, facilityId);
  counter += 1;
  return { ...batteryOrder({ facilityId }, `#${counter}`, units), ...changes };
}

/** An order of the ledger, as people in IM see it. */
interface LedgerOrder {
  reference: string;
  state: string;
  total: unknown;
  lines: { sku: string; quantity: number }[];
  [more: string]: unknown;
}

export async function ordersIn(world: World, reference: string): Promise<LedgerOrder[]> {
  const { orders } = (await world.act('/ledger?stock=0&products=0&returns=0')) as { orders: LedgerOrder[] };
  return orders.filter((order) => order.reference === reference);
}
