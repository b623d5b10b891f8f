-- What Shopify has against what the back office has, per connection and period, with a line for each record that was compared.
CREATE TABLE "statement" (
    "shop_id" INTEGER NOT NULL,
    "run_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "period_from" TIMESTAMPTZ(3) NOT NULL,
    "period_to" TIMESTAMPTZ(3) NOT NULL,
    "phase" TEXT NOT NULL,
    "cursor" TEXT,
    "sums" JSONB NOT NULL,
    "webhooks" JSONB,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "statement_pkey" PRIMARY KEY ("shop_id","run_id")
);

CREATE TABLE "statement_line" (
    "shop_id" INTEGER NOT NULL,
    "run_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "order_id" TEXT,
    "at" TIMESTAMPTZ(3),
    "facts" JSONB NOT NULL DEFAULT '{}',
    "bucket" TEXT NOT NULL DEFAULT '',
    "code" TEXT NOT NULL DEFAULT '',
    "params" JSONB NOT NULL DEFAULT '{}',
    "found" TEXT NOT NULL DEFAULT '',
    "asked" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "statement_line_pkey" PRIMARY KEY ("shop_id","run_id","kind","id")
);

CREATE INDEX "statement_shop_id_connection_id_period_to_idx" ON "statement"("shop_id", "connection_id", "period_to" DESC);

CREATE INDEX "statement_line_shop_id_run_id_kind_bucket_code_idx" ON "statement_line"("shop_id", "run_id", "kind", "bucket", "code");

SELECT crossdock_protect_tables();
