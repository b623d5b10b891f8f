import type { State } from '../../kit/state.ts';

/** Where ids of each kind start: real ones are long, and a product that keeps them in 32 bits shall notice. */
const FIRST_ID: Record<string, number> = {
  shops: 81_200_000_000,
  users: 97_300_000_000,
  locations: 74_500_000_000,
  fulfillment_services: 61_000_000,
  products: 8_210_000_000_000,
  variants: 44_900_000_000_000,
  levels: 112_400_000_000,
  customers: 7_110_000_000_000,
  orders: 5_630_000_000_000,
  order_lines: 14_050_000_000_000,
  transactions: 6_720_000_000_000,
  fulfillment_orders: 6_490_000_000_000,
  fo_lines: 13_880_000_000_000,
  holds: 530_000_000,
  merchant_requests: 21_000_000,
  fulfillments: 5_020_000_000_000,
  fulfillment_lines: 11_700_000_000_000,
  fulfillment_events: 33_000_000_000_000,
  refunds: 910_000_000_000,
  refund_lines: 480_000_000_000,
  returns: 9_300_000_000,
  return_lines: 18_600_000_000,
  adjustment_groups: 26_000_000_000,
  edits: 62_000_000_000,
  metafields: 33_900_000_000_000,
  metafield_definitions: 95_000_000_000,
  subscriptions: 1_170_000_000_000,
  bulk_operations: 3_980_000_000_000,
  documents: 96_000_000_000,
  events: 164_000_000_000_000,
};

