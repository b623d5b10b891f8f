-- Money given back without goods.
ALTER TABLE "stockroom_return" ADD COLUMN "amount" BIGINT;
