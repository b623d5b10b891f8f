import { randomUUID } from 'node:crypto';
import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import { isAblated } from '../../env.server.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { SubjectKind } from '../../shopify/webhooks/read-webhook.ts';

/** What knocks at a door. */
export interface Knock {
  /** De-duplicates: the webhook's id, a sweep's window and id, a button press. */
  key: string;
  door: 'webhook' | 'schedule' | 'backfill' | 'button' | 'retry' | 'inbound';
  topic: string;
  subjectKind: InboxKind;
  subjectId: string;
  triggeredAt: Date | null;
}

/** What the corridor can be told about; each kind has one way to be handled (jobs/handlers/drain). */
export type InboxKind = Exclude<SubjectKind, 'customer'> | 'connection';

// Fulfilments before orders before stock before products, as the shared budget has it.
const priorities: Record<InboxKind, number> = {
  shop: 40,
  connection: 30,
  return: 25,
  'fulfilment-order': 25,
  order: 20,
  bulk: 15,
  'inventory-item': 10,
  location: 10,
  'delivery-profile': 10,
  product: 0,
};

/** Who of the corridor's subjects goes first. */
export const priorityOf = (kind: InboxKind): number => priorities[kind];

/**
 * Stores a knock and nudges a worker, in the caller's transaction. A key seen before changes nothing: false. The row is the truth;
 * the job may get lost or come twice.
 */
export async function takeIn(tx: Tx, shopId: number, knock: Knock): Promise<boolean> {
  const key = isAblated('dedupe') ? `${knock.key} ${randomUUID()}` : knock.key;
  const added = await tx.$executeRaw`
    INSERT INTO inbox_item (shop_id, key, door, topic, subject_kind, subject_id, triggered_at, received_at)
    VALUES (${shopId}, ${key}, ${knock.door}, ${knock.topic}, ${knock.subjectKind}, ${knock.subjectId}, ${knock.triggeredAt}, ${now()})
    ON CONFLICT (shop_id, key) DO NOTHING`;
  if (added === 0) return false;
  await enqueue(
    tx,
    'drain',
    { shopId, kind: knock.subjectKind, id: knock.subjectId },
    { priority: priorities[knock.subjectKind], group: String(shopId) },
  );
  return true;
}

/**
 * The newest row that waits on a subject; null when there is none. Orders that waited before a run took their shop's backlog on are that run's while it is
 * open (sync/orders/order-backlog), unless newer news of them comes.
 */
export async function newestWaiting(tx: Tx, shopId: number, kind: string, id: string): Promise<bigint | null> {
  const rows = await tx.$queryRaw<{ newest: bigint | null }[]>`
    SELECT max(id) AS newest FROM inbox_item i WHERE shop_id = ${shopId} AND subject_kind = ${kind} AND subject_id = ${id} AND handled_at IS NULL
      AND NOT (subject_kind = 'order' AND EXISTS (
        SELECT 1 FROM run r WHERE r.shop_id = i.shop_id AND r.task = 'import-backlog' AND r.state IN ('queued', 'running') AND r.created_at >= i.received_at))`;
  return rows[0]?.newest ?? null;
}

/** What waits on a subject of a shop that is installed, with the shop's domain; null where nothing does, or the shop is gone and nothing may run. */
export async function waitingAt(
  tx: Tx,
  shopId: number,
  kind: string,
  id: string,
): Promise<{ domain: string; newest: bigint } | null> {
  const newest = await newestWaiting(tx, shopId, kind, id);
  if (newest === null) return null;
  const [shop] = await tx.$queryRaw<
    { domain: string }[]
  >`SELECT domain FROM shop WHERE id = ${shopId} AND uninstalled_at IS NULL`;
  return shop ? { domain: shop.domain, newest } : null;
}

/** Marks what was there when the work began; news that came meanwhile stays waiting. */
export async function markHandled(tx: Tx, shopId: number, kind: string, id: string, upTo: bigint): Promise<void> {
  await tx.$executeRaw`
    UPDATE inbox_item SET handled_at = ${now()}
    WHERE shop_id = ${shopId} AND subject_kind = ${kind} AND subject_id = ${id} AND handled_at IS NULL AND id <= ${upTo}`;
}
