import { now } from '../../core/clock.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import { inParallel } from '../inventory/in-parallel.ts';
import { expectManyRows } from '../inventory/stock-facts.ts';
import { judgePart, type KnownThere } from './judge-part.ts';
import type { Making } from './making.ts';
import { storeReports } from './stage-shipments.ts';

const BATCH = 100;
const ASKED_AT_ONCE = 6;
const UNCHECKED = 'unchecked';

interface Unchecked extends KnownThere {
  id: string;
  remoteId: string;
  state: string;
}

/**
 * Notes the parts that the back office is asked about: what it was handed and has not shipped yet, and what it was told to cancel. A part that
 * shipped whole needs no question: its parcels were reported by the back office itself.
 */
export async function stageParts({ statement: { shopId, runId, connectionId } }: Making): Promise<void> {
  await inShop(
    shopId,
    async (tx) => {
      await expectManyRows(tx);
      await tx.$executeRaw`
      INSERT INTO statement_line (shop_id, run_id, kind, id, label, order_id, at, bucket)
      SELECT p.shop_id, ${runId}::uuid, 'part', p.id::text, p.reference, p.order_id, p.accepted_at, ${UNCHECKED}
      FROM statement_line o JOIN part p ON p.shop_id = o.shop_id AND p.order_id = o.id AND p.connection_id = ${connectionId}::uuid
      WHERE o.shop_id = ${shopId} AND o.run_id = ${runId}::uuid AND o.kind = 'order' AND p.remote_id IS NOT NULL AND p.state NOT IN ('shipped', 'parked')
      ON CONFLICT DO NOTHING`;
    },
    { timeoutMs: 60_000 },
  );
}

function nextUnchecked({ statement: { shopId, runId } }: Making): Promise<Unchecked[]> {
  return inShop(
    shopId,
    (tx) => tx.$queryRaw<Unchecked[]>`
      SELECT l.id, p.reference, p.remote_id AS "remoteId", p.state, p.state = 'cancelled' AS cancelled, p.accepted_at AS "acceptedAt",
        coalesce((SELECT sum(u.quantity) FROM shipment_line u WHERE u.shop_id = p.shop_id AND u.part_id = p.id), 0)::int AS "shippedUnits",
        CASE WHEN p.state = 'sent' AND coalesce(p.kits, '{}') = '{}' THEN (
          SELECT jsonb_agg(jsonb_build_object('lineId', w.line_id, 'sku', w.sku, 'units', w.quantity) ORDER BY w.line_id)
          FROM part_line w WHERE w.shop_id = p.shop_id AND w.part_id = p.id AND w.quantity > 0) END AS wanted
      FROM statement_line l JOIN part p ON p.shop_id = l.shop_id AND p.id = l.id::uuid
      WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'part' AND l.bucket = ${UNCHECKED} AND p.remote_id IS NOT NULL
      ORDER BY l.id LIMIT ${BATCH}`,
  );
}

interface Checked {
  id: string;
  bucket: string;
  code: string;
  params: object;
}

async function check(making: Making, part: Unchecked): Promise<Checked> {
  const { live } = making;
  const { capabilities } = live.definition;
  const unasked = (params: object): Checked => ({ id: part.id, bucket: 'matched', code: 'not-asked', params });
  if (capabilities.findOrder === 'none') return unasked({});
  try {
    const remote = await live.connector.orders.find(part.reference);
    const shipped = remote?.state === 'shipped' || (remote?.state === 'partly-shipped' && part.shippedUnits === 0);
    // Parcels we haven't heard of, or not of all: the order itself tells.
    if (shipped && !part.cancelled && live.connector.shipments && making.shipments.enabled)
      await storeReports(making, await live.connector.shipments.ofOrder(part.remoteId));
    const verdict = judgePart(part, remote, capabilities, { now: now(), backOffice: live.name });
    return { id: part.id, bucket: verdict ? 'gap' : 'matched', code: verdict?.code ?? '', params: verdict?.params ?? {} };
  } catch (thrown) {
    // It won't tell us about this one; that says nothing about where it is.
    if (thrown instanceof RejectedError) return unasked({ vendorText: thrown.vendorText });
    throw thrown;
  }
}

/** Asks the back office for each noted part; what was asked before a kill isn't asked again. */
export async function checkParts(making: Making): Promise<void> {
  const { shopId, runId } = making.statement;
  for (let parts = await nextUnchecked(making); parts.length > 0; parts = await nextUnchecked(making)) {
    const checked: Checked[] = [];
    await inParallel(parts, ASKED_AT_ONCE, async (part) => void checked.push(await check(making, part)));
    await inShop(
      shopId,
      (tx) => tx.$executeRaw`
        UPDATE statement_line l SET bucket = r.bucket, code = r.code, params = r.params
        FROM jsonb_to_recordset(${JSON.stringify(checked)}::jsonb) AS r (id text, bucket text, code text, params jsonb)
        WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'part' AND l.id = r.id`,
    );
    await making.beat(parts.length);
  }
}

/** Asks once more for the parts of these orders that seemed to differ, or that have come to be meanwhile. */
export async function checkPartsAgain(making: Making, orderIds: readonly string[]): Promise<void> {
  await stageParts(making);
  await checkDiffering(making, orderIds);
}

/** Asks once more for the parts of these orders that seemed to differ. */
export async function checkDiffering(making: Making, orderIds: readonly string[]): Promise<void> {
  const { shopId, runId } = making.statement;
  await inShop(shopId, (tx) =>
    tx.statementLine.updateMany({
      where: { shopId, runId, kind: 'part', orderId: { in: [...orderIds] }, bucket: 'gap' },
      data: { bucket: UNCHECKED, code: '' },
    }),
  );
  await checkParts(making);
}

/**
 * What the back office does not have, it has reserved nothing for: stock is no longer credited with such parts, or Shopify would offer their units a
 * second time until they are handed over again.
 */
export async function creditNothingMissing({ statement: { shopId, runId } }: Making): Promise<void> {
  await inShop(
    shopId,
    (tx) => tx.$executeRaw`
      UPDATE part p SET accepted_at = NULL FROM statement_line l
      WHERE l.shop_id = ${shopId} AND l.run_id = ${runId}::uuid AND l.kind = 'part' AND l.code IN ('missing-there', 'missing-there-shipped')
        AND p.shop_id = l.shop_id AND p.id = l.id::uuid AND p.accepted_at IS NOT NULL`,
  );
}
