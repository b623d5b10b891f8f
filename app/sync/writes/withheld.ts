import { readSync } from '../../connections/syncs.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { rejudgeOrders } from '../orders/rejudge-orders.ts';

/** Records whose writes a gate (dry run, access level) keeps a plan, to be told before it is lifted. */
export interface WithheldCounts {
  /** To be handed over to the back office, changed or cancelled there. */
  orders: number;
  /** To be fulfilled in Shopify. */
  shipments: number;
  /** To be refunded or recorded in Shopify. */
  returns: number;
  /** Levels in Shopify that the last plan of stock kept back. Null while stock isn't synced. */
  levels: number | null;
}

/** Orders with a write that a gate kept back and that nothing has overtaken since. */
async function withheldOrders(tx: Tx, shopId: number, connectionId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH held AS MATERIALIZED (
      -- By itself: under row-level security no index answers a join that casts.
      SELECT w.shop_id, w.subject_id::uuid AS part_id FROM write w
      WHERE w.shop_id = ${shopId} AND w.connection_id = ${connectionId}::uuid AND w.subject_kind = 'part' AND w.state = 'intended'
        AND NOT EXISTS (SELECT 1 FROM write later WHERE later.shop_id = w.shop_id AND later.subject_kind = 'part'
          AND later.subject_id = w.subject_id AND later.state = 'landed' AND later.created_at > w.created_at)
    )
    SELECT DISTINCT p.order_id AS id FROM held JOIN part p ON p.shop_id = held.shop_id AND p.id = held.part_id WHERE p.state <> 'cancelled'`;
  return rows.map(({ id }) => id);
}

/** What is going to be written once the connection's gates are open. */
export async function countWithheld(tx: Tx, shopId: number, connectionId: string): Promise<WithheldCounts> {
  const { enabled } = await readSync(tx, shopId, connectionId, 'inventory');
  const plan = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM plan_item i WHERE i.shop_id = ${shopId} AND i.reason->>'code' IN ('dry-run', 'read-only')
      AND i.run_id = (SELECT r.id FROM run r WHERE r.shop_id = ${shopId} AND r.connection_id = ${connectionId}::uuid AND r.sync = 'inventory'
        AND EXISTS (SELECT 1 FROM plan_item any_item WHERE any_item.shop_id = r.shop_id AND any_item.run_id = r.id)
        ORDER BY r.created_at DESC LIMIT 1)`;
  return {
    orders: (await withheldOrders(tx, shopId, connectionId)).length,
    shipments: await tx.shipment.count({ where: { shopId, connectionId, state: 'withheld' } }),
    returns: await tx.return.count({ where: { shopId, connectionId, state: 'withheld' } }),
    levels: enabled ? (plan[0]?.n ?? 0) : null,
  };
}

/**
 * A gate was lifted: orders whose writes it kept back go through the corridor again. Shipments, returns and stock are taken up by their
 * syncs' next runs, which are due at once (connection-state.ts).
 */
export async function resumeWithheld(shopId: number, connectionId: string): Promise<void> {
  await rejudgeOrders(shopId, await inShop(shopId, (tx) => withheldOrders(tx, shopId, connectionId)));
}
