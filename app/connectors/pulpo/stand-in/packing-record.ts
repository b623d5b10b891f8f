import { embeddedProduct } from './product-record.ts';
import type { World } from './world.ts';

export interface PackingOrderRow {
  id: number;
  sequence_number: string;
  sales_order_id: number;
  fulfillment_order_id: number;
  warehouse_id: number;
  merchant_id: number | null;
  state: string;
  end_date: string | null;
  inserted_at: string;
  updated_at: string;
}

export interface BoxRow {
  id: number;
  packing_order_id: number;
  box_number: number;
  name: string;
  state: string;
  inserted_at: string;
  updated_at: string;
}

export interface TrackingRow {
  id: number;
  packing_box_id: number;
  carrier_code: string | null;
  tracking_code: string | null;
  tracking_url: string | null;
  status: string | null;
  error_message: string | null;
  requires_attention: number;
  printed: number;
  shipment_cost: number | null;
  inserted_at: string;
  updated_at: string;
}

export function presentPackingOrder(world: World, row: PackingOrderRow): Record<string, unknown> {
  const items = world.state.all<{ product_id: number }>(
    'SELECT * FROM packing_items WHERE packing_order_id = ? ORDER BY id',
    row.id,
  );
  return { ...row, items: items.map((item) => ({ ...item, product: embeddedProduct(world, item.product_id) })) };
}

/** Sizes and weight are what a packer types in; nobody does here. */
export function presentBox(world: World, row: BoxRow): Record<string, unknown> {
  const items = world.state.all<{ product_id: number }>(
    'SELECT id, packing_box_id, product_id, quantity, line_order_id FROM packing_box_items WHERE packing_box_id = ? ORDER BY id',
    row.id,
  );
  return {
    ...row,
    weight: null,
    length: null,
    width: null,
    height: null,
    items: items.map((item) => ({ ...item, product: embeddedProduct(world, item.product_id) })),
  };
}

export function presentTracking(row: TrackingRow): Record<string, unknown> {
  return { ...row, requires_attention: row.requires_attention === 1, printed: row.printed === 1 };
}
