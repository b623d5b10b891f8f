-- Searching for a part of a word. Row-level security keeps ILIKE from an index, because the operator isn't leakproof; so the words are looked up by functions
-- that ask as crossdock_system, filter by the asking shop themselves, and answer ids alone: what they answer is read under the policies as ever.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE INDEX variant_words ON variant USING gin (shop_id, (product_title || ' ' || title || ' ' || sku || ' ' || coalesce(barcode, '')) gin_trgm_ops);
CREATE INDEX shop_order_words ON shop_order USING gin (shop_id, name gin_trgm_ops);
CREATE INDEX part_words ON part USING gin (shop_id, (reference || ' ' || coalesce(remote_number, '')) gin_trgm_ops);

CREATE FUNCTION variants_like(pattern TEXT, most INTEGER) RETURNS SETOF TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT id FROM variant
  WHERE shop_id = nullif(current_setting('app.shop', true), '')::int AND deleted_at IS NULL
    AND (product_title || ' ' || title || ' ' || sku || ' ' || coalesce(barcode, '')) ILIKE pattern
  LIMIT most
$$;

CREATE FUNCTION orders_like(pattern TEXT, most INTEGER) RETURNS SETOF TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT id FROM (
    SELECT id FROM shop_order WHERE shop_id = nullif(current_setting('app.shop', true), '')::int AND name ILIKE pattern
    UNION
    SELECT order_id FROM part
    WHERE shop_id = nullif(current_setting('app.shop', true), '')::int AND (reference || ' ' || coalesce(remote_number, '')) ILIKE pattern
  ) found LIMIT most
$$;

-- A function's owner needs the right to create for the moment in which it becomes the owner.
GRANT CREATE ON SCHEMA public TO crossdock_system;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['variants_like(text, integer)', 'orders_like(text, integer)']
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO crossdock_system', one);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO crossdock_app, crossdock_system', one);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM crossdock_system;
