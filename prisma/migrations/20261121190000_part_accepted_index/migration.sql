-- Orders that a back office is known to have since a moment: whose stock has to be read anew.
CREATE INDEX "part_shop_id_connection_id_accepted_at_idx" ON "part"("shop_id", "connection_id", "accepted_at");
