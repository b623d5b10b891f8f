-- Where the open units of a line are, of an order that goes over in one from several places. What is known of older ones isn't where: nothing is credited
-- for them until their order is read again.
ALTER TABLE "part_line" ADD COLUMN "places" JSONB;
UPDATE "part_line" SET "places" = '[]' WHERE "elsewhere" > 0;
