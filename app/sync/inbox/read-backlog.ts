import { nowMs } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';

/** Orders with news that nobody has come to yet: after a sale, an import by another app, an hour without the back office. */
export interface Backlog {
  waiting: number;
  /** Orders worked through in a minute, as it goes now; null while fewer wait than anybody would notice. */
  perMinute: number | null;
  /** How long it takes at this pace, ms; null where nothing moves. */
  leftMs: number | null;
}

/** Fewer than this are done within seconds. */
const NOTICED = 25;
const LOOKED_BACK_MS = 60_000;

/** What of the shop's orders waits its turn, and how long it will. The pace is that of the last minute, or of as much of it as somebody has waited. */
export function readBacklog(shopId: number): Promise<Backlog> {
  return inShop(shopId, async (tx) => {
    const [row] = await tx.$queryRaw<{ waiting: number; oldest: Date | null }[]>`
      SELECT count(DISTINCT subject_id)::int AS waiting, min(received_at) AS oldest FROM inbox_item
      WHERE shop_id = ${shopId} AND subject_kind = 'order' AND handled_at IS NULL`;
    const { waiting, oldest } = row ?? { waiting: 0, oldest: null };
    if (waiting < NOTICED || !oldest) return { waiting, perMinute: null, leftMs: null };
    const lookedBackMs = Math.min(LOOKED_BACK_MS, Math.max(1_000, nowMs() - oldest.getTime()));
    const [pace] = await tx.$queryRaw<{ handled: number }[]>`
      SELECT count(DISTINCT subject_id)::int AS handled FROM inbox_item
      WHERE shop_id = ${shopId} AND subject_kind = 'order' AND handled_at > ${new Date(nowMs() - lookedBackMs)}`;
    const handled = pace?.handled ?? 0;
    return {
      waiting,
      perMinute: Math.round((handled * 60_000) / lookedBackMs),
      leftMs: handled === 0 ? null : Math.round((waiting * lookedBackMs) / handled),
    };
  });
}
