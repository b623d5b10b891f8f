-- Schedules: what runs by the clock already keeps the interval it has.
ALTER TABLE "sync" ADD COLUMN     "schedule" TEXT NOT NULL DEFAULT 'automatic',
ADD COLUMN     "daily_at" TEXT,
ADD COLUMN     "quiet_from" TEXT,
ADD COLUMN     "quiet_to" TEXT;
UPDATE "sync" SET "schedule" = 'interval';

-- Problems: who looks after one, and what they wrote down.
ALTER TABLE "problem" ADD COLUMN     "assigned_to" TEXT,
ADD COLUMN     "assigned_at" TIMESTAMPTZ(3),
ADD COLUMN     "note" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "alert" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "key" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "connection_id" UUID,
    "sync" TEXT,
    "cause" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "count" INTEGER NOT NULL,
    "labels" TEXT[],
    "since" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_since" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "evidence" TEXT,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "alert_recipient" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "channel" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "sealed" BYTEA,
    "language" TEXT NOT NULL,
    "topics" TEXT[],
    "severity" TEXT NOT NULL,
    "connection_id" UUID,
    "delivery" TEXT NOT NULL,
    "daily_at" TEXT NOT NULL,
    "tell_closed" BOOLEAN NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "digested_at" TIMESTAMPTZ(3) NOT NULL,
    "failing_since" TIMESTAMPTZ(3),
    "failure" JSONB,

    CONSTRAINT "alert_recipient_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "alert_delivery" (
    "shop_id" INTEGER NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "recipient_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "tried_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "answer" JSONB,

    CONSTRAINT "alert_delivery_pkey" PRIMARY KEY ("shop_id","id")
);

-- CreateTable
CREATE TABLE "alert_settings" (
    "shop_id" INTEGER NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "password" BYTEA,
    "watching_since" TIMESTAMPTZ(3),
    "silent_since" TIMESTAMPTZ(3),
    "silence" JSONB,

    CONSTRAINT "alert_settings_pkey" PRIMARY KEY ("shop_id")
);

-- CreateIndex
CREATE INDEX "alert_shop_id_opened_at_idx" ON "alert"("shop_id", "opened_at" DESC);

-- CreateIndex
CREATE INDEX "alert_delivery_shop_id_created_at_idx" ON "alert_delivery"("shop_id", "created_at" DESC);

-- One open alert for each cause, whoever looks at the same moment.
CREATE UNIQUE INDEX alert_one_open ON alert (shop_id, key) WHERE closed_at IS NULL;
-- What every tick looks for; both are nearly empty.
CREATE INDEX alert_delivery_waiting ON alert_delivery (next_attempt_at) WHERE state = 'pending';
CREATE INDEX run_awaiting_approval ON run (shop_id) WHERE state = 'awaiting_approval';

SELECT crossdock_protect_tables();
