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
  text: string;
  // what comes back is looked into freely; a wrong path shows as a failing expectation
  body: Json;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of many shapes, only ever read by expectations
export type Json = any;

const PLACE = '/stand-ins/orderwise';

function mounted(standIn: ReturnType<typeof createStandIn>): Hono {
  const root = new Hono();
  root.route(PLACE, standIn.app);
  root.route('/_sandbox/orderwise', standIn.control);
  return root;
}

/** A stand-in mounted as in the sandbox, with a token of its API user, called without a port. */
export async function openRig() {
  const state = openState(':memory:');
  const clock = openClock(':memory:');
  const calls = openCallLog(openState(':memory:'), clock);
  const faults = openFaults({ clock, killCaller: () => undefined });
  const start = () => createStandIn({ state, clock, calls, faults, publicUrl: `http://127.0.0.1:3190${PLACE}` });
  let standIn = start();
  let root = mounted(standIn);

  async function send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await root.request(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    const fact = response.headers.get('x-sandbox-fact') ?? '';
    return { status: response.status, headers: response.headers, fact, text, body: json ? JSON.parse(text) : null };
  }
  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  });
  const login = async (username = 'crossdock_api', password = 'orderwise-sandbox', base = '/OWAPI'): Promise<string> =>
    (await send('GET', `${PLACE}${base}/token/gettoken`, undefined, basic(username, password))).body as string;

  let token = await login();
  const api = (method: string, path: string, body?: unknown) =>
    send(method, `${PLACE}/OWAPI${path}`, body, { authorization: `Bearer ${token}` });
  const control = async (method: string, path: string, body?: unknown) => send(method, `/_sandbox/orderwise${path}`, body);
  await control('POST', '/limits', { orderMs: 0, exportMs: 0 });
  const settings = (await control('GET', '/settings')).body as Record<string, number>;

  const rig = {
    clock,
    calls,
    faults,
    send,
    basic,
    login,
    api,
    control,
    settings,
    standIn: () => standIn,
    /** A new stand-in on the same state. */
    restart(): void {
      standIn = start();
      root = mounted(standIn);
    },
    useToken: (other: string) => void (token = other),
    /** What must have worked: throws with its text otherwise. */
    async act(path: string, body: unknown): Promise<Json> {
      const answer = await control('POST', path, body);
      if (answer.status >= 400) throw new Error(`${path}: ${answer.text}`);
      return answer.body as Json;
    },
    /** Products with 100 of each in the main warehouse. */
    async products(...skus: string[]): Promise<void> {
      await rig.act('/product', { products: skus.map((sku) => ({ sku, name: `Article ${sku}` })) });
      await rig.act('/stock', { levels: skus.map((sku) => ({ sku, facility: 'Main Warehouse', available: 100 })) });
    },
    /** A posted order of `[code, quantity, gross price]` lines for the seeded web customer; it balances. */
    order(
      number: string,
      lines: [string, number, number][],
      { header = {}, ...more }: { header?: Record<string, unknown> } & Record<string, unknown> = {},
    ): Record<string, unknown> {
      const pennies = lines.reduce((sum, [, quantity, price]) => sum + quantity * Math.round(price * 100), 500);
      return {
        customer: { id: 1375 },
        orderHeader: {
          systemOrderType: 1,
          deliveryMethodId: 1,
          orderGross: pennies / 100,
          deliveryGross: 5,
          eCommerceOrderNumber: number,
          customerOrderRef: `ref-${number}`,
          orderDate: '2026-10-05T10:00:00',
          ...header,
        },
        orderLines: lines.map(([variantCode, quantity, itemGross], index) => ({
          itemNumber: index + 1,
          variantCode,
          quantity,
          itemGross,
          taxRateId: 1,
          stockLocationId: 5,
        })),
        ...more,
      };
    },
    post: (body: unknown) => api('POST', `/sales/order?session_id=${settings['sessionId']}`, body),
    async run(kind: string, since = '2020-01-01'): Promise<Json> {
      const { exports } = (await control('GET', '/exports')).body as {
        exports: { id: number; kind: string; since: boolean; windowMinutes: number | null }[];
      };
      const found = exports.find((one) => one.kind === kind && one.since);
      return (await api('POST', `/system/export-definition/${found?.id}`, [{ name: '@since', value: since }])).body as Json;
    },
    ledger: async () => (await control('GET', '/ledger')).body as Json,
  };
  return rig;
}
export type Rig = Awaited<ReturnType<typeof openRig>>;
