import type { z } from 'zod';
import { batteryContext } from '../../contract/battery.ts';
import { openAccount, type Account } from '../account.ts';
import { pulpo } from '../index.ts';
import type { settings } from '../settings.ts';

export type SettingsInput = Partial<z.input<typeof settings>>;

/** A PULPO to try things in: its people, its faults and its call log, all from outside. */
export interface World {
  /** Address of the API. */
  baseUrl: string;
  credentials: { username: string; password: string };
  /** What the people in the warehouse do; answers the control API's JSON. */
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
  /** Calls of the API so far, `METHOD /path/:id`. */
  calls(): { operation: string; path: string; status: number }[];
  /** Lets time pass, for PULPO and for us. */
  advance(ms: number): void;
  nowMs(): number;
  /** Takes calls at this port, as our inbound door would; answers how to stop. */
  listen(port: number, taken: (call: { url: string; body: string }) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** The connector's account in this PULPO; each has a token of its own. `before` happens just before each call. */
export function accountIn(
  world: World,
  given: SettingsInput = {},
  before: (method: string) => Promise<void> = () => Promise.resolve(),
): Account {
  const input = { environment: 'custom' as const, baseUrl: world.baseUrl, ...world.credentials, ...given };
  const context = batteryContext({ definition: pulpo, settings: input, baseUrl: world.baseUrl, nowMs: () => world.nowMs() });
  const { http } = context;
  return openAccount({
    ...context,
    http: {
      async send(request) {
        await before(request.method);
        return http.send(request);
      },
    },
  });
}

export function connectorIn(world: World, given: SettingsInput = {}) {
  return pulpo.connect(accountIn(world, given).context);
}

/** Id of a warehouse by its name. */
export async function warehouseId(world: World, name: string): Promise<string> {
  const found = (await connectorIn(world).facilities.list()).find((one) => one.name === name);
  if (!found) throw new Error(`The stand-in has no warehouse ${name}`);
  return found.id;
}

/** An order of the ledger, as people in PULPO see it. */
export interface LedgerOrder {
  reference: string;
  state: string;
  lines: { sku: string; quantity: number }[];
}

export async function ordersIn(world: World, reference: string): Promise<LedgerOrder[]> {
  const { orders } = (await world.act('/ledger?stock=0&products=0&returns=0')) as { orders: LedgerOrder[] };
  return orders.filter((order) => order.reference === reference);
}
