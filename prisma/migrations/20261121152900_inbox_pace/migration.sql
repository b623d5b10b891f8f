-- How many orders of a shop were worked through in the last minute, asked for by an open page while orders wait. Rows come into it when they are handled.
CREATE INDEX "inbox_item_handled" ON "inbox_item" ("shop_id", "handled_at") WHERE "handled_at" IS NOT NULL AND "subject_kind" = 'order';
