import type { State } from '../../../../sandbox/kit/state.ts';

/**
 * IM's records, and what the WMS behind it knows: `on_hand`, `wms_state` and shipments without `loaded_at` are the warehouse's truth,
 * which IM sees only after its next pickup. All moments are ms since 1970.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS merchants (pk INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS carts (pk INTEGER PRIMARY KEY AUTOINCREMENT, merchant_pk INTEGER NOT NULL, order_source TEXT NOT NULL UNIQUE, description TEXT, options TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS keys (api_user TEXT PRIMARY KEY, api_key TEXT NOT NULL, level TEXT NOT NULL, cart_pk INTEGER, merchant_pk INTEGER);
CREATE TABLE IF NOT EXISTS buckets (api_user TEXT PRIMARY KEY, hits REAL NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS limits (name TEXT PRIMARY KEY, value INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS warehouses (pk INTEGER PRIMARY KEY AUTOINCREMENT, merchant_pk INTEGER NOT NULL, name TEXT NOT NULL, is_default INTEGER NOT NULL DEFAULT 0,
  excluded INTEGER NOT NULL DEFAULT 0, UNIQUE (merchant_pk, name));
CREATE TABLE IF NOT EXISTS products (pk INTEGER PRIMARY KEY AUTOINCREMENT, merchant_pk INTEGER NOT NULL, sku TEXT NOT NULL, name TEXT, description TEXT, retail_price REAL, weight_lbs REAL,
  updated_at INTEGER NOT NULL, UNIQUE (merchant_pk, sku));
CREATE TABLE IF NOT EXISTS aliases (product_pk INTEGER NOT NULL, code_type TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (product_pk, code_type));
CREATE INDEX IF NOT EXISTS aliases_code ON aliases (code);
CREATE TABLE IF NOT EXISTS stock (warehouse_pk INTEGER NOT NULL, sku TEXT NOT NULL, on_hand INTEGER NOT NULL, pickup_at INTEGER,
  seen_on_hand INTEGER, seen_available INTEGER, seen_at INTEGER, PRIMARY KEY (warehouse_pk, sku));
CREATE INDEX IF NOT EXISTS stock_sku ON stock (sku);
CREATE INDEX IF NOT EXISTS stock_pickup ON stock (pickup_at);

CREATE TABLE IF NOT EXISTS ship_methods (code TEXT PRIMARY KEY, description TEXT NOT NULL, carrier TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cart_ship_methods (cart_pk INTEGER NOT NULL, cart_code TEXT NOT NULL, description TEXT, wms_code TEXT, PRIMARY KEY (cart_pk, cart_code));

CREATE TABLE IF NOT EXISTS orders (pk INTEGER PRIMARY KEY AUTOINCREMENT, cart_pk INTEGER NOT NULL, cust_ref TEXT NOT NULL, status TEXT NOT NULL, warehouse_pk INTEGER, wms_state TEXT,
  data TEXT NOT NULL, extra_fields TEXT NOT NULL, sending_canceled INTEGER NOT NULL DEFAULT 0, on_hold INTEGER NOT NULL DEFAULT 0, num_failed_sends INTEGER NOT NULL DEFAULT 0,
  error_reason TEXT, error_msg TEXT, deliver_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, delivered_at INTEGER, shipped_at INTEGER, confirmed_at INTEGER,
  error_at INTEGER, canceled_at INTEGER, UNIQUE (cart_pk, cust_ref));
CREATE INDEX IF NOT EXISTS orders_status ON orders (status);
CREATE INDEX IF NOT EXISTS orders_due ON orders (deliver_at);
CREATE TABLE IF NOT EXISTS order_items (pk INTEGER PRIMARY KEY AUTOINCREMENT, order_pk INTEGER NOT NULL, line_no TEXT NOT NULL, item TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
  shipped INTEGER NOT NULL DEFAULT 0, filtered INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL, extra_fields TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS order_items_order ON order_items (order_pk);
CREATE INDEX IF NOT EXISTS order_items_sku ON order_items (sku);
CREATE TABLE IF NOT EXISTS shipments (pk INTEGER PRIMARY KEY AUTOINCREMENT, order_pk INTEGER NOT NULL, carrier TEXT, method TEXT, tracking_no TEXT, tracking_url TEXT, warehouse_pk INTEGER,
  weight_lbs REAL, shipped_at INTEGER NOT NULL, due_at INTEGER NOT NULL, loaded_at INTEGER, confirmed_at INTEGER);
CREATE INDEX IF NOT EXISTS shipments_order ON shipments (order_pk);
CREATE INDEX IF NOT EXISTS shipments_due ON shipments (due_at) WHERE loaded_at IS NULL;
CREATE TABLE IF NOT EXISTS shipment_items (pk INTEGER PRIMARY KEY AUTOINCREMENT, shipment_pk INTEGER NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL, carton_num INTEGER NOT NULL, lot_code TEXT);
CREATE INDEX IF NOT EXISTS shipment_items_shipment ON shipment_items (shipment_pk);
CREATE TABLE IF NOT EXISTS returns (pk INTEGER PRIMARY KEY AUTOINCREMENT, order_pk INTEGER NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL, restocked INTEGER NOT NULL, at INTEGER NOT NULL);
`;

/** Where each kind's keys begin: far apart, so that one passed for another is never found by chance. */
const FIRST: Record<string, number> = {
  merchants: 4801,
  carts: 6101,
  warehouses: 2301,
  products: 70_001,
  orders: 900_001,
  order_items: 2_000_001,
  shipments: 5_000_001,
  shipment_items: 6_000_001,
  returns: 8_000_001,
};

/** Makes the tables where they are missing. */
export function createTables(state: State): void {
  state.exec(TABLES);
  for (const [table, first] of Object.entries(FIRST))
    if (!state.get('SELECT 1 FROM sqlite_sequence WHERE name = ?', table))
      state.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', table, first - 1);
}
