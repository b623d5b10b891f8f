import type pg from 'pg';
import { FACILITY } from './shops.ts';

/** Whose rows they are, and where its goods lie; the facility is the quick office's unless told. */
export interface Place {
  shopId: number;
  connectionId: string;
  locationId: string;
  facilityId?: string;
}

/** A shop's catalogue with its levels on both sides, by SQL: what an import and a pull would have left. */
export async function fillStock(
  client: pg.Client,
  { shopId, connectionId, locationId, facilityId = FACILITY }: Place,
  { variants, changed }: { variants: number; changed: number },
): Promise<void> {
  await client.query(
    `INSERT INTO variant (shop_id, id, product_id, inventory_item_id, sku, barcode, product_title, title, product_type, vendor, tags, status, price,
       tracked, requires_shipping, is_gift_card, has_components, when_out_of_stock, shopify_updated_at, read_at)
     SELECT $1, 'gid://shopify/ProductVariant/' || n, 'gid://shopify/Product/' || n / 10, 'gid://shopify/InventoryItem/' || n, 'SKU-' || n, '4' || lpad(n::text, 12, '0'),
       'Product ' || n / 10, 'Size ' || n % 10, 'Type ' || n % 40, 'Vendor ' || n % 25, ARRAY['tag-' || n % 7], CASE WHEN n % 20 = 0 THEN 'DRAFT' ELSE 'ACTIVE' END,
       1000 + n % 900, true, true, false, false, 'deny', now() - interval '30 days', now() - interval '1 day'
     FROM generate_series(1, $2::int) n ON CONFLICT DO NOTHING`,
    [shopId, variants],
  );
  await client.query(
    `INSERT INTO remote_stock (shop_id, connection_id, facility_id, sku, available, as_of)
     SELECT $1, $2, $3, 'SKU-' || n, CASE WHEN n <= $5 THEN 7 ELSE 5 END, now() FROM generate_series(1, $4::int) n ON CONFLICT DO NOTHING`,
    [shopId, connectionId, facilityId, variants, changed],
  );
  await client.query(
    `INSERT INTO stock_level (shop_id, inventory_item_id, location_id, available, committed, active, read_at, published_at)
     SELECT $1, 'gid://shopify/InventoryItem/' || n, $2, 5, 0, true, now(), now() - interval '1 day' FROM generate_series(1, $3::int) n ON CONFLICT DO NOTHING`,
    [shopId, locationId, variants],
  );
  await client.query('ANALYZE variant, remote_stock, stock_level');
}

/** Orders that went, with their parts, lines, writes and timelines; every tenth also has a shipment. `from`: the number of the first. */
export async function fillOrders(
  client: pg.Client,
  { shopId, connectionId, locationId, facilityId = FACILITY }: Place,
  { from, count }: { from: number; count: number },
): Promise<void> {
  const given = [shopId, from, count];
  await client.query(
    `INSERT INTO shop_order (shop_id, id, name, shopify_updated_at, placed_at, closed_at, financial_status, fulfilment_status, currency, total, units, channel, tags,
       verdict, reason, first_seen_at, decided_at)
     SELECT $1, 'gid://shopify/Order/' || n * 10, '#' || n, at, at, CASE WHEN n % 10 < 9 THEN at + interval '2 days' END, 'PAID',
       CASE WHEN n % 10 < 9 THEN 'FULFILLED' ELSE 'UNFULFILLED' END, 'EUR', 3500, 3, 'web', ARRAY['vip'],
       CASE WHEN n % 50 = 0 THEN 'hold' WHEN n % 50 = 1 THEN 'skip' ELSE 'send' END,
       CASE WHEN n % 50 = 0 THEN '{"code":"shipping-unmapped","params":{"value":"Express"}}'::jsonb ELSE '{"code":"","params":{}}'::jsonb END, at, at
     FROM (SELECT n, now() - (($2::int + $3::int - n) * interval '26 seconds') AS at FROM generate_series($2::int, $2::int + $3::int - 1) n) o ON CONFLICT DO NOTHING`,
    given,
  );
  await client.query(
    `INSERT INTO part (shop_id, order_id, connection_id, number, reference, state, location_id, facility_id, fulfilment_order_ids, remote_id, remote_number, sent_hash,
       mapping_version, total, accepted_at, created_at)
     SELECT $1, 'gid://shopify/Order/' || n * 10, $4, 1, '#' || n, CASE WHEN n % 10 < 9 THEN 'shipped' ELSE 'sent' END, $5, $6,
       ARRAY['gid://shopify/FulfillmentOrder/' || n * 10], 'r' || n, 'W' || n, 'hash', 1, 3500, at, at
     FROM (SELECT n, now() - (($2::int + $3::int - n) * interval '26 seconds') AS at FROM generate_series($2::int, $2::int + $3::int - 1) n WHERE n % 50 > 1) o ON CONFLICT DO NOTHING`,
    [...given, connectionId, locationId, facilityId],
  );
  await client.query(
    `INSERT INTO part_line (shop_id, part_id, line_id, sku, inventory_item_id, location_id, quantity, open, shipped)
     SELECT p.shop_id, p.id, p.order_id || '/line/' || l, 'SKU-' || l, 'gid://shopify/InventoryItem/' || 1 + (hashtext(p.reference || l) & 65535) % 1000, p.location_id, l,
       CASE WHEN p.state = 'shipped' THEN 0 ELSE l END, CASE WHEN p.state = 'shipped' THEN l ELSE 0 END
     FROM part p, generate_series(1, 2) l WHERE p.shop_id = $1 ON CONFLICT DO NOTHING`,
    [shopId],
  );
  await client.query(
    `INSERT INTO "write" (shop_id, connection_id, target, kind, subject_kind, subject_id, key, class, state, before, after, answer, attempts, created_at, sent_at, settled_at)
     SELECT shop_id, connection_id, 'back-office', 'order-create', 'part', id::text, 'order-create ' || connection_id || ' ' || reference, 'compensable', 'landed', '{}', '{}', '{}', 1,
       created_at, created_at, created_at FROM part WHERE shop_id = $1 ON CONFLICT DO NOTHING`,
    [shopId],
  );
  await client.query(
    `INSERT INTO timeline_event (shop_id, subject_kind, subject_id, at, kind, params)
     SELECT shop_id, 'order', id, placed_at + e * interval '1 second', (ARRAY['seen', 'decided-send', 'sent'])[e], '{}' FROM shop_order, generate_series(1, 3) e WHERE shop_id = $1 ON CONFLICT DO NOTHING`,
    [shopId],
  );
  await client.query(
    `INSERT INTO shipment (shop_id, connection_id, remote_id, reference, part_id, order_id, state, lines, tracking, hash, mirrored_hash, shipped_at, fulfilment_ids, seen_at, mirrored_at)
     SELECT shop_id, connection_id, 's' || remote_id, reference, id, order_id, 'mirrored', '[]', '[{"number":"T1","carrier":"DHL","url":null}]', 'h', 'h', created_at + interval '1 day',
       ARRAY['gid://shopify/Fulfillment/' || remote_id], created_at + interval '1 day', created_at + interval '1 day'
     FROM part WHERE shop_id = $1 AND state = 'shipped' ON CONFLICT DO NOTHING`,
    [shopId],
  );
  await client.query(
    `INSERT INTO shipment_line (shop_id, shipment_id, part_id, line_id, quantity, mirrored)
     SELECT s.shop_id, s.id, l.part_id, l.line_id, l.quantity, l.quantity FROM shipment s JOIN part_line l ON l.shop_id = s.shop_id AND l.part_id = s.part_id WHERE s.shop_id = $1 ON CONFLICT DO NOTHING`,
    [shopId],
  );
  await client.query(
    `INSERT INTO inbox_item (shop_id, key, door, topic, subject_kind, subject_id, received_at, handled_at)
     SELECT shop_id, 'webhook ' || id, 'webhook', 'orders/create', 'order', id, placed_at, placed_at + interval '1 second' FROM shop_order WHERE shop_id = $1 ON CONFLICT DO NOTHING`,
    [shopId],
  );
}

