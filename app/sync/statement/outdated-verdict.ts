import { Prisma } from '@prisma/client';
import { now } from '../../core/clock.ts';
import type { Making } from './making.ts';

/** An order that is let go by the clock is looked at again within seconds, and tried some times more where that fails. */
const LET_GO_WITHIN_MS = 10 * 60_000;

/** Holds that no order can be under by the settings in force. */
function holdsNotInForce({ orders: { settings } }: Making): string[] {
  const inForce: [hold: string, can: boolean][] = [
    ['tag-missing', settings.requiredTags.length > 0],
    ['risk', settings.risk !== 'send'],
    ['shipping-unmapped', settings.unmappedShipping === 'hold'],
    ['payment-unmapped', settings.unmappedPayment === 'hold'],
    ['channel-unmapped', settings.unmappedChannel === 'hold'],
  ];
  return inForce.flatMap(([hold, can]) => (can ? [] : [hold]));
}

/**
 * Whether our own rows show that what keeps back the order `s` is over: whoever should have looked at it again may have come while the connection was off, or
 * died. Only what they show for certain counts, or the same orders would be called differences every day. A hold by one connection's rules says nothing of
 * another's, so those are looked at only where the connection is alone.
 */
export function verdictOutdated(making: Making): Prisma.Sql {
  const { shopId, connectionId } = making.statement;
  const { financialStatuses } = making.orders.settings;
  const letGoBy = new Date(now().getTime() - LET_GO_WITHIN_MS);
  const code = Prisma.sql`s.reason->>'code'`;
  const value = Prisma.sql`s.reason->'params'->>'value'`;
  const linkedHere = (where: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT 1 FROM location_link k JOIN location p ON p.shop_id = k.shop_id AND p.id = k.location_id
    WHERE k.shop_id = ${shopId} AND ${where})`;
  const alone = Prisma.sql`NOT EXISTS (
    SELECT 1 FROM connection c JOIN sync y ON y.shop_id = c.shop_id AND y.connection_id = c.id AND y.kind = 'orders' AND y.enabled
    WHERE c.shop_id = ${shopId} AND c.id <> ${connectionId}::uuid AND c.state = 'active' AND c.access <> 'none')`;
  // By name, as that is what was kept: a location that was renamed or is nobody's any more proves nothing, and reading the order again settles it.
  const offHere = Prisma.sql`NOT ${linkedHere(Prisma.sql`p.name = s.reason->'params'->>'location' AND k.connection_id <> ${connectionId}::uuid`)}`;
  const mapped = Prisma.sql`EXISTS (
    SELECT 1 FROM mapping m WHERE m.shop_id = ${shopId} AND m.connection_id = ${connectionId}::uuid AND m.kind || '-unmapped' = ${code}
      AND m.match = 'exact' AND lower(m.source) = lower(${value}))`;
  return Prisma.sql`CASE s.verdict
    WHEN 'skip' THEN coalesce(${code}, '') = 'orders-sync-off' AND ${offHere}
    WHEN 'hold' THEN s.hold_until < ${letGoBy} OR coalesce(${code}, '') = ''
      OR (${code} = 'location-unmapped' AND ${linkedHere(Prisma.sql`k.location_id = ${value} AND k.connection_id = ${connectionId}::uuid`)})
      OR (${alone} AND (${code} = ANY(${holdsNotInForce(making)})
        OR (${code} = 'awaiting-payment' AND s.financial_status = ANY(${[...financialStatuses]})) OR ${mapped}))
    ELSE false END`;
}
