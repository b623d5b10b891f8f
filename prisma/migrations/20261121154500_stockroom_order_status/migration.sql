-- What another system that works through the API calls the state of an order.
ALTER TABLE "stockroom_order" ADD COLUMN "status_text" TEXT NOT NULL DEFAULT '';
