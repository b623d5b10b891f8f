-- Lines that wait for their goods while the rest ships, what a kit was made of when it went, and what was said in a call that failed.
ALTER TABLE "shop_order" ADD COLUMN "late_lines" TEXT[] NOT NULL DEFAULT '{}';

ALTER TABLE "part" ADD COLUMN "kits" JSONB;

ALTER TABLE "write" ADD COLUMN "trace" JSONB;

-- Units of a line that other places ship: the place that the line is counted at isn't credited with them.
ALTER TABLE "part_line" ADD COLUMN "elsewhere" INTEGER NOT NULL DEFAULT 0;
