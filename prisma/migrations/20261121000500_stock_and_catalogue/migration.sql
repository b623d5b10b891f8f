-- CreateTable
CREATE TABLE "noted_level" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "inventory_item_id" TEXT NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "noted_level_pkey" PRIMARY KEY ("shop_id","connection_id","inventory_item_id")
);

-- CreateTable
CREATE TABLE "imported_product" (
    "shop_id" INTEGER NOT NULL,
    "operation_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "vendor" TEXT NOT NULL,
    "product_type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "tags" TEXT[],
    "is_gift_card" BOOLEAN NOT NULL,
    "image_url" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "imported_product_pkey" PRIMARY KEY ("shop_id","operation_id","product_id")
);

-- CreateTable
CREATE TABLE "imported_variant" (
    "shop_id" INTEGER NOT NULL,
    "operation_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "imported_variant_pkey" PRIMARY KEY ("shop_id","operation_id","variant_id")
);

-- SKUs that differ only in case or spaces are found together, on both sides; Prisma's schema can't name an index on an expression.
CREATE INDEX variant_loose_sku ON variant (shop_id, lower(btrim(sku)));
CREATE INDEX variant_loose_barcode ON variant (shop_id, lower(btrim(coalesce(barcode, ''))));
CREATE INDEX remote_stock_loose_sku ON remote_stock (shop_id, connection_id, lower(btrim(sku)));
-- What is still open of what was handed over: small however many orders there were.
CREATE INDEX part_line_open ON part_line (shop_id, inventory_item_id) WHERE open > 0;
-- Items with units in flight are read again by each run.
CREATE INDEX stock_level_committed ON stock_level (shop_id, inventory_item_id) WHERE committed > 0;
-- The pages list the newest changes first and count the last day.
CREATE INDEX product_link_pushed ON product_link (shop_id, connection_id, pushed_at);

SELECT crossdock_protect_tables();
