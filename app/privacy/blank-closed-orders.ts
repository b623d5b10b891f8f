import { Prisma } from '@prisma/client';
import { inSystem } from '../db/scope.ts';
import { blankWords, personalPlaces, type PersonalPlace } from './personal-places.ts';

const TIMEOUT = { timeoutMs: 120_000 };

/** Whose time is over. */
export interface Over {
  /** Orders that were closed or cancelled before this moment. */
  closed: Date;
  /** Orders that nobody closes and of which there was no news since this moment: not every shop closes what it has sent. */
  untouched: Date;
}

/** Whether the time of an order `o` is over. One that was brought in on purpose is news, however old it is. */
export const isOver = ({
  closed,
  untouched,
}: Over): Prisma.Sql => Prisma.sql`(CASE WHEN o.closed_at IS NULL AND o.cancelled_at IS NULL
  THEN greatest(o.shopify_updated_at, o.first_seen_at) < ${untouched} ELSE least(o.closed_at, o.cancelled_at) < ${closed} END)`;

function expired({ link, writtenAt, settled }: PersonalPlace, over: Over): Prisma.Sql {
  const ofOrder = Prisma.sql`(SELECT ${isOver(over)} FROM shop_order o WHERE o.shop_id = t.shop_id AND o.id = ${link.order})`;
  const ofNone = writtenAt ? Prisma.sql`(${writtenAt}) < ${over.untouched}` : Prisma.sql`false`;
  return Prisma.sql`coalesce(${ofOrder}, ${ofNone}) AND ${settled ? settled(over.closed) : Prisma.sql`true`}`;
}

/** Puts away the words about buyers of orders whose time is over, in all shops; answers how many records, by table. */
export async function blankClosedOrders(over: Over): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const place of personalPlaces.filter(({ words }) => Object.keys(words).length > 0))
    counts[`${place.table}, blanked`] = await inSystem(
      'purge',
      (tx) => tx.$executeRaw(blankWords(place, 'expired', expired(place, over))),
      TIMEOUT,
    );
  return counts;
}
