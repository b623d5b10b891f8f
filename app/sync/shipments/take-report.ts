import { asCrossdockError, RejectedError } from '../../core/errors.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Shipment } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { closeProblems, openProblem, problemFromError } from '../problems/problems.ts';
import { recordShipment, type RecordedShipment } from './record-shipment.ts';

/** What is wrong with a report that can't be kept; its subject is the back office's id of the shipment. */
export const UNREADABLE = 'shipment-unreadable';

/** What no database or shop can hold: parts of units, and a date that is none. */
function demandReadable(report: Shipment, backOffice: string): void {
  const parted = report.lines.find(({ quantity }) => !Number.isInteger(quantity));
  const value = parted
    ? `${parted.quantity} × ${parted.sku}`
    : Number.isNaN(Date.parse(report.shippedAt))
      ? report.shippedAt
      : null;
  if (value === null) return;
  const { reference, remoteId: shipment } = report;
  throw new RejectedError('shipment-unreadable', value, { params: { reference, shipment, value, backOffice } });
}

/**
 * Stores a report as the back office told it. One that can't be kept is a named problem, in nobody's way, that is closed once it can; null then.
 */
export async function takeReport(live: LiveConnection, report: Shipment): Promise<RecordedShipment | null> {
  const shopId = live.shop.id;
  const subject = { kind: 'shipment' as const, id: report.remoteId, label: report.reference };
  try {
    demandReadable(report, live.name);
    return await inShop(shopId, async (tx) => {
      const recorded = await recordShipment(tx, live, report);
      const which = { subject, sync: 'shipments' as const, connectionId: live.id, causes: [UNREADABLE] };
      await closeProblems(tx, shopId, { ...which, evidence: 'shipment-matched' });
      return recorded;
    });
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind !== 'rejected') throw thrown;
    const problem = problemFromError(error, { connectionId: live.id, sync: 'shipments', subject });
    await inShop(shopId, (tx) => openProblem(tx, shopId, problem));
    return null;
  }
}