/** Open problems, four times as many closed ones, runs with their lines, and changes in the audit log. */
export async function fillHistory(
  client: pg.Client,
  { shopId, connectionId }: { shopId: number; connectionId: string },
  { problems, runs, linesARun }: { problems: number; runs: number; linesARun: number },
): Promise<void> {
  await client.query(
    `INSERT INTO problem (shop_id, connection_id, sync, cause, subject_kind, subject_id, subject_label, params, detail, opened_at, last_seen_at, closed_at, evidence)
     SELECT $1, $2, 'inventory', (ARRAY['stock-unknown', 'sku-duplicate', 'stock-refused'])[1 + n % 3], 'variant', 'gid://shopify/ProductVariant/' || n, 'SKU-' || n,
       jsonb_build_object('sku', 'SKU-' || n, 'vendorText', ''), '', now() - n * interval '1 minute', now(), CASE WHEN n > $3::int THEN now() END, ''
     FROM generate_series(1, $3::int * 5) n ON CONFLICT DO NOTHING`,
    [shopId, connectionId, problems],
  );
  await client.query(
    `INSERT INTO run (shop_id, connection_id, sync, door, state, task, counts, created_at, started_at, finished_at)
     SELECT $1, $2, (ARRAY['orders', 'inventory', 'products', 'shipments'])[1 + n % 4], 'schedule', 'finished', 'scheduled',
       '{"seen":250,"done":200,"skipped":50,"held":0,"failed":0,"total":250}', at, at, at + interval '1 minute'
     FROM (SELECT n, now() - n * interval '10 minutes' AS at FROM generate_series(1, $3::int) n) r ON CONFLICT DO NOTHING`,
    [shopId, connectionId, runs],
  );
  await client.query(
    `INSERT INTO plan_item (shop_id, run_id, item_key, action, label, before, after, reason, outcome)
     SELECT r.shop_id, r.id, 'gid://shopify/InventoryItem/' || n || '@gid://shopify/Location/1', (ARRAY['update', 'zero', 'skip'])[1 + n % 3], 'SKU-' || n, 5, 7,
       CASE WHEN n % 3 = 2 THEN '{"code":"unknown","params":{}}'::jsonb END, 'done'
     FROM (SELECT * FROM run WHERE shop_id = $1 ORDER BY created_at DESC LIMIT 40) r, generate_series(1, $2::int) n ON CONFLICT DO NOTHING`,
    [shopId, linesARun],
  );
  await client.query(
    `INSERT INTO audit_entry (shop_id, at, user_id, user_name, connection_id, action, subject, before, after)
     SELECT $1, now() - n * interval '1 hour', '1', 'Ada', $2, 'sync-settings-changed', 'sync orders', '{}', '{}' FROM generate_series(1, 500) n ON CONFLICT DO NOTHING`,
    [shopId, connectionId],
  );
  await client.query('ANALYZE');
}
