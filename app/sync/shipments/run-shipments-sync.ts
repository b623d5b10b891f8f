import { asCrossdockError, TransientError } from '../../core/errors.ts';
import { nowMs } from '../../core/clock.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { readSync } from '../../connections/syncs.ts';
import { inShop } from '../../db/scope.ts';
import { openProblem, problemFromError } from '../problems/problems.ts';
import { countInRun, showLife, type RunOrder } from '../runs/runs.ts';
import { gateFor } from '../writes/gate.ts';
import { countOf, mirrorShipmentsOfOrder } from './mirror-shipments-of-order.ts';
import { confirmShipments } from './confirm-shipments.ts';
import { mirrorShipmentToShopify, prepare, type MirrorOptions, type PreparedMirror } from './mirror-shipment-to-shopify.ts';
import { askForUnreadable, linkWaitingShipments, pullShipmentsFromBackOffice } from './pull-shipments-from-back-office.ts';
import { sendTrackingAgain } from './send-tracking-again.ts';
import { shipmentSubject } from './shipment-rows.ts';

/** Orders worked on side by side; each order alone. */
const SIDE_BY_SIDE = 4;
const PAGE = 200;
/** A shipment that something stands in the way of is looked at again when its order changes, and else this often. */
const LOOK_AGAIN_MS = 60 * 60_000;

interface Pending {
  id: string;
  reference: string;
  orderId: string;
  shippedAt: Date;
}

/**
 * The shipments sync: reads what shipped, mirrors what isn't in Shopify. Tasks: `scheduled`; `full` (from the beginning, and everything that waits); `retry` (everything
 * that waits, nothing read); `chosen` (argument: a shipment's or an order's id, at a person's wish); `tracking-again` (argument: a shipment's id); `preview` (reads and stores, writes nothing to Shopify).
 */
export async function runShipmentsSync(live: LiveConnection, run: RunOrder, options: MirrorOptions = {}): Promise<void> {
  const { id: shopId } = live.shop;
  const { enabled } = await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'shipments'));
  const preview = run.task === 'preview';
  if (!enabled && !preview) return;
  if (run.task === 'chosen' && run.argument) return mirrorChosen(live, run.argument, { ...options, runId: run.id, asked: true });
  if (run.task === 'tracking-again' && run.argument)
    return sendTrackingAgain(live, run, run.argument, { ...options, runId: run.id });
  const unread = await read(live, run).then(
    () => null,
    (thrown: unknown) => asCrossdockError(thrown),
  );
  if (preview && unread) throw unread;
  await linkWaitingShipments(live);
  if (preview) return;
  // What is known already doesn't wait until the rest can be read.
  await mirrorPending(live, run, await prepare(live, { ...options, runId: run.id }));
  if (unread) throw unread;
  await confirmShipments(live, run.id);
}

async function read(live: LiveConnection, run: RunOrder): Promise<void> {
  const full = run.task === 'full';
  if (run.task !== 'retry') await pullShipmentsFromBackOffice(live, run, { full, keepCursor: run.task === 'preview' });
  await askForUnreadable(live, { all: full || run.task === 'retry' });
}

async function mirrorChosen(live: LiveConnection, id: string, options: MirrorOptions & { runId: string }): Promise<void> {
  if (id.startsWith('gid:')) return mirrorShipmentsOfOrder(live, id, options);
  const state = await mirrorShipmentToShopify(live, id, options);
  await inShop(live.shop.id, (tx) => countInRun(tx, live.shop.id, options.runId, { seen: 1, ...countOf(state) }));
}

/** One page of what waits, by the time it shipped. A read-only connection's withheld ones are left alone until the gate opens, waiting ones until their part is complete. */
function nextPage(
  live: LiveConnection,
  after: Pending | undefined,
  { all, gated, partial }: { all: boolean; gated: boolean; partial: boolean },
): Promise<Pending[]> {
  const { id: shopId } = live.shop;
  const lookAgain = new Date(nowMs() - LOOK_AGAIN_MS);
  return inShop(
    shopId,
    (tx) => tx.$queryRaw<Pending[]>`
      SELECT s.id, s.reference, s.order_id AS "orderId", s.shipped_at AS "shippedAt"
      FROM shipment s LEFT JOIN shop_order o ON o.shop_id = s.shop_id AND o.id = s.order_id
      WHERE s.shop_id = ${shopId} AND s.connection_id = ${live.id}::uuid AND s.part_id IS NOT NULL
        AND (s.shipped_at, s.id) > (${after?.shippedAt ?? new Date(0)}, ${after?.id ?? '00000000-0000-0000-0000-000000000000'}::uuid)
        AND (s.state = 'seen'
          OR (s.state = 'withheld' AND NOT ${gated})
          OR (s.state = 'waiting' AND (${all || partial} OR NOT EXISTS (
            SELECT 1 FROM part_line l WHERE l.shop_id = s.shop_id AND l.part_id = s.part_id AND l.quantity > coalesce(
              (SELECT sum(u.quantity) FROM shipment_line u WHERE u.shop_id = l.shop_id AND u.part_id = l.part_id AND u.line_id = l.line_id), 0))))
          OR (s.state = 'problem' AND (${all} OR s.tried_at IS NULL OR s.tried_at < ${lookAgain} OR o.shopify_updated_at > s.tried_at)))
      ORDER BY s.shipped_at, s.id LIMIT ${PAGE}`,
  );
}

async function mirrorPending(live: LiveConnection, run: RunOrder, ready: PreparedMirror): Promise<void> {
  const filter = {
    all: run.task === 'full' || run.task === 'retry',
    gated: gateFor(live, 'shopify') !== null,
    partial: ready.settings.when === 'partial',
  };
  let failed: TransientError | undefined;
  for (
    let page = await nextPage(live, undefined, filter);
    page.length > 0;
    page = page.length < PAGE ? [] : await nextPage(live, page.at(-1), filter)
  ) {
    const byOrder = new Map<string, Pending[]>();
    for (const one of page) byOrder.set(one.orderId, [...(byOrder.get(one.orderId) ?? []), one]);
    const queue = [...byOrder.values()];
    const work = async (): Promise<void> => {
      for (let mine = queue.shift(); mine; mine = queue.shift()) {
        for (const one of mine) failed = (await mirrorOne(live, run, one, ready)) ?? failed;
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  }
  // What could not be reached is tried again with the job's back-off; what got through stays done.
  if (failed) throw failed;
}

async function mirrorOne(
  live: LiveConnection,
  run: RunOrder,
  one: Pending,
  ready: PreparedMirror,
): Promise<TransientError | undefined> {
  const { id: shopId } = live.shop;
  try {
    const state = await mirrorShipmentToShopify(live, one.id, ready);
    await inShop(shopId, (tx) => countInRun(tx, shopId, run.id, countOf(state)));
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof TransientError)) throw thrown;
    await inShop(shopId, async (tx) => {
      const row = await tx.shipment.findUnique({ where: { shopId_id: { shopId, id: one.id } }, select: { state: true } });
      // Another worker has the order: it does the work. And what is in Shopify already has no problem, though counting it failed.
      if (thrown.code !== 'busy' && row?.state !== 'mirrored')
        await openProblem(
          tx,
          shopId,
          problemFromError(thrown, { connectionId: live.id, sync: 'shipments', subject: shipmentSubject(one) }),
        );
      await showLife(tx, shopId, run.id);
    });
    return thrown;
  }
}
