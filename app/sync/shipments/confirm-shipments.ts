import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { showLife } from '../runs/runs.ts';
import { performWrite } from '../writes/perform-write.ts';
import { trackingOf } from './shipment-rows.ts';

/** Parcels that ship meanwhile wait for the run: a back office that takes one call after the other hears of the rest in the next one. */
const LONGEST_MS = 60_000;
/** Parcels that a run looks at. */
const MOST = 2_000;

interface Unconfirmed {
  id: string;
  remoteId: string;
  tracking: unknown;
}

/** Parcels that are in Shopify with tracking and whose confirmation hasn't landed. Those that were never told come first, so that what fails can't keep them waiting. */
function unconfirmed(live: LiveConnection): Promise<Unconfirmed[]> {
  const { id: shopId } = live.shop;
  return inShop(
    shopId,
    (tx) => tx.$queryRaw<Unconfirmed[]>`
      SELECT s.id::text AS id, p.remote_id AS "remoteId", s.tracking
      FROM shipment s JOIN part p ON p.shop_id = s.shop_id AND p.id = s.part_id AND p.remote_id IS NOT NULL
      LEFT JOIN "write" w ON w.shop_id = s.shop_id AND w.kind = 'shipment-confirm' AND w.subject_kind = 'shipment' AND w.subject_id = s.id::text
      WHERE s.shop_id = ${shopId} AND s.connection_id = ${live.id}::uuid AND s.state = 'mirrored'
        AND jsonb_array_length(s.tracking) > 0 AND w.state IS DISTINCT FROM 'landed'
        AND NOT (w.state IS NOT DISTINCT FROM 'refused' AND coalesce(w.answer->>'kind', 'rejected') = 'rejected')
      ORDER BY w.sent_at NULLS FIRST, s.id LIMIT ${MOST}`,
  );
}

/**
 * Tells the back office of the parcels that Shopify now has, where it waits for that. What fails for the moment is told by the next run; a parcel it
 * refuses to hear of is told once and noted in the log: nothing of the shop's depends on it.
 */
export async function confirmShipments(live: LiveConnection, runId: string): Promise<void> {
  const confirm = live.connector.shipments?.confirm?.bind(live.connector.shipments);
  if (!confirm) return;
  const begun = performance.now();
  await inShop(live.shop.id, (tx) => showLife(tx, live.shop.id, runId));
  for (const shipment of await unconfirmed(live)) {
    if (performance.now() - begun > LONGEST_MS) return;
    const numbers = trackingOf({ tracking: shipment.tracking as never }).map(({ number }) => number);
    const told = () => confirm(shipment.remoteId, numbers).then(() => ({}));
    try {
      await performWrite(
        live,
        {
          runId,
          target: 'back-office',
          kind: 'shipment-confirm',
          subject: { kind: 'shipment', id: shipment.id },
          key: `shipment-confirm ${shipment.id}`,
          class: 'final',
          after: { numbers },
        },
        { send: told, ask: () => Promise.resolve(null) },
      );
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      if (error.kind === 'needs-merchant') throw thrown;
      logger.warn({ error, shipment: shipment.id }, 'The back office could not be told that a parcel is in Shopify');
    }
  }
}
