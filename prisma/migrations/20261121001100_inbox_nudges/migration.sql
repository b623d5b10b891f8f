-- AlterTable
ALTER TABLE "inbox_item" ADD COLUMN "next_nudge" TIMESTAMPTZ(3), ADD COLUMN "nudges" INTEGER NOT NULL DEFAULT 0;

-- The sweeper looks for what is due, not for what is old.
DROP INDEX "inbox_item_waiting_since";
CREATE INDEX "inbox_item_due" ON "inbox_item" (coalesce("next_nudge", "received_at")) WHERE "handled_at" IS NULL;
