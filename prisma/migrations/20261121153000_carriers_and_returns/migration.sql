-- What carriers are called in Shopify and where their parcels are followed; returns that go the other way, and those registered in Shopify.
CREATE TABLE "carrier_rule" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "carrier" TEXT NOT NULL,
    "company" TEXT NOT NULL,
    "url" TEXT NOT NULL,

    CONSTRAINT "carrier_rule_pkey" PRIMARY KEY ("shop_id","connection_id","carrier")
);

CREATE TABLE "expected_return" (
    "shop_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "part_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "order_id" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "remote_id" TEXT,
    "units" INTEGER NOT NULL,
    "reason" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "expected_return_pkey" PRIMARY KEY ("shop_id","id","part_id")
);

CREATE INDEX "expected_return_shop_id_connection_id_at_idx" ON "expected_return"("shop_id", "connection_id", "at" DESC);

ALTER TABLE "return_record"
  ADD COLUMN "registered_id" TEXT,
  ADD COLUMN "amount" BIGINT;

SELECT crossdock_protect_tables();
