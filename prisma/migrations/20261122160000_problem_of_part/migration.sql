-- Several parts of one order may be in the same trouble: each is a problem of its own, or the one that ends first would take the other's name away.
ALTER TABLE "problem" ADD COLUMN "part" TEXT NOT NULL DEFAULT '';
-- The owner sees no shop's rows either while that is forced.
ALTER TABLE "problem" NO FORCE ROW LEVEL SECURITY;
UPDATE "problem" SET "part" = "params"->>'reference'
WHERE "closed_at" IS NULL AND "subject_kind" = 'order' AND "params"->>'reference' IS NOT NULL
  AND "cause" IN ('amend-too-late', 'cancel-too-late', 'cancelled-in-back-office', 'refunded-in-back-office', 'order-in-trouble');
ALTER TABLE "problem" FORCE ROW LEVEL SECURITY;
DROP INDEX problem_open_once;
CREATE UNIQUE INDEX problem_open_once
  ON problem (shop_id, coalesce(connection_id, '00000000-0000-0000-0000-000000000000'), cause, subject_kind, subject_id, part) WHERE closed_at IS NULL;
