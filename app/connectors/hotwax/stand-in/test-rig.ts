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

const BASE = '/stand-ins/hotwax';

function mounted(standIn: ReturnType<typeof createStandIn>): Hono {
  const root = new Hono();
  root.route(BASE, standIn.app);
  root.route('/_sandbox/hotwax', standIn.control);
  return root;
}

/** A stand-in mounted as in the sandbox, with a session of its API user, called without a port. */
export async function openRig() {
  const state = openState(':memory:');
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ clock, killCaller: () => undefined });
  const start = () => createStandIn({ state, clock, calls, faults, publicUrl: `http://127.0.0.1:3190${BASE}` });
  let root = mounted(start());

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
      body: /^\s*[[{]/.test(text) ? JSON.parse(text) : text,
    };
  }
  const login = async (username: string, password: string) =>
    (await send('POST', `${BASE}/rest/s1/admin/login`, { username, password })).body.token as string;

  let token = await login('crossdock.api', 'hotwax-sandbox');
  const bearer = () => ({ authorization: `Bearer ${token}` });
  const api = (method: string, path: string, body?: unknown) => send(method, `${BASE}/rest/s1/${path}`, body, bearer());
  const control = (method: string, path: string, body?: unknown) => send(method, `/_sandbox/hotwax${path}`, body);

  return {
    clock,
    calls,
    faults,
    send,
    /** A call at Moqui, `path` being what follows `/rest/s1/`. */
    api,
    /** A call at OFBiz, `path` being what follows `/api/`. */
    ofbiz: (method: string, path: string, body?: unknown) => send(method, `${BASE}/api/${path}`, body, bearer()),
    control,
    login,
    useToken: (other: string) => void (token = other),
    /** A new stand-in on the same state. */
    restart: () => void (root = mounted(start())),
    async product(sku: string, more: Record<string, unknown> = {}): Promise<string> {
      const productVariantJson = {
        internalName: sku,
        productName: `Product ${sku}`,
        productTypeId: 'FINISHED_GOOD',
        isVariant: 'Y',
        goodIdentifications: [{ goodIdentificationTypeId: 'SKU', idValue: sku }],
        ...more,
      };
      return (await api('PUT', 'oms/productVariant', { productVariantJson })).body.productId as string;
    },
    /** Sends an order of `[productId, quantity]` lines, waiting in the brokering queue unless told otherwise; item ids are 01, 02 … */
    async order(
      orderName: string,
      lines: [string, number][],
      more: Record<string, unknown> = {},
      group: Record<string, unknown> = {},
    ): Promise<Answer> {
      return api('POST', 'oms/orders', {
        orderTypeId: 'SALES_ORDER',
        orderName,
        externalId: `74${orderName.replace(/\D/g, '')}`,
        salesChannelEnumId: 'WEB_SALES_CHANNEL',
        productStoreId: 'STORE',
        statusId: 'ORDER_CREATED',
        orderDate: clock.now(),
        entryDate: clock.now(),
        currencyUom: 'USD',
        grandTotal: 50,
        ...more,
        shipGroups: [
          {
            shipGroupSeqId: '00001',
            facilityId: '_NA_',
            carrierPartyId: '_NA_',
            shipmentMethodTypeId: 'STANDARD',
            ...group,
            items: lines.map(([productId, quantity], index) => ({
              orderItemSeqId: String(index + 1).padStart(2, '0'),
              orderItemTypeId: 'PRODUCT_ORDER_ITEM',
              productId,
              externalId: `line-${index + 1}`,
              quantity,
              unitPrice: 10,
              statusId: 'ITEM_CREATED',
            })),
          },
        ],
      });
    },
    async atp(productId: string, facilityId = 'MAIN_WH'): Promise<number | undefined> {
      return (await api('GET', `oms/productFacilities?productId=${productId}&facilityId=${facilityId}`)).body[0]
        ?.lastInventoryCount as number | undefined;
    },
    async ledger(reference = '#1001'): Promise<Json> {
      return ((await control('GET', '/ledger')).body.orders as Json[]).find((one) => one.reference === reference);
    },
  };
}
export type Rig = Awaited<ReturnType<typeof openRig>>;
