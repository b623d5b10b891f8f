-- AlterTable
ALTER TABLE "plan_item" ADD COLUMN     "done_at" TIMESTAMPTZ(3),
ADD COLUMN     "outcome" TEXT;
