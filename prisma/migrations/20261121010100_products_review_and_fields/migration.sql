-- Options and chosen metafields of a variant; what was sent of it last, and what differed from the time before.
ALTER TABLE "variant" ADD COLUMN     "options" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "metafields" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "product_link" ADD COLUMN     "sent" JSONB,
ADD COLUMN     "changes" JSONB;

-- Stockroom: tags, options and metafields that the shop sends, and what the warehouse keeps of a product itself.
ALTER TABLE "stockroom_product" ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "options" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "attributes" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "details" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "details_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "product_review" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "report" JSONB NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "confirmed_by" TEXT,

    CONSTRAINT "product_review_pkey" PRIMARY KEY ("shop_id","connection_id")
);

-- CreateTable
CREATE TABLE "product_update" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "hash" TEXT,
    "reason" JSONB,
    "variant_id" TEXT,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "written_at" TIMESTAMPTZ(3),

    CONSTRAINT "product_update_pkey" PRIMARY KEY ("shop_id","connection_id","sku")
);

-- CreateIndex
CREATE INDEX "product_update_shop_id_connection_id_written_at_idx" ON "product_update"("shop_id", "connection_id", "written_at");

SELECT crossdock_protect_tables();
