-- CreateTable
CREATE TABLE "shop" (
    "id" SERIAL NOT NULL,
    "domain" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "owner_name" TEXT NOT NULL DEFAULT '',
    "plan" TEXT NOT NULL DEFAULT '',
    "country" TEXT NOT NULL DEFAULT '',
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "weight_unit" TEXT NOT NULL DEFAULT 'KILOGRAMS',
    "taxes_included" BOOLEAN NOT NULL DEFAULT false,
    "scopes" TEXT[],
    "installed_at" TIMESTAMPTZ(3) NOT NULL,
    "uninstalled_at" TIMESTAMPTZ(3),
    "swept_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "shop_domain" TEXT NOT NULL,
    "is_online" BOOLEAN NOT NULL,
    "user_id" TEXT,
    "scope" TEXT,
    "expires" TIMESTAMPTZ(3),
    "sealed" BYTEA NOT NULL,
    "key_version" INTEGER NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget" (
    "key" TEXT NOT NULL,
    "capacity" DOUBLE PRECISION NOT NULL,
    "level" DOUBLE PRECISION NOT NULL,
    "restore_per_sec" DOUBLE PRECISION NOT NULL,
    "updated_at_ms" BIGINT NOT NULL,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "budget_slot" (
    "key" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "until_ms" BIGINT NOT NULL,

    CONSTRAINT "budget_slot_pkey" PRIMARY KEY ("key","slot")
);

-- CreateTable
CREATE TABLE "staff" (
    "shop_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "account_owner" BOOLEAN NOT NULL DEFAULT false,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "staff_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" TEXT,
    "user_name" TEXT NOT NULL,
    "connection_id" UUID,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "connection" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connector" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "access" TEXT NOT NULL DEFAULT 'read_write',
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "store_id" TEXT,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "credentials" BYTEA,
    "health" JSONB,
    "blocked" JSONB,
    "mapping_version" INTEGER NOT NULL DEFAULT 1,
    "inbound_token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "remote_token" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "remote_token_pkey" PRIMARY KEY ("shop_id","connection_id")
);

-- CreateTable
CREATE TABLE "sync" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "cursor" JSONB,
    "interval_minutes" INTEGER NOT NULL DEFAULT 10,
    "next_due" TIMESTAMPTZ(3),
    "last_run_at" TIMESTAMPTZ(3),
    "enabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_pkey" PRIMARY KEY ("shop_id","connection_id","kind")
);

-- CreateTable
CREATE TABLE "location" (
    "shop_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "fulfills_online" BOOLEAN NOT NULL,
    "service_name" TEXT,
    "address" JSONB NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "location_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "facility" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "url" TEXT,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "facility_pkey" PRIMARY KEY ("shop_id","connection_id","id")
);

-- CreateTable
CREATE TABLE "location_link" (
    "shop_id" INTEGER NOT NULL,
    "location_id" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "facility_id" TEXT NOT NULL,
    "carries_stock" BOOLEAN NOT NULL DEFAULT true,
    "safety_stock" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "location_link_pkey" PRIMARY KEY ("shop_id","location_id")
);

-- CreateTable
CREATE TABLE "mapping" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "match" TEXT NOT NULL DEFAULT 'exact',
    "source" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mapping_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "observed_value" (
    "shop_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "orders" INTEGER NOT NULL DEFAULT 0,
    "last_seen_at" TIMESTAMPTZ(3),

    CONSTRAINT "observed_value_pkey" PRIMARY KEY ("shop_id","kind","value")
);

