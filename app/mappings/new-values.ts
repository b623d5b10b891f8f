import type { MappingKind } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import { loadRules } from './mapping-store.ts';
import { resolve } from './resolve.ts';

/** Values that turned up after a connection went to work and that nobody answered yet. */
export interface NewValues {
  kind: MappingKind | 'location';
  count: number;
  first: string;
}

const noticed: readonly MappingKind[] = ['shipping', 'payment', 'channel'];

/**
 * New shipping methods, gateways, channels and locations, noticed before an order uses them. `since`: when the orders sync was switched on; what
 * was there before is part of the set-up.
 */
export async function readNewValues(
  tx: Tx,
  shopId: number,
  { connectionId, kinds, since }: { connectionId: string; kinds: readonly MappingKind[]; since: Date },
): Promise<NewValues[]> {
  const found: NewValues[] = [];
  for (const kind of noticed.filter((one) => kinds.includes(one))) {
    const rules = await loadRules(tx, shopId, connectionId, kind);
    // A kind that the merchant doesn't map isn't missing anything.
    if (rules.length === 0) continue;
    const seen = await tx.observedValue.findMany({
      where: { shopId, kind, firstSeenAt: { gt: since } },
      orderBy: [{ orders: 'desc' }, { value: 'asc' }],
    });
    const open = seen.filter(({ value }) => resolve(rules, [value]) === null);
    if (open[0]) found.push({ kind, count: open.length, first: open[0].label || open[0].value });
  }
  const locations = await tx.$queryRaw<{ name: string }[]>`
    SELECT l.name FROM location l WHERE l.shop_id = ${shopId} AND l.active AND l.service_name IS NULL AND l.fulfills_online
      AND l.first_seen_at > ${since}
      AND NOT EXISTS (SELECT 1 FROM location_link k WHERE k.shop_id = l.shop_id AND k.location_id = l.id)
    ORDER BY l.name`;
  if (locations[0]) found.push({ kind: 'location', count: locations.length, first: locations[0].name });
  return found;
}