/** Makes the tables. Moments are ms since 1970; `updated_at` and the like are whole seconds, as Shopify's are. Money is minor units. */
export function createTables(state: State): void {
  state.exec(`
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS shops (id INTEGER PRIMARY KEY AUTOINCREMENT, domain TEXT NOT NULL UNIQUE, data TEXT NOT NULL,
      installed INTEGER NOT NULL DEFAULT 0, scopes TEXT NOT NULL DEFAULT '[]', order_number INTEGER NOT NULL DEFAULT 1000, created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, data TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, shop_id INTEGER NOT NULL, kind TEXT NOT NULL, user_id INTEGER, expires_at INTEGER NOT NULL,
      used INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS refresh_tokens (token TEXT PRIMARY KEY, shop_id INTEGER NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,
      access_token TEXT NOT NULL, next_token TEXT);
    CREATE TABLE IF NOT EXISTS locations (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, name TEXT NOT NULL, active INTEGER NOT NULL,
      online INTEGER NOT NULL, priority INTEGER NOT NULL, data TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS fulfillment_services (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, location_id INTEGER NOT NULL, handle TEXT NOT NULL,
      name TEXT NOT NULL, callback_url TEXT, inventory_management INTEGER NOT NULL, tracking_support INTEGER NOT NULL, requires_shipping_method INTEGER NOT NULL,
      ours INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS products (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, handle TEXT NOT NULL, title TEXT NOT NULL, vendor TEXT NOT NULL,
      product_type TEXT NOT NULL, status TEXT NOT NULL, tags TEXT NOT NULL, gift_card INTEGER NOT NULL, data TEXT NOT NULL, created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, index_due INTEGER NOT NULL DEFAULT 0, indexed_updated_at INTEGER);
    CREATE INDEX IF NOT EXISTS products_updated ON products (shop_id, updated_at);
    CREATE UNIQUE INDEX IF NOT EXISTS products_handle ON products (shop_id, handle);
    CREATE TABLE IF NOT EXISTS variants (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, product_id INTEGER NOT NULL, item_id INTEGER NOT NULL UNIQUE,
      position INTEGER NOT NULL, title TEXT NOT NULL, sku TEXT, barcode TEXT, price INTEGER NOT NULL, compare_at INTEGER, taxable INTEGER NOT NULL, policy TEXT NOT NULL,
      tracked INTEGER NOT NULL, requires_shipping INTEGER NOT NULL, requires_components INTEGER NOT NULL, data TEXT NOT NULL, created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, item_updated_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS variants_product ON variants (product_id, position);
    CREATE INDEX IF NOT EXISTS variants_sku ON variants (shop_id, sku);
    CREATE TABLE IF NOT EXISTS levels (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, item_id INTEGER NOT NULL, location_id INTEGER NOT NULL,
      active INTEGER NOT NULL, available INTEGER NOT NULL DEFAULT 0, committed INTEGER NOT NULL DEFAULT 0, incoming INTEGER NOT NULL DEFAULT 0, reserved INTEGER NOT NULL DEFAULT 0,
      damaged INTEGER NOT NULL DEFAULT 0, safety_stock INTEGER NOT NULL DEFAULT 0, quality_control INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      UNIQUE (item_id, location_id));
    CREATE INDEX IF NOT EXISTS levels_location ON levels (location_id, id);
    CREATE TABLE IF NOT EXISTS adjustment_groups (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, reason TEXT NOT NULL, reference TEXT, changes TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS customers (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, email TEXT, data TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS customers_email ON customers (shop_id, email);
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, customer_id INTEGER,
      email TEXT, source_name TEXT NOT NULL, test INTEGER NOT NULL, edited INTEGER NOT NULL DEFAULT 0, routed INTEGER NOT NULL DEFAULT 0, financial TEXT NOT NULL, fulfillment TEXT NOT NULL,
      currency TEXT NOT NULL, presentment TEXT NOT NULL, tags TEXT NOT NULL, data TEXT NOT NULL, cancel_reason TEXT, created_at INTEGER NOT NULL, processed_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL, cancelled_at INTEGER, closed_at INTEGER, index_due INTEGER NOT NULL DEFAULT 0, indexed_updated_at INTEGER);
    CREATE UNIQUE INDEX IF NOT EXISTS orders_name ON orders (shop_id, name);
    CREATE INDEX IF NOT EXISTS orders_updated ON orders (shop_id, updated_at);
    CREATE INDEX IF NOT EXISTS orders_created ON orders (shop_id, created_at);
    CREATE TABLE IF NOT EXISTS order_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, variant_id INTEGER, product_id INTEGER, item_id INTEGER, sku TEXT,
      quantity INTEGER NOT NULL, current INTEGER NOT NULL, requires_shipping INTEGER NOT NULL, data TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS order_lines_order ON order_lines (order_id);
    CREATE TABLE IF NOT EXISTS transactions (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, order_id INTEGER NOT NULL, parent_id INTEGER, refund_id INTEGER, kind TEXT NOT NULL,
      status TEXT NOT NULL, gateway TEXT NOT NULL, shop_amount INTEGER NOT NULL, amount INTEGER NOT NULL, data TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS transactions_order ON transactions (order_id);
    CREATE TABLE IF NOT EXISTS fulfillment_orders (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, order_id INTEGER NOT NULL, location_id INTEGER NOT NULL, status TEXT NOT NULL,
      request_status TEXT NOT NULL, progress INTEGER NOT NULL DEFAULT 0, fulfill_at INTEGER, fulfill_by INTEGER, data TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      index_due INTEGER NOT NULL DEFAULT 0, indexed_updated_at INTEGER);
    CREATE INDEX IF NOT EXISTS fulfillment_orders_order ON fulfillment_orders (order_id);
    CREATE INDEX IF NOT EXISTS fulfillment_orders_updated ON fulfillment_orders (shop_id, updated_at);
    CREATE TABLE IF NOT EXISTS fo_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, fo_id INTEGER NOT NULL, line_id INTEGER NOT NULL, total INTEGER NOT NULL, remaining INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS fo_lines_fo ON fo_lines (fo_id);
    CREATE INDEX IF NOT EXISTS fo_lines_line ON fo_lines (line_id);
    CREATE TABLE IF NOT EXISTS holds (id INTEGER PRIMARY KEY AUTOINCREMENT, fo_id INTEGER NOT NULL, handle TEXT NOT NULL, reason TEXT NOT NULL, notes TEXT, external_id TEXT, by_app INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS holds_fo ON holds (fo_id);
    CREATE TABLE IF NOT EXISTS merchant_requests (id INTEGER PRIMARY KEY AUTOINCREMENT, fo_id INTEGER NOT NULL, kind TEXT NOT NULL, message TEXT, options TEXT, sent_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS merchant_requests_fo ON merchant_requests (fo_id);
    CREATE TABLE IF NOT EXISTS fulfillments (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, order_id INTEGER NOT NULL, location_id INTEGER NOT NULL, name TEXT NOT NULL,
      status TEXT NOT NULL, display TEXT NOT NULL, tracking TEXT NOT NULL, data TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS fulfillments_order ON fulfillments (order_id);
    CREATE TABLE IF NOT EXISTS fulfillment_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, fulfillment_id INTEGER NOT NULL, fo_id INTEGER, fo_line_id INTEGER, line_id INTEGER NOT NULL, quantity INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS fulfillment_lines_fulfillment ON fulfillment_lines (fulfillment_id);
    CREATE INDEX IF NOT EXISTS fulfillment_lines_line ON fulfillment_lines (line_id);
    CREATE INDEX IF NOT EXISTS fulfillment_lines_fo ON fulfillment_lines (fo_id);
    CREATE TABLE IF NOT EXISTS fulfillment_events (id INTEGER PRIMARY KEY AUTOINCREMENT, fulfillment_id INTEGER NOT NULL, status TEXT NOT NULL, data TEXT NOT NULL, happened_at INTEGER NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS fulfillment_events_fulfillment ON fulfillment_events (fulfillment_id);
    CREATE TABLE IF NOT EXISTS refunds (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, order_id INTEGER NOT NULL, return_id INTEGER, note TEXT, data TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS refunds_order ON refunds (order_id);
    CREATE TABLE IF NOT EXISTS refund_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, refund_id INTEGER NOT NULL, line_id INTEGER NOT NULL, quantity INTEGER NOT NULL, restock_type TEXT NOT NULL,
      restocked INTEGER NOT NULL, location_id INTEGER, data TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS refund_lines_refund ON refund_lines (refund_id);
    CREATE INDEX IF NOT EXISTS refund_lines_line ON refund_lines (line_id);
    CREATE TABLE IF NOT EXISTS returns (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, order_id INTEGER NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL, closed_at INTEGER);
    CREATE INDEX IF NOT EXISTS returns_order ON returns (order_id);
    CREATE TABLE IF NOT EXISTS return_lines (id INTEGER PRIMARY KEY AUTOINCREMENT, return_id INTEGER NOT NULL, fulfillment_line_id INTEGER NOT NULL, line_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
      processed INTEGER NOT NULL DEFAULT 0, refunded INTEGER NOT NULL DEFAULT 0, reason_id INTEGER, note TEXT);
    CREATE INDEX IF NOT EXISTS return_lines_return ON return_lines (return_id);
    CREATE INDEX IF NOT EXISTS return_lines_fulfillment_line ON return_lines (fulfillment_line_id);
    CREATE TABLE IF NOT EXISTS edits (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, order_id INTEGER NOT NULL, quantities TEXT NOT NULL, committed INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS metafields (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, owner TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (owner, namespace, key));
    CREATE INDEX IF NOT EXISTS metafields_value ON metafields (shop_id, namespace, key, value);
    CREATE TABLE IF NOT EXISTS metafield_definitions (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, owner_type TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL,
      UNIQUE (shop_id, owner_type, namespace, key));
    CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS documents_kind ON documents (shop_id, kind);
    CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, subject_type TEXT NOT NULL, subject_id INTEGER NOT NULL, action TEXT NOT NULL, message TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS events_created ON events (shop_id, created_at);
    CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, shop_id INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, due_at INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, result TEXT);
    CREATE INDEX IF NOT EXISTS jobs_due ON jobs (done, due_at);
    CREATE TABLE IF NOT EXISTS idempotency (shop_id INTEGER NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, answer TEXT, created_at INTEGER NOT NULL, PRIMARY KEY (shop_id, key));
    CREATE TABLE IF NOT EXISTS bulk_operations (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, error_code TEXT, query TEXT NOT NULL, data TEXT NOT NULL,
      object_count INTEGER NOT NULL DEFAULT 0, root_count INTEGER NOT NULL DEFAULT 0, file TEXT, file_size INTEGER, partial INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, completed_at INTEGER);
    CREATE TABLE IF NOT EXISTS uploads (key TEXT PRIMARY KEY, shop_id INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS subscriptions (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, topic TEXT NOT NULL, uri TEXT NOT NULL, format TEXT NOT NULL, include_fields TEXT NOT NULL,
      name TEXT, failures INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS toml_failures (shop_id INTEGER NOT NULL, topic TEXT NOT NULL, uri TEXT NOT NULL, failures INTEGER NOT NULL, PRIMARY KEY (shop_id, topic, uri));
    CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, shop_id INTEGER NOT NULL, subscription_id INTEGER, topic TEXT NOT NULL, uri TEXT NOT NULL, name TEXT, webhook_id TEXT NOT NULL, event_id TEXT NOT NULL,
      triggered_at INTEGER NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at);
    CREATE TABLE IF NOT EXISTS counters (kind TEXT PRIMARY KEY, n INTEGER NOT NULL);
  `);
  if (state.get("SELECT 1 FROM meta WHERE key = 'ids'")) return;
  state.transaction(() => {
    for (const [table, first] of Object.entries(FIRST_ID))
      state.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', table, first);
    state.run("INSERT INTO counters (kind, n) VALUES ('items', 46800000000000), ('plain_ids', 17000000000)");
    state.run("INSERT INTO meta (key, value) VALUES ('ids', 'seeded')");
  });
}

/** A new id of a kind that has no table of its own (inventory items, shipping lines, addresses …). */
export function newId(state: State, kind: 'items' | 'plain_ids'): number {
  return (state.get<{ n: number }>('UPDATE counters SET n = n + 1 WHERE kind = ? RETURNING n', kind) as { n: number }).n;
}
