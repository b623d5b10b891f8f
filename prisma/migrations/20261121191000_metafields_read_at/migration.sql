-- When a variant's metafields were last asked for: a bulk result that is older must not overwrite them.
ALTER TABLE "variant" ADD COLUMN "metafields_read_at" TIMESTAMPTZ(3);
