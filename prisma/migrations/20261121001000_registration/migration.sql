-- AlterTable
ALTER TABLE "shop" ADD COLUMN "shopify_id" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "connection" ADD COLUMN "registration" JSONB;
