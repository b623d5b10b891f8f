import { openStandInRig, type Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { createStandIn } from './index.ts';

const KEYS = {
  cart: ['crossdock_cart', 'extensiv-sandbox-cart'],
  merchant: ['crossdock_merchant', 'extensiv-sandbox-merchant'],
  warehouse: ['crossdock_3pl', 'extensiv-sandbox-3pl'],
} as const;

export const basic = ([user, key]: readonly [string, string]): string =>
  `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;

/** A stand-in mounted as in the sandbox, called without a port. The WMS knows MUG, CAP and PEN. */
export async function openRig() {
  const standIn = openStandInRig('extensiv', createStandIn);
  const { base, clock, send, control } = standIn;
  const as =
    (level: keyof typeof KEYS, more: Record<string, string> = {}) =>
    (method: string, path: string, body?: unknown) =>
      send(method, `${base}/v1${path}`, body, { authorization: basic(KEYS[level]), ...more });
  const cart = as('cart');
  const products = ['MUG', 'CAP', 'PEN'].map((sku) => ({ sku, name: `Product ${sku}` }));
  await control('POST', '/products', { products });

  return {
    ...standIn,
    as,
    cart,
    merchant: as('merchant'),
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
