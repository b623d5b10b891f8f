import { Prisma } from '@prisma/client';
import type { Tx } from '../db/scope.ts';
import { recordsOfOrders } from './orders-of-person.ts';
import { blankWords, personalPlaces } from './personal-places.ts';

/** Blanks whatever our own tables hold of these orders that could say who bought; answers how many records were changed. */
export async function blankOrders(tx: Tx, shopId: number, orderIds: string[]): Promise<number> {
  const records = await recordsOfOrders(tx, shopId, orderIds);
  let changed = 0;
  for (const place of personalPlaces.filter(({ words }) => Object.keys(words).length > 0)) {
    const which = Prisma.sql`t.shop_id = ${shopId} AND ${place.link.of(records)}`;
    changed += await tx.$executeRaw(blankWords(place, 'redacted', which));
  }
  return changed;
}
