import { now } from '../core/clock.ts';
import { inSystem } from '../db/scope.ts';
import { alertSettings } from './alert-settings.ts';

/** What is usual comes again every week; further back than this nobody looks for orders that are missing. */
const MOST_DAYS = 14;

/**
 * Looks which shops get unusually no orders, and writes it down where the alerts look. What is usual is learned from the shop's own last weeks by
 * the hour of the week: of each hour the average, the best week left out, so that one sale teaches nothing. A shop is silent when it has had no order
 * for so many minutes that at least so many would have been usual meanwhile; a small shop has to be silent for longer. Nothing is said of a shop
 * that is known for less than two weeks, whose orders nobody reads, or where news of orders still waits to be handled. One statement for all shops.
 * Answers how many are silent.
 */
export async function watchSilence(): Promise<number> {
  const at = now();
  const usual = alertSettings.parse({});
  const setting = (name: string) => `{${name}}`;
  return inSystem(
    'order-silence',
    async (tx) => {
      await tx.$executeRaw`
      INSERT INTO alert_settings (shop_id, watching_since)
      SELECT s.id, ${at} FROM shop s WHERE s.uninstalled_at IS NULL AND EXISTS (
        SELECT 1 FROM sync y JOIN connection c ON c.shop_id = y.shop_id AND c.id = y.connection_id AND c.state = 'active' AND c.access <> 'none'
        WHERE y.shop_id = s.id AND y.kind = 'orders' AND y.enabled)
      ON CONFLICT (shop_id) DO UPDATE SET watching_since = ${at} WHERE alert_settings.watching_since IS NULL`;
      await tx.$executeRaw`
      UPDATE alert_settings a SET watching_since = NULL, silent_since = NULL, silence = NULL
      WHERE a.watching_since IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM sync y JOIN connection c ON c.shop_id = y.shop_id AND c.id = y.connection_id AND c.state = 'active' AND c.access <> 'none'
        WHERE y.shop_id = a.shop_id AND y.kind = 'orders' AND y.enabled)`;
      const rows = await tx.$queryRaw<{ silent: number }[]>`
      WITH watched AS (
        SELECT a.shop_id, s.time_zone AS zone, a.watching_since,
          coalesce((a.settings #>> ${setting('silenceWeeks')}::text[])::int, ${usual.silenceWeeks}::int) AS weeks,
          coalesce((a.settings #>> ${setting('silenceMinutes')}::text[])::int, ${usual.silenceMinutes}::int) AS minutes,
          coalesce((a.settings #>> ${setting('silenceFloor')}::text[])::int, ${usual.silenceFloor}::int) AS floor
        FROM alert_settings a JOIN shop s ON s.id = a.shop_id AND s.uninstalled_at IS NULL
        WHERE a.watching_since IS NOT NULL AND coalesce((a.settings #>> ${setting('silenceAlarm')}::text[])::boolean, ${usual.silenceAlarm}::boolean)
      ), quiet AS (
        SELECT w.*, greatest(last.at, w.watching_since) AS since
        FROM watched w CROSS JOIN LATERAL (
          SELECT max(o.placed_at) AS at FROM shop_order o WHERE o.shop_id = w.shop_id AND o.placed_at <= ${at}) last
        WHERE last.at IS NOT NULL AND greatest(last.at, w.watching_since) <= ${at}::timestamptz - make_interval(mins => w.minutes)
          AND NOT EXISTS (SELECT 1 FROM inbox_item i WHERE i.shop_id = w.shop_id AND i.subject_kind = 'order' AND i.handled_at IS NULL)
      ), learning AS (
        SELECT q.*, least(q.weeks, floor(extract(epoch FROM q.since - first.at) / 604800)::int) AS known
        FROM quiet q CROSS JOIN LATERAL (SELECT min(o.placed_at) AS at FROM shop_order o WHERE o.shop_id = q.shop_id) first
      ), counted AS (
        SELECT l.shop_id, l.known, extract(isodow FROM o.placed_at AT TIME ZONE l.zone)::int * 24 + extract(hour FROM o.placed_at AT TIME ZONE l.zone)::int AS hour,
          floor(extract(epoch FROM l.since - o.placed_at) / 604800)::int AS week, count(*)::int AS orders
        FROM learning l JOIN shop_order o ON o.shop_id = l.shop_id AND o.placed_at > l.since - make_interval(days => 7 * l.known) AND o.placed_at <= l.since
        WHERE l.known >= 2 GROUP BY 1, 2, 3, 4
      ), usual AS (
        SELECT shop_id, hour, (sum(orders) - max(orders))::numeric / (known - 1) AS orders FROM counted GROUP BY shop_id, hour, known
      ), missing AS (
        SELECT l.shop_id, l.since, l.floor, sum(u.orders * extract(epoch FROM least(h.at + interval '1 hour', ${at}) - greatest(h.at, l.since)) / 3600) AS expected
        FROM learning l
          CROSS JOIN LATERAL generate_series(date_trunc('hour', l.since AT TIME ZONE l.zone) AT TIME ZONE l.zone,
            least(${at}, l.since + make_interval(days => ${MOST_DAYS}::int)), interval '1 hour') AS h (at)
          JOIN usual u ON u.shop_id = l.shop_id
            AND u.hour = extract(isodow FROM h.at AT TIME ZONE l.zone)::int * 24 + extract(hour FROM h.at AT TIME ZONE l.zone)::int
        GROUP BY l.shop_id, l.since, l.floor
      ), silent AS (
        SELECT shop_id, since, round(expected)::int AS expected FROM missing WHERE expected >= floor
      ), ended AS (
        UPDATE alert_settings a SET silent_since = NULL, silence = NULL
        WHERE a.silent_since IS NOT NULL AND NOT EXISTS (SELECT 1 FROM silent n WHERE n.shop_id = a.shop_id)
      ), said AS (
        UPDATE alert_settings a SET silent_since = coalesce(a.silent_since, ${at}),
          silence = jsonb_build_object('since', to_char(n.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'expected', n.expected)
        FROM silent n WHERE n.shop_id = a.shop_id)
      SELECT count(*)::int AS silent FROM silent`;
      return rows[0]?.silent ?? 0;
    },
    { timeoutMs: 60_000 },
  );
}
