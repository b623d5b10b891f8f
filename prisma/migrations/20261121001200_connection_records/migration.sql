-- CreateTable
CREATE TABLE "connection_record" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "connection_record_pkey" PRIMARY KEY ("shop_id","connection_id","kind","key")
);

-- CreateIndex
CREATE INDEX "connection_record_shop_id_connection_id_kind_created_at_idx" ON "connection_record"("shop_id", "connection_id", "kind", "created_at");

SELECT crossdock_protect_tables();
