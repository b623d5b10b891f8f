-- CreateTable
CREATE TABLE "stockroom_counter" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "change" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "stockroom_counter_pkey" PRIMARY KEY ("shop_id","connection_id")
);

-- CreateTable
CREATE TABLE "stockroom_store" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slip_note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_store_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_facility" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "address" JSONB,
    "store_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_facility_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_product" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "external_id" TEXT,
    "barcode" TEXT,
    "title" TEXT NOT NULL,
    "variant_title" TEXT,
    "product_type" TEXT NOT NULL DEFAULT '',
    "vendor" TEXT NOT NULL DEFAULT '',
    "price" BIGINT,
    "cost" BIGINT,
    "currency" TEXT,
    "weight_grams" DOUBLE PRECISION,
    "country_of_origin" TEXT,
    "hs_code" TEXT,
    "image_url" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_product_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_stock" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "facility_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "on_hand" INTEGER NOT NULL DEFAULT 0,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    "counted" BOOLEAN NOT NULL DEFAULT false,
    "shelf" TEXT NOT NULL DEFAULT '',
    "change" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_stock_pkey" PRIMARY KEY ("shop_id","connection_id","facility_id","product_id")
);

-- CreateTable
CREATE TABLE "stockroom_stock_entry" (
    "shop_id" INTEGER NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "connection_id" UUID NOT NULL,
    "facility_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "before" INTEGER NOT NULL,
    "after" INTEGER NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "actor_kind" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "reference" TEXT,
    "batch_id" UUID NOT NULL,

    CONSTRAINT "stockroom_stock_entry_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_order" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "external_id" TEXT,
    "external_name" TEXT,
    "customer_hash" TEXT,
    "store_id" UUID,
    "facility_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL,
    "held_at" TIMESTAMPTZ(3),
    "held_reason" TEXT NOT NULL DEFAULT '',
    "picking_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT NOT NULL DEFAULT '',
    "closed_at" TIMESTAMPTZ(3),
    "currency" TEXT NOT NULL,
    "taxes_included" BOOLEAN NOT NULL,
    "total" BIGINT NOT NULL,
    "units" INTEGER NOT NULL,
    "channel" TEXT,
    "delivery_method" TEXT NOT NULL,
    "shipping" JSONB,
    "payments" JSONB NOT NULL,
    "charges" JSONB NOT NULL,
    "tags" TEXT[],
    "personal" BYTEA,
    "personal_purged_at" TIMESTAMPTZ(3),
    "change" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_order_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_order_line" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "external_id" TEXT,
    "product_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "packed" INTEGER NOT NULL DEFAULT 0,
    "shipped" INTEGER NOT NULL DEFAULT 0,
    "cancelled" INTEGER NOT NULL DEFAULT 0,
    "returned" INTEGER NOT NULL DEFAULT 0,
    "unit_price" BIGINT NOT NULL,
    "discount" BIGINT NOT NULL,
    "total" BIGINT NOT NULL,
    "taxes" JSONB NOT NULL,

    CONSTRAINT "stockroom_order_line_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_order_event" (
    "shop_id" INTEGER NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "order_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,

    CONSTRAINT "stockroom_order_event_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_shipment" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "facility_id" UUID NOT NULL,
    "tracking" JSONB NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "packed_at" TIMESTAMPTZ(3) NOT NULL,
    "shipped_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "change" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_shipment_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_shipment_line" (
    "shop_id" INTEGER NOT NULL,
    "shipment_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "stockroom_shipment_line_pkey" PRIMARY KEY ("shop_id","shipment_id","line_id")
);

-- CreateTable
CREATE TABLE "stockroom_return" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "facility_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "change" BIGINT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_return_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_return_line" (
    "shop_id" INTEGER NOT NULL,
    "return_id" UUID NOT NULL,
    "line_id" UUID NOT NULL,
    "restocked" BOOLEAN NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "stockroom_return_line_pkey" PRIMARY KEY ("shop_id","return_id","line_id","restocked")
);

-- CreateTable
CREATE TABLE "stockroom_token" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "ending" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "stockroom_token_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "stockroom_request" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stockroom_request_pkey" PRIMARY KEY ("shop_id","connection_id","kind","reference")
);

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_store_shop_id_connection_id_name_key" ON "stockroom_store"("shop_id", "connection_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_facility_shop_id_connection_id_code_key" ON "stockroom_facility"("shop_id", "connection_id", "code");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_facility_shop_id_connection_id_name_key" ON "stockroom_facility"("shop_id", "connection_id", "name");

-- CreateIndex
CREATE INDEX "stockroom_product_shop_id_connection_id_barcode_idx" ON "stockroom_product"("shop_id", "connection_id", "barcode");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_product_shop_id_connection_id_sku_key" ON "stockroom_product"("shop_id", "connection_id", "sku");

-- CreateIndex
CREATE INDEX "stockroom_stock_shop_id_connection_id_product_id_idx" ON "stockroom_stock"("shop_id", "connection_id", "product_id");

-- CreateIndex
CREATE INDEX "stockroom_stock_shop_id_connection_id_change_idx" ON "stockroom_stock"("shop_id", "connection_id", "change");

-- CreateIndex
CREATE INDEX "stockroom_stock_shop_id_connection_id_changed_at_idx" ON "stockroom_stock"("shop_id", "connection_id", "changed_at");

-- CreateIndex
CREATE INDEX "stockroom_stock_entry_shop_id_connection_id_product_id_at_idx" ON "stockroom_stock_entry"("shop_id", "connection_id", "product_id", "at" DESC);

-- CreateIndex
CREATE INDEX "stockroom_stock_entry_shop_id_connection_id_at_idx" ON "stockroom_stock_entry"("shop_id", "connection_id", "at" DESC);

-- CreateIndex
CREATE INDEX "stockroom_stock_entry_shop_id_batch_id_idx" ON "stockroom_stock_entry"("shop_id", "batch_id");

-- CreateIndex
CREATE INDEX "stockroom_order_shop_id_connection_id_accepted_at_id_idx" ON "stockroom_order"("shop_id", "connection_id", "accepted_at" DESC, "id");

-- CreateIndex
CREATE INDEX "stockroom_order_shop_id_connection_id_state_accepted_at_idx" ON "stockroom_order"("shop_id", "connection_id", "state", "accepted_at" DESC);

-- CreateIndex
CREATE INDEX "stockroom_order_shop_id_external_id_idx" ON "stockroom_order"("shop_id", "external_id");

-- CreateIndex
CREATE INDEX "stockroom_order_shop_id_customer_hash_idx" ON "stockroom_order"("shop_id", "customer_hash");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_order_shop_id_connection_id_reference_key" ON "stockroom_order"("shop_id", "connection_id", "reference");

-- CreateIndex
CREATE INDEX "stockroom_order_line_shop_id_order_id_position_idx" ON "stockroom_order_line"("shop_id", "order_id", "position");

-- CreateIndex
CREATE INDEX "stockroom_order_line_shop_id_product_id_idx" ON "stockroom_order_line"("shop_id", "product_id");

-- CreateIndex
CREATE INDEX "stockroom_order_event_shop_id_order_id_id_idx" ON "stockroom_order_event"("shop_id", "order_id", "id");

-- CreateIndex
CREATE INDEX "stockroom_shipment_shop_id_connection_id_change_idx" ON "stockroom_shipment"("shop_id", "connection_id", "change");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_shipment_shop_id_order_id_number_key" ON "stockroom_shipment"("shop_id", "order_id", "number");

-- CreateIndex
CREATE INDEX "stockroom_shipment_line_shop_id_line_id_idx" ON "stockroom_shipment_line"("shop_id", "line_id");

-- CreateIndex
CREATE INDEX "stockroom_return_shop_id_connection_id_change_idx" ON "stockroom_return"("shop_id", "connection_id", "change");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_return_shop_id_order_id_number_key" ON "stockroom_return"("shop_id", "order_id", "number");

-- CreateIndex
CREATE INDEX "stockroom_token_hash_idx" ON "stockroom_token"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "stockroom_token_shop_id_connection_id_name_key" ON "stockroom_token"("shop_id", "connection_id", "name");


-- What must hold whoever writes. Available may fall below zero (back-order); what lies on the shelf may not.
ALTER TABLE stockroom_stock ADD CONSTRAINT stockroom_stock_amounts CHECK (on_hand >= 0 AND reserved >= 0);
ALTER TABLE stockroom_order_line ADD CONSTRAINT stockroom_order_line_amounts
  CHECK (quantity > 0 AND packed >= 0 AND shipped >= 0 AND cancelled >= 0 AND packed + shipped + cancelled <= quantity AND returned >= 0);
ALTER TABLE stockroom_shipment_line ADD CONSTRAINT stockroom_shipment_line_amounts CHECK (quantity > 0);
ALTER TABLE stockroom_return_line ADD CONSTRAINT stockroom_return_line_amounts CHECK (quantity > 0);
-- Closed orders whose personal data waits for its end.
CREATE INDEX stockroom_order_personal ON stockroom_order (shop_id, closed_at) WHERE personal IS NOT NULL AND closed_at IS NOT NULL;

SELECT crossdock_protect_tables();
