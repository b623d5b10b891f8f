-- A sync that waits until an administrator releases it, and why: after an undo nothing may publish over what it brought back.
ALTER TABLE "sync" ADD COLUMN     "paused_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_reason" JSONB;

-- Which run undid another one is asked on every run's page.
CREATE INDEX "run_shop_id_argument_idx" ON "run"("shop_id", "argument");
