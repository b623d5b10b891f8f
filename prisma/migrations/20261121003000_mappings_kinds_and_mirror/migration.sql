-- AlterTable
ALTER TABLE "shop_order" ADD COLUMN     "used_values" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "observed_value" ADD COLUMN     "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "location" ADD COLUMN     "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "mirrored_mapping" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "target" TEXT,
    "carrier" TEXT,
    "refused" TEXT,
    "written_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mirrored_mapping_pkey" PRIMARY KEY ("shop_id","connection_id","kind","source")
);

-- CreateIndex
CREATE INDEX "variant_shop_id_product_type_idx" ON "variant"("shop_id", "product_type");

SELECT crossdock_protect_tables();
