import { Prisma } from '@prisma/client';

/**
 * Common table expressions about a connection's locations, to be put behind a WITH:
 * `link`: its locations. `queue`: orders assigned there wait for a facility, and its own number stands for all of them.
 * `source`: the facilities whose stock each location that carries stock shows; none for a location whose facilities are all left out.
 * `counted`: every facility whose stock must be known: those shown, and those that orders are handed to.
 * `waiting`: locations whose stock isn't published because they sell online what another one shows too, which would sell it twice.
 * `taking`: from which locations' orders each shown number is sold; `credited` where what the back office reserved of them is gone from it.
 */
export function sourceTables({ shopId, connectionId }: { shopId: number; connectionId: string }): Prisma.Sql {
  return Prisma.sql`
    link AS MATERIALIZED (
      SELECT k.location_id, k.facility_id, k.carries_stock, k.safety_stock, k.threshold, k.stock_source, k.stock_facilities, k.publish_anyway, k.created_at,
        coalesce(o.fulfills_online, true) AS online, coalesce(f.kind = 'queue', false) AS queue
      FROM location_link k
      LEFT JOIN location o ON o.shop_id = k.shop_id AND o.id = k.location_id
      LEFT JOIN facility f ON f.shop_id = k.shop_id AND f.connection_id = k.connection_id AND f.id = k.facility_id
      WHERE k.shop_id = ${shopId} AND k.connection_id = ${connectionId}::uuid
    ), source AS MATERIALIZED (
      SELECT l.location_id, s.facility_id FROM link l
      CROSS JOIN LATERAL (
        SELECT l.facility_id WHERE l.stock_source = 'own'
        UNION SELECT unnest(l.stock_facilities) WHERE l.stock_source = 'chosen'
        UNION SELECT p.id FROM facility p
          WHERE l.stock_source = 'all' AND p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.active AND p.kind <> 'queue'
      ) s
      WHERE l.carries_stock AND NOT EXISTS (
        SELECT 1 FROM facility x
        WHERE x.shop_id = ${shopId} AND x.connection_id = ${connectionId}::uuid AND x.id = s.facility_id AND x.stock_excluded)
    ), counted AS MATERIALIZED (
      SELECT facility_id FROM source UNION SELECT facility_id FROM link WHERE EXISTS (SELECT 1 FROM source)
    ), extent AS MATERIALIZED (
      SELECT l.location_id, l.online, l.stock_source, l.publish_anyway, l.created_at, l.queue AND l.stock_source = 'own' AS everything,
        (SELECT count(*) FROM source s WHERE s.location_id = l.location_id) + CASE WHEN l.queue AND l.stock_source = 'own' THEN 1000000 ELSE 0 END AS size
      FROM link l WHERE l.carries_stock
    ), waiting AS MATERIALIZED (
      SELECT p.location_id FROM extent p
      WHERE p.online AND NOT p.publish_anyway AND EXISTS (
        SELECT 1 FROM extent d
        WHERE d.location_id <> p.location_id AND d.online AND (d.size, p.created_at, p.location_id) > (p.size, d.created_at, d.location_id)
          AND (d.everything OR EXISTS (
            SELECT 1 FROM source a JOIN source b ON b.facility_id = a.facility_id WHERE a.location_id = p.location_id AND b.location_id = d.location_id)))
    ), taking AS MATERIALIZED (
      SELECT c.location_id, l.location_id AS from_location,
        (NOT l.queue OR EXISTS (SELECT 1 FROM source s WHERE s.location_id = c.location_id AND s.facility_id = l.facility_id)) AS credited
      FROM link c JOIN link l ON c.carries_stock AND (
        l.location_id = c.location_id OR (c.queue AND c.stock_source = 'own')
        OR EXISTS (SELECT 1 FROM source s WHERE s.location_id = c.location_id AND s.facility_id = l.facility_id))
    )`;
}
