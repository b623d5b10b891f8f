import { amount, moment, type World } from './world.ts';

interface ShipmentRow {
  pk: number;
  carrier: string | null;
  method: string | null;
  tracking_no: string | null;
  tracking_url: string | null;
  location: string | null;
  weight_lbs: number | null;
  shipped_at: number;
}

/** Cartons of an order that IM knows of. They name SKUs, never the order's lines. Source: extensiv.md §2.4. */
export function shipmentsOf(world: World, orderPk: number): Record<string, unknown>[] {
  const rows = world.state.all<ShipmentRow>(
    `SELECT s.pk, s.carrier, s.method, s.tracking_no, s.tracking_url, w.name AS location, s.weight_lbs, s.shipped_at FROM shipments s
     LEFT JOIN warehouses w ON w.pk = s.warehouse_pk WHERE s.order_pk = ? AND s.loaded_at IS NOT NULL ORDER BY s.pk`,
    orderPk,
  );
  return rows.map((row) => {
    const items = world.state.all<{ item: string; quantity: number; carton_num: number; lot_code: string | null }>(
      'SELECT item, quantity, carton_num, lot_code FROM shipment_items WHERE shipment_pk = ? ORDER BY pk',
      row.pk,
    );
    const weight = row.weight_lbs === null ? null : amount(row.weight_lbs);
    const box = { box_length_in: null, box_width_in: null, box_height_in: null };
    return {
      carrier: row.carrier,
      method: row.method,
      tracking_no: row.tracking_no,
      tracking_no_secondary: null,
      tracking_url: row.tracking_url,
      sscc_barcode: null,
      bill_of_lading: null,
      total_cost: null,
      package_weight_lbs: weight,
      dim_weight_lbs: null,
      zone: null,
      delivery_surcharge_type: null,
      whs_location: row.location,
      ...box,
      date: moment(row.shipped_at),
      custom_1: null,
      custom_2: null,
      custom_3: null,
      items: items.map(({ item, quantity, carton_num, lot_code }) => ({
        item,
        quantity: String(quantity),
        carton_code: null,
        carton_num: String(carton_num),
        lot_code,
        ...box,
        package_weight_lbs: weight,
      })),
    };
  });
}
