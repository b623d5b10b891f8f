import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { OrdersAgainDocument, OrdersPlacedDocument, type OrdersPlacedQuery } from '../../shopify/operations/generated/graphql.ts';
import { inPieces } from '../inventory/in-parallel.ts';
import { expectManyRows } from '../inventory/stock-facts.ts';
import { pastTheWall } from '../orders/past-the-wall.ts';
import { surelyVisibleSince } from '../orders/visible-since.ts';
import type { Making } from './making.ts';
import { moveOn, type Statement } from './statement.ts';

type Listed = OrdersPlacedQuery['orders']['nodes'][number];

// The least urgent of all: nobody waits for a statement.
const priority = 'product' as const;
const AGAIN_A_CALL = 100;

async function store({ shopId, runId }: Statement, kind: 'order' | 'aside', orders: readonly Listed[]): Promise<void> {
  const rows = orders.map(({ id, name, processedAt, updatedAt, cancelledAt, fulfillments }) => ({
    ...{ id, name, placed: processedAt },
    facts: { updatedAt, cancelledAt, fulfilments: fulfillments, readAt: now().toISOString() },
  }));
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      INSERT INTO statement_line (shop_id, run_id, kind, id, label, order_id, at, facts)
      SELECT ${shopId}, ${runId}::uuid, ${kind}, id, name, id, placed, facts
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id text, name text, placed timestamptz, facts jsonb)
      ON CONFLICT (shop_id, run_id, kind, id) DO UPDATE SET label = excluded.label, at = excluded.at, facts = excluded.facts`,
  );
}

/**
 * Reads Shopify's own list of the orders placed in the period: 250 a call, past the wall of 25,000. The moment reached is kept, so that a
 * killed run goes on from there.
 */
export async function stageOrders({ statement, admin, beat }: Making): Promise<void> {
  const to = statement.to.toISOString();
  const pages = pastTheWall<Listed>(statement.cursor ?? statement.from.toISOString(), {
    async page(from, after) {
      const query = `processed_at:>='${from}' processed_at:<'${to}'`;
      const { orders } = await admin.run(OrdersPlacedDocument, { first: 250, query, ...(after ? { after } : {}) }, { priority });
      return { rows: orders.nodes, after: orders.pageInfo.hasNextPage ? (orders.pageInfo.endCursor ?? undefined) : undefined };
    },
    momentOf: (order) => order.processedAt,
  });
  for await (const page of pages) {
    const last = page.at(-1);
    if (!last) continue;
    await store(statement, 'order', page);
    await moveOn(statement, { cursor: last.processedAt });
    await beat(page.length);
  }
}

/** Reads orders again by id; what Shopify no longer has is left out. */
async function readAgain(admin: ShopifyAdmin, ids: readonly string[]): Promise<Listed[]> {
  const { nodes } = await admin.run(OrdersAgainDocument, { ids: [...ids] }, { priority });
  return nodes.flatMap((node) => (node?.__typename === 'Order' ? [node] : []));
}

/** Orders that parcels of the period belong to, though they were placed before it: what Shopify shows of them. */
export async function stageOrdersAside({ statement, admin, beat }: Making): Promise<void> {
  const { shopId, runId } = statement;
  const rows = await inShop(
    shopId,
    async (tx) => {
      await expectManyRows(tx);
      return tx.$queryRaw<{ order_id: string }[]>`
      SELECT DISTINCT l.order_id FROM statement_line l
      WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'shipment' AND l.order_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM statement_line o WHERE o.shop_id = l.shop_id AND o.run_id = l.run_id AND o.kind IN ('order', 'aside') AND o.id = l.order_id)`;
    },
    { timeoutMs: 60_000 },
  );
  for (const piece of inPieces(rows, AGAIN_A_CALL)) {
    await store(
      statement,
      'aside',
      await readAgain(
        admin,
        piece.map((row) => row.order_id),
      ),
    );
    await beat();
  }
}

/**
 * Looks at some orders once more: between the reading of the two sides something may have happened that looks like a difference. One that Shopify
 * has after all isn't gone; one that it lists no more was deleted.
 */
export async function lookAtOrdersAgain({ statement, admin, beat }: Making, ids: readonly string[]): Promise<void> {
  const { shopId, runId } = statement;
  for (const piece of inPieces(ids, AGAIN_A_CALL)) {
    const found = await readAgain(admin, piece);
    const has = new Set(found.map(({ id }) => id));
    const aside = await inShop(shopId, async (tx) => {
      await tx.statementLine.deleteMany({ where: { shopId, runId, kind: 'gone', id: { in: [...has] } } });
      await tx.$executeRaw`
        UPDATE statement_line SET facts = facts || '{"deleted": true}'::jsonb
        WHERE shop_id = ${shopId} AND run_id = ${runId}::uuid AND kind IN ('order', 'aside') AND id = ANY(${piece.filter((id) => !has.has(id))})`;
      return tx.statementLine.findMany({ where: { shopId, runId, kind: 'aside', id: { in: [...piece] } }, select: { id: true } });
    });
    const asideIds = new Set(aside.map(({ id }) => id));
    const listed = await inShop(shopId, (tx) =>
      tx.statementLine.findMany({ where: { shopId, runId, kind: 'order', id: { in: [...piece] } }, select: { id: true } }),
    );
    const listedIds = new Set(listed.map(({ id }) => id));
    await store(
      statement,
      'order',
      found.filter(({ id }) => listedIds.has(id)),
    );
    await store(
      statement,
      'aside',
      found.filter(({ id }) => asideIds.has(id)),
    );
    await beat();
  }
}

/** Orders of ours that were placed in the period and are not in Shopify's list. */
export async function stageGone({ statement: { shopId, runId, from, to } }: Making): Promise<void> {
  // What was placed as long ago as Shopify shows orders at all, or just now, proves nothing by its absence.
  const visible = surelyVisibleSince(to);
  const since = from > visible ? from : visible;
  const until = new Date(to.getTime() - 10 * 60_000);
  await inShop(
    shopId,
    async (tx) => {
      await expectManyRows(tx);
      await tx.$executeRaw`
      INSERT INTO statement_line (shop_id, run_id, kind, id, label, order_id, at)
      SELECT s.shop_id, ${runId}::uuid, 'gone', s.id, s.name, s.id, s.placed_at FROM shop_order s
      WHERE s.shop_id = ${shopId} AND s.placed_at >= ${since} AND s.placed_at < ${until} AND coalesce(s.reason->>'code', '') <> 'deleted-in-shopify'
        AND NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.shop_id = s.shop_id AND l.run_id = ${runId}::uuid AND l.kind = 'order' AND l.id = s.id)
      ON CONFLICT DO NOTHING`;
    },
    { timeoutMs: 60_000 },
  );
}
