-- SKUs that differ only in case or spaces are found together. Kept as columns and not as indexes on an expression: under row-level security
-- PostgreSQL uses an index only for conditions that can't leak, and lower() and btrim() aren't declared so.
DROP INDEX variant_loose_sku;
DROP INDEX variant_loose_barcode;
DROP INDEX remote_stock_loose_sku;

ALTER TABLE "variant" ADD COLUMN "sku_key" TEXT GENERATED ALWAYS AS (lower(btrim(sku))) STORED,
  ADD COLUMN "barcode_key" TEXT GENERATED ALWAYS AS (lower(btrim(coalesce(barcode, '')))) STORED;
ALTER TABLE "remote_stock" ADD COLUMN "sku_key" TEXT GENERATED ALWAYS AS (lower(btrim(sku))) STORED;

-- CreateIndex
CREATE INDEX "variant_shop_id_sku_key_idx" ON "variant"("shop_id", "sku_key");
-- CreateIndex
CREATE INDEX "variant_shop_id_barcode_key_idx" ON "variant"("shop_id", "barcode_key");
-- CreateIndex
CREATE INDEX "remote_stock_shop_id_connection_id_sku_key_idx" ON "remote_stock"("shop_id", "connection_id", "sku_key");
