import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Return, Subject } from '../../connectors/contract/index.ts';
import type { Tx } from '../../db/scope.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { inKits } from '../shipments/kit-units.ts';
import { matchReturn, type ReturnMatch } from './match-return.ts';

/** Causes that recording opens and closes; refunding leaves them alone. */
export const returnMatchCauses = [
  'return-of-unknown-order',
  'returned-more-than-sold',
  'returned-unknown-sku',
  'return-changed-after-refund',
];

export type DatedReturn = Return & { receivedAt: string };

export interface RecordedReturn {
  id: string;
  orderId: string | null;
  outcome: 'new' | 'changed' | 'unchanged' | 'unknown-order';
}

export function returnSubject(row: { id: string; reference: string }): Subject {
  return { kind: 'return', id: row.id, label: row.reference };
}

/**
 * Stores a return once (by the back office's id) and ties its lines to those of its part. `refund`: whether it is to become a refund; else it is recorded and shown, and
 * stays so when the setting is changed later. A refund is final: a return that changes afterwards is a problem, its money isn't touched.
 */
export async function recordReturn(
  tx: Tx,
  live: LiveConnection,
  report: DatedReturn,
  { refund }: { refund: boolean },
): Promise<RecordedReturn> {
  const shopId = live.shop.id;
  const hash = sha256(
    JSON.stringify([
      ...report.lines.map(({ lineId, sku, quantity, restocked, instead }) => [
        ...[lineId, sku, quantity, restocked],
        ...(instead ? [instead] : []),
      ]),
      ...(report.amount ? [report.amount] : []),
    ]),
  );
  const part = await tx.part.findUnique({
    where: { shopId_connectionId_reference: { shopId, connectionId: live.id, reference: report.reference } },
  });
  if (part) await tx.$queryRaw`SELECT id FROM part WHERE shop_id = ${shopId} AND id = ${part.id}::uuid FOR UPDATE`;
  const key = { shopId_connectionId_remoteId: { shopId, connectionId: live.id, remoteId: report.remoteId } };
  const found = await tx.return.findUnique({ where: key });
  if (found && found.hash === hash && (found.partId !== null || !part)) {
    return { id: found.id, orderId: found.orderId, outcome: part ? 'unchanged' : 'unknown-order' };
  }
  const content = {
    reference: report.reference,
    lines: report.lines,
    hash,
    receivedAt: new Date(report.receivedAt),
    facilityId: report.facilityId,
    note: report.note,
    amount: report.lines.length === 0 && report.amount ? BigInt(report.amount) : null,
  };
  const row = await tx.return.upsert({
    where: key,
    create: { shopId, connectionId: live.id, remoteId: report.remoteId, seenAt: now(), ...content },
    update: content,
  });
  const subject = returnSubject(row);
  const problem = (cause: string, params: Record<string, string | number>): Promise<void> =>
    openProblem(tx, shopId, {
      connectionId: live.id,
      sync: 'returns',
      cause,
      subject,
      params,
      detail: String(params['sku'] ?? ''),
    });
  if (!part) {
    await tx.return.update({ where: key, data: { state: 'problem' } });
    await problem('return-of-unknown-order', { reference: report.reference, backOffice: live.name, return: report.remoteId });
    return { id: row.id, orderId: null, outcome: 'unknown-order' };
  }
  await tx.return.update({ where: key, data: { partId: part.id, orderId: part.orderId } });
  if (row.refundId) {
    await problem('return-changed-after-refund', { return: report.remoteId });
    return { id: row.id, orderId: part.orderId, outcome: 'changed' };
  }
  const { problems } = await tieLines(tx, shopId, row.id, part.id, report);
  await closeProblems(tx, shopId, {
    subject,
    sync: 'returns',
    causes: returnMatchCauses,
    except: problems.map(({ code }) => code),
    evidence: 'return-matched',
  });
  for (const { code, params } of problems) await problem(code, params);
  // A plain record stays one unless the report itself is new or changed.
  const state = problems.length > 0 ? 'problem' : refund ? 'seen' : 'recorded';
  await tx.return.update({ where: key, data: { state, reason: Prisma.DbNull, triedAt: null } });
  const units = report.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const event = found?.partId ? 'return-changed' : 'return-received';
  await noteEvent(
    tx,
    shopId,
    { kind: 'order', id: part.orderId },
    event,
    { backOffice: live.name, return: report.remoteId, units },
    part.id,
  );
  return { id: row.id, orderId: part.orderId, outcome: found ? 'changed' : 'new' };
}

async function tieLines(tx: Tx, shopId: number, returnId: string, partId: string, report: Return): Promise<ReturnMatch> {
  const lines = await tx.partLine.findMany({ where: { shopId, partId }, orderBy: { lineId: 'asc' } });
  const others = await tx.returnLine.findMany({ where: { shopId, partId, returnId: { not: returnId } } });
  const returned = (lineId: string): number =>
    others.reduce((sum, unit) => sum + (unit.lineId === lineId ? unit.quantity : 0), 0);
  const { kits } = await tx.part.findUniqueOrThrow({ where: { shopId_id: { shopId, id: partId } }, select: { kits: true } });
  // A kit comes back whole, in one return; single products of one are nobody's line.
  const counted = [true, false].flatMap((restocked) =>
    inKits(
      report.lines.filter((line) => line.restocked === restocked),
      [],
      lines,
      kits as Parameters<typeof inKits>[3],
    ).map((line) => ({ ...line, restocked })),
  );
  const match = matchReturn(
    counted,
    lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, open: Math.max(0, quantity - returned(lineId)) })),
  );
  await tx.returnLine.deleteMany({ where: { shopId, returnId } });
  await tx.returnLine.createMany({ data: match.matched.map((line) => ({ shopId, returnId, partId, ...line })) });
  return match;
}
