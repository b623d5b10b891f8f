import type { State } from '../../../../sandbox/kit/state.ts';

/**
 * One row per PULPO record: what can be filtered by is a column, the rest of a record is JSON in `data`. Moments are PULPO's own text
 * (ISO 8601, seconds, no zone, UTC). Ids of different kinds start far apart, so that one passed for another is never found by chance.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS warehouses (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL DEFAULT 1, site TEXT,
  priority INTEGER NOT NULL DEFAULT 1, packing_locations INTEGER NOT NULL DEFAULT 20, data TEXT NOT NULL DEFAULT '{}', inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS locations (id INTEGER PRIMARY KEY AUTOINCREMENT, warehouse_id INTEGER NOT NULL, code TEXT NOT NULL, type TEXT NOT NULL, UNIQUE (warehouse_id, type));
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS user_warehouses (user_id INTEGER NOT NULL, warehouse_id INTEGER NOT NULL, PRIMARY KEY (user_id, warehouse_id));
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, user_id INTEGER NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS logins (address TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS logins_at ON logins (address, at);
CREATE TABLE IF NOT EXISTS bans (address TEXT PRIMARY KEY, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS limits (name TEXT PRIMARY KEY, value INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS shipping_methods (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, service TEXT, carrier TEXT, fetch_label INTEGER NOT NULL DEFAULT 1,
  merchant_id INTEGER, merchant_channel_id INTEGER, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS countries (id INTEGER PRIMARY KEY AUTOINCREMENT, alpha_2 TEXT NOT NULL UNIQUE, alpha_3 TEXT NOT NULL, country_code TEXT NOT NULL, country_name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS merchants (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL DEFAULT 1, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS channels (id INTEGER PRIMARY KEY AUTOINCREMENT, merchant_id INTEGER NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
  is_default INTEGER NOT NULL DEFAULT 0, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL, UNIQUE (merchant_id, name));

CREATE TABLE IF NOT EXISTS products (id INTEGER PRIMARY KEY AUTOINCREMENT, sku TEXT NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1, article_number TEXT,
  management_type TEXT NOT NULL, merchant_id INTEGER, third_party_id INTEGER, data TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS product_skus (id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL, sku TEXT NOT NULL UNIQUE, name TEXT, is_default INTEGER NOT NULL,
  data TEXT NOT NULL DEFAULT '{}', inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS product_skus_product ON product_skus (product_id);
CREATE TABLE IF NOT EXISTS barcodes (product_id INTEGER NOT NULL, code TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (product_id, position));
CREATE INDEX IF NOT EXISTS barcodes_code ON barcodes (code);
CREATE TABLE IF NOT EXISTS kits (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, product_id INTEGER NOT NULL, items TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS stocks (id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL, location_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
  inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL, UNIQUE (product_id, location_id));

CREATE TABLE IF NOT EXISTS third_parties (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, identifier_type TEXT NOT NULL, identifier_number TEXT NOT NULL UNIQUE,
  third_type TEXT NOT NULL, email TEXT, active INTEGER NOT NULL DEFAULT 1, merchant_id INTEGER, data TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS sales_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, order_num TEXT NOT NULL UNIQUE, external_order_num TEXT, type TEXT NOT NULL, state TEXT NOT NULL,
  warehouse_id INTEGER NOT NULL, third_party_id INTEGER NOT NULL, shipping_method_id INTEGER, delivery_date TEXT, priority INTEGER, channel TEXT, criterium TEXT, notes TEXT,
  client_id TEXT, client_name TEXT, service_point_id TEXT, merchant_id INTEGER, merchant_channel_id INTEGER, creator_id INTEGER, missing_stock_items_cancelled INTEGER NOT NULL DEFAULT 0,
  data TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sales_orders_state ON sales_orders (state);
CREATE INDEX IF NOT EXISTS sales_orders_updated ON sales_orders (updated_at);
CREATE TABLE IF NOT EXISTS sales_items (id INTEGER PRIMARY KEY AUTOINCREMENT, sales_order_id INTEGER NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
  picked_quantity INTEGER NOT NULL DEFAULT 0, fulfilled_quantity INTEGER NOT NULL DEFAULT 0, line_order_id TEXT, notes TEXT, required_date TEXT, state TEXT NOT NULL, data TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS sales_items_order ON sales_items (sales_order_id);
CREATE INDEX IF NOT EXISTS sales_items_product ON sales_items (product_id);
CREATE TABLE IF NOT EXISTS fulfillment_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, sales_order_id INTEGER NOT NULL, warehouse_id INTEGER NOT NULL, sequence_number TEXT NOT NULL, state TEXT NOT NULL,
  inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS fulfillment_orders_order ON fulfillment_orders (sales_order_id);
CREATE TABLE IF NOT EXISTS fulfillment_items (id INTEGER PRIMARY KEY AUTOINCREMENT, fulfillment_order_id INTEGER NOT NULL, sales_item_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
  fulfilled_quantity INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS fulfillment_items_order ON fulfillment_items (fulfillment_order_id);
CREATE TABLE IF NOT EXISTS picking_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, fulfillment_order_id INTEGER NOT NULL, warehouse_id INTEGER NOT NULL, state TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS picking_orders_fulfillment ON picking_orders (fulfillment_order_id);

CREATE TABLE IF NOT EXISTS packing_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, sequence_number TEXT NOT NULL, sales_order_id INTEGER NOT NULL, fulfillment_order_id INTEGER NOT NULL,
  warehouse_id INTEGER NOT NULL, merchant_id INTEGER, state TEXT NOT NULL, end_date TEXT, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS packing_orders_order ON packing_orders (sales_order_id);
CREATE INDEX IF NOT EXISTS packing_orders_updated ON packing_orders (updated_at);
CREATE TABLE IF NOT EXISTS packing_items (id INTEGER PRIMARY KEY AUTOINCREMENT, packing_order_id INTEGER NOT NULL, product_id INTEGER NOT NULL, requested_quantity INTEGER NOT NULL, packed_quantity INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS packing_items_order ON packing_items (packing_order_id);
CREATE TABLE IF NOT EXISTS packing_boxes (id INTEGER PRIMARY KEY AUTOINCREMENT, packing_order_id INTEGER NOT NULL, box_number INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
  inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS packing_boxes_order ON packing_boxes (packing_order_id);
CREATE TABLE IF NOT EXISTS packing_box_items (id INTEGER PRIMARY KEY AUTOINCREMENT, packing_box_id INTEGER NOT NULL, sales_item_id INTEGER NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL, line_order_id TEXT);
CREATE INDEX IF NOT EXISTS packing_box_items_box ON packing_box_items (packing_box_id);
CREATE TABLE IF NOT EXISTS shipment_trackings (id INTEGER PRIMARY KEY AUTOINCREMENT, packing_box_id INTEGER NOT NULL, carrier_code TEXT, tracking_code TEXT, tracking_url TEXT, status TEXT,
  error_message TEXT, requires_attention INTEGER NOT NULL, printed INTEGER NOT NULL, shipment_cost REAL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS shipment_trackings_box ON shipment_trackings (packing_box_id);
CREATE TABLE IF NOT EXISTS shipping_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, sequence_number TEXT NOT NULL, sales_order_id INTEGER NOT NULL, fulfillment_order_id INTEGER NOT NULL, warehouse_id INTEGER NOT NULL,
  packing_order_id INTEGER NOT NULL, state TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS incoming_goods (id INTEGER PRIMARY KEY AUTOINCREMENT, sequence_number TEXT NOT NULL, document_type TEXT NOT NULL, sales_order_id INTEGER, purchase_order_id INTEGER,
  warehouse_id INTEGER NOT NULL, third_party_id INTEGER, notes TEXT, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS incoming_good_items (id INTEGER PRIMARY KEY AUTOINCREMENT, incoming_good_id INTEGER NOT NULL, product_id INTEGER NOT NULL, quantity INTEGER NOT NULL, state TEXT NOT NULL,
  notes TEXT, reason_codes TEXT NOT NULL, line_order_id TEXT, destination_location_id INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS incoming_good_items_good ON incoming_good_items (incoming_good_id);

CREATE TABLE IF NOT EXISTS webhooks (id TEXT PRIMARY KEY, url TEXT NOT NULL, method TEXT NOT NULL, allowed_types TEXT NOT NULL, enabled INTEGER NOT NULL, warehouse_id INTEGER NOT NULL,
  merchant_id INTEGER, client_id INTEGER, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS webhook_clients (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, type TEXT, credentials TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, warehouse_id INTEGER NOT NULL, merchant_id INTEGER, data TEXT NOT NULL, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, webhook_id TEXT NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE TABLE IF NOT EXISTS event_logs (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, webhook_id TEXT NOT NULL, code INTEGER, response TEXT, inserted_at TEXT NOT NULL, updated_at TEXT NOT NULL);
`;

/** Where each kind's ids begin. */
const FIRST_IDS: Record<string, number> = {
  warehouses: 101,
  users: 301,
  merchants: 401,
  channels: 501,
  shipping_methods: 701,
  countries: 901,
  locations: 3_001,
  third_parties: 50_001,
  products: 200_001,
  product_skus: 400_001,
  kits: 600_001,
  sales_orders: 1_000_001,
  sales_items: 2_000_001,
  fulfillment_orders: 3_000_001,
  fulfillment_items: 4_000_001,
  picking_orders: 5_000_001,
  packing_orders: 6_000_001,
  packing_items: 7_000_001,
  packing_boxes: 8_000_001,
  packing_box_items: 9_000_001,
  shipment_trackings: 10_000_001,
  shipping_orders: 11_000_001,
  incoming_goods: 12_000_001,
  incoming_good_items: 13_000_001,
};

/** Makes the tables where they are missing. */
export function createTables(state: State): void {
  state.exec(TABLES);
  for (const [table, first] of Object.entries(FIRST_IDS))
    if (!state.get('SELECT 1 FROM sqlite_sequence WHERE name = ?', table))
      state.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', table, first - 1);
}
