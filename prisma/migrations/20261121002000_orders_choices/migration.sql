-- AlterTable
ALTER TABLE "shop_order" ADD COLUMN     "left_out_at" TIMESTAMPTZ(3),
ADD COLUMN     "send_now_at" TIMESTAMPTZ(3);
