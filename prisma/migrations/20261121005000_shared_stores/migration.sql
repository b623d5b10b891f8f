-- The store that a connection belongs to stands among its settings, with the connector that knows what it means (docs/decisions/010-shared-store.md).
ALTER TABLE "connection" DROP COLUMN "store_id";

-- Of which store a product is, where its Stockroom has several.
ALTER TABLE "stockroom_product" ADD COLUMN     "store_id" UUID;

-- CreateTable
CREATE TABLE "stock_pool" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connector" TEXT NOT NULL,
    "stock_key" TEXT,
    "store_id" TEXT,
    "store_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_pool_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_pool_left" (
    "pool_id" UUID NOT NULL,
    "facility_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "on_hand" INTEGER NOT NULL,

    CONSTRAINT "stock_pool_left_pkey" PRIMARY KEY ("pool_id","facility_id","sku")
);

-- CreateTable
CREATE TABLE "stock_pool_member" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "pool_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "imports" BOOLEAN NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_pool_member_pkey" PRIMARY KEY ("shop_id","connection_id")
);
CREATE UNIQUE INDEX "stock_pool_member_shop_id_pool_id_key" ON "stock_pool_member"("shop_id", "pool_id");
CREATE INDEX "stock_pool_member_pool_id_idx" ON "stock_pool_member"("pool_id");

-- CreateTable
CREATE TABLE "stock_pool_code" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "stock_key" TEXT,
    "store_id" TEXT,
    "store_name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "made_by" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "asker_shop_id" INTEGER,
    "asker_connection_id" UUID,
    "asker_name" TEXT,
    "asked_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_pool_code_pkey" PRIMARY KEY ("shop_id","id")
);
CREATE INDEX "stock_pool_code_hash_idx" ON "stock_pool_code"("hash");
CREATE INDEX "stock_pool_code_asker_shop_id_idx" ON "stock_pool_code"("asker_shop_id");

-- CreateTable
CREATE TABLE "stock_pool_sale" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "facility_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "counted_from" TIMESTAMPTZ(3) NOT NULL,
    "units" INTEGER NOT NULL,

    CONSTRAINT "stock_pool_sale_pkey" PRIMARY KEY ("shop_id","connection_id","facility_id","sku","counted_from")
);

-- A pool belongs to its members: each sees it through its own membership, and of the others only what the functions below hand out.
ALTER TABLE stock_pool ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_pool FORCE ROW LEVEL SECURITY;
CREATE POLICY members ON stock_pool FOR SELECT TO crossdock_app USING (id IN (SELECT pool_id FROM stock_pool_member));
CREATE POLICY named_system_queries ON stock_pool TO crossdock_system USING (true);
ALTER TABLE stock_pool_left ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock_pool_left FORCE ROW LEVEL SECURITY;
CREATE POLICY members ON stock_pool_left TO crossdock_app USING (pool_id IN (SELECT pool_id FROM stock_pool_member));
CREATE POLICY named_system_queries ON stock_pool_left TO crossdock_system USING (true);

SELECT crossdock_protect_tables();

-- The only places where one shop's transaction learns of another's rows. They run as crossdock_system, take the asking shop from the transaction and
-- not from their arguments, and answer quantities by the store's own facility and SKU. What several others hold is one sum.

-- Who else shares the store of one of my connections.
CREATE FUNCTION stock_pool_others(mine UUID) RETURNS TABLE (pool_id UUID, shop_id INTEGER, connection_id UUID)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT o.pool_id, o.shop_id, o.connection_id
  FROM stock_pool_member m JOIN stock_pool_member o ON o.pool_id = m.pool_id AND o.shop_id <> m.shop_id
  WHERE m.shop_id = nullif(current_setting('app.shop', true), '')::int AND m.connection_id = mine
$$;

-- Units the others sold that a count made before `counted_from` doesn't lack.
CREATE FUNCTION stock_pool_sales(mine UUID) RETURNS TABLE (facility_id TEXT, sku TEXT, counted_from TIMESTAMPTZ, units INTEGER)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT s.facility_id, s.sku, s.counted_from, sum(s.units)::int
  FROM stock_pool_others(mine) o JOIN stock_pool_sale s ON s.shop_id = o.shop_id AND s.connection_id = o.connection_id
  GROUP BY 1, 2, 3
