-- Connections that somebody wants to find first.
CREATE TABLE "favourite" (
    "shop_id" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,

    CONSTRAINT "favourite_pkey" PRIMARY KEY ("shop_id","user_id","connection_id")
);

SELECT crossdock_protect_tables();
