-- Which units of which part line each shipment and return stands for, and how far a shipment has come in Shopify.
ALTER TABLE "shipment"
  ADD COLUMN "facility_id" TEXT,
  ADD COLUMN "note" TEXT,
  ADD COLUMN "cancelled" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "mirrored_tracking" JSONB,
  ADD COLUMN "round" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "reason" JSONB,
  ADD COLUMN "tried_at" TIMESTAMPTZ(3);

ALTER TABLE "return_record"
  ADD COLUMN "part_id" UUID,
  ADD COLUMN "facility_id" TEXT,
  ADD COLUMN "note" TEXT,
  ADD COLUMN "hash" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "refunded" BIGINT,
  ADD COLUMN "refunded_at" TIMESTAMPTZ(3),
  ADD COLUMN "reason" JSONB,
  ADD COLUMN "tried_at" TIMESTAMPTZ(3);

CREATE TABLE "shipment_line" (
    "shop_id" INTEGER NOT NULL,
    "shipment_id" UUID NOT NULL,
    "part_id" UUID NOT NULL,
    "line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "mirrored" INTEGER NOT NULL DEFAULT 0,
    "elsewhere" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "shipment_line_pkey" PRIMARY KEY ("shop_id","shipment_id","part_id","line_id")
);

CREATE TABLE "return_line" (
    "shop_id" INTEGER NOT NULL,
    "return_id" UUID NOT NULL,
    "part_id" UUID NOT NULL,
    "line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "restocked" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "return_line_pkey" PRIMARY KEY ("shop_id","return_id","part_id","line_id")
);

CREATE INDEX "shipment_line_shop_id_part_id_line_id_idx" ON "shipment_line"("shop_id", "part_id", "line_id");

CREATE INDEX "return_line_shop_id_part_id_line_id_idx" ON "return_line"("shop_id", "part_id", "line_id");

SELECT crossdock_protect_tables();
