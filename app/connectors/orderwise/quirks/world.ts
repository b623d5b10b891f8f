import { randomInt } from 'node:crypto';
import { Hono } from 'hono';
import type { z } from 'zod';
import { openCallLog } from '../../../../sandbox/kit/call-log.ts';
import { openClock } from '../../../../sandbox/kit/clock.ts';
import { openFaults, type FaultRule } from '../../../../sandbox/kit/faults.ts';
import { serve } from '../../../../sandbox/kit/http.ts';
import { openState } from '../../../../sandbox/kit/state.ts';
import { RejectedError } from '../../../core/errors.ts';
import { batteryContext, memoryRecords } from '../../contract/battery.ts';
import { batteryOrder } from '../../contract/battery-samples.ts';
import type { Connector, InboundHint, RecordStore, SalesOrder } from '../../contract/index.ts';
import { orderwise } from '../index.ts';
import type { OrderwiseContext } from '../account.ts';
import type { settings } from '../settings.ts';
import { createStandIn } from '../stand-in/index.ts';

export type SettingsInput = Partial<z.input<typeof settings>>;

export interface LedgerOrder {
  reference: string;
  customerOrderRef: string | null;
  orderId: number;
  customerId: number;
  state: string;
  total: string;
  net: string | null;
  lines: { sku: string; quantity: number; price: string; facility: string }[];
  payments: { methodId: number; amount: string }[];
  dissurs: { description: string; price: string; discount: boolean }[];
  deliveryAddress: Record<string, string> | null;
  header: Record<string, string | number | null>;
}

/** An OrderWise to try things in: its people, its faults and its call log, all from outside. */
export interface World {
  credentials: SettingsInput;
  /** What the people in OrderWise do; answers the control API's JSON. */
  act(path: string, body?: unknown): Promise<unknown>;
  /** The next fitting calls go wrong. */
  fault(rule: Omit<FaultRule, 'target'> & { target?: string }): void;
  clearFaults(): void;
  /** Calls so far: `METHOD /path/:id`, `export <kind>`. */
  calls(): { operation: string; path: string; status: number }[];
  ordersOf(reference: string): Promise<LedgerOrder[]>;
  advance(ms: number): void;
  nowMs(): number;
  /** Opens a door at this port, as the app's inbound one; answers its address and how to close it. */
  door(port: number, connector: () => Connector): Promise<Door>;
  close(): Promise<void>;
}

export interface Door {
  url: string;
  hints: InboundHint[];
  close(): Promise<void>;
}

/** A stand-in of its own with the products A, B and C in stock. */
export async function openWorld(port: number): Promise<World> {
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ killCaller: () => undefined });
  const standIn = createStandIn({
    ...{ state: openState(':memory:'), clock, calls, faults },
    publicUrl: `http://127.0.0.1:${port}`,
  });
  const server = await serve(standIn.app, { port });
  await standIn.start();
  const act: World['act'] = async (path, body) => {
    const init =
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await standIn.control.request(path, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await act('/limits', { logins: 1000, orderMs: 0, exportMs: 0 });
  await act('/product', { products: ['A', 'B', 'C'].map((sku) => ({ sku, name: `Article ${sku}` })) });
  await act('/stock', { levels: ['A', 'B', 'C'].map((sku) => ({ sku, facility: 'Main Warehouse', available: 500 })) });
  return {
    credentials: (await act('/settings')) as SettingsInput,
    act,
    fault: (rule) => void faults.add({ target: 'orderwise', times: 1, ...rule }),
    clearFaults: () => faults.clear(),
    calls: () => calls.list({ target: 'orderwise' }).map(({ operation = '', path, status }) => ({ operation, path, status })),
    async ordersOf(reference) {
      const { orders } = (await act('/ledger')) as { orders: LedgerOrder[] };
      return orders.filter((order) => order.reference === reference);
    },
    advance: (ms) => clock.advance(ms),
    nowMs: () => clock.now(),
    door: openDoor,
    async close() {
      await standIn.stop();
      await server.close();
    },
  };
}

/** Answers as the app does: what the connector refuses is a 400 with its words. */
async function openDoor(port: number, connector: () => Connector): Promise<Door> {
  const hints: InboundHint[] = [];
  const app = new Hono().all('/inbound/secret/:path{.*}', async (c) => {
    try {
      const answer = await connector().inbound?.receive({
        mayHandOver: true,
        callerAddress: '127.0.0.1',
        ...{ method: c.req.method, path: c.req.param('path'), query: new URL(c.req.url).searchParams },
        ...{ headers: c.req.raw.headers, body: await c.req.text() },
      });
      if (!answer) return c.text('takes no calls', 404);
      hints.push(...answer.hints);
      return new Response(answer.response.body, {
        status: answer.response.status,
        headers: { 'content-type': answer.response.contentType },
      });
    } catch (error) {
      if (error instanceof RejectedError) return c.text(error.message, 400);
      throw error;
    }
  });
  const server = await serve(app, { port });
  return { url: `${server.url}/inbound/secret`, hints, close: server.close };
}

/** At most two calls at a time, as the engine holds the account's limit. */
function narrow<Context extends { http: OrderwiseContext['http'] }>(context: Context): Context {
  const waiting: (() => void)[] = [];
  let running = 0;
  const { http } = context;
  return {
    ...context,
    http: {
      async send(request) {
        if (running >= 2) await new Promise<void>((go) => waiting.push(go));
        else running += 1;
        try {
          return await http.send(request);
        } finally {
          const next = waiting.shift();
          if (next) next();
          else running -= 1;
        }
      },
    },
  };
}

/** A context for this OrderWise; each has a token and documents of its own, unless `records` are shared. */
export function contextIn(
  world: World,
  given: SettingsInput = {},
  more: { records?: RecordStore; currency?: string } = {},
): OrderwiseContext {
  const input = { ...world.credentials, ...given };
  const nowMs = () => world.nowMs();
  return narrow(batteryContext({ definition: orderwise, settings: input, nowMs, records: memoryRecords(nowMs), ...more }));
}

export const connectorIn = (world: World, given: SettingsInput = {}, more: { records?: RecordStore; currency?: string } = {}) =>
  orderwise.connect(contextIn(world, given, more));

/** Values that OrderWise wants in an order; ids over REST, names in classic mode. */
export const restOrder: Partial<SalesOrder> = { shipping: { title: 'Standard', code: 'standard', carrier: null, method: '1' } };
export const classicOrder: Partial<SalesOrder> = {
  shipping: { title: 'Standard', code: 'standard', carrier: null, method: 'Standard Delivery' },
};

/** An order of the main warehouse under a number of its own. */
export const orderOf = (units: Record<string, number>, changes: Partial<SalesOrder> = {}): SalesOrder => ({
  ...batteryOrder({ facilityId: '5', order: restOrder }, changes.reference ?? `#Q${randomInt(2 ** 40)}`, units),
  ...changes,
});
