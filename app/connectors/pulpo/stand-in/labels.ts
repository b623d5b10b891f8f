import { emit } from './events.ts';
import { presentTracking, type TrackingRow } from './packing-record.ts';
import { shippingMethodRow } from './reference-data.ts';
import type { SalesOrderRow } from './sales-order-record.ts';
import type { World } from './world.ts';

export interface Label {
  /** Made up when a label is printed and none is given. */
  tracking?: string;
  carrier?: string;
  /** `failed`: the carrier refused it, there is a tracking record with an error; `none`: nobody asked for one. Source: pulpo.md §2.6. */
  label: 'printed' | 'failed' | 'none';
}

/** Writes what became of a box's label. The status words are a guess: PULPO's are unknown (pulpo.md §4.4). */
export function printLabel(
  world: World,
  order: Pick<SalesOrderRow, 'shipping_method_id' | 'warehouse_id' | 'merchant_id'>,
  boxId: number,
  { label, tracking, carrier }: Label,
): void {
  if (label === 'none') return;
  const now = world.now();
  const printed = label === 'printed';
  const code = printed ? (tracking ?? `PU${boxId}`) : null;
  const values = [
    carrier ?? shippingMethodRow(world, order.shipping_method_id)?.carrier ?? 'DHL',
    code,
    code === null ? null : `https://track.pulpo.example/${encodeURIComponent(code)}`,
    printed ? 'announced' : 'error',
    printed ? null : 'The carrier refused the address: no label was created.',
    printed ? 0 : 1,
    printed ? 1 : 0,
    now,
  ] as const;
  const known = world.state.get<{ id: number }>('SELECT id FROM shipment_trackings WHERE packing_box_id = ?', boxId);
  if (known)
    world.state.run(
      'UPDATE shipment_trackings SET carrier_code=?, tracking_code=?, tracking_url=?, status=?, error_message=?, requires_attention=?, printed=?, updated_at=? WHERE id=?',
      ...values,
      known.id,
    );
  else
    world.state.run(
      `INSERT INTO shipment_trackings (carrier_code, tracking_code, tracking_url, status, error_message, requires_attention, printed, updated_at, packing_box_id, inserted_at)
       VALUES (?,?,?,?,?,?,?,?,?,?)`,
      ...values,
      boxId,
      now,
    );
  const row = world.state.get<TrackingRow>('SELECT * FROM shipment_trackings WHERE packing_box_id = ?', boxId) as TrackingRow;
  emit(world, 'shipment_tracking_updated', order.warehouse_id, { ...presentTracking(row), merchant_id: order.merchant_id });
}