$$;

-- What the others' Stockrooms and those who left have moved and reserved on the shared shelf. `skus` null: all of it.
CREATE FUNCTION stock_pool_shelf(mine UUID, skus TEXT[]) RETURNS TABLE (facility_id UUID, sku TEXT, on_hand INTEGER, reserved INTEGER, counted BOOLEAN, changed_at TIMESTAMPTZ)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT facility_id, sku, sum(on_hand)::int, sum(reserved)::int, bool_or(counted), max(changed_at) FROM (
    SELECT s.facility_id, p.sku, s.on_hand, s.reserved, s.counted, s.changed_at
    FROM stock_pool_others(mine) o
    JOIN stockroom_product p ON p.shop_id = o.shop_id AND p.connection_id = o.connection_id AND (skus IS NULL OR p.sku = ANY(skus))
    JOIN stockroom_stock s ON s.shop_id = o.shop_id AND s.connection_id = o.connection_id AND s.product_id = p.id
    UNION ALL
    SELECT l.facility_id::uuid, l.sku, l.on_hand, 0, true, NULL
    FROM stock_pool_member m JOIN stock_pool_left l ON l.pool_id = m.pool_id AND (skus IS NULL OR l.sku = ANY(skus))
    WHERE m.shop_id = nullif(current_setting('app.shop', true), '')::int AND m.connection_id = mine
  ) every_part GROUP BY 1, 2
$$;

-- Facilities of the shared store, as whoever imports calls them; without their addresses.
CREATE FUNCTION stock_pool_facilities(mine UUID) RETURNS TABLE (id UUID, code TEXT, name TEXT, active BOOLEAN)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT f.id, f.code, f.name, f.active
  FROM stock_pool_others(mine) o
  JOIN stock_pool_member m ON m.shop_id = o.shop_id AND m.connection_id = o.connection_id AND m.imports
  JOIN stock_pool q ON q.id = m.pool_id
  JOIN stockroom_facility f ON f.shop_id = m.shop_id AND f.connection_id = m.connection_id AND (f.store_id IS NULL OR f.store_id::text = q.store_id)
$$;

-- Which of these SKUs (null: all) the shared store has. Neither titles nor prices: each shop has its own.
CREATE FUNCTION stock_pool_products(mine UUID, skus TEXT[]) RETURNS TABLE (sku TEXT)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT p.sku
  FROM stock_pool_others(mine) o
  JOIN stock_pool_member m ON m.shop_id = o.shop_id AND m.connection_id = o.connection_id AND m.imports
  JOIN stockroom_product p ON p.shop_id = m.shop_id AND p.connection_id = m.connection_id AND (skus IS NULL OR p.sku = ANY(skus))
$$;

-- Names of those who share it, for its page.
CREATE FUNCTION stock_pool_names(mine UUID) RETURNS TABLE (name TEXT, imports BOOLEAN, joined_at TIMESTAMPTZ, own BOOLEAN)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT o.name, o.imports, o.joined_at, o.shop_id = m.shop_id
  FROM stock_pool_member m JOIN stock_pool_member o ON o.pool_id = m.pool_id
  WHERE m.shop_id = nullif(current_setting('app.shop', true), '')::int AND m.connection_id = mine
$$;

-- A function's owner needs the right to create for the moment in which it becomes the owner.
GRANT CREATE ON SCHEMA public TO crossdock_system;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['stock_pool_others(uuid)', 'stock_pool_sales(uuid)', 'stock_pool_shelf(uuid, text[])', 'stock_pool_facilities(uuid)', 'stock_pool_products(uuid, text[])', 'stock_pool_names(uuid)']
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO crossdock_system', one);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO crossdock_app, crossdock_system', one);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM crossdock_system;

-- On a shared shelf a Stockroom's own share may be below zero: it shipped what others had counted. The sum never is (stock-moves).
ALTER TABLE "stockroom_stock" DROP CONSTRAINT "stockroom_stock_amounts";
ALTER TABLE "stockroom_stock" ADD CONSTRAINT "stockroom_stock_amounts" CHECK ("reserved" >= 0);
