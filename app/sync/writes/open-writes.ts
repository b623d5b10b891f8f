import { Prisma } from '@prisma/client';

/** Content of a write whose unanswered attempts were sent with more than one: only its answer tells which arrived. */
export const SEVERAL = 'several';

/**
 * Whether a write `w` of the table is open, as a condition: it was sent, nobody knows whether it arrived, and none of its kind that was sent to the same
 * record later has arrived. What a killed worker left behind stays as it was sent when the next attempt is a write of its own; once that has arrived,
 * it is what the other side has.
 */
export const isOpenWrite = Prisma.sql`(
  w.state IN ('sent', 'unknown') AND NOT EXISTS (
    SELECT 1 FROM "write" n WHERE n.shop_id = w.shop_id AND n.subject_kind = w.subject_kind AND n.subject_id = w.subject_id
      AND n.kind = w.kind AND n.state = 'landed' AND n.sent_at > w.sent_at))`;
