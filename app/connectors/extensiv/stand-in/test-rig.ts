import { Hono } from 'hono';
import { openCallLog } from '../../../../sandbox/kit/call-log.ts';
import { openClock } from '../../../../sandbox/kit/clock.ts';
import { openFaults } from '../../../../sandbox/kit/faults.ts';
import { openState } from '../../../../sandbox/kit/state.ts';
import { createStandIn } from './index.ts';

// what comes back is looked into freely; a wrong path shows as a failing expectation
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of many shapes, only ever read by expectations
export type Json = any;

interface Answer {
  status: number;
  headers: Headers;
  /** The fact that a refusal cites. */
  fact: string;
  body: Json;
}

const KEYS = {
  cart: ['crossdock_cart', 'extensiv-sandbox-cart'],
  merchant: ['crossdock_merchant', 'extensiv-sandbox-merchant'],
  warehouse: ['crossdock_3pl', 'extensiv-sandbox-3pl'],
} as const;

export const basic = ([user, key]: readonly [string, string]): string =>
  `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;

/** A stand-in mounted as in the sandbox, called without a port. The WMS knows MUG, CAP and PEN. */
export async function openRig() {
  const state = openState(':memory:');
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ clock, killCaller: () => undefined });
  const mounted = () => {
    const standIn = createStandIn({ state, clock, calls, faults, publicUrl: 'http://127.0.0.1:3190/stand-ins/extensiv' });
    const root = new Hono();
    root.route('/stand-ins/extensiv', standIn.app);
    root.route('/_sandbox/extensiv', standIn.control);
    return root;
  };
  let root = mounted();

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
  const as =
    (level: keyof typeof KEYS, more: Record<string, string> = {}) =>
    (method: string, path: string, body?: unknown) =>
      send(method, `/stand-ins/extensiv/v1${path}`, body, { authorization: basic(KEYS[level]), ...more });
  const cart = as('cart');
  const control = (method: string, path: string, body?: unknown) => send(method, `/_sandbox/extensiv${path}`, body);
  const products = ['MUG', 'CAP', 'PEN'].map((sku) => ({ sku, name: `Product ${sku}` }));
  await control('POST', '/products', { products });

  return {
    clock,
    calls,
    faults,
    send,
    as,
    cart,
    merchant: as('merchant'),
    control,
    restart: () => void (root = mounted()),
    /** Lets every hop run, and the lists' lag pass. */
    async settle() {
      clock.advance(10_000);
      await control('POST', '/run');
      clock.advance(2_000);
    },
    /** An order body of `[sku, quantity]` lines at 10.00 each. */
    order: (cust_ref: string, lines: [string, number][], more: Record<string, unknown> = {}): Record<string, unknown> => ({
      cust_ref,
      ship_first_name: 'Ada',
      ship_last_name: 'Lovelace',
      ship_address_1: '351 Hitchcock Way',
      ship_city: 'Santa Barbara',
      ship_state: 'CA',
      ship_zip: '93105',
      ship_country: 'USA',
      ship_is_billing: true,
      items: lines.map(([item, quantity], index) => ({ item, quantity, price: 10, line_item_id: `line-${index + 1}` })),
      ...more,
    }),
    async stock(sku: string, available: number, facility = 'Main Warehouse') {
      return control('POST', '/stock', { sku, facility, available });
    },
    /** What the API says can be sold, all warehouses together. */
    async available(sku: string): Promise<number> {
      return Number((await cart('GET', `/merchant/inventory/${sku}`)).body.response.qty_available);
    },
    status: async (ref: string): Promise<Json> =>
      (await cart('GET', `/cart/orders/status/${encodeURIComponent(ref)}`)).body.response,
    ledger: async (ref: string): Promise<Json> =>
      ((await control('GET', '/ledger')).body.orders as Json[]).find((one) => one.reference === ref),
  };
}
export type Rig = Awaited<ReturnType<typeof openRig>>;
