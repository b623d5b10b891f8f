import { Hono } from 'hono';
import { openCallLog } from '../../../../sandbox/kit/call-log.ts';
import { openClock } from '../../../../sandbox/kit/clock.ts';
import { openFaults } from '../../../../sandbox/kit/faults.ts';
import { openState } from '../../../../sandbox/kit/state.ts';
import { createStandIn } from './index.ts';

interface Answer {
  status: number;
  headers: Headers;
  /** The fact that a refusal cites. */
  fact: string;
  // what comes back is looked into freely; a wrong path shows as a failing expectation
  body: Json;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of many shapes, only ever read by expectations
export type Json = any;

function mounted(standIn: ReturnType<typeof createStandIn>): Hono {
  const root = new Hono();
  root.route('/stand-ins/pulpo', standIn.app);
  root.route('/_sandbox/pulpo', standIn.control);
  return root;
}

/** A stand-in mounted as in the sandbox, with a session of its API user, called without a port. */
export async function openRig() {
  const state = openState(':memory:');
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ clock, killCaller: () => undefined });
  const start = () => createStandIn({ state, clock, calls, faults, publicUrl: 'http://127.0.0.1:3190/stand-ins/pulpo' });
  const standIn = start();
  let root = mounted(standIn);

  async function send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await root.request(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      fact: response.headers.get('x-sandbox-fact') ?? '',
      body: text === '' ? null : JSON.parse(text),
    };
  }
  const login = async (credentials: { username: string; password: string }) =>
    (await send('POST', '/stand-ins/pulpo/api/v1/auth', { grant_type: 'password', scope: 'default', ...credentials })).body
      .access_token as string;

  let token = await login({ username: 'crossdock_api', password: 'pulpo-sandbox' });
  const api = (method: string, path: string, body?: unknown) =>
    send(method, `/stand-ins/pulpo/api/v1${path}`, body, { authorization: `Bearer ${token}` });
  const control = (method: string, path: string, body?: unknown) => send(method, `/_sandbox/pulpo${path}`, body);
  const warehouses = new Map<string, number>(
    ((await api('GET', '/warehouses/')).body.warehouses as { name: string; id: number }[]).map(({ name, id }) => [name, id]),
  );

  return {
    root,
    clock,
    calls,
    faults,
    standIn,
    send,
    api,
    control,
    login,
    /** A new stand-in on the same state; returns its API, asked with the token in use. */
    restart() {
      root = mounted(start());
      return api;
    },
    useToken: (other: string) => void (token = other),
    /** The id of a seeded warehouse. */
    warehouse: (name = 'Main Warehouse') => warehouses.get(name) ?? 0,
    async product(sku: string, more: Record<string, unknown> = {}): Promise<number> {
      return (await api('POST', '/inventory/products', { sku, name: `Product ${sku}`, ...more })).body.id as number;
    },
    async customer(number = 'shop_1'): Promise<number> {
      const body = { name: 'Ada', identifier_type: 'ID', identifier_number: number, third_type: 'C', tenant_id: 77 };
      return (await api('POST', '/iam/third_parties', body)).body.id as number;
    },
    /** An order body of `[productId, quantity]` lines; line ids are `line-1`, `line-2` … */
    order(
      order_num: string,
      customer: number,
      lines: [number, number][],
      more: Record<string, unknown> = {},
    ): Record<string, unknown> {
      const items = lines.map(([product_id, quantity], index) => ({ product_id, quantity, line_order_id: `line-${index + 1}` }));
      return {
        order_num,
        type: 'sales_order',
        warehouse_id: warehouses.get('Main Warehouse'),
        third_party_id: customer,
        items,
        ...more,
      };
    },
    async available(product: number, warehouse = 'Main Warehouse'): Promise<number> {
      return (await api('GET', `/inventory/stocks/availability?id=${product}&warehouse_id=${warehouses.get(warehouse)}`)).body[0]
        .available_quantity as number;
    },
  };
}
export type Rig = Awaited<ReturnType<typeof openRig>>;
