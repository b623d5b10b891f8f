import { openStandInRig } from '../../../../sandbox/kit/stand-in-rig.ts';
import { createStandIn } from './index.ts';

/** A stand-in mounted as in the sandbox, with a session of its API user, called without a port. */
export async function openRig() {
  const standIn = openStandInRig('pulpo', createStandIn);
  const { base, send } = standIn;
  const login = async (credentials: { username: string; password: string }) =>
    (await send('POST', `${base}/api/v1/auth`, { grant_type: 'password', scope: 'default', ...credentials })).body
      .access_token as string;

  let token = await login({ username: 'crossdock_api', password: 'pulpo-sandbox' });
  const api = (method: string, path: string, body?: unknown) =>
    send(method, `${base}/api/v1${path}`, body, { authorization: `Bearer ${token}` });
  const warehouses = new Map<string, number>(
    ((await api('GET', '/warehouses/')).body.warehouses as { name: string; id: number }[]).map(({ name, id }) => [name, id]),
  );

  return {
    ...standIn,
    api,
    login,
    /** A new stand-in on the same state; returns its API, asked with the token in use. */
    restart() {
      standIn.restart();
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