-- CreateTable
CREATE TABLE "inbox_item" (
    "shop_id" INTEGER NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "door" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "triggered_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "handled_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbox_item_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "shop_order" (
    "shop_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "shopify_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "cancelled_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "financial_status" TEXT NOT NULL,
    "fulfilment_status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "total" BIGINT NOT NULL,
    "units" INTEGER NOT NULL,
    "channel" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[],
    "verdict" TEXT NOT NULL,
    "reason" JSONB,
    "hold_until" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_order_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "lease" (
    "shop_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "fence" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("shop_id","key")
);

-- CreateTable
CREATE TABLE "part" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "order_id" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "reference" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "location_id" TEXT NOT NULL,
    "facility_id" TEXT NOT NULL,
    "fulfilment_order_ids" TEXT[],
    "remote_id" TEXT,
    "remote_number" TEXT,
    "remote_url" TEXT,
    "sent_hash" TEXT,
    "mapping_version" INTEGER,
    "mapped" JSONB,
    "total" BIGINT NOT NULL DEFAULT 0,
    "accepted_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "part_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "part_line" (
    "shop_id" INTEGER NOT NULL,
    "part_id" UUID NOT NULL,
    "line_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "inventory_item_id" TEXT,
    "location_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "open" INTEGER NOT NULL,
    "shipped" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "part_line_pkey" PRIMARY KEY ("shop_id","part_id","line_id")
);

-- CreateTable
CREATE TABLE "shipment" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "part_id" UUID,
    "order_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'seen',
    "lines" JSONB NOT NULL,
    "tracking" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "mirrored_hash" TEXT,
    "shipped_at" TIMESTAMPTZ(3) NOT NULL,
    "fulfilment_ids" TEXT[],
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "mirrored_at" TIMESTAMPTZ(3),

    CONSTRAINT "shipment_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "return_record" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "order_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'seen',
    "lines" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "refund_id" TEXT,

    CONSTRAINT "return_record_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "variant" (
    "shop_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "inventory_item_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "barcode" TEXT,
    "product_title" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "product_type" TEXT NOT NULL,
    "vendor" TEXT NOT NULL,
    "tags" TEXT[],
    "status" TEXT NOT NULL,
    "price" BIGINT NOT NULL,
    "cost" BIGINT,
    "weight_grams" DOUBLE PRECISION,
    "country_of_origin" TEXT,
    "hs_code" TEXT,
    "image_url" TEXT,
    "tracked" BOOLEAN NOT NULL,
    "requires_shipping" BOOLEAN NOT NULL,
    "is_gift_card" BOOLEAN NOT NULL,
    "has_components" BOOLEAN NOT NULL,
    "when_out_of_stock" TEXT NOT NULL,
    "shopify_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "variant_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "product_link" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "variant_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "remote_id" TEXT,
    "hash" TEXT,
    "reason" JSONB,
    "pushed_at" TIMESTAMPTZ(3),

    CONSTRAINT "product_link_pkey" PRIMARY KEY ("shop_id","connection_id","variant_id")
);

-- CreateTable
CREATE TABLE "stock_level" (
    "shop_id" INTEGER NOT NULL,
    "inventory_item_id" TEXT NOT NULL,
    "location_id" TEXT NOT NULL,
    "available" INTEGER NOT NULL,
    "committed" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_level_pkey" PRIMARY KEY ("shop_id","inventory_item_id","location_id")
);

-- CreateTable
CREATE TABLE "remote_stock" (
    "shop_id" INTEGER NOT NULL,
    "connection_id" UUID NOT NULL,
    "facility_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "available" INTEGER NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "remote_stock_pkey" PRIMARY KEY ("shop_id","connection_id","facility_id","sku")
);

-- CreateTable
CREATE TABLE "write" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID,
    "run_id" UUID,
    "target" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "answer" JSONB,
    "fence" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "write_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "problem" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID,
    "sync" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "subject_label" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "detail" TEXT NOT NULL DEFAULT '',
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "evidence" TEXT,

    CONSTRAINT "problem_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "run" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "connection_id" UUID NOT NULL,
    "sync" TEXT NOT NULL,
    "door" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "counts" JSONB NOT NULL,
    "reason" JSONB,
    "started_by" TEXT,
    "slot" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "heartbeat_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "plan_item" (
    "shop_id" INTEGER NOT NULL,
    "run_id" UUID NOT NULL,
    "item_key" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "before" INTEGER,
    "after" INTEGER,
    "reason" JSONB,

    CONSTRAINT "plan_item_pkey" PRIMARY KEY ("shop_id","run_id","item_key")
);

