-- Sold at a till: Shopify commits nothing for it, so that stock must count it until the back office has recorded it.
ALTER TABLE "part" ADD COLUMN "till_sale" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "part_till_sale_idx" ON "part"("shop_id", "connection_id", "accepted_at") WHERE "till_sale";
