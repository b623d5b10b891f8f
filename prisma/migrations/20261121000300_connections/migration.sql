-- Of several locations on one facility exactly one carries its stock: two would sell the same pieces twice.
CREATE UNIQUE INDEX location_link_one_carrier ON location_link (shop_id, connection_id, facility_id) WHERE carries_stock;
-- The address a back office calls names the connection by this secret alone. (Partial, so that Prisma, whose keys all start with shop_id, leaves it be.)
CREATE UNIQUE INDEX connection_inbound_token ON connection (inbound_token) WHERE inbound_token IS NOT NULL;

SELECT crossdock_protect_tables();