-- CreateTable
CREATE TABLE "timeline_event" (
    "shop_id" INTEGER NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "part_id" UUID,

    CONSTRAINT "timeline_event_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "bulk_operation" (
    "shop_id" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "run_id" UUID,
    "state" TEXT NOT NULL,
    "url" TEXT,
    "lines_taken" BIGINT NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_operation_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "shop_domain_key" ON "shop"("domain");

-- CreateIndex
CREATE INDEX "session_shop_domain_idx" ON "session"("shop_domain");

-- CreateIndex
CREATE INDEX "audit_entry_shop_id_at_idx" ON "audit_entry"("shop_id", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "connection_shop_id_inbound_token_key" ON "connection"("shop_id", "inbound_token");

-- CreateIndex
CREATE INDEX "sync_next_due_idx" ON "sync"("next_due");

-- CreateIndex
CREATE INDEX "location_link_shop_id_connection_id_facility_id_idx" ON "location_link"("shop_id", "connection_id", "facility_id");

-- CreateIndex
CREATE UNIQUE INDEX "mapping_shop_id_connection_id_kind_match_source_key" ON "mapping"("shop_id", "connection_id", "kind", "match", "source");

-- CreateIndex
CREATE UNIQUE INDEX "inbox_item_shop_id_key_key" ON "inbox_item"("shop_id", "key");

-- CreateIndex
CREATE INDEX "shop_order_shop_id_placed_at_idx" ON "shop_order"("shop_id", "placed_at" DESC);

-- CreateIndex
CREATE INDEX "shop_order_shop_id_verdict_placed_at_idx" ON "shop_order"("shop_id", "verdict", "placed_at" DESC);

-- CreateIndex
CREATE INDEX "shop_order_shop_id_first_seen_at_idx" ON "shop_order"("shop_id", "first_seen_at");

-- CreateIndex
CREATE INDEX "part_shop_id_connection_id_remote_id_idx" ON "part"("shop_id", "connection_id", "remote_id");

-- CreateIndex
CREATE UNIQUE INDEX "part_shop_id_order_id_connection_id_number_key" ON "part"("shop_id", "order_id", "connection_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "part_shop_id_connection_id_reference_key" ON "part"("shop_id", "connection_id", "reference");

-- CreateIndex
CREATE INDEX "part_line_shop_id_inventory_item_id_location_id_idx" ON "part_line"("shop_id", "inventory_item_id", "location_id");

-- CreateIndex
CREATE INDEX "shipment_shop_id_order_id_idx" ON "shipment"("shop_id", "order_id");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_shop_id_connection_id_remote_id_key" ON "shipment"("shop_id", "connection_id", "remote_id");

-- CreateIndex
CREATE UNIQUE INDEX "return_record_shop_id_connection_id_remote_id_key" ON "return_record"("shop_id", "connection_id", "remote_id");

-- CreateIndex
CREATE INDEX "variant_shop_id_product_id_idx" ON "variant"("shop_id", "product_id");

-- CreateIndex
CREATE INDEX "variant_shop_id_sku_idx" ON "variant"("shop_id", "sku");

-- CreateIndex
CREATE INDEX "variant_shop_id_inventory_item_id_idx" ON "variant"("shop_id", "inventory_item_id");

-- CreateIndex
CREATE INDEX "variant_shop_id_read_at_idx" ON "variant"("shop_id", "read_at");

-- CreateIndex
CREATE INDEX "product_link_shop_id_connection_id_state_idx" ON "product_link"("shop_id", "connection_id", "state");

-- CreateIndex
CREATE INDEX "write_shop_id_subject_kind_subject_id_idx" ON "write"("shop_id", "subject_kind", "subject_id");

-- CreateIndex
CREATE INDEX "write_shop_id_run_id_idx" ON "write"("shop_id", "run_id");

-- CreateIndex
CREATE UNIQUE INDEX "write_shop_id_key_key" ON "write"("shop_id", "key");

-- CreateIndex
CREATE INDEX "problem_shop_id_subject_kind_subject_id_idx" ON "problem"("shop_id", "subject_kind", "subject_id");

-- CreateIndex
CREATE INDEX "problem_shop_id_closed_at_cause_idx" ON "problem"("shop_id", "closed_at", "cause");

-- CreateIndex
CREATE INDEX "run_shop_id_connection_id_sync_created_at_idx" ON "run"("shop_id", "connection_id", "sync", "created_at" DESC);

-- CreateIndex
CREATE INDEX "run_shop_id_created_at_idx" ON "run"("shop_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "run_shop_id_connection_id_sync_slot_key" ON "run"("shop_id", "connection_id", "sync", "slot");

-- CreateIndex
CREATE INDEX "timeline_event_shop_id_subject_kind_subject_id_at_idx" ON "timeline_event"("shop_id", "subject_kind", "subject_id", "at");

-- CreateIndex
CREATE INDEX "bulk_operation_state_idx" ON "bulk_operation"("state");


-- One problem is open once: the same cause on the same record again is an occurrence, not a second problem.
CREATE UNIQUE INDEX problem_open_once ON problem (shop_id, coalesce(connection_id, '00000000-0000-0000-0000-000000000000'), cause, subject_kind, subject_id) WHERE closed_at IS NULL;
-- What waits, for the corridor and its sweeper; small however much was handled.
CREATE INDEX inbox_item_waiting ON inbox_item (shop_id, subject_kind, subject_id) WHERE handled_at IS NULL;
CREATE INDEX inbox_item_waiting_since ON inbox_item (received_at) WHERE handled_at IS NULL;
-- Writes whose outcome is open, for recovery.
CREATE INDEX write_open ON write (created_at) WHERE state IN ('intended', 'sent', 'unknown');

-- Tenancy by PostgreSQL itself. crossdock_app sees one shop, the one in the setting app.shop; crossdock_system is for the few named
-- queries over all shops. Neither can log in: the app's own account switches to them for each transaction.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'crossdock_app') THEN CREATE ROLE crossdock_app NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'crossdock_system') THEN CREATE ROLE crossdock_system NOLOGIN; END IF;
  EXECUTE format('GRANT crossdock_app, crossdock_system TO %I', current_user);
END $$;

-- Run at the end of every migration that makes a table; a test fails if a table with shop_id was left open.
CREATE FUNCTION crossdock_protect_tables() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  GRANT USAGE ON SCHEMA public TO crossdock_app, crossdock_system;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO crossdock_app, crossdock_system;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO crossdock_app, crossdock_system;
  REVOKE ALL ON session FROM crossdock_app;
  -- Not there in the shadow database of "prisma migrate dev".
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    REVOKE ALL ON _prisma_migrations FROM crossdock_app;
  END IF;
  FOR one IN
    SELECT c.relname AS name, CASE WHEN c.relname = 'shop' THEN 'id' ELSE 'shop_id' END AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND (c.relname = 'shop' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'shop_id' AND NOT a.attisdropped))
      AND NOT EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.relname)
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one.name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one.name);
    EXECUTE format('CREATE POLICY one_shop ON %I TO crossdock_app USING (%I = nullif(current_setting(''app.shop'', true), '''')::int)', one.name, one.key);
    EXECUTE format('CREATE POLICY named_system_queries ON %I TO crossdock_system USING (true)', one.name);
  END LOOP;
END $$;

SELECT crossdock_protect_tables();
