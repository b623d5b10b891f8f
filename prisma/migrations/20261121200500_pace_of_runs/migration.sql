-- When a run dealt with its first record, and its counts then: what it waited for before (a bulk operation) says nothing of its pace.
ALTER TABLE "run" ADD COLUMN "worked_since" TIMESTAMPTZ(3), ADD COLUMN "worked_from" JSONB;
