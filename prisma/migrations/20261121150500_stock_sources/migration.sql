-- Which facilities' stock a location shows, what is kept back of it, and locations whose stock moved elsewhere.
ALTER TABLE "facility" ADD COLUMN "stock_excluded" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "location_link"
  ADD COLUMN "stock_source" TEXT NOT NULL DEFAULT 'own',
  ADD COLUMN "stock_facilities" TEXT[],
  ADD COLUMN "threshold" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "publish_anyway" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "retired_target" (
    "shop_id" INTEGER NOT NULL,
    "location_id" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "facility_id" TEXT NOT NULL,
    "zero" BOOLEAN NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retired_target_pkey" PRIMARY KEY ("shop_id","location_id")
);

CREATE INDEX "retired_target_shop_id_connection_id_idx" ON "retired_target"("shop_id", "connection_id");

SELECT crossdock_protect_tables();
