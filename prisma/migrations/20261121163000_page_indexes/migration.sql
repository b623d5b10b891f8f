-- What pages list, in their order, without reading a connection's whole history or the whole catalogue.
CREATE INDEX shipment_listed ON shipment (shop_id, connection_id, shipped_at DESC, id DESC);
CREATE INDEX shipment_seen ON shipment (shop_id, connection_id, seen_at DESC);
CREATE INDEX shipment_by_state ON shipment (shop_id, connection_id, state, shipped_at DESC, id DESC);
CREATE INDEX write_listed ON "write" (shop_id, connection_id, kind, created_at DESC);
CREATE INDEX write_intended ON "write" (shop_id, connection_id) WHERE state = 'intended';
CREATE INDEX variant_listed ON variant (shop_id, product_title, product_id, title, id) WHERE deleted_at IS NULL;
