import { now } from '../../core/clock.ts';
import type { Shipment, Tracking } from '../../connectors/contract/index.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Tx } from '../../db/scope.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';
import type { ShipmentMatch } from './match-shipment.ts';
import { matchToPart } from './match-to-part.ts';
import { shipmentHash, shipmentSubject } from './shipment-rows.ts';
import { statusParcelFor } from './status-parcel.ts';
import { unreportedLines } from './unreported.ts';

/** Causes that recording opens and closes; mirroring leaves them alone. */
export const matchCauses = ['shipment-of-unknown-order', 'shipped-more-than-open', 'shipped-unknown-sku'];

export interface RecordedShipment {
  id: string;
  orderId: string | null;
  outcome: 'new' | 'changed' | 'unchanged' | 'unknown-order';
}

/**
 * Stores a reported shipment once (by the back office's id), ties its lines to those of its part, and marks it for mirroring when it is new or has changed.
 * One that was made up from its order's state before becomes the reported one. A shipment whose order isn't ours (yet) is kept as the problem `shipment-of-unknown-order` and linked when its part appears.
 */
export async function recordShipment(tx: Tx, live: LiveConnection, told: Shipment): Promise<RecordedShipment> {
  const shopId = live.shop.id;
  const part = await tx.part.findUnique({
    where: { shopId_connectionId_reference: { shopId, connectionId: live.id, reference: told.reference } },
  });
  // Shipments of one part are matched one after the other, or two would take the same open units.
  if (part) await tx.$queryRaw`SELECT id FROM part WHERE shop_id = ${shopId} AND id = ${part.id}::uuid FOR UPDATE`;
  const key = { shopId_connectionId_remoteId: { shopId, connectionId: live.id, remoteId: told.remoteId } };
  const known = await tx.shipment.findUnique({ where: key });
  const wordless = told.lines.length === 0 && !told.cancelled;
  // Nothing is said of an order that we never handed over.
  if (wordless && !part) return { id: known?.id ?? '', orderId: null, outcome: 'unknown-order' };
  const report = wordless && part ? { ...told, lines: await unreportedLines(tx, shopId, part.id, known?.id) } : told;
  const hash = shipmentHash(report);
  const found = known ?? (part && (await statusParcelFor(tx, part, report)));
  if (known?.hash === hash && (known.partId !== null || !part)) {
    return { id: known.id, orderId: known.orderId, outcome: part ? 'unchanged' : 'unknown-order' };
  }

  const data = {
    reference: report.reference,
    partId: part?.id ?? null,
    orderId: part?.orderId ?? null,
    state: part ? 'seen' : 'problem',
    lines: report.lines,
    tracking: report.tracking.map(({ number, carrier, url }): Record<keyof Tracking, string | null> => ({
      number,
      carrier,
      url,
    })),
    hash,
    shippedAt: new Date(report.shippedAt),
    facilityId: report.facilityId,
    note: report.note,
    cancelled: report.cancelled,
    triedAt: null,
  };
  const { remoteId } = report;
  const row = found
    ? await tx.shipment.update({ where: { shopId_id: { shopId, id: found.id } }, data: { ...data, remoteId } })
    : await tx.shipment.upsert({
        where: key,
        create: { shopId, connectionId: live.id, remoteId, seenAt: now(), fulfilmentIds: [], ...data },
        update: data,
      });
  const subject = shipmentSubject(row);
  if (!part) {
    await openProblem(tx, shopId, {
      connectionId: live.id,
      sync: 'shipments',
      cause: 'shipment-of-unknown-order',
      subject,
      params: { reference: report.reference, backOffice: live.name, shipment: report.remoteId },
    });
    return { id: row.id, orderId: null, outcome: 'unknown-order' };
  }

  const problems = await tieLines(tx, shopId, row.id, part.id, report);
  await closeProblems(tx, shopId, {
    subject,
    sync: 'shipments',
    causes: matchCauses,
    except: problems.map(({ code }) => code),
    evidence: 'shipment-matched',
  });
  for (const { code, params } of problems) {
    await openProblem(tx, shopId, {
      connectionId: live.id,
      sync: 'shipments',
      cause: code,
      subject,
      params,
      detail: String(params['sku'] ?? ''),
    });
  }
  const units = report.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const kind = report.cancelled ? 'shipment-cancelled-there' : known?.partId ? 'shipment-changed' : 'shipment-reported';
  const numbers = report.tracking.map(({ number }) => number).join(', ');
  await noteEvent(
    tx,
    shopId,
    { kind: 'order', id: part.orderId },
    kind,
    { backOffice: live.name, shipment: report.remoteId, units, tracking: numbers },
    part.id,
  );
  return { id: row.id, orderId: part.orderId, outcome: found ? 'changed' : 'new' };
}

async function tieLines(
  tx: Tx,
  shopId: number,
  shipmentId: string,
  partId: string,
  report: Shipment,
): Promise<ShipmentMatch['problems']> {
  const { matched, problems, mine } = await matchToPart(tx, shopId, shipmentId, partId, report);
  const wanted = new Map(matched.map(({ lineId, quantity }) => [lineId, quantity]));
  for (const lineId of new Set([...mine.keys(), ...wanted.keys()])) {
    const key = { shopId, shipmentId, partId, lineId };
    const quantity = wanted.get(lineId) ?? 0;
    await tx.shipmentLine.upsert({
      where: { shopId_shipmentId_partId_lineId: key },
      create: { ...key, quantity },
      update: { quantity },
    });
  }
  return problems;
}
