import type { State } from '../../../../sandbox/kit/state.ts';

/**
 * One row per OrderWise record. Moments are ms since 1970; what leaves the stand-in is local text. Amounts are ten-thousandths. Ids of
 * different kinds start far apart, so that one passed for another is never found by chance.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL, lacks TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, user_id INTEGER NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS logins (username TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS logins_at ON logins (username, at);
CREATE TABLE IF NOT EXISTS limits (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS list_values (list INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, code TEXT, rate REAL, PRIMARY KEY (list, id));
CREATE TABLE IF NOT EXISTS dissur_codes (description TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS couriers (name TEXT PRIMARY KEY, prefix TEXT, suffix TEXT NOT NULL DEFAULT '');

CREATE TABLE IF NOT EXISTS customers (id INTEGER PRIMARY KEY AUTOINCREMENT, account_number TEXT NOT NULL UNIQUE, ecommerce_account TEXT UNIQUE, on_hold INTEGER NOT NULL DEFAULT 0,
  data TEXT NOT NULL, amended_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS contacts (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS contacts_customer ON contacts (customer_id);
CREATE TABLE IF NOT EXISTS delivery_addresses (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_addresses_customer ON delivery_addresses (customer_id);

CREATE TABLE IF NOT EXISTS products (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS variants (id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL, code TEXT NOT NULL UNIQUE, description TEXT NOT NULL, ean TEXT,
  active INTEGER NOT NULL DEFAULT 1, discontinued INTEGER NOT NULL DEFAULT 0, template INTEGER NOT NULL DEFAULT 0, rsp INTEGER NOT NULL DEFAULT 0, cost INTEGER NOT NULL DEFAULT 0,
  data TEXT NOT NULL DEFAULT '{}', amended_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS alternates (variant_id INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (variant_id, code));
CREATE TABLE IF NOT EXISTS components (kit_id INTEGER NOT NULL, variant_id INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (kit_id, variant_id));
CREATE INDEX IF NOT EXISTS components_variant ON components (variant_id);
CREATE TABLE IF NOT EXISTS stock (variant_id INTEGER NOT NULL, location_id INTEGER NOT NULL, overall REAL NOT NULL DEFAULT 0, allocated REAL NOT NULL DEFAULT 0, PRIMARY KEY (variant_id, location_id));
CREATE TABLE IF NOT EXISTS stock_calculated (variant_id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS stock_calculated_at ON stock_calculated (at);

CREATE TABLE IF NOT EXISTS export_definitions (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, kind TEXT NOT NULL, since INTEGER NOT NULL, window_minutes INTEGER, columns TEXT NOT NULL DEFAULT '{}');

CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, data TEXT NOT NULL, last_run_at INTEGER,
  stock_sent_to INTEGER NOT NULL DEFAULT 0, despatch_sent_to INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS queued_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL, session_id INTEGER NOT NULL, ecommerce_number TEXT, customer_ref TEXT, type INTEGER NOT NULL,
  status TEXT NOT NULL, sub_status TEXT, customer_id INTEGER NOT NULL, delivery_method_id INTEGER NOT NULL, gross INTEGER NOT NULL, net INTEGER, delivery_gross INTEGER NOT NULL, data TEXT NOT NULL,
  created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS orders_ecommerce ON orders (ecommerce_number);
CREATE INDEX IF NOT EXISTS orders_changed ON orders (changed_at);
CREATE TABLE IF NOT EXISTS order_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, item_number INTEGER NOT NULL, variant_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
  despatched INTEGER NOT NULL DEFAULT 0, returned INTEGER NOT NULL DEFAULT 0, price INTEGER NOT NULL, tax_rate_id INTEGER, location_id INTEGER NOT NULL, ecommerce_item_id TEXT);
CREATE INDEX IF NOT EXISTS order_lines_order ON order_lines (order_id);
CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, courier TEXT, consignments TEXT NOT NULL, delivered_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_order ON deliveries (order_id);
CREATE TABLE IF NOT EXISTS delivery_lines (delivery_id INTEGER NOT NULL, order_line_id INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (delivery_id, order_line_id));
CREATE TABLE IF NOT EXISTS returns (id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, notes TEXT, received_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS returns_received ON returns (received_at);
CREATE TABLE IF NOT EXISTS return_lines (return_id INTEGER NOT NULL, order_line_id INTEGER NOT NULL, quantity INTEGER NOT NULL, restocked INTEGER NOT NULL, PRIMARY KEY (return_id, order_line_id));
`;

/** Where each kind's ids begin. The seed makes sessions 11 and 12, and export definitions from 101. */
const FIRST_IDS: Record<string, number> = {
  users: 31,
  customers: 1_375,
  contacts: 4_001,
  delivery_addresses: 6_001,
  products: 20_001,
  variants: 40_001,
  export_definitions: 101,
  sessions: 11,
  orders: 700_001,
  order_lines: 2_000_001,
  deliveries: 90_001,
  returns: 80_001,
};

/** Makes the tables where they are missing. */
export function createTables(state: State): void {
  state.exec(TABLES);
  for (const [table, first] of Object.entries(FIRST_IDS))
    if (!state.get('SELECT 1 FROM sqlite_sequence WHERE name = ?', table))
      state.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', table, first - 1);
}
