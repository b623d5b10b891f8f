import type { Account } from './account.ts';
import { orderLevels, pageRows } from './assumptions.ts';
import { inPieces } from './at-once.ts';
import { isOurs, itemsOf } from './order-state.ts';
import { orderQuery } from './graphql-schema.ts';
import { skusOf } from './product-lookup.ts';
import * as wire from './wire.ts';

const path = '/oms/orders';

/** An order of this shop with its items and the SKUs of its products. */
export interface KnownOrder {
  row: wire.OrderRow;
  reference: string;
  items: ReturnType<typeof itemsOf>;
  skuOf: ReadonlyMap<string, string>;
}

const nested = { dependentLevels: orderLevels, orderByField: 'orderId' };

/** Orders with their items nested. */
export const ordersWhere = ({ client }: Account, query: Record<string, string | number>): Promise<wire.OrderRow[]> =>
  client.list(path, wire.orderRow, { ...query, ...nested });

/** Asked by GraphQL; null where HotWax refuses for whatever reason (rights, cost, a throttle): the other way is always there. */
async function orderByGraphql({ client, context }: Account, orderId: string): Promise<wire.OrderRow | null> {
  const answer = await client.graphql(orderQuery(orderId), wire.graphqlAnswer);
  if (!answer || answer.errors.length > 0) {
    context.logger.info(
      { codes: answer?.errors.map(({ extensions }) => extensions?.code ?? '') },
      'HotWax refused a GraphQL query',
    );
    return null;
  }
  const { order } = answer.data ?? {};
  return order ? { ...order, attributes: [], items: [] } : null;
}

async function rowsOf(account: Account, ids: readonly string[]): Promise<wire.OrderRow[]> {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined && (await account.client.session()).graphql) {
    const row = await orderByGraphql(account, only);
    // Whose order it is stands in its attributes, which GraphQL doesn't show; ours are told by their id.
    if (row && isOurs(row, account.context.shop.domain)) return [row];
  }
  const rows: wire.OrderRow[] = [];
  for (const piece of inPieces(ids, pageRows)) {
    const query: Record<string, string> =
      piece.length === 1 ? { orderId: piece[0] ?? '' } : { orderId: piece.join(','), orderId_op: 'in' };
    // One that can't be read holds up none of the others, whose parcels wait for them.
    rows.push(...(await account.client.listReadable(path, wire.orderRow, { ...query, ...nested })));
  }
  return rows;
}

/** Those of the orders that are this shop's, by id; others, and those that are gone, are absent. Each is read once. */
export function orderReader(account: Account): (ids: readonly (string | null)[]) => Promise<ReadonlyMap<string, KnownOrder>> {
  const known = new Map<string, KnownOrder>();
  const asked = new Set<string>();
  return async (ids) => {
    const missing = [...new Set(ids)].filter((id): id is string => id !== null && !asked.has(id));
    if (missing.length > 0) {
      const rows = (await rowsOf(account, missing)).filter((row) => isOurs(row, account.context.shop.domain));
      const skuOf = await skusOf(
        account,
        rows.flatMap((row) => itemsOf(row).map(({ productId }) => productId)),
      );
      for (const row of rows) known.set(row.orderId, { row, reference: row.orderName ?? '', items: itemsOf(row), skuOf });
      for (const id of missing) asked.add(id);
    }
    return known;
  };
}

/** One order with where its ship groups stand; null where HotWax has none. */
export async function orderDetail({ client }: Account, orderId: string): Promise<wire.OrderDetail | null> {
  const answer = await client.get(`${path}/${encodeURIComponent(orderId)}`, wire.orderAnswer);
  return answer?.orderDetail ?? null;
}
