import { sha256 } from '../../core/crypto.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { performWrite } from '../writes/perform-write.ts';
import type { MirrorTools } from './fulfil.ts';
import type { OrderInShopify } from './order-in-shopify.ts';
import type { Need } from './plan-fulfilment.ts';
import { planMoves, unitsAt, type PlannedMove } from './plan-moves.ts';
import type { StoredShipment } from './shipment-rows.ts';

export type Moved =
  | { outcome: 'moved'; order: OrderInShopify; units: number }
  | { outcome: 'withheld'; reason: Reason }
  /** Shopify refused, with its words: the units are fulfilled where they are. */
  | { outcome: 'refused'; vendorText: string };

/** The active location of the facility that shipped, where it isn't the one the order is at. Null where that facility isn't mapped. */
export async function locationOfFacility(live: LiveConnection, facilityId: string): Promise<string | null> {
  const shopId = live.shop.id;
  const rows = await inShop(
    shopId,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      SELECT k.location_id AS id FROM location_link k
      JOIN location o ON o.shop_id = k.shop_id AND o.id = k.location_id AND o.active
      WHERE k.shop_id = ${shopId} AND k.connection_id = ${live.id}::uuid AND k.facility_id = ${facilityId}
      ORDER BY k.carries_stock DESC, k.created_at LIMIT 1`,
  );
  return rows[0]?.id ?? null;
}

async function moveOnce(
  live: LiveConnection,
  shipment: StoredShipment,
  order: OrderInShopify,
  move: PlannedMove,
  locationId: string,
  { shopify, lease, runId }: MirrorTools,
) {
  const { fulfilmentOrderId, lines } = move;
  const before = lines.map(({ lineId }) => ({ lineId, there: unitsAt(order, lineId, locationId) }));
  // moved there and back again it is another move, hence what was there before in the key
  const content = sha256(JSON.stringify([fulfilmentOrderId, lines, before])).slice(0, 24);
  return performWrite<{ locationId: string }>(
    live,
    {
      ...{ target: 'shopify', kind: 'fulfilment-order-move', class: 'reversible', lease, before },
      subject: { kind: 'shipment', id: shipment.id },
      key: `fulfilment-order-move:${shipment.id}:${shipment.round}:${content}`,
      after: { orderId: order.id, fulfilmentOrderId, locationId, lines },
      ...(runId ? { runId } : {}),
    },
    {
      async send() {
        await shopify.move(fulfilmentOrderId, locationId, lines);
        return { locationId };
      },
      async ask() {
        const now = await shopify.read(order.id);
        const arrived = lines.every(({ lineId, quantity }) => {
          const was = before.find((one) => one.lineId === lineId)?.there ?? 0;
          return unitsAt(now, lineId, locationId) >= was + quantity;
        });
        return arrived ? { locationId } : null;
      },
    },
  );
}

/**
 * Brings the units of a parcel to the location of the facility that shipped it, before they are fulfilled there: otherwise Shopify would take them off the
 * wrong location's stock. What Shopify refuses to move stays where it is.
 */
export async function moveUnits(
  live: LiveConnection,
  shipment: StoredShipment,
  order: OrderInShopify,
  needs: readonly Need[],
  locationId: string,
  tools: MirrorTools,
): Promise<Moved> {
  let units = 0;
  for (const move of planMoves(needs, order, locationId)) {
    try {
      const done = await moveOnce(live, shipment, order, move, locationId, tools);
      if (done.outcome === 'withheld') return done;
      units += move.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    } catch (thrown) {
      if (!(thrown instanceof RejectedError)) throw thrown;
      return { outcome: 'refused', vendorText: thrown.vendorText };
    }
  }
  return { outcome: 'moved', order: units > 0 ? await tools.shopify.read(order.id) : order, units };
}
