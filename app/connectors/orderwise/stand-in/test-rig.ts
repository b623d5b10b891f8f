import { openStandInRig, type Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { createStandIn } from './index.ts';

/** A stand-in mounted as in the sandbox, with a token of its API user, called without a port. */
export async function openRig() {
  const standIn = openStandInRig('orderwise', createStandIn);
  const { base, send, control } = standIn;
  const basic = (username: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  });
  const login = async (username = 'crossdock_api', password = 'orderwise-sandbox', instance = '/OWAPI'): Promise<string> =>
    (await send('GET', `${base}${instance}/token/gettoken`, undefined, basic(username, password))).body as string;

  let token = await login();
  const api = (method: string, path: string, body?: unknown) =>
    send(method, `${base}/OWAPI${path}`, body, { authorization: `Bearer ${token}` });
  await control('POST', '/limits', { orderMs: 0, exportMs: 0 });
  const settings = (await control('GET', '/settings')).body as Record<string, number>;

  const rig = {
    ...standIn,
    basic,
    login,
    api,
    settings,
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
