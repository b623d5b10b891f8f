-- The address a back office calls is a secret: it is found by its hash, and kept sealed to be shown. SQL can hash what is there; the keys to seal it are the
-- app's, which does it when it starts and empties inbound_token (connections/inbound-token.ts).
ALTER TABLE "connection" ADD COLUMN "inbound_hash" TEXT, ADD COLUMN "inbound_sealed" BYTEA, ALTER COLUMN "inbound_token" DROP NOT NULL;
-- The owner sees no shop's rows either while that is forced.
ALTER TABLE "connection" NO FORCE ROW LEVEL SECURITY;
UPDATE "connection" SET "inbound_hash" = encode(sha256(convert_to("inbound_token", 'UTF8')), 'hex');
ALTER TABLE "connection" FORCE ROW LEVEL SECURITY;
ALTER TABLE "connection" ALTER COLUMN "inbound_hash" SET NOT NULL;
DROP INDEX "connection_shop_id_inbound_token_key";
CREATE UNIQUE INDEX "connection_shop_id_inbound_hash_key" ON "connection"("shop_id", "inbound_hash");
-- Names the connection alone. (Partial, so that Prisma, whose keys all start with shop_id, leaves it be.) That of inbound_token stays, to find what isn't sealed yet.
CREATE UNIQUE INDEX connection_inbound_hash ON connection (inbound_hash) WHERE inbound_hash IS NOT NULL;
