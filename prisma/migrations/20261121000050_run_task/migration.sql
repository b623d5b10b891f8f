-- AlterTable: a run keeps what it was told to do, so that it can be queued once more when its worker is gone.
ALTER TABLE "run" ADD COLUMN     "argument" TEXT,
ADD COLUMN     "task" TEXT NOT NULL DEFAULT 'scheduled';
